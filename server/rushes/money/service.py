"""What things cost: reserved when they are asked for, then spent or released, once each.

    await money.reserve(work, [item], now=now)                      # in the transaction that asks for it
    await money.settle(work, item, Outcome("yes", …), now=now)      # in the one that ends it

An item is one attempt at one thing. Whatever happens between the two, and however often `settle` is called,
the ledger has one row for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rushes.errors import Charged, NotFound
from rushes.money import dues
from rushes.money.amounts import day_of, millionths, month_of
from rushes.money.dues import Dues, Holder
from rushes.providers.model import plausible_cost
from rushes.tables import budgets, ledger, new_id, users
from rushes.transaction import Transaction

Kind = Literal["video", "image", "speech", "writer"]


@dataclass(frozen=True, slots=True)
class Item:
    """One attempt at something, and who pays for it. `estimate` is USD, None where nobody knows the price."""

    kind: Kind
    subject_id: str
    attempt: int
    user_id: str
    space_id: str
    provider: str
    model: str
    estimate: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: whether it was `charged`, what the provider says that it `cost` (USD, None where
    it says nothing), and whether something came of it."""

    charged: Charged
    cost: float | None
    is_lost: bool

    def __post_init__(self) -> None:
        # The last place before the ledger, for whatever was written down before it was looked at.
        object.__setattr__(self, "cost", plausible_cost(self.cost))

    def spent(self, estimate: float | None) -> float | None:
        """USD; None where neither side knows. What may have been charged counts as charged: a budget that
        errs must not err towards spending."""
        if self.cost is not None:
            return self.cost
        return 0.0 if self.charged == "no" else estimate


async def reserve(work: Transaction, items: Sequence[Item], *, now: float) -> None:
    """Takes what the items will cost from their payers' budgets and their providers' caps. What is free is
    not written down.

    The commit raises `PaymentRequired` when a budget or a cap has no room for all of them, or for one whose
    price nobody knows.
    """
    day = day_of(now)
    paid = [item for item in items if item.estimate != 0]
    if not paid:
        return
    await work.session.execute(
        insert(ledger),
        [
            {**_said_of(item), "state": "reserved", "reserved": millionths(item.estimate), "day": day}
            | {"created_at": now}
            for item in paid
        ],
    )
    for item in paid:
        for holder in _holders(item):
            work.last(Dues).reserve(holder, day[:7], millionths(item.estimate))


async def settle(work: Transaction, item: Item, outcome: Outcome, *, now: float) -> None:
    """Ends the item's reservation; nothing happens to one that has ended.

    An item that was never reserved, as one that was asked for before there was a ledger, is entered now.
    """
    spent = millionths(outcome.spent(item.estimate))
    if item.estimate == 0 and not spent:
        return
    values: dict[str, Any] = {
        "state": "spent" if outcome.charged != "no" or spent else "released",
        "spent": spent,
        "is_actual": outcome.cost is not None,
        "is_lost": outcome.is_lost and spent != 0,
        "settled_at": now,
    }
    entry = await _end(work, item, values) or await _enter(work, item, values, now=now)
    if entry is None:
        return
    lost = entry.spent if entry.is_lost else 0
    for holder in _holders(entry):
        work.last(Dues).settle(
            holder, entry.day[:7], reserved=entry.reserved or 0, spent=entry.spent or 0, lost=lost or 0
        )


async def take_back(work: Transaction, item: Item) -> None:
    """Makes good what was counted as spent for fear that it was: nothing was. What a provider has told to
    cost stays."""
    guessed = (ledger.c.state == "spent", ledger.c.is_lost, ledger.c.is_actual.is_(False))
    mine = (ledger.c.subject_id == item.subject_id, ledger.c.attempt == item.attempt)
    entry = (
        await work.session.execute(select(ledger).where(*mine, *guessed).with_for_update())
    ).one_or_none()
    if entry is None:
        return
    await work.session.execute(
        update(ledger).where(ledger.c.id == entry.id).values(state="released", spent=0, is_lost=False)
    )
    for holder in _holders(entry):
        work.last(Dues).settle(
            holder, entry.day[:7], reserved=0, spent=-(entry.spent or 0), lost=-(entry.spent or 0)
        )


async def set_budget(work: Transaction, *, user_id: str, usd: float | None, now: float) -> None:
    """The most that a person may spend in a calendar month (UTC); None for as much as they like. What they
    have spent of this month counts. Raises `NotFound`."""
    if await work.session.scalar(select(users.c.id).where(users.c.id == user_id)) is None:
        raise NotFound("user")
    await dues.ensure(work, ("user", user_id), month_of(now))
    await work.session.execute(
        update(budgets).where(*dues.is_of(("user", user_id))).values(allowed=millionths(usd))
    )


async def set_cap(work: Transaction, *, provider: str, usd: float | None, now: float) -> None:
    """The most that everybody together may spend at a provider in a calendar month (UTC); None for as much as
    they like. What was spent there this month counts. To be called last: everybody's work writes this row."""
    holder = ("provider", provider)
    if usd is not None:
        await dues.ensure(work, holder, month_of(now))
    await work.session.execute(update(budgets).where(*dues.is_of(holder)).values(allowed=millionths(usd)))


async def set_confirmation(work: Transaction, *, user_id: str, above_usd: float | None) -> None:
    """From which price on the person's web app asks before it spends; None for never."""
    mine = users.c.id == user_id
    now = await work.session.scalar(select(users.c.preferences).where(mine).with_for_update())
    chosen = {**(now or {}), "confirm_above_usd": above_usd}
    await work.session.execute(update(users).where(mine).values(preferences=chosen))


def _holders(paid: Item | Row[Any]) -> list[Holder]:
    """Whose money an item, or its row in the ledger, is held against: who asked for it, and where it goes."""
    return [("user", paid.user_id), ("provider", paid.provider)]


async def _end(work: Transaction, item: Item, values: dict[str, Any]) -> Row[Any] | None:
    ended = (
        update(ledger)
        .where(
            ledger.c.subject_id == item.subject_id,
            ledger.c.attempt == item.attempt,
            ledger.c.state == "reserved",
        )
        .values(values)
        .returning(ledger)
    )
    entry: Row[Any] | None = (await work.session.execute(ended)).one_or_none()
    return entry


async def _enter(work: Transaction, item: Item, values: dict[str, Any], *, now: float) -> Row[Any] | None:
    into = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    entered = into(ledger).values(**_said_of(item), **values, day=day_of(now), created_at=now)
    found = await work.session.execute(entered.on_conflict_do_nothing().returning(ledger))
    entry: Row[Any] | None = found.one_or_none()
    return entry


def _said_of(item: Item) -> dict[str, Any]:
    names = ("kind", "subject_id", "attempt", "user_id", "space_id", "provider", "model")
    return {"id": new_id("entry"), **{name: getattr(item, name) for name in names}}
