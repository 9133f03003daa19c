"""Gives every request an id, and writes one line about it when it is done.

The id comes from the client's X-Request-ID when that is a sane one, goes into every log line meanwhile and is
sent back. The line holds the path, never the query: signatures and tokens travel there.
"""

from __future__ import annotations

import os
import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rushes.observe import context
from rushes.observe.times import Times

log = structlog.get_logger("rushes.access")

_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,100}")
# Asked for all the time and of interest to nobody.
_QUIET = ("/health", "/ready", "/metrics", "/assets/", "/socket.io/", "/favicon", "/icon-", "/theme.js")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Requests:
    """ASGI middleware, outermost but for `Addresses`, whose findings it logs. `taken` measures how long
    requests take."""

    def __init__(self, app: ASGIApp, taken: Times) -> None:
        self._app = app
        self._taken = taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"").decode(
            "latin-1"
        )
        request_id = given if given and _SANE.fullmatch(given) else os.urandom(16).hex()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        context.request(request_id)
        if scope["type"] == "websocket":
            # It lives for hours; the hub says what becomes of it.
            await self._app(scope, receive, send)
            return
        status = 0

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, with_id)
        finally:
            took = time.perf_counter() - began
            self._taken.of(_route(scope), _method(scope), str(status)).add(took)
            write = log.debug if scope["path"].startswith(_QUIET) else log.info
            write(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(took * 1000, 1),
                address=scope["client"][0] if scope.get("client") else None,
            )


def _route(scope: Scope) -> str:
    """The route's own path, parameters unfilled: paths as they came would be a series for each video."""
    return getattr(scope.get("route"), "path", "(web app)")


def _method(scope: Scope) -> str:
    """Clients may send any word as a method."""
    method: str = scope["method"]
    return method if method in _METHODS else "other"
