"""Times the captions: when each word of a scene is read, from when it is heard.

A voice tells it, else a model that listens to it, where the settings name one; what nobody has told is spread
over the sound. The words are kept, not a file of them: their lines depend on style and shape, and are set
when they are shown.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import select, update

from rushes.media.captions.cues import SceneWords
from rushes.media.captions.timing import TimedWord, timed
from rushes.productions import queries, steps
from rushes.productions.choices import Choices
from rushes.productions.keeping import written
from rushes.productions.state import State
from rushes.productions.timing import LEAD
from rushes.providers.makers.protocol import TranscriptionOrder
from rushes.providers.protocol import Ambiguous, ProviderError
from rushes.storage import StorageError
from rushes.studio import Studio
from rushes.tables import assets, production_steps
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)


async def make(studio: Studio, state: State, row: Any, _scene: Any) -> None:
    """The words of every scene, in seconds from where its narration begins."""
    heard, cost = ({}, 0.0) if steps.is_free(row.model) else await _heard(studio, state, row)
    words, sounds = {}, {}
    for scene in state.scenes:
        if not state.is_needed("voices", scene):
            continue
        voice = state.step("voices", scene)
        found = heard.get(scene.id) or (voice.result or {}).get("words")
        told = [TimedWord(text, start, end) for text, start, end in found] if found else None
        spread = timed(scene.narration, state.spoken(scene), told)
        words[scene.id] = [[word.text, round(word.start, 3), round(word.end, 3)] for word in spread]
        sounds[scene.id] = voice.asset_id

    async def write(work: Transaction) -> None:
        current, now = await queries.locked(work, state.production.id), studio.clock.now()
        if current is not None:
            result = {"words": words, "sounds": sounds}
            await steps.done(work, current, row, cost=cost, now=now, result=result)

    await written(studio, write)


async def _heard(studio: Studio, state: State, row: Any) -> tuple[dict[str, list[list[Any]]], float | None]:
    """The words of the scenes whose voices told none, and what it has cost (USD, None where nobody knows). A
    sound that cannot be transcribed is left to be guessed: captions that are a little off are better than
    none."""
    listener = Choices(studio.providers, studio.makers).listener("final")
    if listener is None:
        return {}, 0.0
    found: dict[str, list[list[Any]]] = {}
    cost: float | None = 0.0
    price = listener.model.price.per_minute
    for scene in state.untold:
        voice, seconds = state.step("voices", scene), state.spoken(scene)
        try:
            async with studio.reading() as session:
                file = (await session.execute(select(assets).where(assets.c.id == voice.asset_id))).one()
            async with studio.storage.local_copy(file.file_path) as sound:
                order = TranscriptionOrder(
                    key=f"{row.id}:{row.attempt}:{scene.id}",
                    model=listener.model.name,
                    sound=sound,
                    content_type=file.content_type,
                    seconds=seconds,
                    language=state.production.language,
                    text=scene.narration,
                )
                answer = await listener.maker.hear(order)
        except (ProviderError, StorageError) as error:
            log.warning("not_transcribed", scene=scene.number, reason=error.message)
            if isinstance(error, Ambiguous):
                cost = _sum(cost, None if price is None else price * seconds / 60)
            continue
        cost = _sum(cost, answer.use.cost)
        if answer.words:
            found[scene.id] = [[w.text, round(w.start, 3), round(w.end, 3)] for w in answer.words]
            await _remember(studio, state, voice, found[scene.id])
    return found, cost


async def _remember(studio: Studio, state: State, voice: Any, words: list[list[Any]]) -> None:
    """Whatever becomes of the captions, nobody has to listen to this sound again."""

    async def write(work: Transaction) -> None:
        current = await queries.locked(work, state.production.id)
        if current is not None:
            same = (production_steps.c.id == voice.id) & (production_steps.c.asset_id == voice.asset_id)
            result = {**(voice.result or {}), "words": words, "heard": True}
            await work.session.execute(update(production_steps).where(same).values(result=result))

    await written(studio, write)


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


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
