"""Reading and writing users and sessions. A row of `PERSON` is a user with the id of the personal space."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.tables import sessions, space_members, users

PERSON = select(users, space_members.c.space_id).join(
    space_members, space_members.c.personal_of == users.c.id
)


async def person(session: AsyncConnection, user_id: str) -> Row[Any] | None:
    """The user with this id, disabled or not."""
    return (await session.execute(PERSON.where(users.c.id == user_id))).one_or_none()


async def person_called(session: AsyncConnection, key: str) -> Row[Any] | None:
    """The user whose name or address has this key. Names have no @, so at most one matches."""
    found = await session.execute(PERSON.where(or_(users.c.username_key == key, users.c.email_key == key)))
    return found.one_or_none()


async def locked_person(session: AsyncConnection, user_id: str) -> Row[Any] | None:
    """The user, whom nobody else changes before this transaction ends."""
    found = await session.execute(PERSON.where(users.c.id == user_id).with_for_update(of=users))
    return found.one_or_none()


async def is_name_taken(session: AsyncConnection, username_key: str) -> bool:
    return await _exists(session, select(users.c.id).where(users.c.username_key == username_key))


async def is_email_taken(
    session: AsyncConnection, email_key: str, *, by_other_than: str | None = None
) -> bool:
    return await _exists(
        session, select(users.c.id).where(users.c.email_key == email_key, users.c.id != (by_other_than or ""))
    )


async def has_user(session: AsyncConnection, user_id: str) -> bool:
    return await _exists(session, select(users.c.id).where(users.c.id == user_id))


async def has_administrator(session: AsyncConnection) -> bool:
    return await _exists(session, select(users.c.id).where(users.c.role == "admin"))


async def has_unfinished_first_run(session: AsyncConnection) -> bool:
    """Whether an administrator has yet to change the password that was printed."""
    return await _exists(
        session,
        select(users.c.id).where(
            users.c.role == "admin", users.c.must_change_password.is_(True), users.c.disabled_at.is_(None)
        ),
    )


async def add_user(session: AsyncConnection, values: dict[str, Any]) -> bool:
    """False, and nothing done, when the id, name or address is taken."""
    try:
        async with session.begin_nested():
            await session.execute(insert(users).values(values))
    except IntegrityError:
        return False
    return True


async def change_user(session: AsyncConnection, user_id: str, values: dict[str, Any]) -> bool:
    """False, and nothing done, when the address is taken."""
    try:
        async with session.begin_nested():
            await session.execute(update(users).where(users.c.id == user_id).values(values))
    except IntegrityError:
        return False
    return True


async def replace_password(
    session: AsyncConnection,
    user_id: str,
    *,
    before: str | None,
    password_hash: str | None,
    must_change: bool = False,
) -> bool:
    """False, and nothing done, when the user is disabled or the hash is not `before` any more."""
    changed = await session.execute(
        update(users)
        .where(users.c.id == user_id, users.c.password_hash == before, users.c.disabled_at.is_(None))
        .values(password_hash=password_hash, must_change_password=must_change)
    )
    return changed.rowcount == 1


async def add_session(session: AsyncConnection, values: dict[str, Any]) -> None:
    await session.execute(insert(sessions).values(values))


async def live_session(session: AsyncConnection, session_id: str, *, now: float) -> Row[Any] | None:
    """The session, locked for this transaction, with `disabled_at` of its user; None once it has ended."""
    found = await session.execute(
        select(sessions, users.c.disabled_at)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id == session_id, *_live(now))
        .with_for_update(of=sessions)
    )
    return found.one_or_none()


async def change_session(session: AsyncConnection, session_id: str, values: dict[str, Any]) -> None:
    await session.execute(update(sessions).where(sessions.c.id == session_id).values(values))


async def holder(session: AsyncConnection, *, session_id: str, user_id: str, now: float) -> Row[Any] | None:
    """Whom a session stands for and when it was last seen; None if it has ended or the user is disabled."""
    columns: tuple[Any, ...] = (
        users.c.id,
        users.c.username,
        users.c.role,
        users.c.must_change_password,
        space_members.c.space_id,
        sessions.c.last_seen_at,
    )
    found = await session.execute(
        select(*columns)
        .join(sessions, sessions.c.user_id == users.c.id)
        .join(space_members, space_members.c.personal_of == users.c.id)
        .where(sessions.c.id == session_id, users.c.id == user_id, users.c.disabled_at.is_(None), *_live(now))
    )
    return found.one_or_none()


async def live_sessions_of(session: AsyncConnection, user_id: str, *, now: float) -> list[Row[Any]]:
    """The user's sessions, the one seen last first."""
    found = await session.execute(
        select(sessions)
        .where(sessions.c.user_id == user_id, *_live(now))
        .order_by(sessions.c.last_seen_at.desc(), sessions.c.id.desc())
    )
    return list(found.all())


async def live_among(session: AsyncConnection, session_ids: Iterable[str], *, now: float) -> set[str]:
    """Those of the sessions that have not ended and whose users are not disabled."""
    found = await session.scalars(
        select(sessions.c.id)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id.in_(list(session_ids)), users.c.disabled_at.is_(None), *_live(now))
    )
    return set(found)


async def end_sessions(
    session: AsyncConnection,
    user_id: str,
    *,
    now: float,
    only: str | None = None,
    but: str | None = None,
) -> list[str]:
    """Revokes the user's sessions (`only` that one, or all `but` one) and says which were alive."""
    ending = select(sessions.c.id).where(sessions.c.user_id == user_id, *_live(now))
    if only is not None:
        ending = ending.where(sessions.c.id == only)
    if but is not None:
        ending = ending.where(sessions.c.id != but)
    # Locked in one order: two requests that end each other's sessions would otherwise deadlock.
    ids = list(await session.scalars(ending.order_by(sessions.c.id).with_for_update()))
    if ids:
        await session.execute(update(sessions).where(sessions.c.id.in_(ids)).values(revoked_at=now))
    return ids


async def mark_seen(
    session: AsyncConnection, session_id: str, *, now: float, every: float, until: float
) -> None:
    """Notes that the session was used and lets it live on, unless that was noted within `every` seconds."""
    await session.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.last_seen_at <= now - every, *_live(now))
        .values(last_seen_at=now, expires_at=until)
    )


async def purge_sessions(session: AsyncConnection, *, ended_before: float) -> int:
    """Deletes sessions that ended before then and says how many."""
    gone = await session.execute(
        delete(sessions).where(
            or_(sessions.c.expires_at < ended_before, sessions.c.revoked_at < ended_before)
        )
    )
    return gone.rowcount


def _live(now: float) -> tuple[Any, ...]:
    return (sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)


async def _exists(session: AsyncConnection, query: Select[Any]) -> bool:
    return await session.scalar(select(func.count()).select_from(query.limit(1).subquery())) == 1
