"""Places: what stands behind and before the subject in each of them."""

from collections.abc import Callable
from dataclasses import dataclass

from rushes.providers.animatic.places import land, town, void, water
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
    "sea": Place(water.sea, water.sea_before, "water"),
    "beach": Place(water.beach, water.beach_before),
    "lake": Place(water.lake, water.lake_before, "water"),
    "underwater": Place(water.underwater, water.underwater_before, "void"),
    "city": Place(town.city, town.city_before),
    "street": Place(town.street, town.city_before),
    "room": Place(town.room),
    "space": Place(void.space, void.space_before, "void"),
    "moon": Place(void.moon, void.moon_before),
    "sky": Place(void.sky, void.sky_before, "void"),
}
