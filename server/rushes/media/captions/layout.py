"""Where captions may stand in a picture and how large they are there.

The title-safe area is the inner 90% (SMPTE ST 2046-1); upright pictures keep clear of what apps on phones
draw over their top and bottom. All lengths are in pixels of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools.unicodedata import script

from rushes.media.captions.styles import CaptionStyle
from rushes.media.captions.timing import TimedWord
from rushes.media.captions.typeface import Typeface

# Of the picture's side, at each edge.
_SAFE = 0.05
_PHONE = 1.5  # height to width, from which on a picture is watched on one
_PHONE_BOTTOM = 0.18
_PHONE_TOP = 0.10
_PHONE_SIDES = 0.08
# How much of a line is above and below its baseline, in em: capitals with accents, and scripts that stack.
_USUAL = (0.95, 0.28)
_STACKING = (1.1, 0.42)
_STACKED = {"Arab", "Deva", "Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Beng", "Gujr", "Guru", "Orya"}
_STACKED |= {"Taml", "Telu", "Knda", "Mlym", "Sinh"}
# East Asian signs are twice as wide as letters: a line of as many em would be read for too long.
_WIDE = {"Hani", "Hira", "Kana", "Hang"}
_WIDE_LINE = 0.8
# Measuring and drawing round differently.
_SLACK = 0.99


@dataclass(frozen=True, slots=True)
class Layout:
    """Captions of one style in pictures of one size. `language` (BCP 47) chooses among the forms of Han
    signs, `fps` is of the film, `folders` hold fonts of one's own."""

    style: CaptionStyle
    width: int
    height: int
    language: str | None = None
    fps: float = 24.0
    folders: tuple[Path, ...] = ()

    @property
    def typeface(self) -> Typeface:
        """The fonts that the style asks for."""
        return Typeface(self.style.font, self.style.weight, self.language, self.folders)

    @property
    def em(self) -> float:
        """The size of the letters."""
        upright = min(1.0, max(0.0, (self.height / self.width - 1) / (16 / 9 - 1)))
        return self.style.size * min(self.width, self.height) * (1 + 0.2 * upright)

    @property
    def safe(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge of where captions may be, with outline, shadow and box."""
        phone = self.height / self.width >= _PHONE
        sides = _PHONE_SIDES if phone else _SAFE
        top, bottom = (_PHONE_TOP, _PHONE_BOTTOM) if phone else (_SAFE, _SAFE)
        return (
            self.width * sides,
            self.height * top,
            self.width * (1 - sides),
            self.height * (1 - bottom),
        )

    @property
    def around(self) -> float:
        """What the style adds on every side of the letters."""
        style = self.style
        drawn = (style.outline.width if style.outline else 0.0) + (style.shadow.offset if style.shadow else 0)
        return self.em * max(drawn, style.box.padding if style.box else 0.0)

    @property
    def room(self) -> float:
        """The length that no line may exceed."""
        left, _, right, _ = self.safe
        return (right - left - 2 * self.around) * _SLACK

    def longest_line(self, text: str) -> float:
        """The length at which a line of such text is broken."""
        wide = sum(script(sign) in _WIDE for sign in text) * 2 > len(text)
        return min(self.room, self.style.longest_line * self.em * (_WIDE_LINE if wide else 1.0))

    def shown(self, text: str) -> str:
        """The text as it is drawn."""
        return text.upper() if self.style.case == "upper" else text

    def length(self, text: str) -> float:
        """How long the text is, drawn in full size."""
        return self.typeface.length(self.shown(text)) * self.em

    def extent(self, text: str) -> tuple[float, float]:
        """How far a line reaches above and below its baseline, in full size: as much for all lines of a
        script, so that they do not hop, but for signs that go farther."""
        above, below = _STACKING if any(script(sign) in _STACKED for sign in text) else _USUAL
        highest, lowest = self.typeface.reach(self.shown(text))
        return max(above, highest) * self.em, max(below, lowest) * self.em

    def baselines(self, lines: Sequence[str], scale: float = 1.0) -> list[float]:
        """The height of each line's baseline from the top of the picture."""
        extents = [self.extent(line) for line in lines]
        whole = sum(above + below for above, below in extents) * scale
        _, top, _, bottom = self.safe
        if self.style.position == "top":
            at = top + self.around
        elif self.style.position == "bottom":
            at = bottom - self.around - whole
        else:
            at = (self.height - whole) / 2
        found = []
        for above, below in extents:
            found.append(at + above * scale)
            at += (above + below) * scale
        return found


def line_text(words: Sequence[TimedWord]) -> str:
    """Words in a line as they are written."""
    return "".join(
        word.text if word.joined or not number else f" {word.text}" for number, word in enumerate(words)
    )
