"""Scenes on whole frames: what happens at cuts where pictures are missing, short or standing still."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.media.timeline.conftest import media

from rushes.media.timeline import Clip, Fit, Narration, Timeline, Transition
from rushes.media.timeline.placing import Gap, Join, Piece, scenes, total
from rushes.media.timeline.sounds import sounds

SECOND = Fraction(10)  # frames: easy to count


def of(*clips: Clip, voices: tuple[Narration, ...] = ()) -> Timeline:
    return Timeline("A film", SECOND, 640, 360, clips, voices)


def laid(timeline: Timeline) -> list[tuple[str, int, int, int]]:
    return [
        ("join", item.cut, item.before, item.after)
        if isinstance(item, Join)
        else ("gap", item.at, item.length, 0)
        if isinstance(item, Gap)
        else ("held" if item.is_held else "piece", item.at, item.length, item.first)
        for item in scenes(timeline)
    ]


def test_plain_cuts() -> None:
    assert laid(of(Clip(1, "", media(5), 2.0), Clip(2, "", media(5), 3.0, start=1.0))) == [
        ("piece", 0, 20, 0),
        ("piece", 20, 30, 10),
    ]


def test_a_frame_too_few_is_no_freeze() -> None:
    assert laid(of(Clip(1, "", media(4.9), 5.0))) == [("piece", 0, 50, 0)]
    assert laid(of(Clip(1, "", media(4.8), 5.0))) == [("piece", 0, 48, 0), ("held", 48, 2, 47)]


def test_the_end_of_the_used_part_counts_not_the_file() -> None:
    clip = Clip(1, "", media(9), 3.0, start=2.0, end=4.0, fit="hold")
    assert laid(of(clip)) == [("piece", 0, 20, 20), ("held", 20, 10, 39)]


def test_a_freeze_that_begins_within_a_transition_puts_the_cut_before_it() -> None:
    over = Transition("dissolve", 1.0)
    # It stands still from 2.2 s on; the transition is from 2 to 3 s.
    timeline = of(Clip(1, "", media(2.2), 3.0, fit="hold", transition=over), Clip(2, "", media(5), 3.0))
    assert laid(timeline) == [("piece", 0, 20, 0), ("join", 20, 0, 10), ("piece", 20, 30, 0)]


def test_a_long_freeze_goes_over_like_any_picture() -> None:
    over = Transition("dissolve", 1.0)
    timeline = of(Clip(1, "", media(1), 3.0, fit="hold", transition=over), Clip(2, "", media(5), 3.0))
    assert laid(timeline) == [
        ("piece", 0, 10, 0),
        ("held", 10, 15, 9),
        ("join", 25, 5, 5),
        ("piece", 25, 25, 5),
    ]


def test_without_a_picture_on_both_sides_there_is_a_plain_cut() -> None:
    over = Transition("wipe", 1.0)
    timeline = of(Clip(1, "", None, 3.0, transition=over), Clip(2, "", media(5), 3.0))
    assert laid(timeline) == [("gap", 0, 25, 0), ("piece", 25, 25, 5)]
    too_short = of(Clip(1, "", media(5), 3.0, transition=over), Clip(2, "", media(0.5), 3.0, fit="hold"))
    assert laid(too_short) == [("piece", 0, 25, 0), ("held", 25, 25, 4)]


def test_a_voice_ends_where_the_next_begins_or_the_film_ends() -> None:
    voices = (
        Narration(2, media(9, "wav", channels=1), 2.0, 9.0),
        Narration(1, media(9, "wav", channels=1), 0.5, 9.0),
    )
    heard = sounds(of(Clip(1, "", media(5), 4.0), voices=voices)).narrations
    assert [(each.number, each.at, each.length) for each in heard] == [(1, 5, 15), (2, 20, 20)]


@pytest.mark.parametrize(
    "clips",
    [
        (),
        (Clip(1, "", media(5), 0.0),),
        (Clip(1, "", media(5), 2.0, start=5.0),),
        (Clip(1, "", media(5), 2.0), Clip(1, "", media(5), 2.0)),
        (Clip(1, "", media(5), 2.0, transition=Transition("fade", 1.0)),),
        (Clip(1, "", media(5), 2.0, transition=Transition("fade", 2.5)), Clip(2, "", media(5), 3.0)),
        (
            Clip(1, "", media(5), 2.0, transition=Transition("fade", 1.0)),
            Clip(2, "", media(5), 1.5, transition=Transition("fade", 1.0)),
            Clip(3, "", media(5), 3.0),
        ),
    ],
)
def test_what_cannot_be_laid_is_refused(clips: tuple[Clip, ...]) -> None:
    with pytest.raises(ValueError, match=r"scene|film"):
        of(*clips)


_clips = some.builds(
    lambda seconds, length, fit, over: (seconds, length, fit, over),
    some.one_of(some.none(), some.floats(0.02, 12)),
    some.floats(0.5, 12),
    some.sampled_from(["trim", "hold", "slow"]),
    some.floats(0, 0.24),
)


@settings(max_examples=300, deadline=None)
@given(
    some.lists(_clips, min_size=1, max_size=12),
    some.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(60), Fraction(5)]),
)
def test_any_film_has_no_holes_and_its_length(
    wanted: list[tuple[float | None, float, Fit, float]], fps: Fraction
) -> None:
    clips = tuple(
        Clip(
            number,
            "",
            None if seconds is None else media(seconds),
            length,
            fit=fit,
            transition=Transition("dissolve", over) if over and number < len(wanted) else None,
        )
        for number, (seconds, length, fit, over) in enumerate(wanted, 1)
    )
    timeline = Timeline("", fps, 640, 360, clips)
    at = 0
    items = list(scenes(timeline))
    for place, item in enumerate(items):
        if isinstance(item, Join):
            before, after = items[place - 1], items[place + 1]
            assert item.cut == at and item.after > 0
            assert isinstance(before, Piece) and before.length >= item.before
            assert isinstance(after, Piece) and not after.is_held and after.length >= item.after
        else:
            assert item.at == at and item.length > 0
            at += item.length
    assert at == total(timeline) and abs(at / fps - Fraction(timeline.duration)) <= Fraction(1, 2) / fps
