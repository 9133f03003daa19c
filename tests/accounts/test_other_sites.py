"""A browser's cookie changes something only for our own pages and allowed ones."""

from __future__ import annotations

import httpx2
import pytest
from tests.accounts.people import MakeUser, SignIn, bearer

from rushes.serving import Serving
from rushes.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.allowed_origins = ["https://app.example.org"]
    return settings


@pytest.fixture
async def ada(visitor: httpx2.AsyncClient, make_user: MakeUser, sign_in: SignIn) -> dict[str, str]:
    await make_user("ada")
    found: dict[str, str] = await sign_in("ada", visitor=visitor)
    return found


async def _change(visitor: httpx2.AsyncClient, **headers: str) -> httpx2.Response:
    return await visitor.patch("/api/auth/profile", json={"display_name": "changed"}, headers=headers)


async def test_without_an_origin_it_is_a_program(visitor: httpx2.AsyncClient, ada: dict[str, str]) -> None:
    assert (await _change(visitor)).status_code == 200


async def test_our_own_pages_may(visitor: httpx2.AsyncClient, ada: dict[str, str], server: Serving) -> None:
    assert (await _change(visitor, Origin=server.url)).status_code == 200


async def test_an_allowed_one_may(visitor: httpx2.AsyncClient, ada: dict[str, str]) -> None:
    assert (await _change(visitor, Origin="https://app.example.org")).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1", "https://app.example.org.evil.example",
     "http://app.example.org", "https://app.example.org:8443", "file://", ""],
)  # fmt: skip
async def test_another_may_not(visitor: httpx2.AsyncClient, ada: dict[str, str], origin: str) -> None:
    answer = await _change(visitor, Origin=origin)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_origin")
    assert (await visitor.get("/api/auth/me")).json()["user"]["display_name"] is None


async def test_reading_is_not_changing(visitor: httpx2.AsyncClient, ada: dict[str, str]) -> None:
    answer = await visitor.get("/api/auth/me", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert answer.headers.get("access-control-allow-origin") != "https://evil.example"


async def test_another_site_cannot_sign_a_browser_out_or_refresh(
    visitor: httpx2.AsyncClient, ada: dict[str, str]
) -> None:
    for path in ("/api/auth/logout", "/api/logout", "/api/auth/refresh"):
        answer = await visitor.post(path, headers={"Origin": "https://evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_origin")
    assert (await visitor.get("/api/auth/me")).status_code == 200


async def test_a_bearer_token_is_not_sent_by_itself(program: httpx2.AsyncClient, ada: dict[str, str]) -> None:
    answer = await program.patch(
        "/api/auth/profile",
        json={"display_name": "changed"},
        headers={**bearer(ada["token"]), "Origin": "https://evil.example"},
    )
    assert answer.status_code == 200
