"""Listens to narrations and music before they are mixed: how long they are, and how loud."""

import asyncio
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from rushes.media.cut.inspecting import opened
from rushes.media.cut.order import CutFailed
from rushes.media.ffmpeg import FfmpegFailed, read, reading

_AUDIBLE = 0.001  # of full scale (-60 dB): what is quieter counts as silence
_SPEECH = 0.01  # -40 dB: what is quieter is a pause
_BLOCK = 0.1  # seconds over which a level is taken
_SEARCHED = 600  # seconds of music that are listened to
_RATE = 8000


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """A sound: how many `seconds` it lasts, and its `level` where it is heard (1.0 is full scale)."""

    seconds: float
    level: float


async def inspect_narration(narration: Path, scene: int) -> SoundFacts:
    """Decodes all of it: headers of MP3 are wrong by up to a tenth of a second. Raises CutFailed."""
    try:
        return await asyncio.to_thread(_listen, narration)
    except FileNotFoundError:
        message = f"The narration of scene {scene} is missing."
        raise CutFailed("missing_narration", message, scene=scene) from None
    except (av.FFmpegError, IndexError):
        message = f"The narration of scene {scene} cannot be read."
        raise CutFailed("unreadable_narration", message, scene=scene) from None


async def inspect_music(music: Path, *, ffmpeg: str) -> SoundFacts:
    """Of the first ten minutes. Raises CutFailed."""
    if not await asyncio.to_thread(music.is_file):
        raise CutFailed("missing_music", "The music is missing.")
    args = [*reading(music), "-map", "0:a:0", "-t", str(_SEARCHED), "-ac", "1", "-ar", str(_RATE)]
    try:
        raw = await read(ffmpeg, [*args, "-f", "s16le", "pipe:1"], timeout=120)
    except FfmpegFailed:
        raise CutFailed("unreadable_music", "The music cannot be read.") from None
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], np.int16) / np.float32(32768)
    facts = SoundFacts(len(samples) / _RATE, _level(_powers(samples, _RATE), _AUDIBLE))
    if facts.seconds < 1:
        raise CutFailed("music_too_short", "The music is shorter than a second.")
    if facts.level < _AUDIBLE:
        raise CutFailed("silent_music", "The music is silent.")
    return facts


def _listen(path: Path) -> SoundFacts:
    samples, rate, powers = 0, 1, []
    with opened(path) as container:
        sound = container.streams.audio[0]
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=_RATE, frame_size=_RATE)
        for frame in container.decode(sound):
            samples, rate = samples + frame.samples, frame.sample_rate
            powers += [_powers(block.to_ndarray()[0], _RATE) for block in to_mono.resample(frame)]
        if samples:
            powers += [_powers(block.to_ndarray()[0], _RATE) for block in to_mono.resample(None)]
    return SoundFacts(samples / rate, _level(np.concatenate(powers), _SPEECH) if powers else 0.0)


def _powers(samples: NDArray[np.floating[Any]], rate: int) -> NDArray[np.floating[Any]]:
    """The mean power of each tenth of a second."""
    blocks = max(1, round(len(samples) / (rate * _BLOCK)))
    return np.array([np.mean(part**2) if len(part) else 0.0 for part in np.array_split(samples, blocks)])


def _level(powers: NDArray[np.floating[Any]], floor: float) -> float:
    """The level of what is louder than `floor`; pauses would make a speaker seem quiet."""
    heard = powers[powers > floor**2]
    return math.sqrt(float(np.mean(heard if len(heard) else powers)))
