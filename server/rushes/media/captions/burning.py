"""Lays the fonts of burned-in captions beside their script: the signs that are shown, in the weight that is.

The whole fonts will not do: libass takes a variable font as it is by default, and Noto Sans CJK is hair-thin
then. Measured, cutting the signs of a film out of its 33 MB takes 0.6 s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from rushes.media.captions.cues import Cue
from rushes.media.captions.fontfiles import Face
from rushes.media.captions.fontnames import ASCENT, DESCENT, family_of
from rushes.media.captions.layout import Layout, line_text
from rushes.media.captions.typeface import FontMissing, uncovered

# Thai and Lao "am".
_AM = "\u0e33\u0eb3"
# Signs without a shape that a script may hold: no font may lack them, or libass would look for another.
_UNSEEN = "\u00a0\u200b\u200c\u200d\u200e\u200f\u2060"


def write_fonts(cues: Sequence[Cue], layout: Layout, into: Path) -> list[Path]:
    """Writes what is needed to burn these captions into the folder `into`, which should hold nothing else.

    Takes up to a second of computing for every script: run it in a thread. Raises FontMissing, OSError.
    """
    texts = [layout.shown(line_text(line)) for cue in cues for line in cue.lines]
    if lacking := uncovered("".join(texts), layout.style, language=layout.language, folders=layout.folders):
        raise FontMissing(lacking)
    needed: dict[Face, set[str]] = {}
    for text in texts:
        for face, run in layout.typeface.runs(text):
            needed.setdefault(face, set()).update(run)
    into.mkdir(parents=True, exist_ok=True)
    return [_write(face, face.weight(layout.style.weight), signs, into) for face, signs in needed.items()]


def burning_filter(script: Path, fonts: Path) -> str:
    """The video filter of ffmpeg that burns the script in with the fonts in the folder `fonts`."""
    return f"ass=filename={_quoted(script)}:fontsdir={_quoted(fonts)}"


def _write(face: Face, weight: int | None, signs: set[str], into: Path) -> Path:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        options = subset.Options(layout_features=["*"], notdef_outline=True, name_IDs=[0, 13, 14])
        cutter = subset.Subsetter(options)
        cutter.populate(text=_shaped_from(signs))
        cutter.subset(font)
        if "fvar" in font:
            axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
            instancer.instantiateVariableFont(font, axes | ({"wght": weight} if weight else {}), inplace=True)
        family = family_of(face, weight)
        _name(font, family)
        _measure(font)
        _map_unseen(font)
        path = into / f"{family.replace(' ', '-')}.{'otf' if font.sfntVersion == 'OTTO' else 'ttf'}"
        font.save(path)
    return path


def _shaped_from(signs: set[str]) -> str:
    """The signs, and those that HarfBuzz takes them apart to and puts them together from: Thai and Lao "am"
    is drawn as two, an accent alone may be part of a letter."""
    text = "".join(sorted(signs))
    found = text + unicodedata.normalize("NFD", text) + unicodedata.normalize("NFC", text)
    found += "".join(unicodedata.normalize("NFKD", sign) for sign in _AM if sign in signs)
    return found + _UNSEEN + " -"


def _name(font: TTFont, family: str) -> None:
    """Its own name, as the upright font of usual weight, so that libass neither slants nor thickens it. The
    notices of copyright and licence stay."""
    for number, value in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
        font["name"].setName(value, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = 0x40
    font["head"].macStyle = 0


def _measure(font: TTFont) -> None:
    em = font["head"].unitsPerEm
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0
    table = font["OS/2"]
    table.sTypoAscender, table.sTypoDescender, table.sTypoLineGap = ascent, -descent, 0
    table.usWinAscent, table.usWinDescent = ascent, descent


def _map_unseen(font: TTFont) -> None:
    space = (font.getBestCmap() or {}).get(0x20)
    for table in font["cmap"].tables:
        if space and table.isUnicode() and table.format in (4, 12):
            for sign in _UNSEEN:
                table.cmap.setdefault(ord(sign), space)


def _quoted(path: Path) -> str:
    """Escaped twice, as a value of an option and again as part of a filter graph (ffmpeg-filters, "Notes on
    filtergraph escaping")."""
    value = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", value)
