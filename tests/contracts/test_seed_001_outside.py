"""Seed 001: a clip may begin with a picture from somewhere else in the world."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.contracts.clip_making import CLIP, Post, a_picture
from tests.videos.making import belongings
from yarl import URL

from rushes.dialects.clip_maker import pictures
from rushes.providers.wire.outside import Outside
from rushes.studio import Studio

_ELSEWHERE = "https://pictures.example"


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/cat.png":
            return web.Response(body=base64.b64decode(a_picture()), content_type="image/png")
        case "/moved":
            raise web.HTTPFound(f"{_ELSEWHERE}/cat.png")
        case "/circle":
            raise web.HTTPFound("/circle")
        case "/plain":
            raise web.HTTPFound("http://pictures.example/cat.png")
        case "/inside":
            raise web.HTTPFound("https://169.254.169.254/latest/meta-data")
        case "/page":
            return web.Response(text="<h1>a cat</h1>", content_type="text/html")
        case "/large":
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(16):
                await response.write(bytes(1_000_000))
            return response
        case _:
            raise web.HTTPNotFound


@pytest.fixture(autouse=True)
async def elsewhere(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What `https://pictures.example` answers; all other names lead where they lead."""
    app = web.Application()
    app.router.add_get("/{path:.*}", _answer)
    async with TestServer(app) as server:

        class ToTheStandIn(Outside):
            @asynccontextmanager
            async def request(
                self, method: str, url: URL, **more: Any
            ) -> AsyncIterator[aiohttp.ClientResponse]:
                if url.host != "pictures.example":
                    async with super().request(method, url, **more) as response:
                        yield response
                    return
                async with (
                    aiohttp.ClientSession() as session,
                    session.request(method, server.make_url(url.path), allow_redirects=False) as response,
                ):
                    yield response

        monkeypatch.setattr(pictures, "Outside", ToTheStandIn)
        monkeypatch.setattr("rushes.dialects.clip_maker.clips.PATIENCE", 0.1)
        yield


@pytest.mark.parametrize("path", ["/cat.png", "/moved"])
async def test_it_is_fetched_and_kept(path: str, post: Post, user: httpx2.AsyncClient) -> None:
    """Nobody works here: what it begins with is there before it is made."""
    got = await post(user, "generate_single_video_clip", {**CLIP, "startImage": _ELSEWHERE + path})
    assert got.status == 202, got.body
    video = (await user.get(f"/api/videos/{got.json()['videoId']}")).json()
    [asset] = (await user.get("/api/assets")).json()["assets"]
    assert video["reference"]["asset_id"] == asset["id"]
    assert (asset["width"], asset["height"]) == (400, 400)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing", 400, "the address answers 404"),
        ("/circle", 400, "leads in circles"),
        ("/plain", 400, "must be an https address"),
        ("/inside", 400, "private network"),
        ("/page", 400, "not a picture"),
        ("/large", 413, "larger than"),
    ],
)
async def test_what_cannot_be_fetched_leaves_nothing(
    path: str, status: int, said: str, post: Post, user: httpx2.AsyncClient, studio: Studio
) -> None:
    before = await belongings(studio)
    got = await post(user, "generate_single_video_clip", {**CLIP, "startImage": _ELSEWHERE + path})
    told = got.json()
    assert (got.status, told["success"], said in told["error"]) == (status, False, True), told
    assert await belongings(studio) == before
