"""The slate: a small edge print, like the numbers beside a negative, that says the picture is an animatic."""

from PIL import Image, ImageDraw, ImageFont

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.camera import Pose
from rushes.providers.animatic.cel import Cel
from rushes.providers.animatic.colour import ink
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.pen import FINE_X, FINE_Y, Sheet

_INK = 4
"""Pixels of the print to a frame pixel: letters cannot be drawn finer one way than the other."""
_PAPER = (255.0, 250.0, 236.0)
_AMBER = (255.0, 178.0, 74.0)


class Slate:
    """The edge print in the lower left corner; it leaves out its last parts where the frame is too narrow
    for them."""

    def __init__(self, brief: Brief) -> None:
        height = max(10.0, min(brief.height, brief.width * 1.2) * 0.0195)
        seconds = f"{brief.seconds:g}s"
        parts = ["ANIMATIC", f"· {brief.slate}", f"▸ {seconds}", f"· {brief.width}×{brief.height}"]
        advance = height * 0.64
        margin = round(max(5.0, height * 0.95) / 2) * 2
        while len(parts) > 1 and len(" ".join(parts)) * advance > brief.width - 2 * margin - height:
            parts.pop()
        text = " ".join(parts)
        pad = height * 0.55
        wide = round(len(text) * advance + 2 * pad + height * 0.55)
        tall = round(height + 2 * pad * 0.72)

        def drawn() -> Sheet:
            rows = (tall + 1) // 2 * 2
            sheet = Sheet(margin, brief.height - margin - rows, (wide + 1) // 2 * 2, rows)
            _draw(sheet, text, height, advance, pad, wide, tall)
            return sheet

        self._cel = Cel(drawn(), drawn)
        self._cel.prepare(FINE_X, FINE_Y)

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Lays the print where it always is."""
        frame.lay(self._cel, self._cel.left, self._cel.top, across=FINE_X, down=FINE_Y)


def _draw(
    sheet: Sheet, text: str, height: float, advance: float, pad: float, wide: float, tall: float
) -> None:
    """A dark, translucent tab, a small lit frame as on the studio's mark, and the letters at an even
    pitch."""
    size = (sheet.image.width // FINE_X * _INK, sheet.image.height // FINE_Y * _INK)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, wide * _INK, tall * _INK), radius=tall * _INK * 0.24, fill=118
    )
    sheet.image.paste(
        (*ink((10.0, 10.0, 14.0)), 255), (0, 0), mask.resize(sheet.image.size, Image.Resampling.BOX)
    )
    font = ImageFont.load_default(size=height * 0.98 * _INK)
    letters = Image.new("L", size, 0)
    pen = ImageDraw.Draw(letters)
    x, middle = (pad + height * 0.55) * _INK, tall * _INK / 2
    for sign in text:
        centre = x + advance * _INK / 2
        if sign == "▸":
            r = height * 0.25 * _INK
            pen.polygon(
                [(centre - r * 0.8, middle - r), (centre + r, middle), (centre - r * 0.8, middle + r)],
                fill=230,
            )
        elif sign == "×":
            r = height * 0.17 * _INK
            for way in (-1, 1):
                pen.line(
                    (centre - r, middle - r * way, centre + r, middle + r * way),
                    fill=230,
                    width=round(height * 0.075 * _INK),
                )
        elif sign == "·":
            r = height * 0.07 * _INK
            pen.ellipse((centre - r, middle - r, centre + r, middle + r), fill=230)
        elif sign != " ":
            # Small letters are set bolder, or they would fade.
            bold = 1 if height < 12.5 else 0
            pen.text(
                (centre, middle + height * 0.36 * _INK),
                sign,
                font=font,
                fill=238,
                anchor="ms",
                stroke_width=bold,
            )
        x += advance * _INK
    sheet.image.paste((*ink(_PAPER), 255), (0, 0), letters.resize(sheet.image.size, Image.Resampling.BOX))
    dot = Image.new("L", size, 0)
    r = height * 0.24 * _INK
    cx = pad * _INK + r * 0.6
    ImageDraw.Draw(dot).rounded_rectangle((cx - r, middle - r, cx + r, middle + r), radius=r * 0.45, fill=240)
    sheet.image.paste((*ink(_AMBER), 255), (0, 0), dot.resize(sheet.image.size, Image.Resampling.BOX))
