"""Finds out who opens a socket: by the token in `auth`, else by the session cookie."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any

from rushes.accounts import sessions
from rushes.accounts.identify import known_by
from rushes.actor import Actor
from rushes.errors import Unauthorized
from rushes.http.endpoint import SESSION_COOKIE
from rushes.studio import Studio


async def identify_socket(studio: Studio, environ: dict[str, Any], auth: Any) -> Actor:
    """The actor of a new connection. `auth` is what the client sent with it, `environ` its first request.

    Raises `Unauthorized`. Foreign origins never come this far: the sockets' server refuses them.
    """
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str) and token:
        return (await known_by(studio, "access", token.removeprefix("Bearer ").strip())).actor
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(SESSION_COOKIE)
    except CookieError:
        cookie = None
    if cookie is None or not cookie.value:
        raise Unauthorized()
    return (await known_by(studio, "cookie", cookie.value)).actor


async def still_valid(studio: Studio, session_ids: set[str]) -> set[str]:
    """Those of the sessions that have not ended."""
    if not session_ids:
        return set()
    async with studio.reading() as session:
        return await sessions.live_among(session, session_ids, now=studio.clock.now())
