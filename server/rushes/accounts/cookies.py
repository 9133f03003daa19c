"""The `session` cookie: how a browser stays signed in, out of reach of scripts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from rushes.accounts.tokens import COOKIE_SECONDS
from rushes.http.endpoint import SESSION_COOKIE


def set_session_cookie(request: Request, response: Response, value: str) -> None:
    """Gives the browser the cookie, for seven days."""
    response.headers.append("set-cookie", session_cookie(request, value))


def clear_session_cookie(request: Request, response: Response) -> None:
    """Takes the cookie back, if the browser has one."""
    if SESSION_COOKIE in request.cookies:
        response.headers.append("set-cookie", session_cookie(request, "", seconds=0))


def session_cookie(request: Request, value: str, *, seconds: int = COOKIE_SECONDS) -> str:
    """The Set-Cookie header. `Secure` only over HTTPS: over plain HTTP a browser would drop such a cookie."""
    secure = "; Secure" if request.url.scheme == "https" else ""
    return f"{SESSION_COOKIE}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
