"""Speaks a scene's narration, and keeps when each word is heard where its maker tells."""

from __future__ import annotations

import secrets
from typing import Any

from rushes.productions import queries, steps
from rushes.productions.keeping import keeping, written
from rushes.productions.state import State
from rushes.productions.styles import of_mood
from rushes.providers.makers.protocol import SpeechOrder
from rushes.studio import Studio
from rushes.transaction import Transaction


async def make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    """Raises what speech makers raise."""
    p = state.production
    offer = studio.makers.speech(row.model)
    low, high = offer.model.speeds
    order = SpeechOrder(
        key=f"{row.id}:{row.attempt}",
        model=offer.model.name,
        text=scene.narration,
        voice=scene.voice or p.voice,
        language=p.language,
        speed=min(high, max(low, scene.speed)),
        manner=of_mood(p.mood) or None,
    )
    into = studio.storage.scratch() / f"voice-{secrets.token_hex(8)}"
    async with keeping(studio, state, row, into, name=f"Narration {scene.number}", only="audio") as keep:
        speech = await offer.maker.say(order, into)
        words = None
        if speech.words is not None:
            words = [[word.text, round(word.start, 3), round(word.end, 3)] for word in speech.words]
        result = {"duration": speech.duration, "words": words, "voice": speech.voice}
        async with keep(speech.path) as file:

            async def write(work: Transaction) -> None:
                current = await queries.locked(work, p.id)
                asset_id = await file.owned(work, purpose="voice")
                if current is not None:
                    now, cost = studio.clock.now(), speech.use.cost
                    made = {"asset_id": asset_id, "result": result}
                    await steps.done(work, current, row, cost=cost, now=now, **made)

            await written(studio, write)
