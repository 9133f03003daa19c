"""Subjects: everything that can be drawn in a scene, by name."""

from rushes.providers.animatic.subjects import animals, people, things, vehicles, wild
from rushes.providers.animatic.subjects.look import Look

LOOKS: dict[str, Look] = {**animals.LOOKS, **people.LOOKS, **vehicles.LOOKS, **wild.LOOKS, **things.LOOKS}
