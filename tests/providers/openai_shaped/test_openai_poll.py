"""Asking about jobs: pages first, the rest singly, and nothing written off for want of an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.standins.openai_videos import StandIn

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down, Submission

Connect = Callable[..., Awaitable[OpenAIShaped]]
Make = Callable[..., Submission]


def make_jobs(standin: StandIn, count: int) -> list[str]:
    """Jobs that others made, a second apart, oldest first."""
    jobs = [standin.wire.jobs.make({"prompt": f"take {n}"}) for n in range(count)]
    for age, job in enumerate(reversed(jobs)):
        job.made_at -= age
    return [job.id for job in jobs]


async def test_one_page_answers_for_many(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    ids = make_jobs(openai_standin, 80)
    jobs = await provider.poll(ids)
    assert set(jobs) == set(ids)
    assert {job.state for job in jobs.values()} == {"completed"}
    counts = openai_standin.counts()
    assert (counts["lists"], counts["retrieves"]) == (1, 0)


async def test_pages_are_turned_until_all_are_seen(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    ids = make_jobs(openai_standin, 250)
    assert len(await provider.poll(ids)) == 250
    assert openai_standin.counts()["lists"] == 3


async def test_pages_are_not_turned_past_the_oldest(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    make_jobs(openai_standin, 500)
    ours = [(await provider.submit(submission(f"ours {n}"))).id for n in range(2)]
    openai_standin.wire.jobs.remove(ours[0])
    jobs = await provider.poll(ours)
    assert (jobs[ours[0]].state, jobs[ours[1]].state) == ("missing", "completed")
    counts = openai_standin.counts()
    assert (counts["lists"], counts["retrieves"]) == (1, 1)


async def test_a_single_job_is_asked_for_singly(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    ids = make_jobs(openai_standin, 200)
    assert set(await provider.poll(ids[:1])) == {ids[0]}
    counts = openai_standin.counts()
    assert (counts["lists"], counts["retrieves"]) == (0, 1)


async def test_jobs_far_down_a_busy_account_are_asked_for_singly(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    ids = make_jobs(openai_standin, 1000)
    assert len(await provider.poll(ids[:3])) == 3
    counts = openai_standin.counts()
    assert (counts["lists"], counts["retrieves"]) == (3, 3)


@pytest.mark.parametrize("habit", [{"page_cap": 10}, {"page_cap": 10, "ignores_after": True}])
async def test_small_and_stubborn_pages_end(
    provider: OpenAIShaped, openai_standin: StandIn, habit: dict[str, Any]
) -> None:
    openai_standin.set(**habit)
    ids = make_jobs(openai_standin, 35)
    assert set(await provider.poll(ids)) == set(ids)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("status", {"status": 404}),
        ("status", {"status": 500}),
        ("status", {"status": 403}),
        ("garbage", {}),
        ("html", {}),
        ("answer", {"body": {"object": "list"}}),
        ("answer", {"body": {"data": [1, None, {"status": "x"}]}}),
    ],
)
async def test_without_a_usable_list_each_is_asked_for_and_that_is_remembered(
    provider: OpenAIShaped, openai_standin: StandIn, kind: str, more: dict[str, Any]
) -> None:
    ids = make_jobs(openai_standin, 20)
    openai_standin.fault("list", kind, times=None, **more)
    for _ in range(3):
        assert set(await provider.poll(ids)) == set(ids)
    counts = openai_standin.counts()
    assert (counts["lists"], counts["retrieves"]) == (1, 60)


async def test_a_list_that_uses_other_ids_is_left_alone(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    openai_standin.set(lists_other_ids=True)
    ids = make_jobs(openai_standin, 5)
    for _ in range(3):
        assert set(await provider.poll(ids)) == set(ids)
    assert openai_standin.counts()["lists"] == 1


@pytest.mark.parametrize(
    "habit",
    [
        {"opaque_ids": True},
        {"progress": "float"},
        {"progress": "null"},
        {"progress": "absent"},
        {"progress": "over"},
        {"created_at": "float"},
        {"created_at": "iso"},
        {"echoes_prompt": False},
    ],
)
async def test_every_habit_is_read_the_same_by_list_and_singly(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, habit: dict[str, Any]
) -> None:
    openai_standin.set(duration=3600, **habit)
    ids = [(await provider.submit(submission(f"take {n}"))).id for n in range(2)]
    together = await provider.poll(ids)
    for job_id in ids:
        alone = (await provider.poll([job_id]))[job_id]
        assert alone == together[job_id]
        assert alone.state == "queued"
        assert alone.created_at is not None
        assert alone.created_at > 1_700_000_000
    assert openai_standin.counts()["unknowns"] == 0


async def test_unknown_words_mean_that_work_goes_on(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.set(duration=3600)
    openai_standin.fault("create", "word", word="denoising-pass-2")
    job = await provider.submit(submission())
    assert job.state == "in_progress"
    assert (await provider.poll([job.id]))[job.id].state == "in_progress"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        ({"code": "oom", "message": "Out of memory."}, "oom", "Out of memory."),
        ({"code": 500, "message": "Out of memory."}, "provider_failed", "Out of memory."),
        ({"message": "Out of memory."}, "provider_failed", "Out of memory."),
        ("Out of memory.", "provider_failed", "Out of memory."),
        (None, "provider_failed", "The provider gave no reason."),
        ({"code": "moderation_blocked", "message": "No."}, "moderation_blocked", "No."),
    ],
)
async def test_failures_say_why(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, error: object, code: str, message: str
) -> None:
    openai_standin.fault("create", "fail", error=error)
    job_id = (await provider.submit(submission())).id
    failed = (await provider.poll([job_id]))[job_id].error
    assert failed is not None
    assert (failed.code, failed.message) == (code, message)


async def test_jobs_that_a_restart_lost_are_missing(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    ids = make_jobs(openai_standin, 3)
    openai_standin.lose_jobs()
    jobs = await provider.poll(ids)
    assert [jobs[job_id].state for job_id in ids] == ["missing"] * 3
    assert (await provider.poll(ids[:1]))[ids[0]].state == "missing"


async def test_a_proxy_that_answers_404_to_everything_writes_nothing_off(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    ids = make_jobs(openai_standin, 3)
    openai_standin.set(plain_404=True)
    for wanted in (ids, ids[:1]):
        with pytest.raises(Down) as down:
            await provider.poll(wanted)
        assert down.value.code == "provider_address"
    openai_standin.set(plain_404=False)
    assert len(await provider.poll(ids)) == 3


async def test_a_proxy_that_loses_its_server_half_way_writes_nothing_off(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    openai_standin.set(has_list=False, has_models=False)
    ids = make_jobs(openai_standin, 20)
    openai_standin.fault("retrieve", "status", skip=5, times=None, status=404, body="404 page not found")
    with pytest.raises(Down) as down:
        await provider.poll(ids)
    assert [job.state for job in down.value.learned.values()] == ["completed"] * 5


async def test_a_bare_404_from_a_server_that_is_there_is_missing(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    (job_id,) = make_jobs(openai_standin, 1)
    openai_standin.fault("retrieve", "status", status=404, body={"detail": "Not Found"})
    assert (await provider.poll([job_id]))[job_id].state == "missing"


@pytest.mark.parametrize(
    ("kind", "more", "code", "retry_after"),
    [
        ("status", {"status": 429, "retry_after": 9}, "provider_busy", 9),
        ("status", {"status": 503, "retry_after": 4}, "provider_down", 4),
        ("status", {"status": 500}, "provider_garbage", None),
        ("status", {"status": 401}, "provider_key", None),
        ("garbage", {}, "provider_garbage", None),
        ("html", {}, "provider_garbage", None),
        ("not_http", {}, "provider_unreachable", None),
        ("drop", {}, "provider_unreachable", None),
        ("mid_body", {}, "provider_unreachable", None),
        ("hang", {}, "provider_timeout", None),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
async def test_no_useful_answer_is_down(
    connect: Connect,
    openai_standin: StandIn,
    kind: str,
    more: dict[str, Any],
    code: str,
    retry_after: float | None,
    count: int,
) -> None:
    provider = await connect(poll_timeout=0.3)
    ids = make_jobs(openai_standin, count)
    openai_standin.fault("any", kind, times=None, **more)
    with pytest.raises(Down) as down:
        await provider.poll(ids)
    assert (down.value.code, down.value.retry_after) == (code, retry_after)
    openai_standin.clear_faults()
    assert set(await provider.poll(ids)) == set(ids)


async def test_a_pause_in_the_middle_keeps_what_was_learned(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    openai_standin.set(has_list=False)
    ids = make_jobs(openai_standin, 40)
    openai_standin.fault("retrieve", "status", skip=20, times=None, status=429, retry_after=60)
    with pytest.raises(Down) as down:
        await provider.poll(ids)
    assert 20 <= len(down.value.learned) < 40
    assert down.value.retry_after == 60


async def test_one_broken_record_does_not_hide_the_others(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    openai_standin.set(has_list=False)
    ids = make_jobs(openai_standin, 12)
    openai_standin.fault("retrieve", "status", times=None, status=500, job=ids[4])
    assert set(await provider.poll(ids)) == set(ids) - {ids[4]}


async def test_a_broken_server_is_not_asked_a_thousand_times(
    provider: OpenAIShaped, openai_standin: StandIn
) -> None:
    openai_standin.set(has_list=False)
    openai_standin.fault("retrieve", "status", times=None, status=500)
    with pytest.raises(Down):
        await provider.poll([f"job-{n}" for n in range(1000)])
    assert openai_standin.counts()["retrieves"] < 20


async def test_recent_jobs_are_found(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    ids = make_jobs(openai_standin, 300)
    since = openai_standin.wire.jobs.all()[-120].made_at
    found = [job.id for job in await provider.find(since)]
    assert found[:120] == ids[:-121:-1]
    assert len(found) <= 121
    assert openai_standin.counts()["lists"] == 2


async def test_a_lost_answer_is_found_in_the_list(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.fault("create", "done_drop")
    with pytest.raises(Exception, match="nobody knows"):
        await provider.submit(submission("the lost one"))
    (found,) = await provider.find(0)
    assert (found.prompt, found.size, found.seconds, found.model) == ("the lost one", "128x96", 1, "wan-2.2")


async def test_finding_needs_a_list(provider: OpenAIShaped, openai_standin: StandIn) -> None:
    openai_standin.set(has_list=False)
    with pytest.raises(Down) as down:
        await provider.find(0)
    assert down.value.code == "provider_has_no_list"
