"""Cancelling while the provider is being asked, and after: it hears of it; late answers change nothing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import in_stage, make_remote
from tests.standins.openai_videos import StandIn
from tests.videos.making import seen

from rushes.providers.protocol import Down
from rushes.studio import Studio
from rushes.videos import provider_state, queries, submitting

pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize("answer", ["late", "never"])
async def test_cancelled_while_the_post_is_under_way(
    answer: str, signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=30)
    if answer == "late":
        provider.fault("create", "slow", pieces=10, seconds=0.1)
    else:
        provider.fault("create", "done_hang")
        # It is looked for until it is found, though nobody wants it any more.
        provider.fault("list", "status", status=503)
    video = await make_remote(signed_in, "changed my mind")
    await until(lambda: provider.counts()["accepted"] == 1, "the provider to accept it")
    cancelled = await signed_in.post(f"/api/videos/{video['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["stage"]) == (200, "cancelled")
    await until(lambda: provider.counts()["deletes"] == 1, "the provider to hear of it")
    assert provider.wire.jobs.all() == []
    assert (await seen(signed_in, video["id"]))["stage"] == "cancelled"
    assert provider.counts()["creates"] == 1


async def test_not_tried_again_before_the_first_answer_came(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    """A second POST would make the first job one that no row remembers."""
    provider.set(duration=1)
    provider.fault("create", "slow", pieces=10, seconds=0.1)
    video = await make_remote(signed_in, "once more")
    await until(lambda: provider.counts()["accepted"] == 1, "the provider to accept it")
    [first_job] = [job.id for job in provider.wire.jobs.all()]
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    for ask in (
        signed_in.post(f"/api/videos/{video['id']}/retry"),
        signed_in.delete(f"/api/videos/{video['id']}?permanent=true"),
    ):
        refused = await ask
        answer = refused.json()
        assert (refused.status_code, answer["code"]) == (409, "still_looking")
        assert (answer["retryable"], answer["charged"]) == (True, "unknown")
    await until(lambda: provider.wire.jobs.get(first_job) is None, "the first job to be ended")
    again = await signed_in.post(f"/api/videos/{video['id']}/retry")
    assert (again.json()["status"], again.json()["attempts"]) == ("queued", 2)
    done = await in_stage(until, signed_in, video, "completed", "failed")
    assert done["stage"] == "completed"
    assert done["provider_video_id"] != first_job
    # Two, because the user asked twice; the first one was ended.
    assert provider.counts()["creates"] == 2


async def test_cancelled_while_it_was_being_refused(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    """Then there is nothing to look for, and nothing stands in the way of another try."""
    provider.fault("create", "late", status=400, seconds=0.6)
    video = await make_remote(signed_in, "never began")
    await until(lambda: provider.counts()["creates"] == 1, "the POST")
    cancelled = (await signed_in.post(f"/api/videos/{video['id']}/cancel")).json()
    assert cancelled["stage"] == "cancelled"

    async def taken() -> bool:
        return (await signed_in.post(f"/api/videos/{video['id']}/retry")).status_code == 200

    await until(taken, "the refusal to be known")
    done = await in_stage(until, signed_in, video, "completed", "failed")
    assert (done["stage"], provider.counts()["accepted"]) == ("completed", 1)


async def test_nobody_finds_a_job(signed_in: httpx2.AsyncClient, provider: StandIn, until: Until) -> None:
    provider.fault("create", "hang")
    video = await make_remote(signed_in, "never read")
    await until(lambda: provider.counts()["creates"] == 1, "the POST")
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    refused = await signed_in.post(f"/api/videos/{video['id']}/retry")
    assert refused.status_code == 409

    async def taken() -> bool:
        return (await signed_in.post(f"/api/videos/{video['id']}/retry")).status_code == 200

    # Twice the POST's timeout, which is short here.
    await until(taken, "the search to end", seconds=20)


async def test_cancelled_and_tried_again_while_generating(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=30)
    video = await make_remote(signed_in, "better tomorrow")
    first = await in_stage(until, signed_in, video, "generating")
    provider.set(duration=0)
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    await signed_in.post(f"/api/videos/{video['id']}/retry")
    done = await in_stage(until, signed_in, video, "completed", "failed")
    assert done["stage"] == "completed"
    first_job, last_job = first["provider_video_id"], done["provider_video_id"]
    await until(lambda: provider.wire.jobs.get(first_job) is None, "the first job to be ended")
    assert provider.wire.jobs.get(last_job) is not None


async def test_a_provider_that_does_not_hear_is_told_again(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=30)
    video = await make_remote(signed_in, "stop")
    await in_stage(until, signed_in, video, "generating")
    provider.fault("delete", "status", status=500)
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    await until(lambda: provider.wire.jobs.all() == [], "the job to be ended")
    assert provider.counts()["deletes"] == 2


async def test_cancelled_before_the_post_does_not_take_a_twins_job(
    signed_in: httpx2.AsyncClient,
    provider: StandIn,
    studio: Studio,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between reading the row and claiming it there is a moment in which it may be cancelled."""
    provider.set(duration=1)
    claim, cancelled = submitting._claim, asyncio.Event()

    async def claim_too_late(studio: Studio, row: Any) -> Any:
        if row.id == late["id"]:
            await signed_in.post(f"/api/videos/{late['id']}/cancel")
            cancelled.set()
        return await claim(studio, row)

    monkeypatch.setattr(submitting, "_claim", claim_too_late)
    await signed_in.post("/api/queue/pause")
    twin = await make_remote(signed_in, "twins")
    late = await make_remote(signed_in, "twins")
    await signed_in.post("/api/queue/resume")
    async with asyncio.timeout(10):
        await cancelled.wait()
    done = await in_stage(until, signed_in, twin, "completed", "unknown", "failed")
    assert done["stage"] == "completed"
    assert (await seen(signed_in, late["id"]))["provider_video_id"] is None
    assert (provider.counts()["creates"], provider.counts()["deletes"]) == (1, 0)


async def test_a_pause_does_not_put_back_in_line_what_is_being_posted(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    """A second task that read the row before the first one claimed it."""
    provider.set(duration=0)
    provider.fault("create", "slow", pieces=10, seconds=0.1)
    video = await make_remote(signed_in, "under way")
    await until(lambda: provider.counts()["accepted"] == 1, "the POST")
    async with studio.reading() as session:
        row = await queries.one(session, video["id"])
    assert row is not None and row.submitted_at is not None
    async with studio.transaction() as work:
        error = Down("busy", retry_after=2, code="provider_busy")
        await provider_state.went_badly(work, "gpu", error=error, now=studio.clock.now())
    before_the_claim = SimpleNamespace(**{**row._mapping, "submitted_at": None})
    assert await submitting._is_to_wait(studio, before_the_claim)  # type: ignore[arg-type]
    done = await in_stage(until, signed_in, video, "completed", "failed", "unknown")
    assert (done["stage"], provider.counts()["creates"], done["attempts"]) == ("completed", 1, 1)
