"""A film whose files are a few bytes each, and how to unpack what is made of it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import pytest

from rushes.media.timeline import Clip, Media, Music, Narration, Timeline, Transition
from rushes.media.zipping import Zip

Build = Callable[..., Timeline]


def media(seconds: float, ending: str = "mp4", *, seed: str = "", channels: int = 0) -> Media:
    """Bytes that differ from all others', said to be a file of that duration."""
    content = hashlib.sha256(f"{seconds} {ending} {seed}".encode()).digest() * 7

    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100):
            yield content[start : start + 100]

    fps, width, height = (Fraction(24), 1280, 720) if ending == "mp4" else (None, None, None)
    return Media(read, len(content), seconds, ending, channels, fps, width, height)


def film(fps: Fraction = Fraction(24), *, title: str = "The lighthouse") -> Timeline:
    """Four scenes with all that there is: 4 s trimmed to 3, 2 s held to 3.5, 5 s slowed by 8 %, 6 s as they
    are; a dissolve between the first two, a fade before the last; voices, music, the clips' own sound."""
    slowed = 5 * 1.08
    return Timeline(
        title,
        fps,
        1280,
        720,
        clips=(
            Clip(
                1,
                'Quotes "and" <tags> & more',
                media(4, seed="1", channels=2),
                3.0,
                note="A lamp — “ß” 🎬 <b>&",
                transition=Transition("dissolve", 0.5),
                takes=(media(4, seed="other"),),
            ),
            Clip(2, "Möwen über Köln", media(2, seed="2"), 3.5, fit="hold", gain=0.4),
            Clip(
                3,
                "灯台 🗼",
                media(6, seed="3", channels=2),
                slowed,
                start=1.0,
                fit="slow",
                gain=0.5,
                transition=Transition("fade", 1.0),
            ),
            Clip(4, "Ende", media(6, seed="4"), 6.0, sound=media(6, "wav", seed="4", channels=1)),
        ),
        narrations=(
            Narration(1, media(2.2, "wav", seed="n1", channels=1), 0.25, 2.2, "The lamp goes out."),
            Narration(3, media(4.0, "wav", seed="n3", channels=1), 6.5, 4.0),
        ),
        music=Music(media(7, "mp3", channels=2), 16.4, start=1.0, gain=0.25),
        captions="1\n00:00:00,250 --> 00:00:02,450\nThe <i>lamp</i> & all < 3\n",
    )


async def unpacked(archive: Zip, into: Path) -> ZipFile:
    """The archive as it is on a disk, whole and of the size that was promised."""
    with open(into, "wb") as file:
        async with aclosing(archive.chunks) as chunks:
            async for chunk in chunks:
                file.write(chunk)
    assert into.stat().st_size == archive.size
    opened = ZipFile(into)
    assert opened.testzip() is None
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "unpacked ümlaut & more"
    made.mkdir()
    return made
