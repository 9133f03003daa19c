"""Captions burned into a picture by the bundled ffmpeg, looked at pixel by pixel."""

from __future__ import annotations

import re
from asyncio.subprocess import PIPE
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from tests.media.captions.conftest import SIZES, TEXTS, Burn, coloured, ink

from rushes.media.captions.ass import ass
from rushes.media.captions.burning import burning_filter, write_fonts
from rushes.media.captions.cues import Cue, cues
from rushes.media.captions.layout import Layout, line_text
from rushes.media.captions.styles import STYLES, CaptionStyle, Highlight
from rushes.media.captions.timing import TimedWord, timed
from rushes.media.ffmpeg import find_ffmpeg
from rushes.media.processes import child

PLAIN = CaptionStyle(label="Plain", highlight=Highlight(colour="#ff0000"))


def middle(word: TimedWord) -> float:
    return (word.start + word.end) / 2


def one_line(text: str, layout: Layout) -> list[Cue]:
    return [Cue(0.0, 2.0, (tuple(timed(text, 2.0)),))]


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("style", STYLES)
async def test_all_of_it_is_in_the_safe_area(shape: str, style: str, burn: Burn) -> None:
    width, height = SIZES[shape]
    for language in ("de", "ar") if style != "boxed" else ("th", "zh"):
        layout = Layout(STYLES[style], width, height, language=language)
        found = cues(timed(TEXTS[language], 8.0), layout=layout)
        longest = max(found, key=lambda cue: max(layout.length(line_text(line)) for line in cue.lines))
        drawn = ink(await burn(found, layout, middle(longest.words[0])))
        rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
        left, top, right, bottom = layout.safe
        assert left <= columns[0] and columns[-1] <= right
        assert top <= rows[0] and rows[-1] <= bottom
        # It is centred, and as wide as it was measured to be.
        assert columns[0] + columns[-1] == pytest.approx(width, abs=0.4 * layout.em)
        measured = max(layout.length(line_text(line)) for line in longest.lines) * longest.scale
        assert columns[-1] - columns[0] == pytest.approx(measured + 2 * layout.around, abs=0.4 * layout.em)


@pytest.mark.parametrize("language", ["en", "de", "ru", "zh", "ja", "ko"])
async def test_two_lines_at_most(language: str, burn: Burn) -> None:
    layout = Layout(PLAIN, 1280, 720, language=language)
    found = cues(timed(TEXTS[language], 6.0), layout=layout)
    for cue in found:
        # Where letters are written from side to side, a line is a band of rows with a gap above it.
        rows = ink(await burn(found, layout, middle(cue.words[0]))).sum(axis=1) > 0
        bands = int(np.count_nonzero(np.diff(rows.astype(int)) == 1))
        assert 1 <= bands <= len(cue.lines) + 1
        height = np.count_nonzero(rows)
        assert height <= 2 * 1.3 * layout.em


@pytest.mark.parametrize(
    ("language", "step"), [("en", 1), ("ru", 1), ("zh", 1), ("hi", 1), ("th", 1), ("ar", -1), ("he", -1)]
)
async def test_the_highlight_goes_with_the_words(language: str, step: int, burn: Burn) -> None:
    layout = Layout(PLAIN, 1280, 720, language=language)
    found = cues(timed(TEXTS[language], 8.0), layout=layout)
    line = found[0].lines[0]
    places = []
    for word in line:
        frame = await burn(found, layout, middle(word))
        lit = np.flatnonzero(coloured(frame, "#ff0000").any(axis=0))
        assert len(lit), word
        places.append(float(lit.mean()) * step)
    assert len(places) > 2
    assert places == sorted(places)


async def test_filling_keeps_what_was_heard(burn: Burn) -> None:
    layout = Layout(STYLES["karaoke"], 1280, 720)
    found = cues(timed("One lamp two lamps", 3.0), layout=layout)
    colour = STYLES["karaoke"].highlight
    assert colour
    lit = [
        int(coloured(await burn(found, layout, middle(word)), colour.colour).sum()) for word in found[0].words
    ]
    assert lit == sorted(lit) and lit[0] < lit[-1] / 3


@pytest.mark.parametrize("signs", ["你好界", "あい漢", "한글말", "بجس", "שלם", "नमत", "กขค", "αβγ", "жши"])
async def test_every_sign_has_a_shape_of_its_own(signs: str, burn: Burn) -> None:
    """Empty boxes would all look alike."""
    layout = Layout(PLAIN, 640, 360)
    shapes = {ink(await burn(one_line(sign, layout), layout, 1.0)).tobytes() for sign in signs}
    assert len(shapes) == len(signs)


