"""Finds out who is asking, from the bearer token or the cookie of a request or a socket."""

from __future__ import annotations

from starlette.requests import Request

from rushes.accounts import queries
from rushes.accounts.cookies import session_cookie
from rushes.accounts.tokens import COOKIE_SECONDS, Typ, issue, read
from rushes.actor import Actor
from rushes.errors import Unauthorized
from rushes.http.endpoint import SESSION_COOKIE
from rushes.remembered import Known
from rushes.studio import Studio
from rushes.transaction import Enqueued

# A cookie older than this is replaced when it is used, so that only seven idle days sign a browser out.
_RENEW_AFTER = 86400
SEEN_EVERY = 60.0


async def identify(studio: Studio, request: Request) -> Actor | None:
    """Who sends the request: by `Authorization: Bearer`, else by the cookie; None for nobody.

    Raises `Unauthorized` when the token is forged or expired or its session has ended. Sets
    `request.state.by_cookie`, and `request.state.renewed_cookie` when the cookie is due for a younger one.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    # Another scheme is somebody else's, such as a proxy's own Basic; the cookie may still be there.
    if scheme.lower() == "bearer":
        return (await known_by(studio, "access", token.strip())).actor
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return None
    request.state.by_cookie = True
    known = await known_by(studio, "cookie", cookie)
    now = studio.clock.now()
    if now - known.issued_at > _RENEW_AFTER and known.actor.session_id is not None:
        young = issue(
            studio.jwt_secret,
            "cookie",
            user_id=known.actor.user_id,
            session_id=known.actor.session_id,
            now=now,
            seconds=COOKIE_SECONDS,
        )
        request.state.renewed_cookie = session_cookie(request, young)
    return known.actor


async def known_by(studio: Studio, typ: Typ, token: str) -> Known:
    """Whom a token of this type stands for. Raises `Unauthorized`.

    What was found is remembered for ten seconds. That the session was used is noted once a minute, by a
    background task: reading must not wait for the one writer.
    """
    now = studio.clock.now()
    key = f"{typ} {token}"
    if known := studio.remembered.find(key, now=now):
        return known
    claims = read(studio.jwt_secret, typ, token, now=now)
    edition = studio.remembered.edition
    async with studio.reading() as session:
        row = await queries.holder(session, session_id=claims.session_id, user_id=claims.user_id, now=now)
    if row is None:
        raise Unauthorized("This session has ended. Sign in again.")
    actor = Actor(
        user_id=row.id,
        username=row.username,
        role=row.role,
        space_id=row.space_id,
        session_id=claims.session_id,
        must_change_password=row.must_change_password,
    )
    known = Known(actor, claims.issued_at, claims.expires_at)
    studio.remembered.keep(key, known, now=now, edition=edition)
    if now - row.last_seen_at >= SEEN_EVERY:
        await studio.background.send(
            [Enqueued("session_seen", (claims.session_id,), f"session_seen:{claims.session_id}", None)]
        )
    return known
