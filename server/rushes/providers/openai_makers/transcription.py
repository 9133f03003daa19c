"""When each word of a sound is heard, by `/v1/audio/transcriptions`.

The field for words is OpenAI's: `timestamp_granularities[]=word` with `verbose_json`, which of OpenAI's own
models `whisper-1` takes (platform.openai.com/docs/guides/speech-to-text). Groq's and most servers of Whisper
take it too (console.groq.com/docs/speech-to-text).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openai

from rushes.providers.makers.protocol import Transcript, TranscriptionModel, TranscriptionOrder, Use, Word
from rushes.providers.openai_makers.server import Server, unreadable
from rushes.providers.protocol import Refused
from rushes.providers.wire.answers import submit_error
from rushes.providers.wire.reading import read_number

_TIMEOUT = 180.0
# What OpenAI takes; others take as much or more.
LARGEST = 25 * 1024 * 1024
# A hint of what is said helps with names. Whisper reads no more of it than this many characters or so.
_LONGEST_HINT = 800


class OpenAITranscription:
    """The `Transcriber` of one server."""

    embedded = False

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT) -> None:
        self.name = server.name
        self._server = server
        self._timeout = timeout

    async def probe(self) -> None:
        """Asks for the models. Raises Down or Refused."""
        await self._server.names()

    async def hear(self, order: TranscriptionOrder) -> Transcript:
        """One transcription. Raises Refused, Busy, Ambiguous."""
        content = await asyncio.to_thread(_read, order.sound)
        fields: dict[str, Any] = {
            "model": order.model,
            "file": (order.sound.name, content, order.content_type),
            "response_format": "verbose_json",
            "timestamp_granularities": ["word"],
        }
        if order.language:
            # ISO 639, without a region.
            fields["language"] = order.language.partition("-")[0].lower()
        if order.text:
            fields["prompt"] = order.text[:_LONGEST_HINT]
        told = await self._server.post(
            _hear, fields, key=order.key, timeout=self._timeout, dispensable=("prompt", "language")
        )
        if not told.answer.ok:
            raise submit_error(told.answer, model=order.model, makes="transcriptions")
        words, seconds = read_words(told.answer.json())
        cost, price = told.cost, self._server.price.per_minute
        if cost is None and price is not None:
            cost = price * (seconds if seconds is not None else order.seconds) / 60
        return Transcript(words, Use(cost=cost))


def describe_transcription_model(name: str, server: Server) -> TranscriptionModel:
    """What is known of a model by its server."""
    return TranscriptionModel(name=name, label=name.rsplit("/", 1)[-1], price=server.price)


def read_words(data: object) -> tuple[tuple[Word, ...], float | None]:
    """The words of an answer, in seconds from the start, and how long it says that the sound is. A word that
    makes no sense is passed over; raises Ambiguous where there is no transcription at all."""
    if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
        raise unreadable("the transcription")
    found = []
    listed = data.get("words")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, Mapping):
            continue
        text, start, end = each.get("word"), read_number(each.get("start")), read_number(each.get("end"))
        if not isinstance(text, str) or not text.strip() or start is None or end is None:
            continue
        if 0 <= start <= end:
            found.append(Word(text.strip(), start, end))
    return tuple(found), read_number(data.get("duration"))


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Refused("The sound is too large to be transcribed.", code="payload_too_large")
    return path.read_bytes()


def _hear(client: openai.AsyncOpenAI, fields: dict[str, Any], said: dict[str, Any]) -> Any:
    return client.audio.transcriptions.with_raw_response.create(**fields, **said)