async def test_letters_join_and_marks_sit_across_colours(burn: Burn) -> None:
    """Thai am is two shapes that a font cut to its text may lack; Arabic letters touch each other."""
    layout = Layout(PLAIN, 640, 360)
    drawn = ink(await burn(one_line("น้ำ", layout), layout, 1.0)).any(axis=0)
    assert np.count_nonzero(drawn) == pytest.approx(layout.length("น้ำ"), rel=0.15)
    drawn = ink(await burn(one_line("ببب", layout), layout, 1.0)).any(axis=0)
    columns = np.flatnonzero(drawn)
    assert np.count_nonzero(drawn) == columns[-1] - columns[0] + 1


@pytest.mark.parametrize("text", ["{\\an8}{b}", "a\\Nb", "\\h \\{x\\}", "{{}}", "\\"])
async def test_signs_of_the_format_are_shown_as_they_are(text: str, burn: Burn) -> None:
    layout = Layout(PLAIN, 1280, 720)
    found = one_line(f"x {text} x", layout)
    drawn = ink(await burn(found, layout, 0.01))
    columns = np.flatnonzero(drawn.any(axis=0))
    assert columns[-1] - columns[0] == pytest.approx(layout.length(f"x {text} x"), rel=0.08)
    rows = np.flatnonzero(drawn.any(axis=1))
    assert rows[-1] - rows[0] < 1.3 * layout.em
    assert rows[0] > 360


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("style", ["classic", "bold_pop"])
def test_the_folder_has_every_font_and_sign_that_the_script_names(
    language: str, style: str, tmp_path: Path
) -> None:
    layout = Layout(STYLES[style], 1280, 720, language=language)
    text = f"{TEXTS[language]} Rushes 4K 🎬"
    found = cues(timed(text, 9.0), layout=layout)
    written = {}
    for path in write_fonts(found, layout, tmp_path):
        with TTFont(path) as font:
            assert "fvar" not in font
            assert font["name"].getDebugName(13)  # the licence goes with them
            written[font["name"].getDebugName(1)] = set(font.getBestCmap())
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 500_000
    script = ass(found, layout)
    assert set(re.findall(r"\\fn([^}\\]+)", script)) == set(written)
    for event in re.findall(r"Dialogue: 1,[^{]*(.*)", script):
        for name, shown in re.findall(r"\\fn([^}\\]+)\}((?:[^{]|\{\\1c[^}]*\})*)", event):
            plain = re.sub(r"\{[^}]*\}", "", shown)
            assert {ord(sign) for sign in plain} <= written[name]


@pytest.mark.parametrize("language", TEXTS)
async def test_the_renderer_looks_for_no_other_font(language: str, tmp_path: Path) -> None:
    layout = Layout(STYLES["bold_pop"], 640, 360, language=language)
    found = cues(timed(f"{TEXTS[language]} {{a}} \\N 1–2 🎬", 6.0), layout=layout)
    script = tmp_path / "a.ass"
    script.write_text(ass(found, layout), encoding="utf-8")
    write_fonts(found, layout, tmp_path / "fonts")
    chain = burning_filter(script, tmp_path / "fonts")
    command = f"{find_ffmpeg()} -loglevel verbose -f lavfi -i color=s=640x360:r=5:d=6 -vf".split()
    async with child(*command, chain, "-f", "null", "-", stderr=PIPE) as process:
        _, said = await process.communicate()
    lines = [line for line in said.decode().splitlines() if "fontselect" in line or "Glyph" in line]
    assert lines
    assert [line for line in lines if "-> Rushes" not in line] == []


def test_signs_that_go_deep_stay_in_the_safe_area() -> None:
    layout = Layout(PLAIN, 1280, 720)
    assert layout.extent("a\u0323\u0331\u0323\u0331")[1] >= layout.extent("a")[1]
    above, below = layout.extent("حِّ")
    assert below > 0.4 * layout.em and above >= 1.1 * layout.em


def test_events_of_a_line_follow_without_a_gap() -> None:
    layout = Layout(PLAIN, 1280, 720)
    words = [TimedWord("One", 0.5, 0.7), TimedWord("lamp.", 1.9, 2.2)]
    script = ass([Cue(0.0, 3.0, (tuple(words),))], layout)
    times = re.findall(r"Dialogue: 1,([^,]+),([^,]+),.*?\\fn[^}]*\}(.*)", script)
    assert [(start, end) for start, end, _ in times] == [
        ("0:00:00.00", "0:00:00.50"),
        ("0:00:00.50", "0:00:00.70"),  # a long silence after it: nothing is lit
        ("0:00:00.70", "0:00:01.90"),
        ("0:00:01.90", "0:00:02.20"),
        ("0:00:02.20", "0:00:03.00"),
    ]
