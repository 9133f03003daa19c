"""From the marks of espeak-ng to the times of words as they are written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from rushes.providers.espeak.library import Mark

# Written without spaces: a caption is timed by what is heard as one piece.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff]")


BLOCK = 220
"""Samples of which one loudness is kept: a hundredth of a second."""
_SILENT = 40  # of 32,768


def timed(
    text: str, marks: Sequence[Mark], *, rate: int, samples: int, peaks: Sequence[int] = ()
) -> list[tuple[str, float, float]]:
    """Each word of `text` with its start and end in seconds. What is not spoken, such as a lone dash, joins
    the word before it. Starts never go back, and no word ends after the next begins.

    `peaks` are the loudest samples of each `BLOCK`: the silence after a sentence, which the marks count as
    its last word's, is none of it.
    """
    pieces = [(match.start(), match.group()) for match in re.finditer(r"\S+", text)]
    if _UNSPACED.search(text):
        pieces = _by_marks(text, marks)
    starts = _starts([begin for begin, _ in pieces], marks)
    ends = sorted(mark.sample for mark in marks if not mark.is_word)
    words: list[tuple[str, int]] = []
    for (_, written), start in zip(pieces, starts, strict=True):
        if start is None and words:
            words[-1] = (f"{words[-1][0]} {written}", words[-1][1])
        elif start is not None:
            words.append((written, max(start, words[-1][1] if words else 0)))
    found = []
    for number, (written, start) in enumerate(words):
        until = words[number + 1][1] if number + 1 < len(words) else samples
        pause = next((end for end in ends if start < end <= until), until)
        end = _heard_until(min(pause, samples), start, peaks)
        found.append((written, round(start / rate, 3), round(end / rate, 3)))
    return found


def _heard_until(end: int, start: int, peaks: Sequence[int]) -> int:
    block = min(end // BLOCK, len(peaks)) - 1
    while block * BLOCK > start and peaks[block] < _SILENT:
        block -= 1
    return min(end, (block + 1) * BLOCK) if block * BLOCK > start else end


def _starts(begins: Sequence[int], marks: Sequence[Mark]) -> list[int | None]:
    """The sample at which the piece that begins at each position is first heard. A number is spoken as
    several words, whose marks all lie inside it."""
    starts: list[int | None] = [None] * len(begins)
    for mark in marks:
        if not mark.is_word:
            continue
        within = bisect_right(begins, max(mark.position, 0)) - 1
        if within >= 0 and starts[within] is None:
            starts[within] = mark.sample
    return starts


def _by_marks(text: str, marks: Sequence[Mark]) -> list[tuple[int, str]]:
    """The text cut where a word is heard to begin."""
    cuts = sorted({mark.position for mark in marks if mark.is_word and 0 <= mark.position < len(text)})
    pieces = [
        (begin, text[begin:end].strip()) for begin, end in zip(cuts, [*cuts[1:], len(text)], strict=True)
    ]
    return [(begin, written) for begin, written in pieces if written]
