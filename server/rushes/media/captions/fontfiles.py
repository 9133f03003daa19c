"""Where the fonts of captions are, and which characters each of them has.

They come with the installation: Noto Sans for most scripts, Montserrat as the display face, Noto Sans CJK
with `rushes[cjk]` (docs/decisions/0012). Folders of one's own come before them, and Noto fonts of the system
after them for scripts that they lack.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from fontTools.unicodedata import script, script_name

from rushes.media.captions.styles import FontRole

CJK = {"Hani", "Hira", "Kana", "Hang", "Bopo"}
# The order of the fonts in the collection of Noto Sans CJK.
_CJK_FONTS = {"ja": 0, "ko": 1, "zh-hans": 2, "zh-hant": 3, "zh-hk": 4}
_TRADITIONAL = ("zh-tw", "zh-hant", "zh-mo")
_SYSTEM = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_CHOICES = {".ttf", ".otf", ".ttc", ".otc"}


@dataclass(frozen=True, slots=True)
class Face:
    """A font in a file; `index` within a collection, `weights` the least and the greatest that a variable
    one can take."""

    path: Path
    index: int = 0
    weights: tuple[int, int] | None = None

    def weight(self, wanted: int) -> int | None:
        """The weight that comes nearest; None where there is but one."""
        return None if self.weights is None else min(max(wanted, self.weights[0]), self.weights[1])

    def has(self, sign: str) -> bool:
        """Whether it draws the character."""
        return ord(sign) in _covered(self.path, self.index)


def faces_for(
    sign: str, role: FontRole, weight: int, language: str | None, folders: tuple[Path, ...]
) -> Iterator[Face]:
    """Where to look for a character, the best first."""
    for folder in folders:
        yield from _faces_in(folder)
    if role == "display":
        yield from _packaged("fontpkg_montserrat", "files/Montserrat[[]wght].ttf")
    cjk = script(sign) in CJK
    if not cjk:
        yield from _packaged("manimgx_fonts", "NotoSans[[]wght].ttf")
        yield from _packaged("manimgx_fonts", "NotoSans*[[]wght].ttf", without="Italic")
    number = _cjk_font(language)
    yield from (face for face in _packaged("manimgx_fonts_cjk", "*.ttc") if face.index == number)
    if cjk:
        yield from (face for face in _of_system("SansCJK", weight) if face.index == number)
    else:
        yield from _packaged("manimgx_fonts", "NotoEmoji*.ttf")
        yield from _of_system(str(script_name(script(sign))).replace("_", ""), weight)


def _cjk_font(language: str | None) -> int:
    tag = (language or "zh").replace("_", "-").lower()
    if tag.startswith("zh-hk"):
        return _CJK_FONTS["zh-hk"]
    if tag.startswith(_TRADITIONAL):
        return _CJK_FONTS["zh-hant"]
    return _CJK_FONTS.get(tag.split("-")[0], _CJK_FONTS["zh-hans"])


@functools.lru_cache(maxsize=32)
def _packaged(package: str, pattern: str, without: str = "\0") -> tuple[Face, ...]:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return ()
    paths = sorted(path for path in Path(spec.origin).parent.glob(pattern) if without not in path.name)
    return tuple(face for path in paths for face in _faces_of(path))


@functools.lru_cache(maxsize=16)
def _faces_in(folder: Path) -> tuple[Face, ...]:
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in _CHOICES)
    return tuple(face for path in paths for face in _faces_of(path))


@functools.lru_cache(maxsize=256)
def _of_system(name: str, weight: int) -> tuple[Face, ...]:
    """Noto fonts of the system for a script: upright, sans before serif, bold or not as is wanted."""
    paths = [
        path
        for folder in _SYSTEM
        for path in Path(folder).expanduser().rglob(f"Noto*{name}*")
        if path.suffix.lower() in _CHOICES and "Italic" not in path.name and "Mono" not in path.name
    ]
    wanted = "-Bold." if weight >= 600 else "-Regular."
    paths.sort(key=lambda path: ("Serif" in path.name, wanted not in path.name, path.name))
    return tuple(face for path in paths[:6] for face in _faces_of(path))


def _faces_of(path: Path) -> tuple[Face, ...]:
    """The faces in a file; none in one that is no font."""
    try:
        if path.suffix.lower() in (".ttc", ".otc"):
            with TTCollection(path, lazy=True) as collection:
                return tuple(Face(path, index, _weights(font)) for index, font in enumerate(collection.fonts))
        with TTFont(path, lazy=True) as font:
            return (Face(path, 0, _weights(font)),)
    except (OSError, TTLibError):
        return ()


def _weights(font: TTFont) -> tuple[int, int] | None:
    if "fvar" not in font:
        return None
    axes = [axis for axis in font["fvar"].axes if axis.axisTag == "wght"]
    return (int(axes[0].minValue), int(axes[0].maxValue)) if axes else None


@functools.lru_cache(maxsize=64)
def _covered(path: Path, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
