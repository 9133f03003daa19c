"""Scenes are laid out on whole frames, and rounding does not add up."""

from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.cut.films import order_of

from rushes.media.cut import CutScene
from rushes.media.cut.timeline import Part, Piece, Use, pieces_of, shown_at, timeline_of, use_of


def scenes(*seconds: float) -> list[CutScene]:
    return [CutScene(Path("clip.mp4"), each) for each in seconds]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(24000, 1001), Fraction(30), Fraction(30000, 1001)])
def test_two_hundred_scenes_are_as_long_as_their_sum(fps: Fraction) -> None:
    order = order_of(*scenes(*[3.337] * 200), fps=fps)
    timeline = timeline_of(order)
    assert abs(timeline.duration - 200 * 3.337) <= float(1 / fps)
    for n, edge in enumerate(timeline.edges):
        assert abs(float(edge / fps) - n * 3.337) <= float(1 / fps)


def test_every_scene_has_a_frame() -> None:
    assert timeline_of(order_of(*scenes(*[1 / 24] * 5))).edges == (0, 1, 2, 3, 4, 5)


def test_without_transitions_a_piece_is_a_scene() -> None:
    timeline = timeline_of(order_of(*scenes(1, 2)))
    assert pieces_of(timeline) == [Piece(0, Part(0, 0, 24), None), Piece(24, Part(1, 0, 48), None)]


def test_a_transition_lies_across_its_boundary() -> None:
    timeline = timeline_of(order_of(*scenes(1, 2, 1), transition="wipe", transition_seconds=0.5))
    first, second, third = pieces_of(timeline)
    assert first == Piece(0, Part(0, 0, 30), Part(1, -6, 12))
    assert second == Piece(30, Part(1, 6, 48), Part(2, -6, 12))
    assert third == Piece(78, Part(2, 6, 18), None)
    assert third.start + third.shows.count == timeline.frames == 96


def test_transitions_of_a_short_scene_do_not_meet() -> None:
    timeline = timeline_of(order_of(*scenes(1, 0.25, 1), transition="fade", transition_seconds=2.0))
    assert timeline.halves == (0, 3, 3, 0)
    assert [piece.shows.count for piece in pieces_of(timeline)] == [27, 6, 21]


@pytest.mark.parametrize(
    ("fit", "duration", "pace"),
    [("trim", 5.0, 1.0), ("hold", 5.0, 1.0), ("slow", 5.7, 6 / 5.7), ("slow", 3.0, 1.1), ("slow", 7.0, 1.0)],
)
def test_only_what_is_short_is_slowed(fit: str, duration: float, pace: float) -> None:
    scene = CutScene(Path("clip.mp4"), 6.0, fit=fit)  # type: ignore[arg-type]
    assert use_of(scene, duration, frame=1 / 24) == Use(0.0, duration, pytest.approx(pace))


def test_in_and_out_points() -> None:
    scene = CutScene(Path("clip.mp4"), 6.0, start=1.0, end=3.0)
    assert use_of(scene, 5.0, frame=1 / 24) == Use(1.0, 2.0, 1.0)
    assert use_of(scene, 2.5, frame=1 / 24) == Use(1.0, 1.5, 1.0)
    assert use_of(scene, 1.0, frame=1 / 24) is None


def test_which_frame_is_on() -> None:
    times = [n / 10 for n in range(20)]
    use = Use(0.5, 1.0, 1.0)
    assert [shown_at(times, use, seconds) for seconds in (-1, 0, 0.05, 0.1, 0.9, 5)] == [5, 5, 5, 6, 14, 14]
