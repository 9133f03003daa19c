"""What the fonts of a caption are called between the script and the folder that it is burned with."""

from __future__ import annotations

import re

from rushes.media.captions.fontfiles import Face

# Every font that is burned has these measures, in em, whatever its own are: so lines that mix scripts stand
# on one baseline, and a font size in the script is `LINE` times the size of the letters (libass goes by the
# height that OS/2's usWinAscent and usWinDescent make, as VSFilter does).
ASCENT = 1.0
DESCENT = 0.3
LINE = ASCENT + DESCENT


def family_of(face: Face, weight: int | None) -> str:
    """A name that no font of the system has."""
    stem = re.sub(r"[^A-Za-z0-9]+", " ", face.path.stem.split("[")[0]).strip()
    return f"Rushes {stem} {face.index} {weight or 'only'}"
