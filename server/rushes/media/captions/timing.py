"""When each word of a narration is heard: as the voice told it, else as long as it takes to say.

words = timed("In 1984 it cost $12.", speech.duration, speech.words)
words = shifted(words, by=scene.start, until=scene.end)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

from fontTools.unicodedata import script

from rushes.media.captions.units import Unit, units

# The shortest time of a word, in seconds.
_SHORTEST = 0.01
# A written word that nobody told needs at least so much of a gap to be put into it.
_ROOM = 0.12
# How long signs take to say, a letter of an alphabet being 1.
_SAID = {"Hani": 3.0, "Hang": 2.8, "Hira": 2.0, "Kana": 2.0}
_DIGIT = 3.0
_BEGINNING = 1.2  # of every word, however short
# And how long one stops after them.
_STOPS = ((".!?…。！？؟۔।॥։", 6.0), (",;:，、；：،؛—–", 3.0))
_CLOSING = "\"'”’»)]）」』】》"


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as it is written, punctuation and all, and when it is heard, in seconds. `joined` ones follow
    the word before them without a space, as in Chinese."""

    text: str
    start: float
    end: float
    joined: bool = False


class Told(Protocol):
    """A word with its time as a voice tells it."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


def timed(text: str, seconds: float, words: Sequence[Told] | None = None) -> list[TimedWord]:
    """Every word of `text` within `seconds`, in order, none ending after the next begins.

    `words` are the times that the voice told, from the start of its sound. They need not be the written ones:
    numbers that were spoken out, markup and slips are laid over what is written between words that agree.
    """
    written = units(text)
    told = [
        part
        for word in words or ()
        for part in _spread(units(word.text), max(0.0, word.start), min(seconds, word.end))
    ]
    if not told:
        return _in_order(_spread(written, 0.0, seconds), seconds)
    return _in_order(_aligned(written, told, seconds), seconds)


def shifted(words: Sequence[TimedWord], by: float, until: float | None = None) -> list[TimedWord]:
    """The words `by` seconds later, at their place in the film. With `until` none goes on after it, and those
    that would only begin after it are left out."""
    moved = [replace(word, start=word.start + by, end=word.end + by) for word in words]
    if until is None:
        return moved
    return [replace(word, end=min(word.end, until)) for word in moved if word.start < until]


def _spread(written: Sequence[Unit], start: float, end: float) -> list[TimedWord]:
    """The units one after the other, as long as each is to say, with silence where there is punctuation."""
    lengths = [(_length(unit.text), _pause(unit.text)) for unit in written]
    if lengths:
        lengths[-1] = (lengths[-1][0], 0.0)
    per_length = max(0.0, end - start) / (sum(map(sum, lengths)) or 1.0)
    found = []
    at = start
    for unit, (said, silent) in zip(written, lengths, strict=True):
        found.append(TimedWord(unit.text, at, at + said * per_length, unit.joined))
        at += (said + silent) * per_length
    return found


def _length(text: str) -> float:
    total = _BEGINNING
    for sign in text:
        if sign.isdigit():
            total += _DIGIT
        elif sign.isalpha():
            total += _SAID.get(script(sign), 1.0)
        elif unicodedata.category(sign) in ("Sc", "Sm", "So"):
            total += _DIGIT
    return total


def _pause(text: str) -> float:
    bare = text.rstrip(_CLOSING)
    return next((long for signs, long in _STOPS if bare and bare[-1] in signs), 0.0)


def _aligned(written: Sequence[Unit], told: Sequence[TimedWord], seconds: float) -> list[TimedWord]:
    """Written words take the time of the told ones that they equal; what differs between two such shares the
    time that it took to say."""
    found: list[TimedWord | None] = [None] * len(written)
    matcher = SequenceMatcher(
        None, [_key(unit.text) for unit in written], [_key(word.text) for word in told], autojunk=False
    )
    for what, first, last, told_first, told_last in matcher.get_opcodes():
        if what == "equal":
            for unit, word, at in zip(
                written[first:last], told[told_first:told_last], range(first, last), strict=True
            ):
                found[at] = TimedWord(unit.text, word.start, word.end, unit.joined)
        elif what == "replace":
            found[first:last] = _spread(written[first:last], told[told_first].start, told[told_last - 1].end)
    return _filled(written, found, seconds)


def _filled(written: Sequence[Unit], found: Sequence[TimedWord | None], seconds: float) -> list[TimedWord]:
    """Words that nobody told go into the silence where they stand or, where there is none, share the time of
    the word before them."""
    whole: list[TimedWord] = []
    at = 0
    while at < len(written):
        word = found[at]
        if word is not None:
            whole.append(word)
            at += 1
            continue
        last = next((number for number in range(at, len(written)) if found[number]), len(written))
        following = found[last] if last < len(written) else None
        begin = whole[-1].end if whole else 0.0
        end = following.start if following else seconds
        first = at
        if end - begin < _ROOM * (last - at):
            if whole:
                begin, first = whole.pop().start, at - 1
            elif following:
                end, last = following.end, last + 1
        whole += _spread(written[first:last], begin, end)
        at = last
    return whole


def _in_order(words: Sequence[TimedWord], seconds: float) -> list[TimedWord]:
    """Within the sound and one after the other, however the times were told."""
    shortest = min(_SHORTEST, seconds / (len(words) + 1))
    starts: list[float] = []
    for word in words:
        starts.append(max(word.start, starts[-1] + shortest if starts else 0.0))
    found = []
    until = seconds
    for word, start in zip(reversed(words), reversed(starts), strict=True):
        begin = max(0.0, min(start, until - shortest))  # rounding may lead just below
        found.append(replace(word, start=begin, end=min(max(word.end, begin + shortest), until)))
        until = begin
    return found[::-1]


def _key(text: str) -> str:
    """What of a word is compared: its letters, digits and their marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or unicodedata.category(sign)[0] == "M") or plain
