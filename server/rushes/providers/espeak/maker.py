"""*espeak* as a maker: real sound on this machine, with the time of every word, at no cost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import structlog

from rushes.media.processes import child
from rushes.providers.espeak import voices
from rushes.providers.espeak.child import UNKNOWN_VOICE
from rushes.providers.makers.leftovers import remove
from rushes.providers.makers.protocol import FREE, Speech, SpeechModel, SpeechOrder, Use, Voice, Word
from rushes.providers.protocol import Refused

log = structlog.get_logger(__name__)

MODEL = SpeechModel(
    name="voice",
    label="Free voice",
    description="A plain voice in more than a hundred languages, spoken on this machine. No AI, no cost.",
    speeds=(0.5, 2.0),
    text_max=20_000,
    word_times=True,
    price=FREE,
)


class EspeakMaker:
    """The embedded `SpeechMaker`: WAV, 16 bits, mono, 22.05 kHz. The same order gives the same sound."""

    name = "espeak"
    embedded = True
    models = (MODEL,)

    async def probe(self) -> None:
        """Raises Refused when the library is not there."""
        await asyncio.to_thread(_found)

    async def voices(self, model: str) -> list[Voice]:
        """Every language, by its own voice and four others. Raises Refused."""
        _, data = await asyncio.to_thread(_found)
        return await asyncio.to_thread(voices.voices, data)

    async def say(self, order: SpeechOrder, into: Path) -> Speech:
        """Speaks in a child process. Raises Refused: `nothing_to_say`, `text_too_long`, `unsupported_speed`,
        `unsupported_language`, `unknown_voice`, `speech_failed`."""
        text = _cleaned(order.text)
        least, most = MODEL.speeds
        if not least <= order.speed <= most:
            raise Refused(f"The speed must be from {least:g} to {most:g}.", code="unsupported_speed")
        library, data = await asyncio.to_thread(_found)
        voice, file = await asyncio.to_thread(_chosen, order, data)
        told = await _spoken(
            {"text": text, "voice": file, "speed": order.speed, "library": library, "data": str(data)}, into
        )
        words = tuple(Word(written, start, end) for written, start, end in told["words"])
        if not words:
            remove(into)
            raise Refused("There is nothing in the text that can be spoken.", code="nothing_to_say")
        return Speech(
            path=into,
            content_type="audio/wav",
            duration=told["samples"] / told["rate"],
            voice=voice,
            words=words,
            use=Use(cost=0.0),
        )


async def _spoken(order: dict[str, object], into: Path) -> dict[str, Any]:
    try:
        async with child(
            sys.executable, "-m", "rushes.providers.espeak.child", str(into),
            stdin=PIPE, stdout=PIPE, stderr=PIPE, niceness=5,
            # The child finds the same package however this process found it.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        ) as process:  # fmt: skip
            said, complaint = await process.communicate(json.dumps(order).encode())
    except OSError as error:
        raise _failed(str(error)) from error
    except BaseException:
        remove(into)
        raise
    if process.returncode == 0:
        told: dict[str, Any] = json.loads(said)
        return told
    remove(into)
    if process.returncode == UNKNOWN_VOICE:
        raise _unknown(str(order["voice"]))
    raise _failed(complaint.decode("utf-8", "replace").strip() or f"it ended with {process.returncode}")


def _cleaned(text: str) -> str:
    """The text without signs that end it early or cannot be written. Raises Refused."""
    spoken = "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
    if not any(sign.isalnum() for sign in spoken):
        raise Refused("There is nothing in the text that can be spoken.", code="nothing_to_say")
    if MODEL.text_max is not None and len(spoken) > MODEL.text_max:
        raise Refused(
            f"The text has {len(spoken):,} characters; {MODEL.text_max:,} can be spoken at once.",
            code="text_too_long",
        )
    return spoken


def _chosen(order: SpeechOrder, data: Path) -> tuple[str, str]:
    """The voice, and what espeak-ng calls it. Raises Refused."""
    voice = order.voice or voices.voice_for(order.language or "en", data)
    if voice is None:
        raise Refused(
            f"espeak has no voice for the language {order.language!r}. Choose another voice or model.",
            code="unsupported_language",
        )
    file = voices.file_of(voice, data)
    if file is None:
        raise _unknown(voice)
    return voice, file


def _found() -> tuple[str, Path]:
    """Where the library and its data are. Raises Refused."""
    try:
        import espeakng_loader

        library, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    except (ImportError, RuntimeError) as error:
        raise _missing() from error
    if not library.is_file():
        raise _missing()
    return str(library), data


def _missing() -> Refused:
    return Refused(
        "The embedded voice is not installed: pip install espeakng-loader, or set DEFAULT_SPEECH_MODEL.",
        code="espeak_missing",
    )


def _unknown(voice: str) -> Refused:
    return Refused(f"espeak has no voice {voice!r}. Write it like en-us or en-gb+f3.", code="unknown_voice")


def _failed(detail: str) -> Refused:
    log.error("speech_failed", detail=detail)
    full = "No space left" in detail
    return Refused(
        "The disk is full, so the narration could not be saved. Free some space and retry."
        if full
        else "Speaking failed on this machine. Try again; the server's log says more.",
        code="disk_full" if full else "speech_failed",
        retryable=True,
    )
