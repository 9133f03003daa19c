"""A few words in a voice, to hear before a whole narration is made by it. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import Any

from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, ProviderUnavailable
from rushes.money.once import item_of, paid_once
from rushes.productions.choices import Choices
from rushes.productions.request_models import VoicePreview
from rushes.productions.scenes import scene_of
from rushes.productions.state import State
from rushes.productions.styles import of_mood
from rushes.providers.makers.protocol import Speech, SpeechOrder
from rushes.providers.protocol import ProviderError
from rushes.studio import Studio
from rushes.videos import idempotency
from rushes.videos.idempotency import Repeatable

# About ten seconds: enough to know a voice by, and cheap.
_LONGEST = 160
# What is wrong with the voice that was asked for, and not with its maker.
_OF_THE_VOICE = ("unknown_voice", "unsupported_language", "unsupported_speed")


@dataclass(frozen=True, slots=True)
class Sample:
    """A sound file."""

    content: bytes
    content_type: str


async def sample(
    studio: Studio, actor: Actor, state: State, number: int, wanted: VoicePreview, asked: Repeatable
) -> Sample:
    """The scene's first words. Raises `NotFound`, `Invalid` naming `voice`, `Conflict` for a scene without
    words and for a paid voice that was asked for before, `PaymentRequired`, and `ProviderUnavailable`."""
    scene, p = scene_of(state, number), state.production
    text = beginning(wanted.text or scene.narration)
    if not text:
        raise Conflict("This scene has no narration to speak.", code="nothing_to_say")
    choices = Choices(studio.providers, studio.makers)
    offer = studio.makers.speech(choices.model("voices", wanted.quality))
    low, high = offer.model.speeds
    given = wanted.model_fields_set
    price = offer.model.price.per_1000_characters
    item = item_of(actor, "speech", offer.id, None if price is None else price * len(text) / 1000)
    order = SpeechOrder(
        key=item.subject_id,
        model=offer.model.name,
        text=text,
        voice=(wanted.voice if "voice" in given else scene.voice) or p.voice,
        language=p.language,
        speed=min(high, max(low, wanted.speed if "speed" in given else scene.speed)),
        manner=of_mood(p.mood) or None,
    )
    if not offer.maker.embedded:
        await _once(studio, actor, asked, p.id)
    into = studio.storage.scratch() / f"sample-{secrets.token_hex(8)}"
    try:
        async with paid_once(studio, item) as bill:
            speech: Speech = await offer.maker.say(order, into)
            bill.cost = speech.use.cost
        return Sample(await asyncio.to_thread(speech.path.read_bytes), speech.content_type)
    except ProviderError as error:
        if error.code in _OF_THE_VOICE:
            raise Invalid(voice=error.message) from error
        raise ProviderUnavailable(error.message, code=error.code) from error
    finally:
        await asyncio.to_thread(_delete, into)


async def _once(studio: Studio, actor: Actor, asked: Repeatable, production_id: str) -> None:
    """Nothing is kept, so a second try has no first answer to get, and must not pay twice."""
    now = studio.clock.now()
    async with studio.transaction() as work:
        if await idempotency.first_answer(work, actor, asked, now=now) is not None:
            message = (
                "This was heard before, and is not kept. Ask under another key to hear and pay it again."
            )
            raise Conflict(message, code="already_asked")
        await idempotency.remember(work, actor, asked, [production_id], now=now)


def beginning(text: str) -> str:
    """Whole sentences as far as they are short, else whole words."""
    text = " ".join(text.split())
    if len(text) <= _LONGEST:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?…。！？]", text[:_LONGEST])]
    if ends and ends[-1] > 40:
        return text[: ends[-1]]
    return text[: _LONGEST + 1].rsplit(" ", 1)[0][:_LONGEST]


def _delete(into: Any) -> None:
    for each in into.parent.glob(f"{into.name}*"):
        each.unlink(missing_ok=True)
