"""Money in SQL, for people to look at: one's own month, everybody's, and where it all goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.money.amounts import begin_of_month, in_usd, month_after, month_of
from rushes.money.models import CONFIRM_ABOVE, Group
from rushes.tables import budgets, ledger, users

# The share of a budget from which people are warned.
NEAR = 0.8

_COUNTS = ("allowed", "month", "reserved", "spent", "lost")
_PEOPLE = select(
    users.c.id,
    users.c.username,
    users.c.display_name,
    users.c.preferences,
    *(budgets.c[name] for name in _COUNTS),
).select_from(
    users.outerjoin(budgets, and_(budgets.c.holder_kind == "user", budgets.c.holder_id == users.c.id))
)


async def own(session: AsyncConnection, user_id: str, *, now: float) -> dict[str, Any]:
    """`models.Budget`."""
    row = (await session.execute(_PEOPLE.where(users.c.id == user_id))).one()
    chosen = (row.preferences or {}).get("confirm_above_usd", CONFIRM_ABOVE)
    return {**_months(now), **_amounts(row, month_of(now)), "confirm_above_usd": chosen}


async def everybody(session: AsyncConnection, *, now: float) -> dict[str, Any]:
    """`models.PeoplesBudgets`."""
    rows = (await session.execute(_PEOPLE.order_by(users.c.username_key))).all()
    return {**_months(now), "people": [_person(row, month_of(now)) for row in rows]}


async def person(session: AsyncConnection, user_id: str, *, now: float) -> dict[str, Any]:
    """`models.PersonsBudget`."""
    row = (await session.execute(_PEOPLE.where(users.c.id == user_id))).one()
    return _person(row, month_of(now))


async def providers(session: AsyncConnection, *, now: float) -> dict[str, dict[str, Any]]:
    """The month of every provider at which anything was ever spent or that has a cap, by name."""
    rows = await session.execute(select(budgets).where(budgets.c.holder_kind == "provider"))
    return {row.holder_id: _amounts(row, month_of(now)) for row in rows.all()}


async def spend(session: AsyncConnection, *, since: float, until: float, group: Group) -> dict[str, Any]:
    """`models.Spend`, of what was asked for from `since` until before `until`."""
    when = (ledger.c.created_at >= since, ledger.c.created_at < until)
    key, label = _KEYS[group]
    query = (
        select(key.label("key"), func.max(label).label("label"), *_SUMS)
        .select_from(ledger.outerjoin(users, users.c.id == ledger.c.user_id) if group == "user" else ledger)
        .where(*when)
        .group_by(key)
    )
    total = (await session.execute(select(*_SUMS).where(*when))).one()
    rows = [
        {"key": row.key, "label": row.label or row.key, **_sums(row)}
        for row in (await session.execute(query)).all()
    ]
    if group == "day":
        rows.sort(key=lambda row: row["key"])
    else:
        rows.sort(key=lambda row: (-row["spent_usd"] - row["reserved_usd"], row["key"]))
    return {"from": int(since), "to": int(until), "group": group, "rows": rows, "total": _sums(total)}


def _total(amount: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*where), amount), else_=0)), 0)


_SPENT = ledger.c.state == "spent"
_SUMS = (
    _total(ledger.c.reserved, ledger.c.state == "reserved").label("reserved"),
    _total(ledger.c.spent, _SPENT).label("spent"),
    _total(ledger.c.spent, _SPENT, ledger.c.is_actual.is_(False)).label("estimated"),
    _total(ledger.c.spent, _SPENT, ledger.c.is_lost).label("lost"),
    func.count().label("many"),
    _total(literal(1), _SPENT, ledger.c.spent.is_(None)).label("unpriced"),
)
_MODEL = ledger.c.provider + "/" + ledger.c.model
_KEYS: dict[Group, tuple[ColumnElement[Any], ColumnElement[Any]]] = {
    "day": (ledger.c.day, ledger.c.day),
    "provider": (ledger.c.provider, ledger.c.provider),
    "model": (_MODEL, _MODEL),
    "user": (ledger.c.user_id, func.coalesce(users.c.display_name, users.c.username)),
}


def _sums(row: Any) -> dict[str, Any]:
    # PostgreSQL's sums of large integers are decimals.
    usd = {
        f"{name}_usd": in_usd(int(getattr(row, name))) for name in ("reserved", "spent", "estimated", "lost")
    }
    return {**usd, "count": row.many, "unpriced": int(row.unpriced)}


def _months(now: float) -> dict[str, Any]:
    month = month_of(now)
    return {"month": month, "resets_at": int(begin_of_month(month_after(month)))}


def _person(row: Row[Any], month: str) -> dict[str, Any]:
    return {
        "user_id": row.id,
        "username": row.username,
        "display_name": row.display_name,
        **_amounts(row, month),
    }


def _amounts(row: Row[Any], month: str) -> dict[str, Any]:
    reserved, spent, lost = (row.reserved, row.spent, row.lost) if row.month == month else (0, 0, 0)
    used, allowed = reserved + spent, row.allowed
    return {
        "budget_usd": in_usd(allowed),
        "spent_usd": in_usd(spent),
        "reserved_usd": in_usd(reserved),
        "lost_usd": in_usd(lost),
        "left_usd": None if allowed is None else in_usd(max(0, allowed - used)),
        "near": allowed is not None and used >= allowed * NEAR,
    }
