"""How long a video will take, learned from what took how long before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from tests.videos.making import MovableClock, make, put_in_stage, seen

from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.eta import Learned, Sample, drawn
from rushes.videos.lifecycle import Stage

NOW = 10_000.0
_TO_THE_END: tuple[Stage, ...] = ("finishing", "completed")


def being_made(**known: Any) -> Any:
    row: dict[str, Any] = {
        "provider": "gpu",
        "provider_model": "wan",
        "size": "1280x720",
        "seconds": 8.0,
        "stage": "generating",
        "started_at": NOW - 10,
        "progress": 0,
        "progress_known": False,
    }
    return SimpleNamespace(**{**row, **known})


def learned(*took: tuple[str, float, float]) -> Learned:
    samples = [Sample(size, seconds, drawn(size, seconds), duration) for size, seconds, duration in took]
    return Learned(samples={("gpu", "wan"): samples})


def test_without_history_nothing_is_claimed() -> None:
    assert Learned().remaining(being_made(), now=NOW) is None


def test_the_range_is_the_middle_half_of_alike_ones() -> None:
    history = learned(*[("1280x720", 8.0, took) for took in (20, 40, 42, 44, 46, 300)])
    low, high = history.duration(being_made()) or (0, 0)
    assert 30 < low < 43 < high < 120
    eta = history.remaining(being_made(), now=NOW)
    assert eta is not None
    assert eta["low"] == round(low - 10)
    assert eta["high"] == round(high - 10)


def test_other_sizes_and_lengths_are_scaled_by_what_is_drawn() -> None:
    history = learned(*[("640x360", 4.0, 5.0)] * 6)
    low, high = history.duration(being_made()) or (0, 0)
    assert low == pytest.approx(40)
    assert high >= low


def test_known_progress_is_believed_over_history() -> None:
    history = learned(*[("1280x720", 8.0, 1000.0)] * 6)
    eta = history.remaining(being_made(progress=50, progress_known=True), now=NOW)
    assert eta is not None
    assert eta["low"] <= 10 <= eta["high"]


@pytest.mark.parametrize("stage", ["waiting", "unknown", "completed", "failed"])
def test_only_what_is_being_made_has_one(stage: str) -> None:
    assert learned(*[("1280x720", 8.0, 40.0)] * 6).remaining(being_made(stage=stage), now=NOW) is None


def test_beyond_all_experience_no_number_would_be_honest() -> None:
    history = learned(*[("1280x720", 8.0, 40.0)] * 6)
    assert history.remaining(being_made(started_at=NOW - 45), now=NOW) == {"low": 0, "high": 1}
    assert history.remaining(being_made(started_at=NOW - 500), now=NOW) is None


async def test_the_studio_learns_from_its_own_videos(
    studio: Studio, signed_in: httpx2.AsyncClient, clock: MovableClock
) -> None:
    now = studio.clock.now()
    for took in (30, 32, 34, 36):
        made = await make(signed_in)
        await put_in_stage(studio, made["id"], "generating", started_at=now - 100 - took)
        await _end(studio, made["id"], completed_at=now - 100)
    # What was read of the history is kept for a while.
    clock.ahead += 60
    now = studio.clock.now()
    running = await make(signed_in)
    await put_in_stage(studio, running["id"], "generating", started_at=now - 10)
    eta = (await seen(signed_in, running["id"]))["eta"]
    assert 15 <= eta["low"] <= eta["high"] <= 35


async def _end(studio: Studio, video_id: str, *, completed_at: float) -> None:
    async with studio.transaction() as work:
        for stage in _TO_THE_END:
            await queries.move(work, video_id, stage, now=completed_at, completed_at=completed_at)
