"""What a drawn subject consists of."""

from collections.abc import Callable
from dataclasses import dataclass

from rushes.providers.animatic.colour import RGB
from rushes.providers.animatic.pen import Pen

Draw = Callable[[Pen, float, RGB, bool], None]
"""Draws the subject one unit tall (about), facing right, standing on the origin: pen, share of its cycle,
main colour, seated."""


@dataclass(frozen=True, slots=True)
class Look:
    """A subject: how to draw it, how large, and how it moves.  Lengths are in the subject's own units."""

    draw: Draw
    colour: RGB
    """Its usual main colour."""
    size: float
    """The length of one of its units, as a share of the stage's unit."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom extent around its origin."""
    gait: str = "stands"
    """`stands`, `walks`, `drives`, `floats` (on water), `flies`, `swims`, `hovers`."""
    frames: int = 1
    """Drawings to a cycle."""
    rate: float = 10.0
    """Drawings a second."""
    seat: tuple[float, float, float] | None = None
    """Where a rider sits (x, y) and how tall a unit of the rider is."""
    rider_behind: bool = False
    """Whether the rider is drawn before this, as somebody in a boat."""
