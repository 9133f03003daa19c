"""Signing in: by name or address, told apart from nobody only by the right password."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update
from tests.accounts.people import PASSWORD, MakeUser, NewBrowser, bearer

from rushes.passwords import Passwords
from rushes.studio import Studio
from rushes.tables import users


async def test_answers_tokens_and_the_user(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    ada = await make_user("ada", email="Ada@example.org")
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"token", "refresh_token", "expires_in", "user"}
    assert found["expires_in"] == 12 * 3600
    assert found["refresh_token"].startswith("rr_session_")
    assert found["user"] == {
        "id": ada.id,
        "username": "ada",
        "email": "Ada@example.org",
        "display_name": None,
        "role": "member",
        "must_change_password": False,
        "created_at": int(ada.created_at),
        "avatar_url": None,
        "space_id": ada.space_id,
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    visitor: httpx2.AsyncClient, make_user: MakeUser
) -> None:
    await make_user("ada")
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("session=ey")
    assert attributes == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Lax"]
    assert (await visitor.get("/api/auth/me")).json()["user"]["username"] == "ada"


@pytest.mark.parametrize(
    "named",
    [
        {"username": "Ada"},
        {"username": "ADA"},
        {"username": " ada "},
        {"email": "ada@example.org"},
        {"email": "ADA@EXAMPLE.ORG"},
        {"username": "ada@Example.org"},
    ],
)
async def test_case_does_not_matter_and_an_address_is_a_name(
    visitor: httpx2.AsyncClient, make_user: MakeUser, named: dict[str, str]
) -> None:
    await make_user("Ada", email="Ada@Example.org")
    answer = await visitor.post("/api/auth/login", json={**named, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["user"]["username"] == "Ada"


async def test_nobody_learns_which_names_exist(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada")
    await make_user("nopassword", password=None)
    answers = [
        await visitor.post("/api/auth/login", json={"username": name, "password": "wrong password"})
        for name in ("ada", "nobody", "nopassword", "a@b.c", "x" * 900, "‮evil")
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.json() == answers[0].json()
        assert "set-cookie" not in answer.headers
    assert answers[0].json()["code"] == "invalid_credentials"


async def test_the_hash_is_checked_for_unknown_names_too(studio: Studio, make_user: MakeUser) -> None:
    ada = await make_user("ada")
    assert await studio.passwords.matches(PASSWORD, ada.password_hash)
    assert not await studio.passwords.matches(PASSWORD, None)
    # Even the password that the stand-in hash might be made of lets nobody in.
    assert not await studio.passwords.matches("", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": PASSWORD}, "username"),
        ({"username": "ada"}, "password"),
        ({"username": "ada", "password": "x" * 73}, "password"),
        ({"username": "ada", "password": "ü" * 37}, "password"),
        ({"username": 7, "password": PASSWORD}, "username"),
        ({"username": "ada", "password": PASSWORD, "remember": True}, "remember"),
    ],
)
async def test_what_is_wrong_with_a_form_is_named(
    visitor: httpx2.AsyncClient, make_user: MakeUser, body: dict[str, Any], field: str
) -> None:
    await make_user("ada")
    answer = await visitor.post("/api/auth/login", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "validation_failed"
    assert list(answer.json()["details"]["fields"]) == [field]


async def test_a_long_password_is_refused_with_the_reason(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": "x" * 73})
    reason = answer.json()["details"]["fields"]["password"]
    assert "72 bytes" in reason
    assert "73" in reason


async def test_a_disabled_user_is_told_so_only_with_the_right_password(
    visitor: httpx2.AsyncClient, make_user: MakeUser, studio: Studio
) -> None:
    await make_user("ada")
    await _disable(studio, "ada")
    wrong = await visitor.post("/api/auth/login", json={"username": "ada", "password": "wrong password"})
    right = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    assert (right.status_code, right.json()["code"]) == (403, "account_disabled")
    assert "set-cookie" not in right.headers


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
async def test_hashes_of_other_programs_are_accepted(
    visitor: httpx2.AsyncClient, make_user: MakeUser, studio: Studio, prefix: str
) -> None:
    ada = await make_user("ada")
    async with studio.transaction() as work:
        await work.session.execute(update(users).values(password_hash=prefix + ada.password_hash[4:]))
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_hash_that_was_too_cheap_is_made_anew(
    visitor: httpx2.AsyncClient, make_user: MakeUser, studio: Studio
) -> None:
    ada = await make_user("ada")
    assert ada.password_hash.startswith("$2b$04$")
    studio.passwords = Passwords(rounds=5)
    for _ in range(2):
        answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
        assert answer.status_code == 200
    async with studio.reading() as session:
        kept = (await session.execute(select(users.c.password_hash))).scalar_one()
    assert kept.startswith("$2b$05$")


async def test_a_password_may_be_in_any_script(visitor: httpx2.AsyncClient, make_user: MakeUser) -> None:
    await make_user("ada", password="пароль-密码-🎬")
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": "пароль-密码-🎬"})
    assert answer.status_code == 200


async def test_one_address_does_both(
    visitor: httpx2.AsyncClient, make_user: MakeUser, studio: Studio
) -> None:
    studio.settings.registration = "open"
    await make_user("ada")
    entered = await visitor.post(
        "/api/auth", json={"action": "login", "username": "ada", "password": PASSWORD}
    )
    joined = await visitor.post(
        "/api/auth", json={"action": "register", "username": "bob", "password": PASSWORD}
    )
    neither = await visitor.post(
        "/api/auth", json={"action": "dance", "username": "bob", "password": PASSWORD}
    )
    assert (entered.status_code, entered.json()["user"]["username"]) == (200, "ada")
    assert (joined.status_code, joined.json()["user"]["username"]) == (201, "bob")
    assert (neither.status_code, list(neither.json()["details"]["fields"])) == (422, ["action"])


async def test_an_old_cookie_keeps_nobody_from_signing_in(
    visitor: httpx2.AsyncClient, make_user: MakeUser
) -> None:
    await make_user("ada")
    visitor.cookies.set("session", "something-of-another-program")
    assert (await visitor.get("/api/auth/me")).status_code == 401
    answer = await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/api/auth/logout", "/api/logout"])
async def test_signing_out_ends_the_session(
    new_browser: NewBrowser, program: httpx2.AsyncClient, make_user: MakeUser, path: str
) -> None:
    await make_user("ada")
    visitor = await new_browser()
    signed_in = (await visitor.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})).json()
    cookie = visitor.cookies["session"]
    answer = await visitor.post(path)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    again = await new_browser()
    again.cookies.set("session", cookie)
    assert (await again.get("/api/auth/me")).status_code == 401
    assert (await program.get("/api/auth/me", headers=bearer(signed_in["token"]))).status_code == 401
    spent = await program.post("/api/auth/refresh", json={"refresh_token": signed_in["refresh_token"]})
    assert spent.status_code == 401


async def test_signing_out_twice_is_no_error(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.post("/api/auth/logout")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert "set-cookie" not in answer.headers


async def _disable(studio: Studio, username: str) -> None:
    async with studio.transaction() as work:
        await work.session.execute(
            update(users).where(users.c.username == username).values(disabled_at=studio.clock.now())
        )
