"""What the cluster knows of a provider: quiet periods, the circuit, and whose shift it is.

A Retry-After holds for everything that talks to the account. After three failures in a row the circuit opens:
nothing is asked until `open_until`, then one question tries again. Jobs wait meanwhile; nothing fails.
"""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.tables import providers
from rushes.transaction import Transaction

_OPENS_AFTER = 3
_LONGEST_OPEN = 300.0
_LONGEST_QUIET = 3600.0


async def begin_shift(work: Transaction, name: str) -> int:
    """Takes the next shift number; from now on every older shift is over."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    await work.session.execute(insert(providers).values(name=name).on_conflict_do_nothing())
    epoch = await work.session.scalar(
        update(providers)
        .where(providers.c.name == name)
        .values(poller_epoch=providers.c.poller_epoch + 1)
        .returning(providers.c.poller_epoch)
    )
    return int(epoch or 0)


async def locked(work: Transaction, name: str) -> Row[Any] | None:
    """The provider's row, held until the transaction ends: two admissions never overlap."""
    query = select(providers).where(providers.c.name == name).with_for_update()
    return (await work.session.execute(query)).one_or_none()


async def read(session: AsyncConnection, name: str) -> Row[Any] | None:
    return (await session.execute(select(providers).where(providers.c.name == name))).one_or_none()


def silent_until(state: Row[Any] | None) -> float:
    """The time before which the provider must not be asked anything; 0 if it may be."""
    return max(state.quiet_until or 0.0, state.open_until or 0.0) if state is not None else 0.0


async def went_well(work: Transaction, name: str, *, now: float) -> None:
    """Closes the circuit. Called for the first success after a failure, and now and then."""
    await work.session.execute(
        update(providers)
        .where(providers.c.name == name)
        .values(failures=0, open_until=None, last_error=None, last_ok_at=now)
    )


async def went_badly(
    work: Transaction, name: str, *, error: str, retry_after: float | None, now: float
) -> float:
    """Counts a failure and notes a Retry-After; when the provider may be asked again."""
    state = await locked(work, name)
    failures = (state.failures if state else 0) + 1
    values: dict[str, Any] = {"failures": failures, "last_error": error[:500]}
    until = now
    if retry_after is not None:
        until = max(silent_until(state), now + min(retry_after, _LONGEST_QUIET))
        values["quiet_until"] = until
    if failures >= _OPENS_AFTER:
        pause = min(_LONGEST_OPEN, 2.0 ** min(failures, 12)) * random.uniform(0.8, 1.2)
        values["open_until"] = now + pause
        until = max(until, now + pause)
    await work.session.execute(update(providers).where(providers.c.name == name).values(**values))
    return until


async def be_quiet(work: Transaction, name: str, *, error: str, retry_after: float, now: float) -> None:
    """A provider that is well but busy: no failure, only a pause for everything that talks to it."""
    state = await locked(work, name)
    until = max(silent_until(state), now + min(retry_after, _LONGEST_QUIET))
    await work.session.execute(
        update(providers).where(providers.c.name == name).values(quiet_until=until, last_error=error[:500])
    )
