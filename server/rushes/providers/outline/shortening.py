"""Says less without a language model: whole sentences as far as there is room, else the clauses of one."""

from __future__ import annotations

import re

from rushes.providers.makers.shortening import Shortening, Unit, length_of
from rushes.providers.outline.script import sentences_of

_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_CLAUSE = re.compile(r"(?<=[,;:–—、，；：])\s*")
_OPEN_END = " ,;:–—、，；：-"


def shorten(wanted: Shortening) -> str:
    """The narration in at most `wanted.most` of its unit: its own words, the first ones kept."""
    most, unit = wanted.most, wanted.unit
    text = _ASIDE.sub("", wanted.text).strip() or wanted.text.strip()
    kept: list[str] = []
    for sentence in sentences_of(text):
        if _length([*kept, sentence], unit) <= most:
            kept.append(sentence)
        elif not kept:
            kept.append(_of_one(sentence, most, unit))
    between = " " if unit == "words" else ""
    return between.join(kept)


def _of_one(sentence: str, most: int, unit: Unit) -> str:
    """As many clauses as there is room for; not even one: words."""
    clauses = [clause for clause in _CLAUSE.split(sentence) if clause.strip()]
    kept: list[str] = []
    for clause in clauses:
        if _length([*kept, clause], unit) > most:
            break
        kept.append(clause)
    between = " " if unit == "words" else ""
    said = between.join(kept)
    if not kept:
        said = " ".join(sentence.split()[:most]) if unit == "words" else sentence[:most]
    end = sentence.rstrip("\"'”’)")[-1:]
    return said.rstrip(_OPEN_END) + (end if end in ".!?…。！？" and said.rstrip()[-1:] != end else "")


def _length(pieces: list[str], unit: Unit) -> int:
    return sum(length_of(piece, unit) for piece in pieces)
