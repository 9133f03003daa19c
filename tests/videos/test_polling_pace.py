"""How often a provider is asked about one job: as often as it helps, and no more often than it allows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from rushes.providers.protocol import Capabilities, Down, Job
from rushes.studio import Studio
from rushes.videos import provider_state
from rushes.videos.polling import _interval, _Shift, _Watched

_NOW = 1_800_000_000.0


class Asked:
    """A provider that answers `answers`, or raises it."""

    name = "slow"
    kind = "slow"

    def __init__(self, *, poll_every: float, answers: Any = None) -> None:
        self.capabilities = Capabilities((), concurrency=4, poll_every=poll_every)
        self.answers = answers

    async def poll(self, ids: list[str]) -> dict[str, Job]:
        if isinstance(self.answers, Exception):
            raise self.answers
        return {job_id: Job(job_id, "in_progress") for job_id in ids}


def a_job(*, age: float, expected: float | None = None) -> _Watched:
    return _Watched("video-1", "job-1", _NOW - age, expected, _NOW, 0.0)


@pytest.mark.parametrize("age", [0, 1, 10, 59, 61, 200, 5000])
@pytest.mark.parametrize("expected", [None, 60.0])
def test_no_wait_is_shorter_than_the_provider_allows(age: float, expected: float | None) -> None:
    waits = [_interval(a_job(age=age, expected=expected), _NOW, at_least=5.0) for _ in range(200)]
    assert min(waits) >= 5.0
    # Not all at once, either.
    assert len({round(wait, 2) for wait in waits}) > 10


def test_where_it_allows_more_the_young_are_asked_about_sooner() -> None:
    waits = [_interval(a_job(age=0), _NOW, at_least=1.0) for _ in range(200)]
    assert max(waits) < 2.0


def a_row() -> Any:
    return SimpleNamespace(
        id="video-1",
        provider_video_id="job-1",
        started_at=_NOW - 20,
        provider="slow",
        provider_model="model",
        size="1280x720",
        seconds=5.0,
    )


def test_a_new_shift_does_not_ask_again_at_once(studio: Studio) -> None:
    for _ in range(50):
        shift = _Shift(studio, Asked(poll_every=5.0), 1)  # type: ignore[arg-type]
        shift._watch(a_row(), now=_NOW, spread=True)
        assert shift.watched["video-1"].due >= _NOW + 5.0


@pytest.mark.parametrize("answers", [None, Down("It is away.")], ids=["answered", "down"])
async def test_an_answer_and_an_outage_are_both_followed_by_the_pause(studio: Studio, answers: Any) -> None:
    provider: Any = Asked(poll_every=5.0, answers=answers)
    async with studio.transaction() as work:
        await provider_state.ensure(work, "slow")
    shift = _Shift(studio, provider, 1)
    job = a_job(age=1)
    job.started_at = studio.clock.now()
    shift.watched["video-1"] = job
    asked_at = studio.clock.now()
    await shift._ask_about(provider, [job])
    assert job.due >= asked_at + 5.0
