"""People, browsers and a clock that can be put forward."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from sqlalchemy import Row
from tests.accounts.people import PASSWORD, MakeUser, MovableClock, NewBrowser, SignIn

from rushes.accounts.service import create_user
from rushes.serving import Serving
from rushes.studio import Studio


@pytest.fixture
def clock(studio: Studio) -> MovableClock:
    """The studio's clock: `clock.ahead += 60` and a minute has passed."""
    studio.clock = MovableClock()
    return studio.clock


@pytest.fixture
def make_user(studio: Studio) -> MakeUser:
    """`await make_user("ada")` can sign in with PASSWORD."""

    async def make(username: str, *, password: str | None = PASSWORD, **more: Any) -> Row[Any]:
        hashed = await studio.passwords.hash(password) if password is not None else None
        async with studio.transaction() as work:
            return await create_user(
                work, username=username, password_hash=hashed, now=studio.clock.now(), **more
            )

    return make


@pytest.fixture
async def new_browser(server: Serving) -> AsyncIterator[NewBrowser]:
    """`await new_browser()` has cookies of its own."""
    async with AsyncExitStack() as stack:

        async def open_one() -> httpx2.AsyncClient:
            return await stack.enter_async_context(httpx2.AsyncClient(base_url=server.url, timeout=30))

        yield open_one


@pytest.fixture
async def visitor(new_browser: NewBrowser) -> httpx2.AsyncClient:
    return await new_browser()


@pytest.fixture
def sign_in(new_browser: NewBrowser) -> SignIn:
    """`await sign_in("ada")` answers her tokens; with `visitor` given, it keeps the cookie too."""

    async def sign_in(
        username: str, *, password: str = PASSWORD, visitor: httpx2.AsyncClient | None = None
    ) -> dict[str, Any]:
        using = visitor or await new_browser()
        answer = await using.post("/api/auth/login", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return sign_in


@pytest.fixture
async def program(server: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that never keeps a cookie: `program.get(…, headers=bearer(token))`."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as made:
        made.event_hooks = {"response": [_forget_cookies(made)]}
        yield made


def _forget_cookies(client: httpx2.AsyncClient) -> Callable[[httpx2.Response], Awaitable[None]]:
    async def forget(_response: httpx2.Response) -> None:
        client.cookies.clear()

    return forget
