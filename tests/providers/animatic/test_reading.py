"""Prompts are read by their words, and remixes change only what they mention."""

from __future__ import annotations

import pytest

from rushes.providers.animatic.colour import hexed
from rushes.providers.animatic.places import PLACES
from rushes.providers.animatic.reading import Subject, read, said
from rushes.providers.animatic.subjects import LOOKS
from rushes.providers.animatic.words import CAMERAS, COLOURS, SUBJECTS
from rushes.providers.animatic.words import PLACES as PLACE_WORDS


@pytest.mark.parametrize(
    ("prompt", "place", "time", "weather"),
    [
        ("a cat on a motorcycle at sunset in the city", "city", "sunset", None),
        ("Snow falls on the Alps at dawn", "mountains", "dawn", "snow"),
        ("a stormy night at sea", "sea", "night", "storm"),
        ("tropical beach, golden hour", "beach", "golden", None),
        ("a foggy forest at daybreak", "forest", "dawn", "fog"),
        ("under the sea", "underwater", None, None),
        ("an astronaut in outer space", "space", None, None),
        ("a cozy living room on a rainy evening", "room", "dusk", "rain"),
        ("sand dunes at noon", "desert", "day", None),
        ("Paris street at midnight in the rain", "street", "night", "rain"),
        ("a café with no rain", "street", None, None),
        ("above the clouds", "sky", None, None),
        ("walking on the moon surface", "moon", None, None),
        ("a meadow without snow", "countryside", None, None),
        ("a lighthouse on a cliff above a stormy sea at dusk", "sea", "dusk", "storm"),
        ("a goat on the cliffs at noon", "mountains", "day", None),
    ],
)
def test_scenery(prompt: str, place: str, time: str | None, weather: str | None) -> None:
    shot = said([prompt])
    assert (shot.place, shot.time, shot.weather) == (place, time, weather)


@pytest.mark.parametrize(
    ("prompt", "subjects"),
    [
        ("a cat on a motorcycle", (Subject("cat", rides="motorcycle"),)),
        ("two dogs on the beach", (Subject("dog", 2),)),
        ("a red car in the desert", (Subject("car", colour=hexed(COLOURS["red"])),)),
        ("hot air balloons over the hills", (Subject("balloon", 3),)),
        ("a flock of birds", (Subject("bird", 7),)),
        ("a robot riding a white horse", (Subject("robot", colour=hexed(COLOURS["white"]), rides="horse"),)),
        ("a lighthouse and a ship", (Subject("lighthouse"), Subject("ship"))),
        ("a woman with a yellow umbrella", (Subject("person", umbrella=hexed(COLOURS["yellow"])),)),
        ("an empty street, no people", ()),
        ("a puppy chasing a butterfly", (Subject("dog"), Subject("butterfly"))),
        ("spaceship", (Subject("rocket"),)),
        ("wolves", (Subject("wolf", 3),)),
    ],
)
def test_subjects(prompt: str, subjects: tuple[Subject, ...]) -> None:
    assert said([prompt]).subjects == subjects


@pytest.mark.parametrize(
    ("prompt", "camera"),
    [
        ("slow pan left over the hills", "pan_left"),
        ("the camera pans to the right", "pan_right"),
        ("zoom in on the house", "push_in"),
        ("zoom out from the house", "pull_out"),
        ("crane shot", "crane_up"),
        ("the camera tilts down", "crane_down"),
        ("tracking shot of a fox", "tracking"),
        ("locked-off", "static"),
        ("drone shot of the coast", "drone"),
        ("handheld", "handheld"),
    ],
)
def test_camera(prompt: str, camera: str) -> None:
    assert said([prompt]).camera == camera


def test_palette_is_told_from_a_subjects_colour() -> None:
    teal, orange = hexed(COLOURS["teal"]), hexed(COLOURS["orange"])
    assert said(["Change the color palette to teal and orange"]).palette == (teal, orange)
    assert said(["an orange and white cat"]).palette == ()
    assert said(["a black and white film of a dog"]).look == "mono"
    assert said(["everything in pastel"]).look == "pastel"


class TestRemix:
    first = "a cat on a red motorcycle at sunset in the city"

    def test_a_palette_changes_nothing_else(self) -> None:
        before, after = (
            read([self.first], 7),
            read([self.first, "Change the color palette to teal and orange"], 7),
        )
        assert after.palette
        assert (after.place, after.time, after.subjects, after.camera) == (
            before.place, before.time, before.subjects, before.camera,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("remix", "field", "value"),
        [
            ("make it night", "time", "night"),
            ("add snow", "weather", "snow"),
            ("zoom out", "camera", "pull_out"),
            ("move it to the desert", "place", "desert"),
        ],
    )
    def test_one_word_one_change(self, remix: str, field: str, value: str) -> None:
        before, after = read([self.first], 7), read([self.first, remix], 7)
        assert getattr(after, field) == value
        for other in {"place", "time", "weather", "subjects", "camera", "palette"} - {field}:
            assert getattr(after, other) == getattr(before, other)

    @pytest.mark.parametrize(
        "remix", ["replace the cat by a dog", "a dog instead of the cat", "swap the cat for a dog"]
    )
    def test_swapping_the_rider(self, remix: str) -> None:
        after = said([self.first, remix])
        assert [(s.name, s.rides) for s in after.subjects] == [("dog", "motorcycle")]

    def test_adding_removing_and_painting(self) -> None:
        assert [s.name for s in said(["a house", "add a tree"]).subjects] == ["house", "tree"]
        assert [s.name for s in said(["a house and a tree", "remove the tree"]).subjects] == ["house"]
        assert said(["a car", "make the car blue"]).subjects[0].colour == hexed(COLOURS["blue"])
        assert said(["snow in the forest", "no snow"]).weather == "clear"

    def test_a_chain_keeps_every_link(self) -> None:
        shot = said([self.first, "make it night", "add rain", "replace the cat with a robot"])
        assert (shot.place, shot.time, shot.weather) == ("city", "night", "rain")
        assert [(s.name, s.rides) for s in shot.subjects] == [("robot", "motorcycle")]


def test_open_questions_are_settled_by_the_first_prompt_and_the_seed() -> None:
    prompts = [f"the quiet meaning of number {n}" for n in range(40)]
    shots = [read([p], 1) for p in prompts]
    assert shots == [read([p], 1) for p in prompts]
    assert len({s.place for s in shots}) >= 5
    assert len({s.time for s in shots}) >= 4
    assert any(read(["something"], seed) != read(["something"], 1) for seed in range(2, 8))
    assert all(None not in (s.place, s.time, s.weather, s.camera) for s in shots)


def test_every_word_leads_to_something_that_can_be_drawn() -> None:
    assert set(SUBJECTS) <= set(LOOKS)
    assert set(PLACE_WORDS) == set(PLACES)
    assert set(CAMERAS) == {said([phrases.split(",")[0]]).camera for phrases in CAMERAS.values()}
    assert len(LOOKS) >= 40


@pytest.mark.parametrize(
    "prompt", ["", " ", "🙂", "no", "a" * 10_000, "the the the", "\x00\u202e", "cat " * 2_000]
)
def test_no_prompt_is_too_odd(prompt: str) -> None:
    shot = read([prompt, prompt], 3)
    assert shot.place in PLACES
    assert len(shot.subjects) <= 4
