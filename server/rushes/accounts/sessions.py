"""Sessions: one for each sign-in, from which tokens are issued and with which they die."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.accounts import queries, tokens
from rushes.actor import Actor
from rushes.errors import NotFound
from rushes.settings import Settings
from rushes.studio import Studio
from rushes.tables import new_id
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)

# How long the refresh token before the present one is still good: for a second tab that had it, too.
_OVERLAP = 30.0
_LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in, as their list of sessions will show it."""

    address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a person gets to carry. `expires_in` is the access token's life in seconds."""

    user_id: str
    access: str
    refresh: str
    cookie: str
    expires_in: int


def session_seconds(settings: Settings) -> int:
    """How long a session lives after it was last used."""
    return max(tokens.COOKIE_SECONDS, settings.jwt_ttl)


async def start_session(work: Transaction, *, studio: Studio, user_id: str, place: Place) -> Tokens:
    """Signs the user in."""
    now = studio.clock.now()
    session_id = new_id("session")
    refresh = tokens.first_refresh(studio.jwt_secret, session_id)
    await queries.add_session(
        work.session,
        {
            "id": session_id,
            "user_id": user_id,
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + session_seconds(studio.settings),
            "refresh_hash": tokens.hash_of(refresh),
            "address": place.address,
            "user_agent": _plain(place.user_agent),
        },
    )
    return _issue(studio, user_id=user_id, session_id=session_id, refresh=refresh)


async def refresh_by_token(work: Transaction, *, studio: Studio, refresh_token: str) -> Tokens | None:
    """New tokens for a refresh token; None if it is not good.

    One that was used up more than 30 seconds ago has been copied by somebody. Nobody can tell which of the
    two is the thief, so the session ends for both: commit that, and then refuse.
    """
    session_id = tokens.session_of(studio.jwt_secret, refresh_token)
    if session_id is None:
        return None
    now = studio.clock.now()
    row = await queries.live_session(work.session, session_id, now=now)
    if row is None or row.disabled_at is not None:
        return None
    presented = tokens.hash_of(refresh_token)
    if presented == row.refresh_hash:
        return await _rotate(work, studio, row, now=now)
    if presented == row.previous_hash and now - (row.rotated_at or 0) <= _OVERLAP:
        return _successor(studio, row)
    log.warning("refresh_token_reused", user_id=row.user_id, session_id=session_id)
    await _end(work, row.user_id, now=now, only=session_id)
    return None


async def refresh_by_cookie(work: Transaction, actor: Actor, *, studio: Studio) -> Tokens | None:
    """New tokens for a browser that shows its session's cookie; None if the session has just ended."""
    now = studio.clock.now()
    row = await queries.live_session(work.session, actor.session_id or "", now=now)
    if row is None or row.disabled_at is not None:
        return None
    # Two tabs that ask together get one refresh token: rotating twice would use up the first tab's.
    if row.previous_hash is not None and now - (row.rotated_at or 0) <= _OVERLAP:
        return _successor(studio, row)
    return await _rotate(work, studio, row, now=now)


async def replace_tokens(work: Transaction, actor: Actor, *, studio: Studio) -> Tokens | None:
    """New tokens for the actor's own session, whose refresh tokens so far are worth nothing from now on."""
    now = studio.clock.now()
    row = await queries.live_session(work.session, actor.session_id or "", now=now)
    if row is None:
        return None
    refresh = tokens.first_refresh(studio.jwt_secret, row.id)
    await queries.change_session(
        work.session,
        row.id,
        {"refresh_hash": tokens.hash_of(refresh), "previous_hash": None, "rotated_at": now},
    )
    return _issue(studio, user_id=row.user_id, session_id=row.id, refresh=refresh)


async def list_sessions(session: AsyncConnection, actor: Actor, *, now: float) -> list[Row[Any]]:
    """Where the actor is signed in, the one used last first."""
    return await queries.live_sessions_of(session, actor.user_id, now=now)


async def live_among(session: AsyncConnection, session_ids: Iterable[str], *, now: float) -> set[str]:
    """Those of the sessions that are still good: for whoever keeps connections open."""
    return await queries.live_among(session, session_ids, now=now)


async def end_session(work: Transaction, actor: Actor, *, session_id: str, now: float) -> int:
    """Signs out one of the actor's own sessions. Raises `NotFound` when there is none of that id."""
    ended = await _end(work, actor.user_id, now=now, only=session_id)
    if not ended:
        raise NotFound("session")
    return ended


async def sign_out(work: Transaction, actor: Actor, *, now: float) -> None:
    """Ends the session that the actor came with. One that has just ended stays so."""
    if actor.session_id is not None:
        await _end(work, actor.user_id, now=now, only=actor.session_id)


async def end_other_sessions(work: Transaction, actor: Actor, *, now: float) -> int:
    """Ends all sessions of the actor but the present one and says how many those were."""
    return await _end(work, actor.user_id, now=now, but=actor.session_id)


async def end_all_sessions(work: Transaction, *, user_id: str, now: float) -> int:
    """Signs the user out everywhere."""
    return await _end(work, user_id, now=now)


async def _end(
    work: Transaction, user_id: str, *, now: float, only: str | None = None, but: str | None = None
) -> int:
    ended = await queries.end_sessions(work.session, user_id, now=now, only=only, but=but)
    for session_id in ended:
        work.end_session(session_id)
    return len(ended)


async def _rotate(work: Transaction, studio: Studio, row: Row[Any], *, now: float) -> Tokens:
    refresh = tokens.next_refresh(studio.jwt_secret, row.id, row.refresh_hash)
    await queries.change_session(
        work.session,
        row.id,
        {
            "refresh_hash": tokens.hash_of(refresh),
            "previous_hash": row.refresh_hash,
            "rotated_at": now,
            "last_seen_at": now,
            "expires_at": now + session_seconds(studio.settings),
        },
    )
    return _issue(studio, user_id=row.user_id, session_id=row.id, refresh=refresh)


def _successor(studio: Studio, row: Row[Any]) -> Tokens:
    """Tokens with the refresh token that is in force, found again from the one before it."""
    refresh = tokens.next_refresh(studio.jwt_secret, row.id, row.previous_hash)
    return _issue(studio, user_id=row.user_id, session_id=row.id, refresh=refresh)


def _issue(studio: Studio, *, user_id: str, session_id: str, refresh: str) -> Tokens:
    now, seconds = studio.clock.now(), studio.settings.jwt_ttl
    secret, ids = studio.jwt_secret, {"user_id": user_id, "session_id": session_id}
    return Tokens(
        user_id=user_id,
        access=tokens.issue(secret, "access", now=now, seconds=seconds, **ids),
        refresh=refresh,
        cookie=tokens.issue(secret, "cookie", now=now, seconds=tokens.COOKIE_SECONDS, **ids),
        expires_in=seconds,
    )


def _plain(user_agent: str | None) -> str | None:
    """What a program calls itself, without signs that could hide something on the page that lists it."""
    if not user_agent:
        return None
    return "".join(c if c.isprintable() else " " for c in user_agent[:_LONGEST_AGENT])
