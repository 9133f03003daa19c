"""Frames: deterministic, different for different prompts, right at odd sizes, and moving."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rushes.providers.animatic.brief import Brief, seed_of
from rushes.providers.animatic.places import PLACES
from rushes.providers.animatic.scene import draw_frames
from rushes.providers.animatic.subjects import LOOKS

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]
Made = Callable[..., Brief]
Still = Callable[..., Planes]


def _digest(brief: Brief) -> str:
    hashed = hashlib.sha256()
    draw_frames(brief, hashed.update)
    return hashed.hexdigest()


@pytest.mark.parametrize(
    "prompt",
    [
        "a dog in the rain, pan right",
        "fireflies in the forest at night, push in",
        "a train in the countryside in autumn, tracking",
        "crane up over the sea, a ship",
        "handheld in a storm, street",
    ],
)
def test_equal_briefs_give_equal_frames(brief: Made, prompt: str) -> None:
    once = _digest(brief(prompt))
    assert once == _digest(brief(prompt))
    assert once != _digest(brief(prompt, seed=1))


@pytest.mark.parametrize(
    "prompt", ["a sailboat on the sea in a storm, static", "a whale under water, zoom out"]
)
def test_frames_drawn_side_by_side_are_those_drawn_one_by_one(
    brief: Made, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_by_side = _digest(brief(prompt))
    monkeypatch.setattr("rushes.providers.animatic.scene._AT_ONCE", 1)
    assert side_by_side == _digest(brief(prompt))


def test_another_process_draws_the_same_frames(brief: Made) -> None:
    asked = brief("a cat on a motorcycle in the city, petals, dusk")
    program = (
        "import hashlib, sys\n"
        "from rushes.providers.animatic.brief import Brief\n"
        "from rushes.providers.animatic.scene import draw_frames\n"
        "h = hashlib.sha256()\n"
        "draw_frames(Brief.from_json(sys.stdin.readline()), h.update)\n"
        "print(h.hexdigest())\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], input=asked.to_json(), capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(p for p in sys.path if p), "PYTHONHASHSEED": "99"},
    )  # fmt: skip
    assert other.stdout.strip() == _digest(asked)


def test_a_brief_survives_its_journey(brief: Made, tmp_path: Path) -> None:
    asked = brief("ünïcode ▸ “quotes”\n", "remix", image=tmp_path / "a b.png", seconds=2.5)
    assert Brief.from_json(asked.to_json()) == asked


@pytest.mark.parametrize(
    "change", [{"width": 127}, {"width": 130, "height": 1922}, {"seconds": 0.5}, {"seconds": 61}]
)
def test_what_cannot_be_drawn_is_refused(brief: Made, change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        brief("a hill", **change)


def test_seeds_are_stable_and_ignore_spacing() -> None:
    assert seed_of("A  quiet\nharbour") == seed_of("a quiet harbour") == 750630115
    assert seed_of("a quiet harbour") != seed_of("a quiet harbor")


def test_every_place_looks_like_itself(brief: Made, still: Still) -> None:
    words = {"sea": "open water", "moon": "on the moon", "room": "interior", "sky": "above the clouds"}
    frames = {p: still(brief(f"{words.get(p, p)} by day, clear, static", seed=5)) for p in PLACES}
    for one in frames:
        for other in frames:
            if one < other:
                difference = np.abs(frames[one][0].astype(int) - frames[other][0]).mean()
                assert difference > 4, f"{one} and {other} look alike"


def test_every_subject_can_be_seen_and_told_from_the_others(brief: Made, still: Still) -> None:
    empty = still(brief("countryside by day, static", seed=5))[0].astype(int)
    seen = {}
    for name in LOOKS:
        picture = still(brief(f"{name} in the countryside by day, static", seed=5))[0].astype(int)
        changed = np.abs(picture - empty) > 12
        assert changed.mean() > 0.004, f"{name} is hardly there"
        seen[name] = picture
    names = list(seen)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert (np.abs(seen[one] - seen[other]) > 12).mean() > 0.003, f"{one} and {other} look alike"


@pytest.mark.parametrize("time", ["dawn", "morning", "noon", "golden hour", "sunset", "dusk", "night"])
def test_times_of_day_differ_in_light(brief: Made, still: Still, time: str) -> None:
    y, u, v = still(brief(f"mountains at {time}, static", seed=5))
    night = still(brief("mountains at night, static", seed=5))
    if time == "night":
        assert y.mean() < 75
    else:
        assert y.mean() > night[0].mean() + 8
    if time in ("sunset", "golden hour"):
        assert v.mean() > u.mean() + 8


@pytest.mark.parametrize("weather", ["rain", "storm", "snow", "fog", "cloudy"])
def test_weather_shows(brief: Made, still: Still, weather: str) -> None:
    clear = still(brief("hills at noon, clear, static", seed=5))[0].astype(int)
    assert np.abs(still(brief(f"hills at noon, {weather}, static", seed=5))[0] - clear).mean() > 3


@pytest.mark.parametrize(
    ("width", "height"), [(128, 128), (1920, 128), (128, 1920), (180, 320), (320, 180), (250, 130)]
)
@pytest.mark.parametrize(
    "prompt", ["a house in the mountains, snow, zoom in", "a bus in the city at night, pan left"]
)
def test_odd_shapes(brief: Made, still: Still, width: int, height: int, prompt: str) -> None:
    y, u, v = still(brief(prompt, width=width, height=height))
    assert y.shape == (height, width)
    assert u.shape == v.shape == (height // 2, width // 2)
    assert y.std() > 8, "an empty picture"
    assert y.min() >= 16 and y.max() <= 236


@pytest.mark.parametrize(
    "move", ["pan right", "pan left", "zoom in", "zoom out", "crane up", "tilt down", "drone shot"]
)
def test_the_camera_moves_smoothly(brief: Made, move: str) -> None:
    """Every step between frames is small, and the last frame is far from the first."""
    frames: list[np.ndarray] = []
    asked = brief(f"mountains by day, {move}", seconds=2.0)
    size = asked.width * asked.height
    draw_frames(asked, lambda f: frames.append(np.frombuffer(f, np.uint8)[:size].astype(int)))
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    whole = np.abs(frames[0] - frames[-1]).mean()
    assert whole > 2.5
    assert max(steps) < whole


def test_static_keeps_the_scenery_still(brief: Made, still: Still) -> None:
    asked = brief("mountains at noon, clear, static shot")
    first, last = still(asked, 0.0)[0], still(asked, 0.9)[0]
    assert np.array_equal(first[60:], last[60:])


class TestRemix:
    first = "a lighthouse by the sea at noon, static"

    def test_a_palette_keeps_the_layout(self, brief: Made, still: Still) -> None:
        before = still(brief(self.first, seed=3))
        after = still(brief(self.first, "Change the color palette to teal and orange", seed=3))
        assert max(np.abs(before[k].astype(int) - after[k]).mean() for k in (1, 2)) > 5, "same colours"
        # The same edges in the same places: where one steps, the other steps.
        edges = [np.abs(np.diff(p[0].astype(int), axis=1)) > 9 for p in (before, after)]
        shared = (edges[0] & edges[1]).sum() / min(edges[0].sum(), edges[1].sum())
        assert shared > 0.6

    def test_night_keeps_the_layout_and_darkens(self, brief: Made, still: Still) -> None:
        before, after = (
            still(brief(*p, seed=3))[0].astype(int) for p in ((self.first,), (self.first, "make it night"))
        )
        assert after.mean() < before.mean() - 30

    def test_another_subject_keeps_the_scenery(self, brief: Made, still: Still) -> None:
        prompts = ("a dog in the desert at noon, static", "replace the dog with a horse")
        before, after = (still(brief(*p, seed=3))[0].astype(int) for p in (prompts[:1], prompts))
        same = np.abs(before - after) <= 2
        assert 0.6 < same.mean() < 0.995


class TestPicture:
    @pytest.fixture
    def red_and_blue(self, tmp_path: Path) -> Path:
        picture = Image.new("RGB", (400, 225), (220, 30, 30))
        picture.paste((20, 40, 210), (200, 0, 400, 225))
        path = tmp_path / "picture.png"
        picture.save(path)
        return path

    def test_its_colours_appear(self, brief: Made, still: Still, red_and_blue: Path) -> None:
        y, u, v = still(brief("slow zoom in", image=red_and_blue))
        assert v[20, 10] > 190 > 120 > u[20, 10]
        assert u[20, -10] > 190 > 125 > v[20, -10]
        assert not np.array_equal(y, still(brief("slow zoom in", image=red_and_blue), 0.95)[0])

    def test_it_is_shown_whole_in_another_shape(self, brief: Made, still: Still, red_and_blue: Path) -> None:
        _, u, v = still(brief("static", image=red_and_blue, width=128, height=320))
        middle = u.shape[0] // 2
        assert v[middle, 2] > 190
        assert u[middle, -3] > 190
        y = still(brief("static", image=red_and_blue, width=128, height=320))[0]
        assert y[4].mean() < y[160].mean(), "the continuation is darker than the picture"

    def test_words_apply_to_it(self, brief: Made, still: Still, red_and_blue: Path) -> None:
        plain = still(brief("static", image=red_and_blue))
        night = still(brief("static", "make it night", image=red_and_blue))
        mono = still(brief("static, black and white", image=red_and_blue))
        snow = still(brief("static, snow", image=red_and_blue))
        assert night[0].mean() < plain[0].mean() - 10
        assert abs(mono[1].mean() - 128) < 3
        assert snow[0][:90].max() > plain[0][:90].max() + 40

    @pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "I;16"])
    def test_any_mode(self, brief: Made, still: Still, tmp_path: Path, mode: str) -> None:
        path = tmp_path / "p.png"
        plain = Image.new("L", (90, 60), 120)
        wide = Image.fromarray(np.full((60, 90), 120 * 257, np.uint16))
        (wide if mode == "I;16" else plain.convert(mode)).save(path)
        y = still(brief("pan right", image=path))[0]
        assert abs(int(y[60, 110]) - (16 + 219 * 120 / 255)) < 3

    def test_equal_pictures_give_equal_frames(self, brief: Made, red_and_blue: Path) -> None:
        asked = brief("pan left, embers, teal and orange palette", image=red_and_blue)
        assert _digest(asked) == _digest(asked)


@pytest.mark.parametrize(("width", "height"), [(224, 128), (640, 360), (1280, 720), (128, 256), (1920, 128)])
def test_the_slate_is_legible_at_every_size(brief: Made, still: Still, width: int, height: int) -> None:
    """Letters on a dark tab in the lower left corner; where there is room, the video's code among them."""
    size = {"width": width, "height": height}
    one = still(brief("static night in space", **size, slate="RX-0001"))[0].astype(int)
    corner = one[int(height * 0.8) :, : max(90, width // 3)]
    assert corner.max() > 170, "no letters"
    assert corner.min() < 40, "no tab behind them"
    if width >= 224:
        other = still(brief("static night in space", **size, slate="RX-8888"))[0].astype(int)
        changed = np.argwhere(one != other)
        assert len(changed), "the code is not on the slate"
        assert changed[:, 0].min() > height * 0.75
        assert changed[:, 1].max() < width * 0.8
