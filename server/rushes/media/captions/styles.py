"""How captions look, as data: every style is a JSON object that people can also write themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Position = Literal["bottom", "middle", "top"]
# `display` is a wide, heavy face for Latin and Cyrillic; other scripts are set in `sans`.
FontRole = Literal["sans", "display"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outline(_Part):
    """A line around each letter, `width` em wide."""

    colour: Colour = "#000000"
    width: Annotated[float, Field(gt=0, le=0.3)] = 0.07


class Shadow(_Part):
    """A copy of the letters behind them, `offset` em to the right and below."""

    colour: Colour = "#000000"
    offset: Annotated[float, Field(gt=0, le=0.3)] = 0.05
    opacity: Annotated[float, Field(gt=0, le=1)] = 0.6


class Box(_Part):
    """A rounded box behind all lines of a caption; `padding` and `radius` are in em."""

    colour: Colour = "#000000"
    opacity: Annotated[float, Field(gt=0, le=1)] = 0.75
    padding: Annotated[float, Field(ge=0, le=1)] = 0.35
    radius: Annotated[float, Field(ge=0, le=1)] = 0.25


class Highlight(_Part):
    """What shows the word that is heard. `filling` keeps the colour on what was heard before it."""

    colour: Colour
    filling: bool = False


class CaptionStyle(_Part):
    """A look. `size` is an em as a part of the picture's shorter side, in upright pictures a fifth more;
    `longest_line` is in em, and lines are never longer than the safe area allows either."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    font: FontRole = "sans"
    weight: Annotated[int, Field(ge=100, le=900)] = 500
    size: Annotated[float, Field(ge=0.02, le=0.15)] = 0.052
    colour: Colour = "#ffffff"
    outline: Outline | None = None
    shadow: Shadow | None = None
    box: Box | None = None
    highlight: Highlight | None = None
    case: Literal["as_written", "upper"] = "as_written"
    position: Position = "bottom"
    lines: Annotated[int, Field(ge=1, le=2)] = 2
    longest_line: Annotated[float, Field(ge=4, le=40)] = 21.0


STYLES: dict[str, CaptionStyle] = {
    "classic": CaptionStyle(
        label="Classic",
        weight=600,
        outline=Outline(width=0.065),
        shadow=Shadow(),
        highlight=Highlight(colour="#ffd84d"),
    ),
    "bold_pop": CaptionStyle(
        label="Bold pop",
        font="display",
        weight=800,
        size=0.078,
        outline=Outline(width=0.11),
        shadow=Shadow(offset=0.07, opacity=0.7),
        highlight=Highlight(colour="#ffe600"),
        case="upper",
        position="middle",
        longest_line=11.0,
    ),
    "boxed": CaptionStyle(
        label="Boxed",
        weight=500,
        size=0.048,
        box=Box(colour="#101014", opacity=0.8),
        highlight=Highlight(colour="#7cd4ff"),
    ),
    "karaoke": CaptionStyle(
        label="Karaoke",
        font="display",
        weight=700,
        size=0.058,
        outline=Outline(colour="#1b1035", width=0.09),
        highlight=Highlight(colour="#ff7ac6", filling=True),
        longest_line=18.0,
    ),
    "minimal": CaptionStyle(
        label="Minimal",
        weight=400,
        size=0.044,
        shadow=Shadow(offset=0.04, opacity=0.8),
        outline=Outline(width=0.03),
    ),
}
