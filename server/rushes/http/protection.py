"""Headers that keep browsers from being turned against people, on every response.

A handler that sets one of them itself (a page that needs its own policy) has the last word.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# For pages of the web app. Styles may be inline, because components position things by them; scripts never.
PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)

# For everything else: data is data. A stored file that a browser takes for a page can do nothing.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-site",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": _DATA_POLICY,
}

_RAW = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
_NAMES = frozenset(name for name, _ in _RAW)


class Protection:
    """ASGI middleware that adds what is missing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                # Names are in lower case (https://asgi.readthedocs.io/en/latest/specs/www.html).
                own = {name for name, _ in given if name in _NAMES}
                more = [pair for pair in _RAW if pair[0] not in own] if own else _RAW
                message["headers"] = [*given, *more]
            await send(message)

        await self._app(scope, receive, protected)
