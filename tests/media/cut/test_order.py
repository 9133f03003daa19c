"""What can be asked for."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.media.cut.films import order_of

from rushes.media.cut import CutScene, frame_size
from rushes.media.cut.filters import quoted
from rushes.media.cut.languages import track_language


@pytest.mark.parametrize(
    ("aspect_ratio", "resolution", "size"),
    [
        ("16:9", "720p", (1280, 720)),
        ("9:16", "720p", (720, 1280)),
        ("1:1", "720p", (720, 720)),
        ("4:5", "720p", (720, 900)),
        ("21:9", "720p", (1680, 720)),
        ("16:9", "480p", (854, 480)),
        ("16:9", "4K", (3840, 2160)),
        ("9:21", "1080p", (1080, 2520)),
    ],
)
def test_sizes_of_films(aspect_ratio: str, resolution: str, size: tuple[int, int]) -> None:
    assert frame_size(aspect_ratio, resolution) == size


@pytest.mark.parametrize(("aspect_ratio", "resolution"), [("wide", "720p"), ("16:0", "720p"), ("1:1", "big")])
def test_sizes_that_are_none(aspect_ratio: str, resolution: str) -> None:
    with pytest.raises(ValueError, match="no size"):
        frame_size(aspect_ratio, resolution)


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": 0},
        {"seconds": -1},
        {"seconds": float("nan")},
        {"seconds": 1, "start": -0.1},
        {"seconds": 1, "start": 2.0, "end": 2.0},
        {"seconds": 1, "narration_at": -1.0},
    ],
)
def test_scenes_that_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"clip|scene"):
        CutScene(Path("clip.mp4"), **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"width": 321},
        {"height": 0},
        {"fps": Fraction(0)},
        {"label": " "},
        {"label": "a" * 81},
        {"metadata": {"a=b": "c"}},
        {"transition_seconds": -1.0},
    ],
)
def test_films_that_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"film|label|key|transition"):
        order_of(CutScene(Path("clip.mp4"), 1.0), **fields)


def test_a_scene_lasts_a_frame_at_least() -> None:
    with pytest.raises(ValueError, match="one frame"):
        order_of(CutScene(Path("clip.mp4"), 0.01))


def test_anything_can_be_the_value_of_a_filters_option() -> None:
    assert quoted("plain/path.ass") == "plain/path.ass"
    assert quoted("a:b") == r"a\\:b"
    assert quoted("it's") == r"it\\\'s"
    assert quoted("a,b;[c]") == r"a\,b\;\[c\]"


@pytest.mark.parametrize(
    ("tag", "track"), [("en", "eng"), ("pt-BR", "por"), ("deu", "deu"), ("zh_Hant", "zho"), ("xx", "und")]
)
def test_languages_of_tracks(tag: str, track: str) -> None:
    assert track_language(tag) == track
