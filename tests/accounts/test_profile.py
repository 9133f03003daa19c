"""One's profile and password."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.accounts.people import PASSWORD, MakeUser, NewBrowser, SignIn, bearer

from rushes.studio import Studio

NEW = "another horse entirely"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_what_is_left_out_stays(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn, method: str
) -> None:
    await make_user("ada", email="ada@example.org")
    await sign_in("ada", visitor=visitor)
    answer = await visitor.request(method, "/api/auth/profile", json={"display_name": "  Ada Lovelace "})
    assert answer.status_code == 200
    assert answer.json()["user"]["display_name"] == "Ada Lovelace"
    assert answer.json()["user"]["email"] == "ada@example.org"
    cleared = await visitor.request(method, "/api/auth/profile", json={"display_name": "", "email": None})
    assert cleared.json()["user"]["display_name"] is None
    assert cleared.json()["user"]["email"] is None
    assert (await visitor.get("/api/auth/me")).json()["user"] == cleared.json()["user"]
    unchanged = await visitor.request(method, "/api/auth/profile", json={})
    assert unchanged.json() == cleared.json()


async def test_an_address_belongs_to_one_person(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada", email="ada@example.org")
    await make_user("bob")
    await sign_in("bob", visitor=visitor)
    answer = await visitor.patch("/api/auth/profile", json={"email": "ADA@example.org"})
    assert answer.status_code == 409
    assert list(answer.json()["details"]["fields"]) == ["email"]
    assert (await visitor.get("/api/auth/me")).json()["user"]["email"] is None
    own = await visitor.patch("/api/auth/profile", json={"email": "bob@example.org"})
    again = await visitor.patch("/api/auth/profile", json={"email": "Bob@Example.org"})
    assert (own.status_code, again.status_code) == (200, 200)
    assert again.json()["user"]["email"] == "Bob@Example.org"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"email": "nonsense"}, "email"), ({"display_name": 7}, "display_name"), ({"role": "admin"}, "role"),
     ({"username": "eve"}, "username")],
)  # fmt: skip
async def test_what_is_wrong_is_named(
    visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn, change: dict[str, Any], field: str
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    answer = await visitor.patch("/api/auth/profile", json=change)
    assert answer.status_code == 422
    assert list(answer.json()["details"]["fields"]) == [field]


async def test_changing_the_password_ends_the_other_sessions_only(
    new_browser: NewBrowser,
    program: httpx2.AsyncClient,
    studio: Studio,
    make_user: MakeUser,
    sign_in: SignIn,
) -> None:
    await make_user("ada")
    here, there = await new_browser(), await new_browser()
    mine = await sign_in("ada", visitor=here)
    await sign_in("ada", visitor=there)
    assert (await there.get("/api/auth/me")).status_code == 200
    ended: set[str] = set()

    async def end(session_ids: set[str]) -> None:
        ended.update(session_ids)

    studio.end_sessions = end
    answer = await here.post(
        "/api/auth/change-password", json={"current_password": PASSWORD, "new_password": NEW}
    )
    assert answer.status_code == 200
    fresh = answer.json()
    assert set(fresh) == {"token", "refresh_token", "expires_in", "user"}
    assert len(ended) == 1
    assert (await there.get("/api/auth/me")).status_code == 401
    assert (await here.get("/api/auth/me")).status_code == 200
    assert (await program.get("/api/auth/me", headers=bearer(fresh["token"]))).status_code == 200
    old = await program.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    new = await program.post("/api/auth/login", json={"username": "ada", "password": NEW})
    assert (old.status_code, new.status_code) == (401, 200)
    # The refresh token from before is worth nothing; whoever still uses it may have copied it.
    spent = await program.post("/api/auth/refresh", json={"refresh_token": mine["refresh_token"]})
    assert spent.status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong password", NEW, "current_password"),
        ("x" * 73, NEW, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "x" * 73, "new_password"),
        (PASSWORD, "Adalovelace", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(
    visitor: httpx2.AsyncClient,
    make_user: MakeUser,
    sign_in: SignIn,
    current: str,
    new: str,
    field: str,
) -> None:
    await make_user("adalovelace")
    await sign_in("adalovelace", visitor=visitor)
    answer = await visitor.post(
        "/api/auth/change-password", json={"current_password": current, "new_password": new}
    )
    assert answer.status_code == 422
    assert list(answer.json()["details"]["fields"]) == [field]
    await sign_in("adalovelace")


async def test_guessing_the_present_password_is_limited(
    visitor: httpx2.AsyncClient, studio: Studio, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("ada")
    await sign_in("ada", visitor=visitor)
    studio.settings.signin_limit = "3/minute"
    guess = {"current_password": "wrong password", "new_password": NEW}
    codes = [(await visitor.post("/api/auth/change-password", json=guess)).status_code for _ in range(4)]
    assert codes == [422, 422, 422, 429]


async def test_a_printed_password_must_be_changed_first(
    visitor: httpx2.AsyncClient, program: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn
) -> None:
    await make_user("admin", role="admin", must_change_password=True)
    entered = await sign_in("admin", visitor=visitor)
    assert entered["user"]["must_change_password"] is True
    token = bearer(entered["token"])
    assert (await program.get("/api/auth/sessions", headers=token)).status_code == 403
    assert (await visitor.get("/api/studio")).json()["first_run"] is True
    for method, path in (("GET", "/api/auth/sessions"), ("PATCH", "/api/auth/profile")):
        answer = await visitor.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")
    assert (await visitor.get("/api/auth/me")).status_code == 200
    changed = await visitor.post(
        "/api/auth/change-password", json={"current_password": PASSWORD, "new_password": NEW}
    )
    assert changed.json()["user"]["must_change_password"] is False
    assert (await visitor.get("/api/auth/sessions")).status_code == 200
    # The session's tokens from before are free at once, too.
    assert (await program.get("/api/auth/sessions", headers=token)).status_code == 200
    assert (await visitor.get("/api/studio")).json()["first_run"] is False
