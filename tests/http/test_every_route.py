"""Every route of the studio lets in whom it declares to, and nobody else; somebody else's things are unknown.

The routes are read from the table that is served, so that a new one is tested before anybody thinks of it.
What this file must be told is written down below: which addresses are open to anybody, which path parameters
name somebody's own things, and what a valid body for those looks like.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, get_args

import httpx2
import pytest
from sqlalchemy import insert
from starlette.routing import Router
from starlette.types import ASGIApp
from tests.videos.making import complete, make
from tests.videos.test_creating import picture

from rushes.accounts.service import create_user
from rushes.dialects import clip_maker, pipeline
from rushes.http.endpoint import Endpoint, Who
from rushes.http.openapi import build_document
from rushes.parts import ENDPOINTS
from rushes.serving import Serving
from rushes.studio import Studio
from rushes.tables import new_id, production_steps

# What can be asked without signing in. A line is added here on purpose, never to make a test pass.
OPEN_TO_ANYBODY = {
    "GET /health",
    # METRICS says who may; to this machine, as tests are, it is open.
    "GET /metrics",
    "GET /ready",
    "GET /api/studio",
    "POST /api/auth",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/refresh",
    "POST /api/auth/register",
    "POST /api/logout",
    # Each provider proves itself by its signature.
    "POST /api/provider-webhooks/{provider}",
    # So does whoever holds a signed address; without a signature they are their owner's.
    "GET /api/files/{key:path}",
    "GET /api/proxy_s3_image/{image_key:path}",
    "GET /api/proxy_s3_video/{video_key:path}",
}

# Dialects whose document calls everything that is wrong with a body 400.
IN_OTHER_WORDS = {
    "POST /api/video/generate",
    *(f"POST {path}" for path in pipeline.PATHS),
    *(name for route in clip_maker.ROUTES if (name := f"{route.method} {route.path}").startswith("POST ")),
}

# What is served beside the declared routes, where nothing checks a declaration. Sockets ask for a token.
BESIDE = {"/openapi.json", "/socket.io"}

_PASSWORD = "correct horse battery"
_PEOPLE: dict[str, dict[str, Any]] = {
    "newcomer": {"must_change_password": True},
    "ada": {},
    "bob": {},
    "boss": {"role": "admin"},
}

LETS_IN: dict[str, set[str]] = {
    "anyone": {"nobody", "bad token", "newcomer", "ada", "bob", "boss"},
    "newcomer": {"newcomer", "ada", "bob", "boss"},
    "user": {"ada", "bob", "boss"},
    "admin": {"boss"},
}
# How everybody else is refused.
REFUSED = {
    "nobody": (401, "unauthorized"),
    "bad token": (401, "unauthorized"),
    "newcomer": (403, "password_change_required"),
    "ada": (403, "forbidden"),
    "bob": (403, "forbidden"),
}


async def a_video(client: httpx2.AsyncClient, studio: Studio) -> str:
    video_id: str = (await make(client))["id"]
    await complete(studio, video_id)
    return video_id


async def an_asset(client: httpx2.AsyncClient, studio: Studio) -> str:
    file = ("a.png", picture(), "image/png")
    answer = await client.post("/api/videos", data={"prompt": "x"}, files={"input_reference": file})
    asset_id: str = answer.json()["reference"]["asset_id"]
    return asset_id


async def a_collection(client: httpx2.AsyncClient, studio: Studio) -> str:
    answer = await client.post("/api/collections", json={"name": f"of mine {id(client)} {time.time()}"})
    collection_id: str = answer.json()["id"]
    return collection_id


async def a_production(client: httpx2.AsyncClient, studio: Studio) -> str:
    script = {"scenes": [{"narration": "Once.", "frame_prompt": "a hill"}]}
    made = (await client.post("/api/productions", json={"script": script})).json()
    production_id: str = made["id"]
    await put_preview(studio, production_id)
    return production_id


async def put_preview(studio: Studio, production_id: str) -> None:
    """As if one had been cut: only its bytes are asked for here."""

    async def content() -> AsyncIterator[bytes]:
        yield b"as good as a film"

    stored = await studio.storage.put(f"ada/{production_id}/video-clips/preview.mp4", content())
    file = {"key": stored.key, "size": stored.size, "sha256": stored.sha256, "seconds": 1.0}
    async with studio.transaction() as work:
        await work.session.execute(
            insert(production_steps).values(
                id=new_id("step"),
                production_id=production_id,
                scene_id="",
                stage="preview",
                status="done",
                made_from="0" * 64,
                result=file,
            )
        )


async def a_take(client: httpx2.AsyncClient, studio: Studio) -> dict[str, str]:
    """A production, and the video that its scene shows."""
    production_id, video_id = await a_production(client, studio), await a_video(client, studio)
    taken = f"/api/productions/{production_id}/scenes/1/takes"
    assert (await client.post(taken, json={"video_id": video_id})).status_code == 202
    return {"production_id": production_id, "video_id": video_id}


async def a_video_key(client: httpx2.AsyncClient, studio: Studio) -> str:
    return str((await complete(studio, (await make(client))["id"])).file_path)


async def an_image_key(client: httpx2.AsyncClient, studio: Studio) -> str:
    row = await client.post("/api/public/upload-image", files={"file": ("a.png", picture(), "image/png")})
    return str(row.json()["s3Key"])


async def a_session(client: httpx2.AsyncClient, studio: Studio) -> str:
    session_id: str = (await client.get("/api/auth/me")).json()["session_id"]
    return session_id


# How one gets a thing of one's own, by the path parameter that names it.
OWNED: dict[str, Callable[[httpx2.AsyncClient, Studio], Awaitable[str]]] = {
    "video_id": a_video,
    "asset_id": an_asset,
    "collection_id": a_collection,
    "image_key": an_image_key,
    "job_id": a_production,
    "key": a_video_key,
    "production_id": a_production,
    "session_id": a_session,
    "video_key": a_video_key,
}
# Path parameters that name what is everybody's.
# `user_id` is for administrators, who may name anybody.
# `number` is a scene's in a production.
SHARED = {"model_id", "number", "provider", "user_id"}

# A valid body for each route about somebody's thing that reads one.
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/assets/{asset_id}": {"name": "mine now"},
    "PATCH /api/collections/{collection_id}": {"name": "mine now"},
    "PATCH /api/productions/{production_id}": {"title": "mine now"},
    "PATCH /api/productions/{production_id}/scenes/{number}": {"narration": "mine now"},
    "PATCH /api/productions/{production_id}/scenes/{number}/takes/{video_id}": {"in": 0},
    "PATCH /api/videos/{video_id}": {"title": "mine now"},
    "POST /api/productions/{production_id}/cut": {},
    "POST /api/productions/{production_id}/scenes/{number}/voice/preview": {},
    "POST /api/productions/{production_id}/run": {},
    "POST /api/productions/{production_id}/scenes": {"after": 0},
    "POST /api/productions/{production_id}/scenes/reorder": {"order": [1]},
    "POST /api/productions/{production_id}/scenes/{number}/frame": {},
    "POST /api/productions/{production_id}/scenes/{number}/takes": {},
    "POST /api/productions/{production_id}/scenes/{number}/voice": {},
    "POST /api/recovery/{video_id}": {"action": "write_off"},
    "POST /api/videos/{video_id}/remix": {"prompt": "in my colours"},
}

SignIn = Callable[[str], Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def sign_in(studio: Studio, server: Serving, client: httpx2.AsyncClient) -> SignIn:
    """`await sign_in("ada")` makes `client` hers, with a session that nothing has ended yet."""
    password_hash = await studio.passwords.hash(_PASSWORD)
    now = studio.clock.now()
    for name, more in _PEOPLE.items():
        async with studio.transaction() as work:
            await create_user(work, username=name, password_hash=password_hash, now=now, **more)

    async def become(name: str) -> httpx2.AsyncClient:
        client.headers.pop("Authorization", None)
        if name == "bad token":
            client.headers["Authorization"] = "Bearer nonsense"
        elif name != "nobody":
            answer = await client.post("/api/auth/login", json={"username": name, "password": _PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        client.cookies.clear()
        return client

    return become


def name_of(declared: Endpoint) -> str:
    return f"{declared.method} {declared.path}"


def parameters(path: str) -> list[str]:
    return re.findall(r"\{(\w+)", path)


def filled(path: str, **values: str) -> str:
    """The address with these parameters, and ids that do not exist for the others."""
    values = {"number": "1", **values}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values.get(found[1], f"{found[1]}_none"), path)


def documented_answers() -> dict[str, dict[int, list[str]]]:
    """The statuses that each route says it may answer with, and the media types of each."""
    paths = build_document(ENDPOINTS)["paths"]
    # The document does not say which parameters may have slashes.
    documented = {
        name_of(each): paths[each.path.replace(":path}", "}")][each.method.lower()]
        for each in ENDPOINTS
        if not each.hidden
    }
    return {
        name: {
            int(status): list(answer.get("content", {})) for status, answer in operation["responses"].items()
        }
        for name, operation in documented.items()
    }


@pytest.mark.parametrize("person", ["nobody", "bad token", *_PEOPLE])
async def test_each_kind_of_person_at_every_route(
    sign_in: SignIn, person: str, subtests: pytest.Subtests
) -> None:
    documented = documented_answers()
    client = await sign_in(person)
    for declared in ENDPOINTS:
        address = filled(declared.path)
        is_let_in = person in LETS_IN[declared.who]
        reads_a_body = declared.body is not None or bool(declared.files)
        with subtests.test(route=name_of(declared)):
            # No route reads such a body: who is let in hears about it, who is not about themselves.
            got = await client.request(declared.method, address, content=b"{" if reads_a_body else None)
            if not is_let_in:
                assert (got.status_code, got.json()["code"]) == REFUSED[person]
            elif reads_a_body:
                assert got.status_code == (400 if name_of(declared) in IN_OTHER_WORDS else 415), got.text
            elif "{" in declared.path:
                assert got.status_code == 404, got.text
            else:
                assert got.status_code in documented[name_of(declared)].keys() - {401, 403}
            if declared.method == "GET":
                assert (await client.head(address)).status_code == got.status_code
        if is_let_in and declared.method != "GET":
            client = await sign_in(person)  # that may have been signing out


async def test_what_is_somebody_elses_is_unknown_at_every_route(
    sign_in: SignIn, studio: Studio, subtests: pytest.Subtests
) -> None:
    documented = documented_answers()
    for declared in ENDPOINTS:
        owned = sorted(parameter for parameter in parameters(declared.path) if parameter not in SHARED)
        if not owned:
            continue
        with subtests.test(route=name_of(declared)):
            body = BODIES[name_of(declared)] if declared.body is not None else None
            ada = await sign_in("ada")
            if owned == ["production_id", "video_id"]:
                hers = await a_take(ada, studio)
            else:
                hers = {parameter: await OWNED[parameter](ada, studio) for parameter in owned}
            own = ada.headers["Authorization"]
            # An administrator is nobody special here.
            for other in ("bob", "boss"):
                client = await sign_in(other)
                foreign = await client.request(declared.method, filled(declared.path, **hers), json=body)
                assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
                missing = await client.request(declared.method, filled(declared.path), json=body)
                assert foreign.content == missing.content
            # And it was there all the time, for her, as documented.
            client.headers["Authorization"] = own
            got = await client.request(declared.method, filled(declared.path, **hers), json=body)
            assert got.status_code in (200, 201, 202, 409), got.text[:1000]
            assert got.headers["content-type"] in documented[name_of(declared)][got.status_code]
            assert ("accept-ranges" in got.headers) == declared.serves_file


def test_what_is_open_to_anybody_is_written_down() -> None:
    assert {name_of(declared) for declared in ENDPOINTS if declared.who == "anyone"} == OPEN_TO_ANYBODY


def test_every_route_declares_one_of_the_known_kinds() -> None:
    assert set(LETS_IN) == set(get_args(Who))
    assert [name_of(declared) for declared in ENDPOINTS if declared.who not in LETS_IN] == []


def test_every_path_parameter_is_known_to_be_somebody_s_or_everybody_s() -> None:
    named = {parameter for declared in ENDPOINTS for parameter in parameters(declared.path)}
    assert named == OWNED.keys() | SHARED


def test_nothing_is_served_that_is_not_declared(app: ASGIApp) -> None:
    inner: Any = app
    while not isinstance(inner, Router):
        inner = inner._app
    served = {getattr(route, "path", repr(route)) for route in inner.all_routes}
    assert served - {declared.path for declared in ENDPOINTS} == BESIDE
