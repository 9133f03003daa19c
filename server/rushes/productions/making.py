"""Makes one step: claims it, has it made, writes down what came of it.

Everything that a kind of step does differently is in the file named after its stage; here is what they
share: who may ask a maker, and what happens to each kind of refusal.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog

from rushes.errors import RushesError, Unavailable
from rushes.observe.context import about
from rushes.productions import (
    captions,
    cutting,
    frames,
    own_clips,
    previewing,
    queries,
    rewriting,
    steps,
    story,
    voices,
)
from rushes.productions.journal import journal
from rushes.productions.keeping import written
from rushes.productions.state import State
from rushes.providers.protocol import Ambiguous, Busy, Refused
from rushes.stopping import or_hand_back
from rushes.storage import MissingFile, StorageFull
from rushes.studio import Studio
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)

Make: TypeAlias = Callable[[Studio, State, Any, Any], Awaitable[None]]

_MAKERS: dict[str, Make] = {
    "story": story.make,
    "frames": frames.make,
    "voices": voices.make,
    "rewrite": rewriting.make,
    "captions": captions.make,
    "cut": cutting.make,
    "preview": previewing.make,
    "own_clip": own_clips.make,
}

# Seconds before a maker that said no for now is asked again, where it names no time itself.
_AGAIN = 5.0


async def make(studio: Studio, step_id: str) -> None:
    """The background step of everything but clips. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.step(session, step_id)
    if row is None or row.status not in ("waiting", "running") or row.stage not in _MAKERS:
        return
    # A cut that is a video already is finished as one: a task that comes again must not cut it twice.
    if (row.not_before or 0.0) > studio.clock.now() or steps.is_a_video(row):
        return
    about(production_id=row.production_id, step_id=step_id)
    if row.status == "running" and not steps.is_free(row.model):
        # It was asked for by a run that is gone, and asking twice could cost twice.
        async with studio.transaction() as work:
            await steps.nobody_knows(work, row, now=studio.clock.now())
        return
    async with studio.transaction() as work:
        state = await queries.locked(work, row.production_id)
        claimed, scene = await _taken(work, state, row, now=studio.clock.now()) if state else (None, None)
    if state is None or claimed is None:
        return
    journal(claimed, "begin", success=True)
    work_on = _make(studio, state, claimed, scene)
    if steps.is_free(claimed.model):
        await or_hand_back(work_on, stopping=studio.stopping)
    else:
        # What is paid for is waited for, also by a process that is asked to stop.
        await work_on


async def _taken(work: Transaction, state: State, row: Any, *, now: float) -> tuple[Any | None, Any]:
    """The step and its scene, to be made now from what there is now. One whose ground has gone since it was
    asked for, or that is not needed any more, is taken back: a run asks for it again when it can be made."""
    scene = next((scene for scene in state.scenes if scene.id == row.scene_id), None)
    if row.scene_id and scene is None:
        return None, None
    there = all(state.is_made(stage, each) for stage, each in state.stands_on(row.stage, scene))
    if row.stage != "story" and not (there and state.scenes and state.is_needed(row.stage, scene)):
        await steps.withdraw(work, state, row, now=now)
        return None, None
    claimed = await steps.claim(work, row, fingerprint=state.fingerprint(row.stage, scene), now=now)
    if claimed is not None:
        await queries.touch(work, row.production_id)
    return claimed, scene


async def _make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    try:
        await _MAKERS[row.stage](studio, state, row, scene)
    except Busy as error:
        wait = error.retry_after if error.retry_after is not None else _AGAIN
        until = studio.clock.now() + wait + random.random()
        code, message = error.code, error.message
        await written(studio, lambda work: steps.put_off(work, row, code=code, message=message, until=until))
    except Ambiguous as error:
        log.warning("step_uncertain", stage=row.stage, reason=error.message)
        await written(studio, lambda work: steps.nobody_knows(work, row, now=studio.clock.now()))
    except Unavailable:
        # What works here is simply begun again; of what is paid for nobody knows then.
        raise
    except (Refused, RushesError) as error:
        await _fail(studio, state, row, error.code, error.message, error.retryable, error.charged)
    except (MissingFile, StorageFull) as error:
        await _fail(studio, state, row, error.code, error.message, True, "no")
    except Exception:
        # Nobody foresaw it, and beginning again would most likely come to the same.
        log.exception("step_broke", stage=row.stage)
        if steps.is_free(row.model):
            message = "It broke on this machine. Try again; the server's log says more."
            await _fail(studio, state, row, "internal_error", message, True, "no")
        else:
            await written(studio, lambda work: steps.nobody_knows(work, row, now=studio.clock.now()))
    else:
        journal(row, "end", success=True)


async def _fail(
    studio: Studio, state: State, row: Any, code: str, message: str, retryable: bool, charged: Any
) -> None:
    journal(row, "end", success=False, info=message)

    async def write(work: Transaction) -> None:
        await steps.failed(
            work,
            state,
            row,
            code=code,
            message=message,
            retryable=retryable,
            charged=charged,
            now=studio.clock.now(),
        )

    await written(studio, write)
