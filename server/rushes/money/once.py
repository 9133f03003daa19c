"""Paying for what is made within a request: reserved before its maker is asked, ended whatever comes of it.

    async with paid_once(studio, item_of(actor, "image", offer.id, price)) as bill:
        still = await offer.maker.make(order, into)
        bill.cost = still.use.cost

A process that dies in between leaves the reservation. `settle_left` ends those that nobody can be waiting for
any more, as what may have been charged: a budget that errs must not err towards spending.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from rushes.actor import Actor
from rushes.errors import Unavailable
from rushes.money.service import Item, Kind, Outcome, reserve, settle
from rushes.providers.protocol import Ambiguous, ProviderError, Refused
from rushes.stopping import rest
from rushes.studio import Studio
from rushes.tables import ledger, new_id

log = structlog.get_logger(__name__)

_PREFIX = "request"
# Seconds that no request lasts.
_LONGEST = 3600.0


@dataclass
class Bill:
    """What it has cost in USD, once somebody says so."""

    cost: float | None = None


def item_of(actor: Actor, kind: Kind, model: str, estimate: float | None) -> Item:
    """A single order by `model` (`provider/model`) that the actor pays for; `estimate` is USD."""
    provider, _, name = model.partition("/")
    return Item(
        kind=kind,
        subject_id=new_id(_PREFIX),
        attempt=1,
        user_id=actor.user_id,
        space_id=actor.space_id,
        provider=provider,
        model=name,
        estimate=estimate,
    )


@asynccontextmanager
async def paid_once(studio: Studio, item: Item) -> AsyncIterator[Bill]:
    """Holds the money for the length of the block. What the block raises tells whether it was spent: a
    refusal says so itself, all else may have been charged. Raises `PaymentRequired` before anything is
    asked."""
    async with studio.transaction() as work:
        await reserve(work, [item], now=studio.clock.now())
    bill, outcome = Bill(), Outcome("unknown", None, is_lost=True)
    try:
        yield bill
        outcome = Outcome("yes", bill.cost, is_lost=False)
    except Refused as error:
        outcome = Outcome(error.charged, bill.cost, is_lost=True)
        raise
    except ProviderError as error:
        # Down and Busy: nothing has arrived.
        if not isinstance(error, Ambiguous):
            outcome = Outcome("no", None, is_lost=True)
        raise
    finally:
        await _ended(studio, item, outcome)


async def settle_left(studio: Studio) -> None:
    """The background step that ends what a process has left behind as it died."""
    now = studio.clock.now()
    left = select(ledger).where(
        ledger.c.state == "reserved",
        ledger.c.subject_id.startswith(f"{_PREFIX}_", autoescape=True),
        ledger.c.created_at < now - _LONGEST,
    )
    async with studio.reading() as session:
        rows = (await session.execute(left)).all()
    for row in rows:
        estimate = None if row.reserved is None else row.reserved / 1_000_000
        names = ("kind", "subject_id", "attempt", "user_id", "space_id", "provider", "model")
        item = Item(**{name: getattr(row, name) for name in names}, estimate=estimate)
        async with studio.transaction() as work:
            await settle(work, item, Outcome("unknown", None, is_lost=True), now=now)
        log.warning("request_left_unpaid", model=f"{row.provider}/{row.model}")


async def _ended(studio: Studio, item: Item, outcome: Outcome) -> None:
    """However long the database is away: nobody else knows."""
    while True:
        try:
            async with studio.transaction() as work:
                await settle(work, item, outcome, now=studio.clock.now())
        except Unavailable as error:
            if studio.stopping.is_set():
                return
            log.error("not_settled", reason=error.message)
            await rest(1.0, stopping=studio.stopping)
        else:
            return
