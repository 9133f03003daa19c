"""What an attempt at a video costs: reserved as it begins, settled in the move that ends it.

Only `queries.move`, `queries.begin_again` and `creation` use this, so that no way of ending an attempt can
forget its money.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func

from rushes.actor import Actor
from rushes.errors import Charged
from rushes.money import service as money
from rushes.money.service import Item, Outcome
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos.lifecycle import IllegalMove, Stage

# Sums of prices are no exact numbers; nothing costs so little.
_NOTHING = 1e-9


async def reserve(work: Transaction, actor: Actor, rows: Sequence[Any], *, now: float) -> None:
    """Takes what the videos' attempts will cost from the actor's budget and their provider's cap, all or
    nothing.

    The commit raises `PaymentRequired` (`budget_exceeded`, `provider_cap_reached`, `price_unknown`).
    """
    await money.reserve(work, [_item(row, user_id=actor.user_id) for row in rows], now=now)


async def settle(work: Transaction, row: Any, *, charged: Charged, now: float) -> None:
    """Ends the reservation of the attempt that `row`, now in its last stage, was at."""
    outcome = Outcome(charged, row.cost_actual, is_lost=row.stage != "completed")
    await money.settle(work, _item(row), outcome, now=now)


async def give_up(work: Transaction, row: Any, *, now: float) -> None:
    """Ends the reservation of the attempt at `row`, of which nobody knows what became."""
    await money.settle(work, _item(row), Outcome("unknown", None, is_lost=True), now=now)


async def take_back(work: Transaction, row: Any) -> None:
    """The ended attempt at `row`, which was counted as one that may have been charged, was not."""
    await money.take_back(work, _item(row))


def charged_by(target: Stage, charged: Charged | None, error: dict[str, Any] | None) -> Charged:
    """Whether an attempt that ends in `target` is charged. Raises `IllegalMove` when nobody has said."""
    if target == "completed":
        return "yes"
    said: Charged | None = charged or (error or {}).get("charged")
    if said is None:
        raise IllegalMove(f"to {target} without saying whether it is charged")
    return said


def more_lost(charged: Charged, cost: float | None) -> ColumnElement[float]:
    """The column `cost_lost` after an attempt that gave nothing: by `cost` where the provider has just told
    it, else by what it told before, else by the estimate of what was or may have been charged."""
    known = [videos.c.cost_actual] if cost is None else [cost]
    guess = [] if charged == "no" else [videos.c.cost_estimate]
    return videos.c.cost_lost + func.coalesce(*known, *guess, 0.0)


def less_lost() -> ColumnElement[float]:
    """The column `cost_lost` without the estimate of the last attempt, which `more_lost` had added."""
    less = videos.c.cost_lost - func.coalesce(videos.c.cost_estimate, 0.0)
    return case((less < _NOTHING, 0.0), else_=less)


def _item(row: Any, *, user_id: str | None = None) -> Item:
    return Item(
        kind="video",
        subject_id=row.id,
        attempt=row.attempts,
        user_id=user_id or row.user_id,
        space_id=row.space_id,
        provider=row.provider,
        model=row.provider_model,
        estimate=row.cost_estimate,
    )
