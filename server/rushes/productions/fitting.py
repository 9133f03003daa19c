"""How much room a scene's words have, and whether they are to be shortened. Pure.

There is room for the longest clip that the model sells, or for the take that is there; and where the whole
film was to have a length, for the scene's part of that.
"""

from __future__ import annotations

from typing import Any

from rushes.errors import RushesError
from rushes.productions import timing
from rushes.productions.choices import Choices
from rushes.productions.state import Quality, State
from rushes.productions.timing import LEAD, TAIL

# A voice may be slower than thought, so shorter words are measured once they are spoken; twice is enough.
_MOST_TRIES = 2
# Seconds that nobody misses.
_NEAR = 0.1
# However little room there is, somebody has to be able to say something.
_LEAST_ROOM = 1.0


def is_wanted(state: State, scene: Any, choices: Choices, quality: Quality) -> bool:
    """Whether the scene's words are to be shortened. Of words not yet spoken nobody knows."""
    if scene.fit != "rewrite" or scene.locked or not state.spoken(scene):
        return False
    if (
        state.is_outdated("voices", scene)
        or _is_own_voice(state, scene)
        or tries(state, scene) >= _MOST_TRIES
    ):
        return False
    try:
        return state.spoken(scene) > room(state, scene, choices, quality) + _NEAR
    except RushesError:
        # Its model is not offered just now: that is said by whoever orders the clip.
        return False


def room(state: State, scene: Any, choices: Choices, quality: Quality) -> float:
    """Seconds that the scene's words may take. Raises what `Choices.video` does."""
    longest = _picture(state, scene, choices, quality)
    wanted = state.production.wanted_seconds
    if wanted is not None:
        needs = {
            each.id: timing.least(timing.Given(each.seconds, state.spoken(each))) for each in state.scenes
        }
        over = sum(needs.values()) - wanted
        fitted = [each.id for each in state.scenes if each.fit == "rewrite" and not each.locked]
        share = over / sum(needs[each] for each in fitted)
        longest = min(longest, needs[scene.id] * (1 - max(0.0, share)))
    return max(_LEAST_ROOM, longest - LEAD - TAIL)


def former(state: State, scene: Any) -> str | None:
    """What stood in the place of the scene's narration before it was shortened, if it was."""
    result = _result(state, scene)
    found: str | None = result.get("former") if result.get("narration") == scene.narration else None
    return found


def _picture(state: State, scene: Any, choices: Choices, quality: Quality) -> float:
    """Seconds of the take that stays, else of the longest that can be had."""
    take = state.circled(scene)
    stays = take is not None and not state.is_outdated("clips", scene)
    if stays and state.is_good_enough("clips", scene, quality, choices.model("clips", quality)):
        length = state.videos[take.video_id].duration or timing.LONGEST
        return float((take.out_point or length) - (take.in_point or 0.0))
    return choices.longest_clip(quality)


def _is_own_voice(state: State, scene: Any) -> bool:
    """Nobody shortens what somebody has recorded."""
    step = state.step("voices", scene)
    return step is not None and bool(step.is_own)


def tries(state: State, scene: Any) -> int:
    """How often the words that stand there have been shortened."""
    result = _result(state, scene)
    return int(result.get("tries", 0)) if result.get("narration") == scene.narration else 0


def _result(state: State, scene: Any) -> dict[str, Any]:
    step = state.step("rewrite", scene)
    return dict(step.result or {}) if step is not None else {}
