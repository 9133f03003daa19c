"""Narration by `/v1/audio/speech`, streamed to a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai

from rushes.media.probe import Unplayable, probe
from rushes.providers.makers.leftovers import remove
from rushes.providers.makers.protocol import Speech, SpeechModel, SpeechOrder, Use, Voice
from rushes.providers.openai_makers.server import Server
from rushes.providers.openai_makers.waves import mend_wave
from rushes.providers.protocol import Refused
from rushes.providers.wire.answers import submit_error

_TIMEOUT = 180.0

# By the SDK's own list; Groq's, by its model's language, as those list them who build on it. Others are
# asked.
_OPENAI_VOICES = (
    *("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage"),
    *("shimmer", "verse"),
)
_GROQ_VOICES = ("autumn", "diana", "hannah", "austin", "daniel", "troy")
_GROQ_ARABIC = ("fahad", "sultan", "abdullah", "lulwa", "noura", "aisha")
# What a server that tells no voices is asked for: most have it as a synonym of their own first one.
_ANYONE = "alloy"
_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "aac": "audio/aac",
}


class OpenAISpeech:
    """The `SpeechMaker` of one server. It tells no word's time."""

    embedded = False

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT) -> None:
        self.name = server.name
        self._server = server
        self._timeout = timeout
        self._told: list[Voice] | None = None

    async def probe(self) -> None:
        """Asks for the models. Raises Down or Refused."""
        await self._server.names()

    async def voices(self, model: str) -> list[Voice]:
        """OpenAI's and Groq's known ones; others are asked at `/v1/audio/voices`, once. Raises Down."""
        if self._server.is_openai or self._server.is_groq:
            groq = _GROQ_ARABIC if "arabic" in model else _GROQ_VOICES
            known = _OPENAI_VOICES if self._server.is_openai else groq
            return [Voice(name, name.capitalize()) for name in known]
        if self._told is None:
            answer = await self._server.question("/audio/voices")
            self._told = read_voices(answer.json()) if answer.ok else []
        return self._told

    async def say(self, order: SpeechOrder, into: Path) -> Speech:
        """One narration. Raises Refused, Busy, Ambiguous, and Down when the voices could not be asked for."""
        if not order.text.strip():
            raise Refused("There is nothing in the text that can be spoken.", code="nothing_to_say")
        offered = [] if order.voice else await self.voices(order.model)
        voice = order.voice or (offered[0].id if offered else _ANYONE)
        fields: dict[str, Any] = {
            "model": order.model,
            "input": order.text,
            "voice": voice,
            # The one format that all of them have, and that is cut without loss.
            "response_format": "wav",
        }
        if order.speed != 1.0:
            fields["speed"] = order.speed
        if order.manner:
            fields["instructions"] = order.manner
        told = await self._server.stream(
            _speak,
            fields,
            into,
            key=order.key,
            timeout=self._timeout,
            dispensable=("response_format", "instructions"),
        )
        if not told.answer.ok:
            raise submit_error(told.answer, model=order.model, makes="speech")
        return await self._heard(order, into, voice, told.cost)

    async def _heard(self, order: SpeechOrder, into: Path, voice: str, cost: float | None) -> Speech:
        """The sound, once it is known to play. Raises Refused."""
        await asyncio.to_thread(mend_wave, into)
        try:
            found = await probe(into, expect="audio")
        except Unplayable as error:
            remove(into)
            raise Refused(
                f"The provider's sound cannot be used: {error.message}",
                code="result_unusable",
                retryable=True,
                charged="unknown",
            ) from error
        asked = self._server.price.per_1000_characters
        if cost is None and asked is not None:
            cost = asked * len(order.text) / 1000
        return Speech(
            path=into,
            content_type=_TYPES.get(found.container, "application/octet-stream"),
            duration=found.duration or 0.0,
            voice=voice,
            words=None,
            use=Use(cost=cost),
        )


def describe_speech_model(name: str, server: Server) -> SpeechModel:
    """What is known of a model by its server. The server has the last word."""
    return replace(
        SpeechModel(name=name, label=name.rsplit("/", 1)[-1], price=server.price),
        speeds=(0.25, 4.0),
        text_max=4096 if server.is_openai else None,
    )


def read_voices(data: object) -> list[Voice]:
    """The voices in an answer of `/v1/audio/voices`, as names or as objects with `id` or `name`; by model,
    too. What makes no sense is passed over."""
    listed = data.get("voices", data.get("data")) if isinstance(data, Mapping) else data
    if isinstance(listed, Mapping):
        listed = [voice for voices in listed.values() if isinstance(voices, list) for voice in voices]
    found: dict[str, Voice] = {}
    for each in listed if isinstance(listed, list) else []:
        told = each if isinstance(each, Mapping) else {"id": each}
        name = told.get("id") or told.get("voice_id") or told.get("name")
        if isinstance(name, str) and name:
            label, language = told.get("name"), told.get("language")
            found[name] = Voice(
                name,
                label if isinstance(label, str) and label else name,
                language if isinstance(language, str) else None,
            )
    return list(found.values())


def _speak(client: openai.AsyncOpenAI, fields: dict[str, Any], said: dict[str, Any]) -> Any:
    return client.audio.speech.with_streaming_response.create(**fields, **said)
