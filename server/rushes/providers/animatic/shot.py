"""A shot: what prompts have been read to say, in the words of the vocabulary."""

from dataclasses import dataclass

from rushes.providers.animatic.colour import RGB


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to draw: its name, how many, its colour if told, and what it rides on or in."""

    name: str
    count: int = 1
    colour: RGB | None = None
    rides: str | None = None
    umbrella: RGB | None = None
    """The colour of the umbrella that it holds, if it holds one."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What the prompts say; `None` and empty where they say nothing, until `filled`."""

    place: str | None = None
    time: str | None = None
    weather: str | None = None
    subjects: tuple[Subject, ...] = ()
    camera: str | None = None
    drifts: tuple[str, ...] = ()
    palette: tuple[RGB, ...] = ()
    look: str | None = None
