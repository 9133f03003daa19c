"""The rows of steps: asked for, claimed, done, failed; each write a compare-and-set on whose turn it is.

A paid maker is asked once an attempt: whoever finds it claimed by a run that is gone does not ask again, but
leaves it `unknown` for a person to decide. What is made on this machine is simply made again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from rushes.errors import Charged, Conflict, error_view
from rushes.money import service as money
from rushes.money.service import Item, Kind, Outcome
from rushes.productions import queries
from rushes.productions.plan import Due
from rushes.productions.state import SKETCHERS, State, Work
from rushes.tables import new_id, production_steps
from rushes.transaction import Transaction

_SPENT_AS: dict[Work, Kind] = {
    "story": "writer",
    "rewrite": "writer",
    "frames": "image",
    "voices": "speech",
    "captions": "speech",
}


def is_free(model: str | None) -> bool:
    """Whether it is made on this machine, as often as one likes."""
    return not model or model.partition("/")[0] in SKETCHERS


def is_a_video(row: Any) -> bool:
    """Whether what the step waits for is a video, which has its own life: a clip that is ordered, or a cut
    that is put together. While it is being put together it is claimed, and its video is the one before."""
    return bool(row.status == "running" and row.video_id is not None and row.claim is None)


async def ask(
    work: Transaction, state: State, due: Due, *, model: str, cost: float | None, now: float, **values: Any
) -> Any:
    """Begins the next attempt at a step; its row. What it will cost is reserved, and of an attempt before of
    which nobody knows what became, counted as spent. The commit raises `PaymentRequired`."""
    former = state.step(due.stage, due.scene)
    lost: dict[str, Any] = {}
    if former is not None and former.status in ("unknown", "running"):
        await _settle(work, state, former, Outcome("unknown", None, is_lost=True), now=now)
        if former.stage in _SPENT_AS and not is_free(former.model):
            lost["cost_actual"] = _more(former.cost_estimate)
    fresh = {
        "status": "waiting",
        "run": state.production.runs,
        "claim": None,
        "asked_at": None,
        "fingerprint": state.fingerprint(due.stage, due.scene),
        "model": model,
        "progress": 0,
        "error": None,
        "cost_estimate": cost,
        "not_before": None,
        "started_at": None,
        "finished_at": None,
        **values,
    }
    into = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    first = into(production_steps).values(
        id=new_id("step"),
        production_id=state.production.id,
        scene_id=due.scene.id if due.scene is not None else "",
        stage=due.stage,
        attempt=1,
        is_own=False,
        **fresh,
    )
    made = first.on_conflict_do_update(
        index_elements=["production_id", "scene_id", "stage"],
        set_={**fresh, **lost, "attempt": production_steps.c.attempt + 1},
    ).returning(production_steps)
    row = (await work.session.execute(made)).one()
    work.changed("production", state.production)
    if item := _item(state, row):
        await money.reserve(work, [item], now=now)
    return row


async def claim(work: Transaction, row: Any, *, fingerprint: str, now: float) -> Any | None:
    """The step, taken by this run, which makes it from what there is now: None when another has it, or it is
    over."""
    token = secrets.token_hex(16)
    taken = (
        update(production_steps)
        .where(_same(row), _may_be_taken(row))
        .values(
            status="running", claim=token, fingerprint=fingerprint, asked_at=now, started_at=now, error=None
        )
        .returning(production_steps)
    )
    return (await work.session.execute(taken)).one_or_none()


async def done(
    work: Transaction, state: State, row: Any, *, cost: float | None, now: float, **values: Any
) -> bool:
    """Writes what came of the attempt; False when it is not the run's any more."""
    written = await _write(
        work,
        row,
        production_steps.c.status.in_(("running", "unknown")),
        status="done",
        progress=100,
        claim=None,
        error=None,
        made_from=row.fingerprint,
        made_by=row.model,
        is_own=False,
        cost_actual=_more(cost if cost is not None else row.cost_estimate),
        finished_at=now,
        **values,
    )
    if written is None:
        return False
    await _settle(work, state, row, Outcome("yes", cost, is_lost=False), now=now)
    _go_on(work, written)
    return True


async def failed(
    work: Transaction,
    state: State,
    row: Any,
    *,
    code: str,
    message: str,
    retryable: bool,
    charged: Charged,
    now: float,
) -> bool:
    """Ends the attempt with a reason. What was made before stays."""
    cost = row.cost_estimate if charged != "no" else None
    written = await _write(
        work,
        row,
        production_steps.c.status.in_(("waiting", "running", "unknown")),
        status="failed",
        claim=None,
        error=error_view(code, message, retryable=retryable, charged=charged),
        cost_actual=_more(cost),
        finished_at=now,
    )
    if written is None:
        return False
    await _settle(work, state, row, Outcome(charged, None, is_lost=True), now=now)
    _go_on(work, written)
    return True


