"""Words in captions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.captions.conftest import SIZES, TEXTS

from rushes.media.captions.cues import LONGEST, SHORTEST, Cue, SceneWords, cues, film_cues
from rushes.media.captions.layout import Layout, line_text
from rushes.media.captions.styles import STYLES
from rushes.media.captions.timing import TimedWord, shifted, timed


def layout(style: str = "classic", shape: str = "16:9", language: str = "en") -> Layout:
    width, height = SIZES[shape]
    return Layout(STYLES[style], width, height, language=language)


def captions(text: str, seconds: float, **where: str) -> list[Cue]:
    return cues(timed(text, seconds), layout=layout(**where))


def assert_sound(found: list[Cue], in_layout: Layout) -> None:
    for cue in found:
        assert 1 <= len(cue.lines) <= in_layout.style.lines
        assert cue.start < cue.end
        for line in cue.lines:
            assert in_layout.length(line_text(line)) * cue.scale <= in_layout.room + 0.01
    for one, other in pairwise(found):
        assert one.end < other.start


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("style", STYLES)
def test_lines_fit_in_every_shape_script_and_style(language: str, shape: str, style: str) -> None:
    text = TEXTS[language]
    found = captions(text, 8.0, style=style, shape=shape, language=language)
    assert_sound(found, layout(style, shape, language))
    shown = "".join(word.text for cue in found for word in cue.words).replace("-", "").replace(" ", "")
    assert shown == text.replace(" ", "")


def test_captions_end_where_sentences_do() -> None:
    text = "The lamp still turns every night. Nobody knows who lights it. Some say that it is the sea itself."
    found = captions(text, 8.0)
    assert len(found) >= 2
    assert all(cue.text.endswith(".") for cue in found)


def test_lines_are_nearly_of_one_length_and_turn_at_a_comma() -> None:
    (cue,) = captions("Every morning at sunrise, the keeper walks down alone.", 4.0)
    assert cue.text == "Every morning at sunrise,\nthe keeper walks down alone."


def test_a_short_caption_stays_in_one_line() -> None:
    assert captions("The lamp turns.", 2.0)[0].text == "The lamp turns."


def test_it_is_seen_long_enough_where_there_is_room() -> None:
    words = [TimedWord("Yes.", 0.0, 0.2), TimedWord("No.", 3.0, 3.2)]
    first, second = cues(words, layout=layout(), until=3.5)
    assert (first.start, first.end) == (0.0, SHORTEST)
    assert (second.start, second.end) == (3.0, 3.5)


def test_slow_words_are_not_left_standing() -> None:
    words = timed("One two three four five six seven eight nine ten eleven twelve", 30.0)
    found = cues(words, layout=layout())
    assert all(cue.end - cue.start <= LONGEST + 0.01 for cue in found)


def test_two_frames_are_between_two_captions() -> None:
    found = captions(" ".join([TEXTS["en"]] * 3), 18.0)
    assert len(found) > 3
    gaps = [other.start - one.end for one, other in pairwise(found)]
    assert all(gap >= 2 / 24 - 1e-9 for gap in gaps)


@pytest.mark.parametrize("shape", ["16:9", "9:16"])
def test_a_word_that_no_line_holds_is_broken_where_syllables_meet(shape: str) -> None:
    found = captions(TEXTS["de"], 6.0, style="bold_pop", shape=shape)
    lines = [line for cue in found for line in cue.text.split("\n")]
    joined = "".join(line.removesuffix("-") if line.endswith("-") else f"{line} " for line in lines)
    assert "Donaudampfschifffahrtsgesellschaftskapitän" in joined
    assert all(cue.scale >= 0.79 for cue in found)


def test_an_address_is_broken_without_a_hyphen() -> None:
    found = captions(
        "See https://example.org/lighthouses/and/their-keepers/of/the/north now", 4.0, shape="9:16"
    )
    text = "".join(cue.text for cue in found).replace("\n", "")
    assert "https://example.org/lighthouses/and/their-keepers/of/the/north" in text.replace(" ", "")


def test_one_scene_is_never_told_in_the_next() -> None:
    text = "The lamp still turns. Nobody knows who lights it."
    told = timed(text, 4.2)
    scenes = [SceneWords(told, 0.0, 4.0), SceneWords(told, 4.0, 9.0), SceneWords(told, 8.5, 12.6)]
    found = film_cues(scenes, layout=layout())
    assert_sound(found, layout())
    for scene, later in pairwise(scenes):
        inside = [cue for cue in found if scene.start <= cue.start < later.start]
        assert inside
        assert all(cue.end <= later.start for cue in inside)
    second = [word for cue in found for word in cue.words if 4.0 <= word.start < 8.5]
    assert [word.start for word in second] == [word.start for word in shifted(told, 4.0)]


def test_nothing_gives_nothing() -> None:
    assert cues([], layout=layout()) == []
    assert film_cues([SceneWords([], 0, 4)], layout=layout()) == []


@settings(deadline=None, max_examples=60)
@given(st.text("ab c,.äW漢ん 字ก", max_size=120), st.floats(0.05, 60), st.sampled_from(list(SIZES)))
def test_whatever_is_said_fits(text: str, seconds: float, shape: str) -> None:
    in_layout = layout("bold_pop", shape)
    found = cues(timed(text, seconds), layout=in_layout)
    for cue in found:
        assert len(cue.lines) <= 2
        assert cue.start < cue.end
        assert all(
            in_layout.length(line_text(line)) * cue.scale <= in_layout.room + 0.1 for line in cue.lines
        )
    assert all(one.end <= other.start for one, other in pairwise(found))
