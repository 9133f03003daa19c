"""What a run makes next: everything that it asks for, is not there or stale, and whose ground is there.

    due(state, run, choices)       # [Due("frames", scene), …]; nothing while all that is left is under way
    ending(state, run, choices)    # "completed", "paused" or "failed", once nothing is due or under way

Pure: rows are the truth, so a run that was cut short goes on from whatever they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rushes.productions import fitting
from rushes.productions.choices import Choices
from rushes.productions.state import BY_SCENE, STAGES, Quality, Stage, State, Work

Ending = Literal["completed", "paused", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """What a person asked for. `through` is the last stage, `pause_after` an earlier one at which it waits
    for them; `number` counts a production's runs. With `retry_unknown` what may have been made and charged,
    of which nobody knows, is asked for once more."""

    through: Stage
    quality: Quality
    pause_after: Stage | None
    number: int
    retry_unknown: bool = False

    @property
    def last(self) -> Stage:
        if self.pause_after is None:
            return self.through
        return min(self.through, self.pause_after, key=STAGES.index)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return STAGES[: STAGES.index(self.last) + 1]


@dataclass(frozen=True, slots=True)
class Due:
    """A step to begin: of a scene, or of the whole film."""

    stage: Work
    scene: Any = None


def run_of(production: Any) -> Run:
    """The run that the row has: the one under way, or the last."""
    run = production.run or {}
    return Run(
        through=run.get("through", "cut"),
        quality=run.get("quality", "animatic"),
        pause_after=run.get("pause_after"),
        number=production.runs,
        retry_unknown=bool(run.get("retry_unknown")),
    )


def wanted(state: State, run: Run, choices: Choices) -> list[Due]:
    """All that the run has still to make, in order, whether it can be begun or not."""
    return [due for due in _all(state, run) if _is_wanted(state, run, choices, due)]


def due(state: State, run: Run, choices: Choices) -> list[Due]:
    """What can be begun now: not under way, not failed in this run, and all that it stands on is made."""
    left = wanted(state, run, choices)
    missing = {(each.stage, _id(each.scene)) for each in left}
    return [
        each
        for each in left
        if _may_begin(state, run, each)
        and not any(
            (stage, _id(scene)) in missing or not state.is_made(stage, scene)
            for stage, scene in state.stands_on(each.stage, each.scene)
        )
        # A clip is as long as the words are in the end.
        and not (each.stage == "clips" and ("rewrite", _id(each.scene)) in missing)
    ]


def is_under_way(state: State) -> bool:
    """Whether anything of the film is being made."""
    steps = [step for step in state.steps.values() if step.stage not in ("preview", "own_clip")]
    return any(step.status in ("waiting", "running") for step in steps)


def ending(state: State, run: Run, choices: Choices) -> Ending:
    """How a run ends of which nothing is due or under way."""
    if wanted(state, run, choices):
        return "failed"
    return "completed" if run.last == "cut" else "paused"


def in_the_way(state: State, run: Run) -> list[Any]:
    """The steps that have failed in this run, or of which nobody knows what became."""
    stages: list[Work] = [*run.stages, *(("rewrite",) if "clips" in run.stages else ())]
    return [
        step
        for step in state.steps.values()
        if step.stage in stages
        and (step.status == "unknown" or (step.status == "failed" and step.run == run.number))
    ]


def _all(state: State, run: Run) -> Iterator[Due]:
    for stage in run.stages:
        if stage == "clips":
            yield from (Due("rewrite", scene) for scene in state.scenes if scene.fit == "rewrite")
        if stage in BY_SCENE:
            yield from (Due(stage, scene) for scene in state.scenes if state.is_needed(stage, scene))
        else:
            yield Due(stage)


def _is_wanted(state: State, run: Run, choices: Choices, each: Due) -> bool:
    stage, scene = each.stage, each.scene
    if stage == "rewrite":
        return fitting.is_wanted(state, scene, choices, run.quality)
    if not state.is_made(stage, scene):
        return True
    if stage == "story":
        # What people have read, and perhaps changed, is not written anew by the way.
        return run.through == "story" and state.is_outdated("story")
    if scene is not None and scene.locked:
        return False
    if stage == "captions" and state.untold and choices.listener(run.quality) is not None:
        # Their words were spread over the sound; each run asks once when they are really heard.
        step = state.step("captions")
        if step.run != run.number or step.status in ("waiting", "running"):
            return True
    if stage in BY_SCENE and not state.is_good_enough(
        stage, scene, run.quality, choices.model(stage, run.quality)
    ):
        return True
    return state.is_outdated(stage, scene)


def _may_begin(state: State, run: Run, each: Due) -> bool:
    step = state.step(each.stage, each.scene)
    if step is None:
        return True
    if step.status in ("waiting", "running"):
        return False
    if step.status == "unknown":
        return run.retry_unknown and step.run != run.number
    return not (step.status == "failed" and step.run == run.number)


def _id(scene: Any) -> str:
    return scene.id if scene is not None else ""
