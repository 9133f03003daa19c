"""Finds the font that has each character, and measures with it what will be burned in.

Nothing is ever left to a renderer's own choice, which differs between machines and ends in empty boxes: what
no font has is named before anything is drawn.
"""

from __future__ import annotations

import functools
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.unicodedata import script, script_name
from PIL import ImageFont, features

from rushes.media.captions.fontfiles import CJK, Face, faces_for
from rushes.media.captions.styles import CaptionStyle, FontRole

# Measured at this size and scaled: at it hinting moves nothing by more than a thousandth of an em.
_MEASURED = 1000
# Without libraqm letters are measured one by one, as if nothing joined or moved closer.
_UNSHAPED_MARGIN = 1.05


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Characters of one script that no font here has, and what gives one that does."""

    script: str
    characters: str
    remedy: str


class FontMissing(Exception):
    """Captions hold characters that no font on this machine can draw."""

    code = "font_missing"

    def __init__(self, uncovered: Sequence[Uncovered]) -> None:
        super().__init__(
            " ".join(
                f"No font here has the {lack.script} characters {lack.characters[:12]!r}. {lack.remedy}"
                for lack in uncovered
            )
        )
        self.uncovered = tuple(uncovered)


def uncovered(
    text: str, style: CaptionStyle, *, language: str | None = None, folders: Sequence[Path] = ()
) -> list[Uncovered]:
    """What of `text` cannot be drawn, by script. `folders` hold fonts of one's own."""
    typeface = Typeface(style.font, style.weight, language, tuple(folders))
    lacking: dict[str, str] = {}
    for sign in dict.fromkeys(text + (text.upper() if style.case == "upper" else "")):
        if not _is_unseen(sign) and typeface.face_of(sign) is None:
            code = script(sign)
            lacking[code] = lacking.get(code, "") + sign
    return [Uncovered(_called(code), signs, _remedy(code)) for code, signs in sorted(lacking.items())]


def language_of(text: str) -> str | None:
    """Japanese or Korean where its own letters tell so; Han signs alone do not tell whose forms are meant."""
    scripts = {script(sign) for sign in text}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in scripts else None


@dataclass(frozen=True, slots=True)
class Typeface:
    """The fonts of a caption. `language` (BCP 47) chooses among the forms of Chinese, Japanese and Korean."""

    role: FontRole
    weight: int
    language: str | None = None
    folders: tuple[Path, ...] = ()

    def face_of(self, sign: str) -> Face | None:
        """The first face that has the character."""
        return _face_of(sign, self.role, self.weight, self.language, self.folders)

    def faces(self, text: str) -> list[Face | None]:
        """The face of each character. Spaces, digits and punctuation are set in that of the letters beside
        them, if it has them. None is what no face has: `uncovered` names it beforehand."""
        found = [None if _is_neutral(sign) else self.face_of(sign) for sign in text]
        strong = [number for number, face in enumerate(found) if face is not None]
        for number, sign in enumerate(text):
            if not _is_neutral(sign):
                continue
            at = bisect_left(strong, number)
            beside = [found[near] for near in (*strong[max(0, at - 1) : at], *strong[at : at + 1])]
            if unicodedata.category(sign) in ("Ps", "Pi"):
                beside.reverse()
            fitting = (face for face in beside if face is not None and (_is_unseen(sign) or face.has(sign)))
            found[number] = next(fitting, None) or self.face_of("n" if _is_unseen(sign) else sign)
        return found

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """The text by the face it is set in."""
        found: list[tuple[Face, str]] = []
        for face, signs in groupby(zip(self.faces(text), text, strict=True), key=itemgetter(0)):
            if face is not None:
                found.append((face, "".join(sign for _, sign in signs)))
        return found

    def length(self, text: str) -> float:
        """How long the text is in em."""
        return _length(text, self)

    def reach(self, text: str) -> tuple[float, float]:
        """How far its signs go above and below the baseline, in em."""
        return _reach(text, self)


@functools.lru_cache(maxsize=20_000)
def _length(text: str, typeface: Typeface) -> float:
    total = 0.0
    for face, run in typeface.runs(text):
        total += _measuring(face, face.weight(typeface.weight)).getlength(run)
    return total / _MEASURED * (1.0 if features.check("raqm") else _UNSHAPED_MARGIN)


@functools.lru_cache(maxsize=20_000)
def _reach(text: str, typeface: Typeface) -> tuple[float, float]:
    above, below = 0.0, 0.0
    for face, run in typeface.runs(text):
        _, top, _, bottom = _measuring(face, face.weight(typeface.weight)).getbbox(run, anchor="ls")
        above, below = max(above, -top), max(below, bottom)
    return above / _MEASURED, below / _MEASURED


@functools.lru_cache(maxsize=64)
def _measuring(face: Face, weight: int | None) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(face.path), _MEASURED, index=face.index)
    if weight is not None:
        with TTFont(face.path, fontNumber=face.index, lazy=True) as tables:
            # Other axes, such as width, stay as the font has them.
            axes = [(axis.axisTag, axis.defaultValue) for axis in tables["fvar"].axes]
        font.set_variation_by_axes([float(weight) if tag == "wght" else usual for tag, usual in axes])
    return font


@functools.lru_cache(maxsize=20_000)
def _face_of(
    sign: str, role: FontRole, weight: int, language: str | None, folders: tuple[Path, ...]
) -> Face | None:
    return next((face for face in faces_for(sign, role, weight, language, folders) if face.has(sign)), None)


def _is_neutral(sign: str) -> bool:
    """Whether it belongs to no script, or to that of what is around it."""
    return _is_unseen(sign) or script(sign) in ("Zyyy", "Zinh")


def _is_unseen(sign: str) -> bool:
    """Spaces, and signs that steer how others are set."""
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs") or "\ufe00" <= sign <= "\ufe0f"


def _called(code: str) -> str:
    if code in CJK:
        return {"Hani": "Chinese", "Bopo": "Chinese", "Hang": "Korean"}.get(code, "Japanese")
    return "symbol" if code in ("Zyyy", "Zinh", "Zzzz") else str(script_name(code)).replace("_", " ")


def _remedy(code: str) -> str:
    if code in CJK:
        return "Install one: pip install 'rushes[cjk]'."
    return (
        "Install the Noto fonts (Debian: apt install fonts-noto-core) or put a font that has them into the "
        "studio's folder of fonts."
    )
