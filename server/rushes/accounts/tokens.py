"""The tokens people carry: signed access tokens and cookies that name a session, and refresh tokens.

Access tokens and cookies are JWTs (HS256) with `sub` user, `sid` session, `iat`, `exp` and `typ`; a token is
good only while its session is. Refresh tokens are `rr_<session id>_<nonce><mac>`, kept only as SHA-256. The
successor of a refresh token is computed from it, so two tabs that rotate the same one get the same answer;
the MAC tells one of ours that was used up (somebody copied it) from mere garbage (which may end nothing).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

import jwt

from rushes.errors import Unauthorized

Typ = Literal["access", "cookie"]

COOKIE_SECONDS = 7 * 86400
_REQUIRED = ("sub", "sid", "iat", "exp", "typ")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    user_id: str
    session_id: str
    issued_at: float
    expires_at: float


def issue(secret: bytes, typ: Typ, *, user_id: str, session_id: str, now: float, seconds: int) -> str:
    """A signed token, good from now for `seconds`. Ids are made unique so that no two tokens are alike."""
    claims = {"sub": user_id, "sid": session_id, "iat": int(now), "exp": int(now) + seconds, "typ": typ}
    return jwt.encode({**claims, "jti": secrets.token_hex(8)}, secret, algorithm="HS256")


def read(secret: bytes, typ: Typ, token: str, *, now: float) -> Claims:
    """The claims of our own token. Raises `Unauthorized` for one that is forged, expired or of another type.

    The algorithm is pinned: a token that says `none`, or names another, is forged. The times are compared
    here with the studio's clock.
    """
    if len(token) > _LONGEST:
        raise Unauthorized("The token is not valid.")
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, UnicodeEncodeError):
        raise Unauthorized("The token is not valid.") from None
    user_id, session_id, issued_at, expires_at = (claims[name] for name in ("sub", "sid", "iat", "exp"))
    well_formed = isinstance(user_id, str) and isinstance(session_id, str)
    if not well_formed or not _is_time(issued_at) or not _is_time(expires_at):
        raise Unauthorized("The token is not valid.")
    if claims["typ"] != typ:
        raise Unauthorized("This kind of token is not valid here.")
    if expires_at <= now:
        raise Unauthorized("The token has expired. Refresh it or sign in again.")
    return Claims(user_id, session_id, issued_at, expires_at)


def first_refresh(secret: bytes, session_id: str) -> str:
    """A new refresh token that nothing leads to."""
    return _refresh(secret, session_id, secrets.token_hex(16))


def next_refresh(secret: bytes, session_id: str, refresh_hash: str) -> str:
    """The successor of the session's refresh token whose hash is `refresh_hash`; always the same one."""
    return _refresh(secret, session_id, _mac(secret, "successor", session_id, refresh_hash))


def hash_of(refresh_token: str) -> str:
    """What the database keeps: SHA-256. A slow hash would gain nothing, the token is random."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def session_of(secret: bytes, refresh_token: str) -> str | None:
    """The id of the session that a refresh token was issued for, or None if it is not one of ours."""
    prefix, _, last = refresh_token.rpartition("_")
    session_id = prefix.removeprefix("rr_")
    if len(refresh_token) > _LONGEST or session_id == prefix or not refresh_token.isascii():
        return None
    genuine = hmac.compare_digest(last[32:], _mac(secret, "refresh", session_id, last[:32]))
    return session_id if genuine else None


def _refresh(secret: bytes, session_id: str, nonce: str) -> str:
    return f"rr_{session_id}_{nonce}{_mac(secret, 'refresh', session_id, nonce)}"


def _mac(secret: bytes, purpose: str, session_id: str, value: str) -> str:
    """128 bits in hex. The purpose keeps what is computed for one use from being presented in another."""
    text = f"{purpose}:{session_id}:{value}".encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()[:32]


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
