"""Times the captions: when each word of a scene is read, from when it is heard.

The words are kept, not a file of them: their lines depend on style and shape, and are set when they are
shown.
"""

from __future__ import annotations

from typing import Any

from rushes.media.captions.cues import SceneWords
from rushes.media.captions.timing import TimedWord, timed
from rushes.productions import queries, steps
from rushes.productions.state import State
from rushes.productions.timing import LEAD
from rushes.studio import Studio


async def make(studio: Studio, state: State, row: Any, _scene: Any) -> None:
    """The words of every scene, in seconds from where its narration begins."""
    words, sounds = {}, {}
    for scene in state.scenes:
        if not state.is_needed("voices", scene):
            continue
        voice = state.step("voices", scene)
        told = (voice.result or {}).get("words")
        heard = [TimedWord(text, start, end) for text, start, end in told] if told else None
        spread = timed(scene.narration, state.spoken(scene), heard)
        words[scene.id] = [[word.text, round(word.start, 3), round(word.end, 3)] for word in spread]
        sounds[scene.id] = voice.asset_id
    now = studio.clock.now()
    async with studio.transaction() as work:
        current = await queries.locked(work, state.production.id)
        if current is not None:
            await steps.done(work, current, row, cost=0.0, now=now, result={"words": words, "sounds": sounds})


def in_the_film(state: State) -> list[SceneWords]:
    """The words of all scenes at their place in the film, as far as they are timed."""
    step = state.step("captions")
    known = ((step.result or {}) if step is not None else {}).get("words") or {}
    found, begins = [], 0.0
    for scene in state.scenes:
        ends = begins + state.lengths[scene.id]
        # From where the scene begins: they are put at their place when their lines are set.
        words = [TimedWord(text, LEAD + start, LEAD + end) for text, start, end in known.get(scene.id, ())]
        found.append(SceneWords(words, begins, ends))
        begins = ends
    return found
