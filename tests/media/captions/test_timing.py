"""When words are heard."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.captions.conftest import TEXTS

from rushes.media.captions.timing import TimedWord, shifted, timed
from rushes.providers.espeak.maker import EspeakMaker
from rushes.providers.makers.protocol import SpeechOrder, Word


def times(words: list[TimedWord]) -> dict[str, tuple[float, float]]:
    return {word.text: (round(word.start, 3), round(word.end, 3)) for word in words}


def assert_in_order(words: list[TimedWord], seconds: float) -> None:
    assert all(0 <= word.start < word.end <= seconds + 1e-9 for word in words)
    assert all(one.end <= other.start + 1e-9 for one, other in pairwise(words))


@pytest.mark.parametrize("language", TEXTS)
def test_without_times_words_last_as_long_as_they_take_to_say(language: str) -> None:
    words = timed(TEXTS[language], 7.0)
    assert_in_order(words, 7.0)
    assert words[0].start == 0
    assert words[-1].end == pytest.approx(7.0)


def test_long_words_take_longer_and_one_stops_after_a_sentence() -> None:
    a, lighthouse, is_, there, see = timed("A lighthouse is there. See?", 4.0)
    assert lighthouse.end - lighthouse.start > 2 * (a.end - a.start)
    assert lighthouse.end == pytest.approx(is_.start)
    assert see.start - there.end > 0.3


def test_numbers_take_as_long_as_they_are_spoken() -> None:
    _, year, word = timed("In 1984 away", 3.0)
    assert year.end - year.start > 1.5 * (word.end - word.start)


def test_told_times_are_taken_as_they_are() -> None:
    told = [Word("One", 0.1, 0.4), Word("lamp.", 0.5, 0.9), Word("Two!", 1.4, 1.8)]
    assert times(timed("One lamp. Two!", 2.0, told)) == {
        "One": (0.1, 0.4),
        "lamp.": (0.5, 0.9),
        "Two!": (1.4, 1.8),
    }


def test_what_is_spoken_out_shares_its_time_among_what_is_written() -> None:
    spoken = ["in", "nineteen", "eighty", "four", "it", "cost", "twelve", "dollars", "more"]
    told = [Word(text, at * 0.5, at * 0.5 + 0.4) for at, text in enumerate(spoken)]
    words = timed("In 1984, it cost $12 more.", 5.0, told)
    assert times(words)["1984,"] == (0.5, 1.9)
    assert times(words)["it"] == (2.0, 2.4)
    assert times(words)["$12"] == (3.0, 3.9)
    assert times(words)["more."] == (4.0, 4.4)


def test_markup_that_was_told_is_left_out_and_what_was_not_told_finds_room() -> None:
    told = [Word("<break>", 0, 0.1), Word("one", 0.2, 0.5), Word("three", 1.5, 2.0), Word("four", 2, 2.4)]
    words = timed("One two three (and) four", 3.0, told)
    assert [word.text for word in words] == ["One", "two", "three", "(and)", "four"]
    assert_in_order(words, 3.0)
    assert times(words)["two"] == (0.5, 1.5)
    # No silence there: it shares the time of the word before it.
    assert 1.5 < times(words)["three"][1] <= times(words)["(and)"][0] < times(words)["(and)"][1] <= 2.0


def test_pieces_of_chinese_keep_their_beginnings() -> None:
    told = [Word("你好，", 0.1, 0.7), Word("世界。", 0.9, 1.5)]
    words = timed("你好，世界。", 2.0, told)
    assert [word.text for word in words] == ["你", "好，", "世", "界。"]
    assert (words[0].start, words[2].start, words[3].end) == (0.1, 0.9, 1.5)


WORDS = st.sampled_from(["one", "two", "three", "4", "five"])


@given(
    st.lists(st.tuples(WORDS, st.floats(-1, 9), st.floats(-1, 9))),
    st.text("one two thre 4", max_size=40),
)
def test_every_written_word_gets_a_time_whatever_is_told(
    told: list[tuple[str, float, float]], text: str
) -> None:
    words = timed(text, 4.0, [Word(*word) for word in told])
    assert " ".join(word.text for word in words).split() == text.split()
    assert_in_order(words, 4.0)


def test_words_are_moved_to_their_place_in_the_film() -> None:
    words = timed("One lamp, two lamps", 2.0)
    moved = shifted(words, 10.0, until=11.5)
    assert [word.start for word in moved] == [word.start + 10 for word in words if word.start < 1.5]
    assert moved[-1].end == 11.5


@pytest.mark.parametrize("language", ["en", "de", "ar"])
async def test_what_espeak_tells_is_what_is_shown(language: str, tmp_path: Path) -> None:
    order = SpeechOrder(key="k", model="voice", text=TEXTS[language], language=language)
    spoken = await EspeakMaker().say(order, tmp_path / "a.wav")
    assert spoken.words
    words = shifted(timed(TEXTS[language], spoken.duration, spoken.words), 12.5)
    assert [word.text for word in words] == [word.text for word in spoken.words]
    for word, told in zip(words, spoken.words, strict=True):
        assert word.start - 12.5 == pytest.approx(told.start, abs=0.02)
        assert word.end - 12.5 == pytest.approx(told.end, abs=0.02)


async def test_what_espeak_tells_of_chinese_is_where_its_pieces_begin(tmp_path: Path) -> None:
    order = SpeechOrder(key="k", model="voice", text=TEXTS["zh"], language="zh")
    spoken = await EspeakMaker().say(order, tmp_path / "a.wav")
    assert spoken.words
    words = timed(TEXTS["zh"], spoken.duration, spoken.words)
    assert_in_order(words, spoken.duration)
    starts = [word.start for word in words]
    close = [min(abs(start - word.start) for start in starts) for word in spoken.words]
    assert sum(distance <= 0.02 for distance in close) >= 0.9 * len(close)
