"""Captions as an Advanced SubStation Alpha script, which ffmpeg burns in by libass, word by word lit.

Every line of a caption is an event of its own at an exact place, repeated in full for each of its words with
that word in another colour. Karaoke tags would be shorter, but they fill from left to right, which is wrong
for Arabic and Hebrew, and a renderer that lays out lines by itself knows nothing of the safe area.

Format: the ASS specification (http://www.tcax.org/docs/ass-specs.htm) and libass's extensions to it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from rushes.media.captions.cues import Cue
from rushes.media.captions.fontnames import ASCENT, LINE, family_of
from rushes.media.captions.layout import Layout, line_text
from rushes.media.captions.styles import Box
from rushes.media.captions.timing import TimedWord

# A word is shown as heard until the next one begins, if that is no longer than this after it; in seconds.
_HOLDING = 0.4
_WORD_JOINER = "\u2060"
_RIGHT_TO_LEFT = "\u200f"
_HEADER = """\
[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
Kerning: yes
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Caption,{family},{size},{colour},{colour},{outline},{shadow},0,0,0,0,100,100,0,0,1,{border},{offset},\
8,0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def ass(cues: Sequence[Cue], layout: Layout) -> str:
    """The script. Its fonts are those that `write_fonts` lays into a folder."""
    style = layout.style
    outline, shadow = style.outline, style.shadow
    runs = (run for cue in cues for run in layout.typeface.runs(layout.shown(cue.text)))
    face, _ = next(runs, (None, ""))
    header = _HEADER.format(
        # Lines name their own fonts; one that is not there would be looked for all the same.
        family=family_of(face, face.weight(style.weight)) if face else "Rushes",
        width=layout.width,
        height=layout.height,
        size=_number(layout.em * LINE),
        colour=_colour(style.colour),
        outline=_colour(outline.colour if outline else "#000000"),
        shadow=_colour(shadow.colour if shadow else "#000000", shadow.opacity if shadow else 0.0),
        border=_number(outline.width * layout.em if outline else 0.0),
        offset=_number(shadow.offset * layout.em if shadow else 0.0),
    )
    return header + "".join(event for cue in cues for event in _events(cue, layout))


def _events(cue: Cue, layout: Layout) -> Iterator[str]:
    texts = [line_text(line) for line in cue.lines]
    baselines = layout.baselines(texts, cue.scale)
    if layout.style.box:
        yield _event(0, cue.start, cue.end, _box(layout.style.box, texts, baselines, cue, layout))
    left, _, right, _ = layout.safe
    size = layout.em * cue.scale
    for line, baseline in zip(cue.lines, baselines, strict=True):
        place = f"\\pos({_number((left + right) / 2)},{_number(baseline - ASCENT * size)})"
        for start, end, word in _spans(cue, line, layout):
            yield _event(1, start, end, f"{{{place}}}{_line(line, word, size, layout)}")


def _spans(cue: Cue, line: Sequence[TimedWord], layout: Layout) -> list[tuple[float, float, int | None]]:
    """From when to when which word of the line is highlighted: the whole time of the caption, without a gap,
    in which the line would vanish."""
    highlight = layout.style.highlight
    if highlight is None:
        return [(cue.start, cue.end, None)]
    words = cue.words
    offset = next(number for number, word in enumerate(words) if word is line[0])
    found: list[tuple[float, float, int | None]] = []
    at = cue.start
    for number, word in enumerate(line):
        after = words[offset + number + 1].start if offset + number + 1 < len(words) else cue.end
        end = after if after - word.end <= _HOLDING else word.end
        start, end = min(max(word.start, at), cue.end), min(max(end, at), cue.end)
        found.append((at, start, number - 1 if highlight.filling and number else None))
        found.append((start, end, number))
        at = end
    found.append((at, cue.end, len(line) - 1 if highlight.filling else None))
    # Times are written in hundredths of a second: what is shorter is nothing.
    return [span for span in found if _hundredths(span[0]) < _hundredths(span[1])]


def _line(line: Sequence[TimedWord], lit: int | None, size: float, layout: Layout) -> str:
    style = layout.style
    whole = layout.shown(line_text(line))
    # Over the whole line, because digits and punctuation are set in the face of what is beside them.
    faces = iter(layout.typeface.faces(whole))
    found = f"{{\\fs{_number(size * LINE)}}}" if size != layout.em else ""
    lead = _RIGHT_TO_LEFT if _is_right_to_left(whole) else ""
    family, colour = "", style.colour
    for number, word in enumerate(line):
        wanted = style.colour
        if style.highlight and lit is not None:
            heard = number <= lit if style.highlight.filling else number == lit
            wanted = style.highlight.colour if heard else style.colour
        text = layout.shown(word.text if word.joined or not number else f" {word.text}")
        if wanted != colour:
            found += f"{{\\1c{_colour(wanted, tag=True)}}}"
            colour = wanted
        for face, signs in groupby(((next(faces), sign) for sign in text), key=itemgetter(0)):
            if face is None:
                continue
            if (name := family_of(face, face.weight(style.weight))) != family:
                found += f"{{\\fn{name}}}"
                family = name
            found += lead + _escaped("".join(sign for _, sign in signs))
            lead = ""
    return found


def _box(box: Box, texts: Sequence[str], baselines: Sequence[float], cue: Cue, layout: Layout) -> str:
    """A rounded rectangle behind all lines, as a drawing in pixels."""
    em = layout.em * cue.scale
    left, _, right, _ = layout.safe
    half = max(layout.length(text) for text in texts) * cue.scale / 2 + box.padding * em
    padding = box.padding * em * 0.6
    x1, x2 = (left + right) / 2 - half, (left + right) / 2 + half
    y1 = baselines[0] - layout.extent(texts[0])[0] * cue.scale - padding * 0.5
    y2 = baselines[-1] + layout.extent(texts[-1])[1] * cue.scale + padding
    r = min(box.radius * em, (y2 - y1) / 2)
    k = r * 0.45  # of a quarter circle drawn as a Bézier curve
    points = (
        f"m {_points(x1 + r, y1)} l {_points(x2 - r, y1)} b {_points(x2 - k, y1, x2, y1 + k, x2, y1 + r)} "
        f"l {_points(x2, y2 - r)} b {_points(x2, y2 - k, x2 - k, y2, x2 - r, y2)} "
        f"l {_points(x1 + r, y2)} b {_points(x1 + k, y2, x1, y2 - k, x1, y2 - r)} "
        f"l {_points(x1, y1 + r)} b {_points(x1, y1 + k, x1 + k, y1, x1 + r, y1)}"
    )
    colour, alpha = _colour(box.colour, tag=True), round(255 * (1 - box.opacity))
    return f"{{\\an7\\pos(0,0)\\bord0\\shad0\\1c{colour}\\1a&H{alpha:02X}&\\p1}}{points}{{\\p0}}"


def _event(layer: int, start: float, end: float, text: str) -> str:
    return f"Dialogue: {layer},{_time(start)},{_time(end)},Caption,,0,0,0,,{text}\n"


def _time(seconds: float) -> str:
    minutes, rest = divmod(_hundredths(seconds), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def _hundredths(seconds: float) -> int:
    return round(max(0.0, seconds) * 100)


def _colour(colour: str, opacity: float = 1.0, *, tag: bool = False) -> str:
    """#rrggbb as ASS writes it: blue first, and in a style how transparent it is before that."""
    mixed = f"{colour[5:7]}{colour[3:5]}{colour[1:3]}".upper()
    return f"&H{mixed}&" if tag else f"&H{round(255 * (1 - opacity)):02X}{mixed}"


def _escaped(text: str) -> str:
    """Braces open tags and a backslash begins one: libass takes `\\{` for a brace, and reads no tag where an
    unseen sign follows the backslash (as ffmpeg's own ff_ass_bprint_text_event has it)."""
    text = " ".join(text.split("\n")) if "\n" in text else text
    text = text.replace("\\", f"\\{_WORD_JOINER}")
    return text.replace("{", "\\{").replace("}", "\\}")


def _is_right_to_left(text: str) -> bool:
    """By most of its letters: a line of Arabic may begin with a Latin name."""
    directions = [unicodedata.bidirectional(sign) for sign in text]
    return sum(way in ("R", "AL") for way in directions) > directions.count("L")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _points(*values: float) -> str:
    return " ".join(map(_number, values))
