"""What one transaction does to budgets and caps, written at its end: one conditional UPDATE a holder.

    work.last(Dues).reserve(holder, month, 800_000)
    work.last(Dues).settle(holder, month, reserved=800_000, spent=800_000, lost=0)

Whether there is room is decided by the UPDATE itself, so two requests can never both have the last dollar.
Holders are written in one order, after everything else: a person's row is touched by all of their work, and a
provider's by everybody's. That one comes last, since everybody waits for whoever holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import PaymentRequired
from rushes.money.amounts import begin_of_month, in_usd, month_after, said
from rushes.tables import budgets
from rushes.transaction import Transaction

# `user` and an id, or `provider` and a name: at whose expense, or where, only so much a month is spent.
Holder: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class _Due:
    reserved: int = 0
    spent: int = 0
    lost: int = 0
    # What is newly asked for; None when nothing is, so that there must not be room for it.
    asked: int | None = None
    asks_unpriced: bool = False


class Dues:
    """See `transaction.Last`. Amounts are millionths of a USD, months as in `amounts.month_of`."""

    def __init__(self) -> None:
        self._dues: dict[tuple[Holder, str], _Due] = {}

    def reserve(self, holder: Holder, month: str, amount: int | None) -> None:
        """Asks for an amount, None for one that nobody knows."""
        due = self._due(holder, month)
        due.asked = (due.asked or 0) + (amount or 0)
        due.reserved += amount or 0
        due.asks_unpriced = due.asks_unpriced or amount is None

    def settle(self, holder: Holder, month: str, *, reserved: int, spent: int, lost: int) -> None:
        """Gives `reserved` back and counts what was `spent`, of which `lost` for nothing."""
        due = self._due(holder, month)
        due.reserved -= reserved
        due.spent += spent
        due.lost += lost

    async def write(self, work: Transaction) -> None:
        """Raises `PaymentRequired` (`budget_exceeded`, `provider_cap_reached`, `price_unknown`) when somebody
        asks for more than is left."""
        for (holder, month), due in sorted(self._dues.items(), key=lambda one: _turn(*one[0])):
            if not await _write(work, holder, month, due):
                await ensure(work, holder, month)
                if not await _write(work, holder, month, due):
                    await _refuse(work, holder, month, due)

    def _due(self, holder: Holder, month: str) -> _Due:
        return self._dues.setdefault((holder, month), _Due())


def _turn(holder: Holder, month: str) -> tuple[bool, Holder, str]:
    return holder[0] == "provider", holder, month


async def ensure(work: Transaction, holder: Holder, month: str) -> None:
    """Makes the holder's row if they never spent anything."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    kind, holder_id = holder
    row = {"holder_kind": kind, "holder_id": holder_id, "month": month}
    await work.session.execute(insert(budgets).values(row).on_conflict_do_nothing())


async def of_holder(session: AsyncConnection, holder: Holder) -> Row[Any] | None:
    return (await session.execute(select(budgets).where(*is_of(holder)))).one_or_none()


def is_of(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    return (budgets.c.holder_kind == holder[0], budgets.c.holder_id == holder[1])


async def _write(work: Transaction, holder: Holder, month: str, due: _Due) -> bool:
    """False when there is no room, no row, or the row is of a later month."""

    def now(column: ColumnElement[int]) -> ColumnElement[int]:
        # Another month begins at nothing; what is still reserved there counts where it was asked for.
        return case((budgets.c.month == month, column), else_=0)

    changed = update(budgets).where(*is_of(holder), budgets.c.month <= month)
    if due.asked is not None:
        total = now(budgets.c.reserved) + now(budgets.c.spent) + due.reserved + due.spent
        has_room = [] if due.asks_unpriced else [total <= budgets.c.allowed]
        changed = changed.where(or_(budgets.c.allowed.is_(None), *has_room))
    done = await work.session.execute(
        changed.values(
            month=month,
            reserved=now(budgets.c.reserved) + due.reserved,
            spent=now(budgets.c.spent) + due.spent,
            lost=now(budgets.c.lost) + due.lost,
        )
    )
    return done.rowcount == 1


async def _refuse(work: Transaction, holder: Holder, month: str, due: _Due) -> None:
    row = await of_holder(work.session, holder)
    # A month that is over is not counted any more: its work ends late, or this machine's clock is behind.
    if row is None or row.month > month or due.asked is None:
        return
    used = row.reserved + row.spent if row.month == month else 0
    left = max(0, row.allowed - used)
    kind, name = holder
    allowed: dict[str, Any]
    if kind == "provider":
        code, against = "provider_cap_reached", f"the monthly cap of {name}"
        room = f"the {said(row.allowed)} that everybody together may spend at {name} this month"
        way_out = "choose another provider's model, or ask an administrator for a higher cap"
        allowed = {"provider": name, "cap_usd": in_usd(row.allowed)}
    else:
        code, against = "budget_exceeded", "your budget"
        room = f"this month's {said(row.allowed)}"
        way_out = "or ask an administrator for a larger budget"
        allowed = {"budget_usd": in_usd(row.allowed)}
    details = {
        **allowed,
        "left_usd": in_usd(left),
        "cost_usd": None if due.asks_unpriced else in_usd(due.asked),
        "resets_at": int(begin_of_month(month_after(month))),
    }
    if due.asks_unpriced:
        raise PaymentRequired(
            f"Nobody knows what this would cost, so it cannot be held against {against}. "
            "Choose a model with a price, or ask an administrator to set one.",
            code="price_unknown",
            details=details,
        )
    raise PaymentRequired(
        f"This would cost about {said(due.asked)}, and {said(left)} of {room} is left. "
        f"Make something cheaper, {way_out}.",
        code=code,
        details=details,
    )
