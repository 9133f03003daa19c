"""Breaks the words of a caption into lines, and words that no line can hold into parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rushes.media.captions.layout import Layout
from rushes.media.captions.timing import TimedWord
from rushes.media.captions.units import clusters, is_unspaced

# A word that would have to be smaller than this is broken instead.
_SMALLEST = 0.8
_SENTENCE = ".!?…。！？؟۔।॥։"
_CLAUSE = ",;:，、；：،؛—–"
_CLOSING = "\"'”’»)]）」』】》"
# Where syllables begin, by the look of it, in languages that divide words by hyphens.
_VOWELS = "aeiouyäöüáéíóúàèìòùâêîôûåæøаеёиоуыэюяαεηιουωάέήίόύώ"
_ONE_SOUND = ("ch", "ck", "gh", "kh", "pf", "ph", "qu", "rh", "sc", "sh", "th", "tz", "zh")
# In a long word or address one may turn after these without a hyphen.
_TURNING = "-/.@_?&=\u00ad"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or the part of one, with its length and that of the space before it, in pixels. The line ends
    after one that is `torn` from what follows."""

    word: TimedWord
    length: float
    space: float
    torn: bool = False


def pieces_of(word: TimedWord, layout: Layout) -> list[Piece]:
    """The word alone, or its parts where it is too long for a line."""
    space = 0.0 if word.joined else layout.length("n n") - layout.length("nn")
    length = layout.length(word.text)
    if length * _SMALLEST <= layout.room:
        return [Piece(word, length, space)]
    parts = _parts(word.text, layout)
    per_sign = (word.end - word.start) / sum(map(len, parts))
    found = []
    at = word.start
    for number, part in enumerate(parts):
        end = word.end if number + 1 == len(parts) else at + per_sign * len(part)
        piece = TimedWord(part, at, end, joined=number > 0 or word.joined)
        found.append(Piece(piece, layout.length(part), 0.0 if number else space, number + 1 < len(parts)))
        at = end
    return found


def broken(pieces: Sequence[Piece], layout: Layout) -> list[Sequence[Piece]] | None:
    """The pieces in as few lines as they need, of nearly one length; None where they need too many."""
    torn = [number + 1 for number, piece in enumerate(pieces[:-1]) if piece.torn]
    longest = layout.longest_line(pieces[0].word.text)
    if not torn and _fits(pieces, longest):
        return [pieces]
    if layout.style.lines < 2 or len(torn) > 1:
        return None
    options = [
        (_uneven(pieces, at), at)
        for at in torn or range(1, len(pieces))
        if _fits(pieces[:at], longest) and _fits(pieces[at:], longest)
    ]
    if not options:
        return None
    _, at = min(options)
    return [pieces[:at], pieces[at:]]


def quality(piece: Piece) -> float:
    """How bad it is to break after the word: 0 after a sentence, more in the middle of one."""
    bare = piece.word.text.rstrip(_CLOSING)
    if bare and bare[-1] in _SENTENCE:
        return 0.0
    if bare and bare[-1] in _CLAUSE:
        return 0.5
    # Short words, such as articles and prepositions, belong to what follows.
    short = len(bare) <= 3 and not is_unspaced(bare)
    return 2.2 if short else 1.5


def _fits(pieces: Sequence[Piece], longest: float) -> bool:
    # One word alone may be longer than a line should be; it is drawn smaller if it must.
    return len(pieces) == 1 or _length(pieces) <= longest


def _length(pieces: Sequence[Piece]) -> float:
    return sum(piece.length + piece.space for piece in pieces) - pieces[0].space


def _uneven(pieces: Sequence[Piece], at: int) -> float:
    """What is wrong with breaking the line there."""
    first, second = _length(pieces[:at]), _length(pieces[at:])
    lopsided = abs(first - second) / (first + second)
    # Of two that are alike, the one with the longer line below stands better.
    return 2 * lopsided + 0.7 * quality(pieces[at - 1]) + (0.05 if first > second else 0.0)


def _parts(text: str, layout: Layout) -> list[str]:
    signs = clusters(text)
    count = 2
    while True:
        parts = _in_parts(signs, count)
        if count >= len(signs) or all(layout.length(part) * _SMALLEST <= layout.room for part in parts):
            return parts
        count += 1


def _in_parts(signs: Sequence[str], count: int) -> list[str]:
    """So many parts of nearly one length, turned over where that is natural if it is near by."""
    found = []
    begin = 0
    for number in range(1, count):
        even = begin + (len(signs) - begin) / (count - number + 1)
        ends = range(max(begin + 1, round(even * 0.85)), min(len(signs) - 1, round(even * 1.15)) + 1)
        end = min(ends or [round(even)], key=lambda at: (_forced(signs, at), abs(at - even)))
        part = "".join(signs[begin:end])
        found.append(part if part[-1] in _TURNING or not _is_hyphenated(part) else f"{part}-")
        begin = end
    return [*found, "".join(signs[begin:])]


def _forced(signs: Sequence[str], at: int) -> int:
    """0 after a sign where one may turn, 1 between syllables by the look of it, 2 elsewhere."""
    before, after = signs[at - 1], signs[at]
    if before[-1] in _TURNING:
        return 0
    follows = signs[at + 1] if at + 1 < len(signs) else ""
    one_sound = (before + after).lower() in _ONE_SOUND
    begins = after.lower() not in _VOWELS and follows.lower() in _VOWELS and follows != ""
    return 1 if begins and not one_sound else 2


def _is_hyphenated(part: str) -> bool:
    """Whether words of that script are divided by a hyphen."""
    return (
        unicodedata.category(part[-1][-1])[0] == "L"
        and unicodedata.bidirectional(part[-1][-1]) == "L"
        and (not is_unspaced(part))
    )
