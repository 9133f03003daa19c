"""What the cluster knows of a provider: quiet periods, the circuit, and whose shift it is.

A Retry-After holds for everything that talks to the account. After three failures in a row the circuit opens:
nothing is asked until `open_until`, then one question tries again. Jobs wait meanwhile; nothing fails.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import Invalid
from rushes.providers.protocol import Busy, Down, Refused
from rushes.tables import provider_settings, providers
from rushes.transaction import Transaction

_OPENS_AFTER = 3
_LONGEST_OPEN = 300.0
_LONGEST_QUIET = 3600.0
# A Retry-After of 0 must not become a storm of requests.
_SHORTEST_QUIET = 1.0
_UNSAID_QUIET = 5.0
_NOTED_EVERY = 30.0


async def begin_shift(work: Transaction, name: str) -> int:
    """Takes the next shift number; from now on every older shift is over."""
    await ensure(work, name)
    epoch = await work.session.scalar(
        update(providers)
        .where(providers.c.name == name)
        .values(poller_epoch=providers.c.poller_epoch + 1)
        .returning(providers.c.poller_epoch)
    )
    return int(epoch or 0)


async def ensure(work: Transaction, name: str) -> None:
    """Makes the provider's row if this is the first time that anything is known of it."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    await work.session.execute(insert(providers).values(name=name).on_conflict_do_nothing())


async def locked(work: Transaction, name: str) -> Row[Any] | None:
    """The provider's row, held until the transaction ends: two admissions never overlap."""
    query = select(providers).where(providers.c.name == name).with_for_update()
    return (await work.session.execute(query)).one_or_none()


async def read(session: AsyncConnection, name: str) -> Row[Any] | None:
    return (await session.execute(select(providers).where(providers.c.name == name))).one_or_none()


async def must_be_there(work: Transaction, name: str) -> None:
    """Raises `Invalid` for a provider that an administrator has just removed; nobody removes one before the
    transaction ends. This process may not have heard of it yet.

    What is locked is its settings, as the removal does, and not its row here: admission holds that one, and
    takes the space's counter after it, which whoever calls this has already.
    """
    saved = select(provider_settings.c.name).where(provider_settings.c.name == name)
    await work.session.execute(saved.with_for_update(read=True, key_share=True))
    removed = await work.session.scalar(select(providers.c.removed_at).where(providers.c.name == name))
    if removed is not None:
        raise Invalid(model=f"is {name}'s, which was just removed", code="unknown_provider")


def silent_until(state: Row[Any] | None) -> float:
    """The time before which the provider must not be asked anything; 0 if it may be."""
    return max(state.quiet_until or 0.0, state.open_until or 0.0) if state is not None else 0.0


def is_trying_again(state: Row[Any] | None) -> bool:
    """The circuit's pause is over and nothing has succeeded since: one question at a time."""
    return state is not None and state.failures >= _OPENS_AFTER


async def went_well(work: Transaction, name: str, *, now: float) -> None:
    """Closes the circuit. Writes nothing when it is closed and a success was noted lately."""
    await work.session.execute(
        update(providers)
        .where(
            providers.c.name == name,
            or_(
                providers.c.failures > 0,
                providers.c.open_until.is_not(None),
                providers.c.last_error.is_not(None),
                func.coalesce(providers.c.last_ok_at, 0) < now - _NOTED_EVERY,
            ),
        )
        .values(failures=0, open_until=None, last_error=None, last_ok_at=now)
    )


async def went_badly(work: Transaction, name: str, *, error: Busy | Down | Refused, now: float) -> float:
    """Notes what went wrong; when the provider may be asked again.

    One that is well but busy (Retry-After, 429) has not failed: only everything that talks to it pauses.
    """
    state = await locked(work, name)
    wait = getattr(error, "retry_after", None)
    if wait is None and error.code == "provider_busy":
        wait = _UNSAID_QUIET
    values: dict[str, Any] = {"last_error": error.message[:500]}
    until = max(now, silent_until(state))
    if wait is not None:
        until = max(until, now + min(max(wait, _SHORTEST_QUIET), _LONGEST_QUIET))
        values["quiet_until"] = until
    elif state is None or (state.open_until or 0.0) <= now:
        failures = (state.failures if state is not None else 0) + 1
        values["failures"] = failures
        if failures >= _OPENS_AFTER:
            pause = min(_LONGEST_OPEN, 2.0 ** min(failures, 12)) * random.uniform(0.8, 1.2)
            values["open_until"] = now + pause
            until = max(until, now + pause)
    # Else it is an echo of the outage for which the circuit is open: four at once are one failure.
    await work.session.execute(update(providers).where(providers.c.name == name).values(**values))
    return until
