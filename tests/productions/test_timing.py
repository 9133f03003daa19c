"""How long scenes are: as long as their words, as they were meant to be, and as the film may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.productions.timing import FPS, LEAD, TAIL, Given, excess, lengths


def test_a_scene_is_as_long_as_its_words_need() -> None:
    [silent, spoken, long] = lengths([Given(4, 0), Given(4, 2), Given(4, 6)])
    assert (silent, spoken) == (4, 4)
    assert long == pytest.approx(6 + LEAD + TAIL, abs=1 / FPS)


def test_what_no_words_need_is_shared_out() -> None:
    found = lengths([Given(5, 3), Given(5, 3), Given(10, 3)], wanted=30)
    assert 29.5 <= sum(found) <= 30
    assert found[2] > found[0] == pytest.approx(found[1], abs=1 / FPS)


def test_words_that_need_more_make_it_longer_and_are_told() -> None:
    scenes = [Given(5, 20), Given(5, 20)]
    assert sum(lengths(scenes, wanted=30)) == pytest.approx(40 + 2 * (LEAD + TAIL), abs=2 / FPS)
    assert excess(scenes, wanted=30) == pytest.approx(10 + 2 * (LEAD + TAIL))
    assert excess(scenes, wanted=60) == excess(scenes, wanted=None) == 0


_SCENES = st.lists(
    st.builds(Given, seconds=st.floats(1, 60), spoken=st.one_of(st.just(0.0), st.floats(0.2, 12))),
    min_size=1,
    max_size=40,
)


@given(_SCENES, st.floats(30, 600))
def test_the_film_is_never_longer_than_wanted_where_words_allow_it(
    scenes: list[Given], wanted: float
) -> None:
    found = lengths(scenes, wanted=wanted)
    if excess(scenes, wanted=wanted + 0.3) == 0 and sum(found) > 0:
        room = wanted - sum(max(1.0, LEAD + scene.spoken + TAIL if scene.spoken else 1.0) for scene in scenes)
        if room > 0.25:
            assert wanted - 0.3 - 1 / FPS <= sum(found) <= wanted
    for seconds, scene in zip(found, scenes, strict=True):
        assert seconds * FPS == pytest.approx(round(seconds * FPS))
        if scene.spoken:
            assert seconds >= scene.spoken + LEAD
