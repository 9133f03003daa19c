"""Takes a running production on: writes down what became of its videos, begins what is due, ends the run.

It is called whenever a step or a video of it is over, and each minute for alarms that were lost; rows say
everything, so it may be called as often as one likes.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import select, update

from rushes.errors import RushesError, Unavailable, error_view
from rushes.observe.context import about
from rushes.productions import clips, plan, prices, queries, steps
from rushes.productions.choices import Choices
from rushes.productions.journal import journal
from rushes.productions.plan import Due
from rushes.productions.state import Quality, State
from rushes.studio import Studio
from rushes.tables import production_steps, productions
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)


async def go_on(studio: Studio, production_id: str) -> None:
    """The background step of a production. Safe to run twice, at once or after a crash."""
    about(production_id=production_id)
    async with studio.transaction() as work:
        # Whatever has called for this changed something that is shown.
        await queries.touch(work, production_id)
    await _note_videos(studio, production_id)
    choices = Choices(studio.providers, studio.makers)
    while not studio.stopping.is_set():
        async with studio.reading() as session:
            state = await queries.one(session, production_id)
        if state is None or state.production.status != "running":
            return
        run = plan.run_of(state.production)
        due = plan.due(state, run, choices)
        for each in due:
            await _begin(studio, production_id, each)
        if not due and not await _may_go_on(studio, production_id):
            return


async def look_around(studio: Studio) -> None:
    """Finds whatever a crash left undone: at every start, and each minute for lost alarms."""
    now = studio.clock.now()
    under_way = select(production_steps).where(
        production_steps.c.status.in_(("waiting", "running")), production_steps.c.stage != "clips"
    )
    running = select(productions.c.id).where(productions.c.status == "running")
    waits = production_steps.c.video_id.is_not(None) & production_steps.c.claim.is_(None)
    waiting = (
        select(production_steps.c.production_id)
        .where(production_steps.c.status == "running", waits)
        .distinct()
    )
    async with studio.reading() as session:
        rows = (await session.execute(under_way)).all()
        ids = set((await session.execute(running)).scalars())
        ids |= set((await session.execute(waiting)).scalars())
    async with studio.transaction() as work:
        for row in rows:
            if not steps.is_a_video(row) and (row.not_before or 0.0) <= now:
                steps.enqueue(work, row)
        for production_id in sorted(ids):
            work.enqueue("go_on", production_id, key=f"go_on:{production_id}:{int(now)}")


async def _begin(studio: Studio, production_id: str, due: Due) -> None:
    """One step, in a transaction of its own: a budget that has no room for it undoes nothing else."""
    now = studio.clock.now()
    try:
        async with studio.transaction() as work:
            state = await queries.locked(work, production_id)
            if state is None or not _is_still_due(studio, state, due):
                return
            quality = plan.run_of(state.production).quality
            await begin(studio, work, state, due, quality=quality, now=now)
    except Unavailable:
        # No verdict: what was committed is found by whoever looks next.
        raise
    except RushesError as error:
        await _could_not_begin(studio, production_id, due, error)


async def begin(
    studio: Studio, work: Transaction, state: State, due: Due, *, quality: Quality, now: float
) -> None:
    """Asks for a step in the locked production. Raises `Invalid`, `PaymentRequired` and what creating a video
    does."""
    choices = Choices(studio.providers, studio.makers)
    scene = _in(state, due)
    if due.stage == "clips":
        actor = await queries.owner(work.session, state.production)
        await clips.order(studio, work, state, actor, scene, quality=quality, now=now)
        return
    due = Due(due.stage, scene)
    model = prices.model_of(state, due, choices, quality)
    cost = prices.price_of(state, due, choices, quality)
    row = await steps.ask(work, state, due, model=model, cost=cost, now=now)
    steps.enqueue(work, row)


def _is_still_due(studio: Studio, state: State, due: Due) -> bool:
    if state.production.status != "running":
        return False
    choices = Choices(studio.providers, studio.makers)
    wanted = (due.stage, due.scene.id if due.scene is not None else "")
    run = plan.run_of(state.production)
    return any(
        wanted == (each.stage, each.scene.id if each.scene is not None else "")
        for each in plan.due(state, run, choices)
    )


def _in(state: State, due: Due) -> Any:
    """The scene as the locked production has it."""
    if due.scene is None:
        return None
    return next(scene for scene in state.scenes if scene.id == due.scene.id)


async def _could_not_begin(studio: Studio, production_id: str, due: Due, error: RushesError) -> None:
    """It was refused before anything was asked for: that is how the step has failed."""
    now = studio.clock.now()
    async with studio.transaction() as work:
        state = await queries.locked(work, production_id)
        if state is None or not _is_still_due(studio, state, due):
            return
        row = await steps.ask(work, state, due, model="", cost=0.0, now=now)
        journal(row, "begin", success=False, info=error.message)
        await steps.failed(
            work,
            state,
            row,
            code=error.code,
            message=error.message,
            retryable=True,
            charged="no",
            now=now,
        )


async def _note_videos(studio: Studio, production_id: str) -> None:
    """What has become of the videos that its steps wait for."""
    async with studio.reading() as session:
        state = await queries.one(session, production_id)
    if state is None:
        return
    over = [row for row in state.steps.values() if _is_over(state, row)]
    for row in over:
        async with studio.transaction() as work:
            current = await queries.locked(work, production_id)
            if current is not None:
                await _note_video(work, current, row, now=studio.clock.now())


def _is_over(state: State, row: Any) -> bool:
    video = state.videos.get(row.video_id or "")
    if steps.is_a_video(row):
        return video is None or video.stage in ("completed", "failed", "cancelled")
    # Somebody has tried a failed clip again where the queue or the library shows it. (Without a model it was
    # never ordered, and the video is one before.)
    has_failed = row.stage == "clips" and row.status == "failed" and bool(row.model)
    return bool(has_failed and video is not None and video.stage == "completed")


async def _note_video(work: Transaction, state: State, row: Any, *, now: float) -> None:
    row = next((each for each in state.steps.values() if each.id == row.id), None)
    if row is None or not _is_over(state, row):
        return
    video = state.videos.get(row.video_id)
    done = video is not None and video.stage == "completed"
    values: dict[str, Any] = {"status": "done", "progress": 100, "error": None, "finished_at": now}
    if done and row.stage in ("clips", "own_clip"):
        values |= {"made_from": row.fingerprint, "made_by": row.model}
        circled = {take.video_id for take in state.takes.get(row.scene_id, ()) if take.circled}
        # Of one that failed before, nobody waits any more who has chosen another.
        if row.status != "failed" or not circled:
            await clips.circle(work, state, row.scene_id, row.video_id)
    elif done:
        values |= {"made_from": row.fingerprint}
    else:
        gone = error_view("gone", "Its video was deleted.", retryable=True, charged="unknown")
        given_up = error_view("cancelled", "Its video was cancelled.", retryable=True, charged="unknown")
        values = {
            "status": "failed",
            "error": gone if video is None else video.error or given_up,
            "finished_at": now,
        }
    await work.session.execute(
        update(production_steps)
        .where(production_steps.c.id == row.id, production_steps.c.attempt == row.attempt)
        .values(**values)
    )
    journal(row, "end", success=done, info=None if done else values["error"]["message"])
    work.changed("production", state.production)


async def _may_go_on(studio: Studio, production_id: str) -> bool:
    """Ends the run of which nothing is due any more, unless something is still being made. True when
    something has become due just now."""
    choices = Choices(studio.providers, studio.makers)
    now = studio.clock.now()
    async with studio.transaction() as work:
        state = await queries.locked(work, production_id)
        if state is None or state.production.status != "running":
            return False
        run = plan.run_of(state.production)
        if plan.due(state, run, choices):
            return True
        if plan.is_under_way(state):
            return False
        status = plan.ending(state, run, choices)
        error = _why(state, run) if status == "failed" else None
        await queries.changed(work, state.production, now=now, status=status, error=error)
    log.info("production_ended", production_id=production_id, status=status)
    return False


def _why(state: State, run: plan.Run) -> dict[str, str]:
    """In one sentence what stands in the way, and what to do."""
    found = plan.in_the_way(state, run)
    numbers = {scene.id: scene.number for scene in state.scenes}
    if not found:
        return {"code": "nothing_to_make", "message": "There is nothing to make it from."}
    first = found[0]
    where = f"scene {numbers[first.scene_id]}" if first.scene_id in numbers else "the film"
    message = (first.error or {}).get("message", "It could not be made.")
    more = f" {len(found) - 1} more could not be made." if len(found) > 1 else ""
    code = (first.error or {}).get("code", "step_failed")
    return {"code": code, "message": f"{_NOUN[first.stage]} of {where}: {message}{more}"}


_NOUN = {
    "story": "The story",
    "frames": "The still",
    "voices": "The narration",
    "rewrite": "The shorter narration",
    "clips": "The clip",
    "captions": "The captions",
    "cut": "The cut",
}
