"""Which voices espeak-ng has, read from the files of its data: no library is loaded for it.

A voice is a language's, `en-gb`, or that spoken by another throat, `en-gb+f3`; throats are the files of
`voices/!v`, of which the plainly named are offered.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rushes.providers.makers.protocol import Voice

# The throats that are offered for every language beside its own.
THROATS: tuple[tuple[str, str, Literal["female", "male"]], ...] = (
    ("f2", "soft", "female"),
    ("f3", "clear", "female"),
    ("m3", "calm", "male"),
    ("m7", "deep", "male"),
)
DEFAULT = "en-us"

_THROAT = re.compile(r"[A-Za-z0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language that can be spoken: its main tag, its name, the file that espeak-ng knows it by, and all
    tags that mean it, with their rank (less is nearer)."""

    tag: str
    name: str
    file: str
    tags: tuple[tuple[str, int], ...]


@functools.cache
def languages(data: Path) -> tuple[Spoken, ...]:
    """What `data`, the folder `espeak-ng-data`, can speak, by name. Raises OSError."""
    found: dict[str, Spoken] = {}
    for file in sorted((data / "lang").rglob("*")):
        if file.is_file() and (spoken := _read(data, file)) and _is_whole(data, file, spoken):
            # Cantonese has two: one for its signs, one for Latin letters.
            first = found.setdefault(spoken.tag, spoken)
            found[spoken.tag] = min(first, spoken, key=lambda each: len(each.file))
    return tuple(sorted(found.values(), key=lambda spoken: spoken.name))


def voices(data: Path) -> list[Voice]:
    """Every voice on offer, the default one first. Raises OSError."""
    offered: list[Voice] = []
    for spoken in sorted(languages(data), key=lambda spoken: (spoken.tag != DEFAULT, spoken.name)):
        offered.append(Voice(spoken.tag, spoken.name, spoken.tag))
        offered.extend(
            Voice(f"{spoken.tag}+{throat}", f"{spoken.name}, {words}", spoken.tag, gender)
            for throat, words, gender in THROATS
        )
    return offered


def voice_for(language: str, data: Path) -> str | None:
    """The voice of a BCP 47 tag: that of the very tag, else of its language alone; None if there is none."""
    wanted = language.strip().lower().replace("_", "-")
    while wanted:
        ranked = [
            (rank, spoken.tag) for spoken in languages(data) for tag, rank in spoken.tags if tag == wanted
        ]
        if wanted == "en":
            return DEFAULT
        if ranked:
            return min(ranked)[1]
        wanted = wanted.rpartition("-")[0]
    return None


def file_of(voice: str, data: Path) -> str | None:
    """What espeak-ng calls a voice, also one with a throat that is not offered; None if there is none.

    Its own search by tag does not find every one of them.
    """
    tag, plus, throat = voice.partition("+")
    spoken = next((each for each in languages(data) if each.tag == tag.lower()), None)
    if spoken is None:
        return None
    if plus and not (_THROAT.fullmatch(throat) and (data / "voices" / "!v" / throat).is_file()):
        return None
    return f"{spoken.file}{plus}{throat}"


def _read(data: Path, file: Path) -> Spoken | None:
    name, tags = "", []
    # Some comments are not UTF-8.
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "name":
            name = " ".join(words[1:])
        if len(words) >= 2 and words[0] == "language":
            rank = int(words[2]) if len(words) > 2 and words[2].isdigit() else 5
            tags.append((words[1].lower(), rank))
    if not name or not tags:
        return None
    return Spoken(tags[0][0], name, file.relative_to(data / "lang").as_posix(), tuple(tags))


def _is_whole(data: Path, file: Path, spoken: Spoken) -> bool:
    """A few languages are listed whose dictionary this build lacks: they would spell everything out."""
    named = re.search(
        r"^dictionary\s+(\S+)", file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE
    )
    dictionary = named[1] if named else spoken.tag.partition("-")[0]
    return (data / f"{dictionary}_dict").is_file()
