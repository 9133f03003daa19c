"""Places: what stands behind and before the subject in each of them."""

from collections.abc import Callable
from dataclasses import dataclass

from rushes.providers.animatic.places import land
from rushes.providers.animatic.stage import Stage


@dataclass(frozen=True, slots=True)
class Place:
    """Sets up a place in two halves, with the cast between them."""

    behind: Callable[[Stage], None]
    before: Callable[[Stage], None] | None = None
    floor: str = "land"
    """What subjects stand or move in: `land`, `water`, `void` (space, sky, under water)."""


PLACES: dict[str, Place] = {
    "mountains": Place(land.mountains, land.mountains_before),
    "countryside": Place(land.countryside, land.countryside_before),
    "desert": Place(land.desert, land.desert_before),
    "snowfield": Place(land.snowfield, land.snowfield_before),
    "forest": Place(land.forest, land.forest_before),
}
