"""A server of endpoints that a test declares itself, under the whole stack that real ones stand under."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest
from starlette.requests import Request

from rushes.actor import Actor
from rushes.errors import Unauthorized
from rushes.http.endpoint import Endpoint
from rushes.http.stack import build_stack
from rushes.http.webapp import WebApp
from rushes.serving import Serving
from rushes.studio import Studio

Served = Callable[..., Awaitable[httpx2.AsyncClient]]

_PEOPLE = {
    "admin": Actor("user_1", "admin", "admin", "space_1", "session_1"),
    "member": Actor("user_2", "member", "member", "space_2", "session_2"),
    "newcomer": Actor("user_3", "newcomer", "member", "space_3", "session_3", must_change_password=True),
}


async def identify(_studio: Studio, request: Request) -> Actor | None:
    """By a bearer token, or a cookie, that is the person's name."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token and (cookie := request.cookies.get("session")):
        request.state.by_cookie = True
        token = cookie
    if token and token not in _PEOPLE:
        raise Unauthorized("This token is not good.")
    return _PEOPLE.get(token)


@pytest.fixture
async def served(studio: Studio, listener: socket.socket) -> AsyncIterator[Served]:
    """`client = await served(endpoint, …, webapp=…, envelopes=…)`: a client of a server that has these."""
    async with AsyncExitStack() as stack:

        async def serve(
            *endpoints: Endpoint, webapp: WebApp | None = None, **more: object
        ) -> httpx2.AsyncClient:
            app = build_stack(studio, endpoints=endpoints, identify=identify, webapp=webapp, **more)  # type: ignore[arg-type]
            serving = await stack.enter_async_context(Serving.start(app, studio, listener))
            return await stack.enter_async_context(httpx2.AsyncClient(base_url=serving.url, timeout=30))

        yield serve


def signed(name: str) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {name}"}
