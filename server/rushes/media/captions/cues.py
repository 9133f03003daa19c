"""Gathers words into captions: at most two lines, broken where one would pause, and never cut off.

for cue in cues(words, layout=layout):
    print(cue.start, cue.end, cue.text)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rushes.media.captions.layout import Layout, line_text
from rushes.media.captions.lines import Piece, broken, pieces_of, quality
from rushes.media.captions.timing import TimedWord, shifted

# Seconds for which a caption is to be seen at least (where there is room for it) and at most.
SHORTEST = 0.8
LONGEST = 6.0
# It stays so long after its last word, where there is silence.
_LINGERING = 0.5
# Between two of them, so that the eye sees that the text has changed.
_GAP_FRAMES = 2
# Silences that a caption had better not span, and may not.
_PAUSE = 0.7
_LONG_PAUSE = 1.5


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: the words of each of its lines and when it is on screen, in seconds. `scale` below 1 is for
    a word that is too long for the picture at full size."""

    start: float
    end: float
    lines: tuple[tuple[TimedWord, ...], ...]
    scale: float = 1.0

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """The words of all lines, in the order in which they are said."""
        return tuple(word for line in self.lines for word in line)

    @property
    def text(self) -> str:
        """The lines as they are written."""
        return "\n".join(map(line_text, self.lines))


@dataclass(frozen=True, slots=True)
class SceneWords:
    """The words of a scene, timed from its own start, and where it lies in the film, in seconds."""

    words: Sequence[TimedWord]
    start: float
    end: float


def film_cues(scenes: Sequence[SceneWords], *, layout: Layout) -> list[Cue]:
    """The captions of a whole film. None is still there when the next scene begins."""
    found: list[Cue] = []
    gap = _GAP_FRAMES / layout.fps
    for number, scene in enumerate(scenes):
        latest = [later.start - gap for later in scenes[number + 1 : number + 2]]
        end = min([scene.end, *latest])
        found += cues(shifted(scene.words, scene.start, until=end), layout=layout, until=end)
    return found


def cues(words: Sequence[TimedWord], *, layout: Layout, until: float | None = None) -> list[Cue]:
    """The words in captions, one after the other with a gap of two frames. None is seen after `until`."""
    pieces = [piece for word in words for piece in pieces_of(word, layout)]
    gathered = _gathered(pieces, layout)
    gap = _GAP_FRAMES / layout.fps
    found = []
    for number, lines in enumerate(gathered):
        first, last = lines[0][0].word, lines[-1][-1].word
        latest = until if until is not None else float("inf")
        if number + 1 < len(gathered):
            latest = gathered[number + 1][0][0].word.start - gap
        end = min(max(last.end + _LINGERING, first.start + SHORTEST), max(last.end, first.start + LONGEST))
        # The gap is taken from the caption before it, but never all of it.
        end = max(min(end, latest), (first.start + min(last.end, latest + gap)) / 2)
        found.append(_cue(lines, first.start, end, layout))
    return found


def _cue(lines: Sequence[Sequence[Piece]], start: float, end: float, layout: Layout) -> Cue:
    written = tuple(tuple(piece.word for piece in line) for line in lines)
    longest = max(layout.length(line_text(line)) for line in written)
    return Cue(start, end, written, min(1.0, layout.room / longest) if longest else 1.0)


def _gathered(pieces: Sequence[Piece], layout: Layout) -> list[list[Sequence[Piece]]]:
    """The best way to divide the words into captions: the cheapest of all (as TeX breaks a paragraph into
    lines), because a greedy one leaves a single word for the last."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        options = []
        for begin in range(end - 1, -1, -1):
            cost = _cost(pieces, begin, end, layout)
            if cost is None:
                break
            options.append((best[begin][0] + cost, begin))
        best.append(min(options))
    found: list[list[Sequence[Piece]]] = []
    end = len(pieces)
    while end:
        begin = best[end][1]
        lines = broken(pieces[begin:end], layout)
        assert lines is not None
        found.append(lines)
        end = begin
    return found[::-1]


def _cost(pieces: Sequence[Piece], begin: int, end: int, layout: Layout) -> float | None:
    """What is wrong with a caption of these words; None for one that may not be."""
    chosen = pieces[begin:end]
    seconds = chosen[-1].word.end - chosen[0].word.start
    silences = [after.word.start - before.word.end for before, after in pairwise(chosen)]
    if len(chosen) > 1 and (seconds > LONGEST or max(silences) > _LONG_PAUSE):
        return None
    lines = broken(chosen, layout)
    if lines is None:
        return None
    full = layout.longest_line(chosen[0].word.text) * layout.style.lines
    filled = min(1.0, sum(piece.length + piece.space for piece in chosen) / full)
    cost = 1.0 + (1 - filled) ** 2
    cost += sum(3.0 for silence in silences if silence > _PAUSE)
    # A sentence that begins in the middle of a caption is told before it is said.
    cost += sum(1.5 for piece in chosen[:-1] if quality(piece) == 0)
    if end < len(pieces):
        cost += quality(chosen[-1])
        seconds = pieces[end].word.start - chosen[0].word.start
    if seconds < SHORTEST:
        cost += 4 * (SHORTEST - seconds) / SHORTEST
    return cost
