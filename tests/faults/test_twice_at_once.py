"""Steps that run twice at once, as after a redelivery: one POST, one file, one poller that admits."""

from __future__ import annotations

import asyncio

import httpx2
from tests.conftest import Until
from tests.faults.asking import in_stage, make_remote
from tests.faults.whole import check_whole
from tests.standins.openai_videos import StandIn
from tests.videos.making import make, put_in_stage, seen, working

from rushes.studio import Studio
from rushes.videos import provider_state
from rushes.videos.admission import admit
from rushes.videos.downloading import download
from rushes.videos.finishing import finish
from rushes.videos.polling import poll
from rushes.videos.rendering import render
from rushes.videos.submitting import submit


async def test_two_submits_make_one_post(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio
) -> None:
    provider.set(latency=0.2)
    video = await make_remote(signed_in, "only once")
    await put_in_stage(studio, video["id"], "submitting")
    await asyncio.gather(submit(studio, video["id"]), submit(studio, video["id"]))
    assert provider.counts()["creates"] == 1
    assert (await seen(signed_in, video["id"]))["stage"] in ("generating", "downloading")


async def test_identical_twins_get_a_job_each(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio
) -> None:
    provider.fault("create", "done_drop", times=2)
    first, second = (await make_remote(signed_in, "twins", n=2))["videos"]
    for video in (first, second):
        await put_in_stage(studio, video["id"], "submitting")
    await asyncio.gather(submit(studio, first["id"]), submit(studio, second["id"]))
    found = [(await seen(signed_in, video["id"]))["provider_video_id"] for video in (first, second)]
    assert sorted(found) == sorted(job.id for job in provider.wire.jobs.all())
    assert provider.counts()["creates"] == 2


async def test_a_twin_does_not_take_the_job_of_one_that_is_still_waiting_for_its_answer(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    slow, dropped = (await make_remote(signed_in, "twins", n=2))["videos"]
    for video in (slow, dropped):
        await put_in_stage(studio, video["id"], "submitting")
    provider.fault("create", "slow", pieces=10, seconds=0.1)
    first = asyncio.create_task(submit(studio, slow["id"]))
    await until(lambda: provider.counts()["accepted"] == 1, "the first to be accepted")
    provider.fault("create", "drop")
    await asyncio.gather(first, submit(studio, dropped["id"]))
    [job] = provider.wire.jobs.all()
    assert (await seen(signed_in, slow["id"]))["provider_video_id"] == job.id
    assert (await seen(signed_in, dropped["id"]))["stage"] == "unknown"


async def test_two_drawings_leave_one_file(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    video = await make(signed_in, "a lighthouse")
    await put_in_stage(studio, video["id"], "generating")
    await asyncio.gather(render(studio, video["id"]), render(studio, video["id"]))
    await asyncio.gather(finish(studio, video["id"]), finish(studio, video["id"]))
    assert (await seen(signed_in, video["id"]))["stage"] == "completed"
    await check_whole(studio)


async def test_two_downloads_leave_one_file(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio
) -> None:
    provider.set(duration=0)
    video = await make_remote(signed_in, "fetched twice")
    await put_in_stage(studio, video["id"], "submitting")
    await submit(studio, video["id"])
    job = (await seen(signed_in, video["id"]))["provider_video_id"]
    await asyncio.gather(download(studio, video["id"]), download(studio, video["id"]))
    assert [one["job"] for one in provider.counts()["asked"] if one["verb"] == "content"] == [job, job]
    await finish(studio, video["id"])
    assert (await seen(signed_in, video["id"]))["stage"] == "completed"
    await check_whole(studio)


async def test_a_claim_without_a_post_is_not_posted_again(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio
) -> None:
    provider.set(has_list=False)
    video = await make_remote(signed_in, "died in between")
    await put_in_stage(studio, video["id"], "submitting", submitted_at=studio.clock.now() - 3600)
    await submit(studio, video["id"])
    assert (await seen(signed_in, video["id"]))["stage"] == "unknown"
    assert provider.counts()["creates"] == 0


async def test_an_admission_without_a_claim_is_posted_by_the_next_start(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=0)
    video = await make_remote(signed_in, "died before")
    await put_in_stage(studio, video["id"], "submitting")
    async with working(studio):
        await in_stage(until, signed_in, video, "completed")
    assert provider.counts()["creates"] == 1


async def test_an_older_shift_admits_nothing(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    await make_remote(signed_in, "waits for the right one")
    gpu = studio.providers.get("gpu")
    assert gpu is not None
    async with studio.transaction() as work:
        older = await provider_state.begin_shift(work, "gpu")
    async with studio.transaction() as work:
        newer = await provider_state.begin_shift(work, "gpu")
    now = studio.clock.now()
    async with studio.transaction() as work:
        assert (await admit(work, gpu, epoch=older, now=now))[0] == []
    async with studio.transaction() as work:
        assert len((await admit(work, gpu, epoch=newer, now=now))[0]) == 1


async def test_two_admissions_share_the_places(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    await make(signed_in, "many", n=8)
    animatic = studio.providers.get("animatic")
    assert animatic is not None
    async with studio.transaction() as work:
        epoch = await provider_state.begin_shift(work, "animatic")

    async def once() -> list[str]:
        async with studio.transaction() as work:
            return (await admit(work, animatic, epoch=epoch, now=studio.clock.now()))[0]

    admitted = [video for part in await asyncio.gather(once(), once(), once()) for video in part]
    assert len(admitted) == len(set(admitted)) == animatic.capabilities.concurrency


async def test_an_older_shift_ends_when_a_newer_has_begun(studio: Studio, until: Until) -> None:
    async def epoch() -> int:
        async with studio.reading() as session:
            state = await provider_state.read(session, "gpu")
        return state.poller_epoch if state else 0

    async def has_begun(number: int) -> bool:
        return await epoch() == number

    older = asyncio.create_task(poll(studio, "gpu"))
    await until(lambda: has_begun(1), "the first shift")
    newer = asyncio.create_task(poll(studio, "gpu"))
    await until(lambda: has_begun(2), "the second shift")
    await studio.wakes.wake("gpu")
    await until(older.done, "the older shift to end")
    assert not newer.done()
    studio.stopping.set()
    await until(newer.done, "the newer shift to end with the process")