async def nobody_knows(work: Transaction, row: Any, *, now: float) -> None:
    """Its maker was asked and never answered: it may have been made and charged, so it is not asked again."""
    written = await _write(
        work,
        row,
        production_steps.c.status == "running",
        status="unknown",
        finished_at=now,
        error=error_view(
            "outcome_unknown",
            "The answer never came. It may have been made and charged. Make it again to try once more.",
            retryable=True,
            charged="unknown",
        ),
    )
    if written is not None:
        _go_on(work, written)


async def put_off(work: Transaction, row: Any, *, code: str, message: str, until: float) -> None:
    """It was refused for now, and nothing was made: it is asked for again by itself."""
    written = await _write(
        work,
        row,
        production_steps.c.status.in_(("running", "unknown")),
        status="waiting",
        claim=None,
        asked_at=None,
        not_before=until,
        error=error_view(code, message, retryable=True, charged="no"),
    )
    if written is not None:
        enqueue(work, written, when=until + 0.1)


async def progressed(work: Transaction, row: Any, percent: int) -> bool:
    """How far it has come; False when it is not the run's any more."""
    return await _write(work, row, production_steps.c.status == "running", progress=percent) is not None


async def withdraw(work: Transaction, state: State, row: Any, *, now: float) -> None:
    """Takes a step back that nobody has begun, or whose run is gone and that costs nothing."""
    status = "done" if row.made_from is not None else "empty"
    written = await _write(
        work,
        row,
        production_steps.c.status.in_(("waiting", "running")),
        status=status,
        claim=None,
        error=None,
    )
    if written is not None:
        await _settle(work, state, row, Outcome("no", None, is_lost=True), now=now)
        _go_on(work, written)


async def forget(work: Transaction, state: State, rows: Sequence[Any], *, now: float) -> None:
    """Deletes steps, with what they have reserved; what they made stays in the library. Raises `Conflict` for
    one that a maker is at: what it costs is only known when it is over."""
    for row in rows:
        if row.status == "running" and row.stage != "clips":
            raise Conflict("Something of it is being made just now. Try this again in a moment.", code="busy")
        if row.status == "waiting":
            await _settle(work, state, row, Outcome("no", None, is_lost=True), now=now)
        if row.status == "unknown":
            await _settle(work, state, row, Outcome("unknown", None, is_lost=True), now=now)
    ids = [row.id for row in rows]
    await work.session.execute(delete(production_steps).where(production_steps.c.id.in_(ids)))


async def own(work: Transaction, state: State, due: Due, *, now: float, **values: Any) -> None:
    """Puts somebody's own file in the place of what would be made."""
    row = await ask(work, state, due, model="", cost=0.0, now=now)
    fresh = {"status": "done", "progress": 100, "is_own": True, "made_from": row.fingerprint, "made_by": None}
    await work.session.execute(
        update(production_steps)
        .where(production_steps.c.id == row.id)
        .values(**fresh, finished_at=now, **values)
    )


def enqueue(work: Transaction, row: Any, *, when: float | None = None) -> None:
    """Sends the step to whoever makes it: what draws and encodes here has a lane of its own."""
    task = (
        "make_here"
        if row.stage in ("cut", "preview", "own_clip") or (row.stage == "frames" and is_free(row.model))
        else "make"
    )
    tries = int(row.not_before or 0)
    work.enqueue(task, row.id, key=f"make:{row.id}:{row.attempt}:{tries}", when=when)


def _go_on(work: Transaction, row: Any) -> None:
    key = f"go_on:{row.production_id}:{row.id}:{row.attempt}:{row.status}"
    work.enqueue("go_on", row.production_id, key=key)


def _same(row: Any) -> ColumnElement[bool]:
    return and_(production_steps.c.id == row.id, production_steps.c.attempt == row.attempt)


def _may_be_taken(row: Any) -> ColumnElement[bool]:
    waits = production_steps.c.status == "waiting"
    if not is_free(row.model):
        return waits
    # Its run is gone, or this is a second one; then the first finds its claim taken.
    return or_(waits, production_steps.c.status == "running")


async def _write(work: Transaction, row: Any, *only_if: ColumnElement[bool], **values: Any) -> Any | None:
    await queries.touch(work, row.production_id)
    mine = production_steps.c.claim.is_(None) if row.claim is None else production_steps.c.claim == row.claim
    written = (
        update(production_steps)
        .where(_same(row), mine, *only_if)
        .values(**values)
        .returning(production_steps)
    )
    return (await work.session.execute(written)).one_or_none()


def _more(cost: float | None) -> ColumnElement[float]:
    return func.coalesce(production_steps.c.cost_actual, 0.0) + (cost or 0.0)


def _item(state: State, row: Any) -> Item | None:
    kind = _SPENT_AS.get(row.stage)
    if kind is None or is_free(row.model):
        return None
    provider, _, model = row.model.partition("/")
    return Item(
        kind=kind,
        subject_id=row.id,
        attempt=row.attempt,
        user_id=state.production.user_id,
        space_id=state.production.space_id,
        provider=provider,
        model=model,
        estimate=row.cost_estimate,
    )


async def _settle(work: Transaction, state: State, row: Any, outcome: Outcome, *, now: float) -> None:
    if item := _item(state, row):
        await money.settle(work, item, outcome, now=now)
