"""Tokens that are forged, expired, of another kind or of a session that has ended open nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx2
import jwt
import pytest
from sqlalchemy import update
from tests.accounts.people import MakeUser, MovableClock, NewBrowser, SignIn, bearer, run_task

from rushes.accounts import service
from rushes.actor import Actor
from rushes.studio import Studio
from rushes.tables import users


def _claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


async def test_a_bearer_token_names_the_user(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    ada = await make_user("ada")
    token = (await sign_in("ada"))["token"]
    answer = await program.get("/api/auth/me", headers=bearer(token))
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == ada.id
    assert answer.json()["session_id"] == _claims(token)["sid"]


async def test_its_claims(make_user: MakeUser, sign_in: SignIn) -> None:
    ada = await make_user("ada")
    token = (await sign_in("ada"))["token"]
    claims = _claims(token)
    assert claims["sub"] == ada.id
    assert claims["typ"] == "access"
    assert claims["exp"] - claims["iat"] == 12 * 3600
    assert jwt.get_unverified_header(token)["alg"] == "HS256"


@pytest.mark.parametrize("missing", ["sub", "sid", "iat", "exp", "typ"])
async def test_a_token_without_a_claim_is_refused(
    program: httpx2.AsyncClient, studio: Studio, make_user: MakeUser, sign_in: SignIn, missing: str
) -> None:
    await make_user("ada")
    claims = _claims((await sign_in("ada"))["token"])
    del claims[missing]
    await _refused(program, jwt.encode(claims, studio.jwt_secret, "HS256"))


@pytest.mark.parametrize(
    ("claim", "value"),
    [("sub", "user_other"), ("sid", "session_other"), ("exp", "never"), ("exp", True), ("typ", "refresh"),
     ("typ", None), ("sid", 7), ("iat", "yesterday")],
)  # fmt: skip
async def test_a_token_with_a_wrong_claim_is_refused(
    program: httpx2.AsyncClient,
    studio: Studio,
    make_user: MakeUser,
    sign_in: SignIn,
    claim: str,
    value: object,
) -> None:
    await make_user("ada")
    claims = _claims((await sign_in("ada"))["token"])
    await _refused(program, jwt.encode({**claims, claim: value}, studio.jwt_secret, "HS256"))


async def test_a_token_signed_by_another_secret_is_refused(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    claims = _claims((await sign_in("ada"))["token"])
    await _refused(program, jwt.encode(claims, "x" * 64, "HS256"))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
async def test_a_token_without_a_signature_is_refused(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn, algorithm: str
) -> None:
    await make_user("ada")
    token = (await sign_in("ada"))["token"]
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=")
    payload = token.split(".")[1]
    await _refused(program, f"{header.decode()}.{payload}.")
    await _refused(program, f"{header.decode()}.{payload}.{token.split('.')[2]}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
async def test_the_algorithm_is_pinned(
    program: httpx2.AsyncClient, studio: Studio, make_user: MakeUser, sign_in: SignIn, algorithm: str
) -> None:
    await make_user("ada")
    claims = _claims((await sign_in("ada"))["token"])
    await _refused(program, jwt.encode(claims, studio.jwt_secret + b"0" * 64, algorithm))
    await _refused(program, jwt.encode(claims, studio.jwt_secret, algorithm))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é", "x" * 5000, "Bearer", "rr_session_1_abc"])
async def test_garbage_is_refused(program: httpx2.AsyncClient, token: str) -> None:
    header = f"Bearer {token}".rstrip().encode()
    answer = await program.get("/api/auth/me", headers={b"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"


async def test_a_changed_payload_is_refused(
    program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    admin = await make_user("admin", role="admin")
    await make_user("ada")
    head, payload, signature = (await sign_in("ada"))["token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": admin.id}).encode()).rstrip(b"=").decode()
    await _refused(program, f"{head}.{forged}.{signature}")


async def test_a_cookie_is_no_bearer_token_and_the_other_way_round(
    program: httpx2.AsyncClient, visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    token = (await sign_in("ada", visitor=visitor))["token"]
    cookie = visitor.cookies["session"]
    # Both are known to the studio already: what is remembered must not mix them up.
    assert (await visitor.get("/api/auth/me")).status_code == 200
    assert (await program.get("/api/auth/me", headers=bearer(token))).status_code == 200
    await _refused(program, cookie)
    visitor.cookies.clear()
    visitor.cookies.set("session", token)
    assert (await visitor.get("/api/auth/me")).status_code == 401


async def test_a_token_expires(
    program: httpx2.AsyncClient, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    token = (await sign_in("ada"))["token"]
    clock.ahead += 12 * 3600 - 5
    assert (await program.get("/api/auth/me", headers=bearer(token))).status_code == 200
    clock.ahead += 6
    answer = await program.get("/api/auth/me", headers=bearer(token))
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]


async def test_an_idle_session_ends_after_seven_days_and_a_used_one_does_not(
    new_browser: NewBrowser, studio: Studio, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    used, idle = await new_browser(), await new_browser()
    session_id = _claims((await sign_in("ada", visitor=used))["token"])["sid"]
    await sign_in("ada", visitor=idle)
    for _ in range(8):
        clock.ahead += 86400 + 60
        answer = await used.get("/api/auth/me")
        assert answer.status_code == 200
        assert answer.headers["set-cookie"].startswith("session=ey")
        await run_task(studio, "session_seen", session_id)
    assert (await idle.get("/api/auth/me")).status_code == 401


async def test_a_young_cookie_is_not_replaced(
    visitor: httpx2.AsyncClient, clock: MovableClock, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    clock.ahead += 86400 - 60
    assert "set-cookie" not in (await visitor.get("/api/auth/me")).headers


async def test_a_disabled_user_is_out_at_once(
    program: httpx2.AsyncClient, studio: Studio, make_user: MakeUser, sign_in: SignIn
) -> None:
    admin = await make_user("admin", role="admin")
    ada = await make_user("ada")
    token = (await sign_in("ada"))["token"]
    assert (await program.get("/api/auth/me", headers=bearer(token))).status_code == 200
    ended: set[str] = set()

    async def end(session_ids: set[str]) -> None:
        ended.update(session_ids)

    studio.end_sessions = end
    async with studio.transaction() as work:
        actor = Actor(admin.id, "admin", "admin", admin.space_id)
        await service.disable_user(work, actor, user_id=ada.id, now=studio.clock.now())
    assert (await program.get("/api/auth/me", headers=bearer(token))).status_code == 401
    assert ended == {_claims(token)["sid"]}


async def test_a_session_of_a_disabled_user_opens_nothing(
    program: httpx2.AsyncClient, studio: Studio, make_user: MakeUser, sign_in: SignIn
) -> None:
    """Even one that was begun in the moment in which the others were ended."""
    await make_user("ada")
    found = await sign_in("ada")
    async with studio.transaction() as work:
        await work.session.execute(update(users).values(disabled_at=studio.clock.now()))
    assert (await program.get("/api/auth/me", headers=bearer(found["token"]))).status_code == 401
    spent = await program.post("/api/auth/refresh", json={"refresh_token": found["refresh_token"]})
    assert spent.status_code == 401


async def test_another_scheme_is_somebody_elses(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    answer = await visitor.get("/api/auth/me", headers={"Authorization": "Basic YTpi"})
    assert answer.status_code == 200


async def test_a_bad_bearer_token_is_not_saved_by_a_good_cookie(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    assert (await visitor.get("/api/auth/me", headers=bearer("x"))).status_code == 401


async def _refused(program: httpx2.AsyncClient, token: str) -> None:
    answer = await program.get("/api/auth/me", headers=bearer(token))
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "unauthorized"
    assert answer.json()["success"] is False
    assert answer.headers["www-authenticate"] == "Bearer"
