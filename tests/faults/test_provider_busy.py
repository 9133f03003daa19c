"""A provider that asks for a pause, is away, or is full: everything waits, nothing fails, and it goes on by
itself."""

from __future__ import annotations

import socket
import time

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import asked_at, failed_since, failures, in_stage, make_remote, much_later
from tests.standins.openai_videos import StandIn, serving
from tests.videos.making import seen

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down
from rushes.providers.registry import Providers
from rushes.studio import Studio
from rushes.videos import provider_state

pytestmark = pytest.mark.usefixtures("worker")

# A question may be on its way while the answer that asks for a pause is.
_ON_ITS_WAY = 0.7


@pytest.mark.parametrize("verbs", [("create",), ("list", "retrieve"), ("content",)])
async def test_retry_after_quiets_everything(
    verbs: tuple[str, ...], signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=1)
    other = await make_remote(signed_in, "already there")
    await in_stage(until, signed_in, other, "generating")
    for verb in verbs:
        provider.fault(verb, "status", status=429, retry_after=4)
    video = await make_remote(signed_in, "comes later")
    await until(lambda: any(one["fault"] for one in provider.counts()["asked"]), "the 429")
    provider.clear_faults()
    [refused_at] = [one["at"] for one in provider.counts()["asked"] if one["fault"]]
    for each in (other, video):
        await in_stage(until, signed_in, each, "completed")
    early = [at - refused_at for at in asked_at(provider) if refused_at + _ON_ITS_WAY < at < refused_at + 3.9]
    assert early == []
    assert provider.counts()["accepted"] == 2
    assert provider.counts()["creates"] == (3 if "create" in verbs else 2)


async def test_a_provider_that_is_away(signed_in: httpx2.AsyncClient, studio: Studio, until: Until) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    away = OpenAIShaped(
        name="gpu", base_url=f"http://127.0.0.1:{port}", api_key=None, concurrency=4, models=["wan-2.2"]
    )
    studio.providers = Providers(
        {**{each.name: each for each in studio.providers.all()}, "gpu": away}, default=None, aliases={}
    )
    videos = [await make_remote(signed_in, f"patient {number}") for number in range(5)]

    async def circuit() -> str:
        views = (await signed_in.get("/api/providers")).json()["providers"]
        return str(next(view["circuit"] for view in views if view["id"] == "gpu"))

    async def is_open() -> bool:
        return await circuit() == "open"

    await until(is_open, "the circuit to open")
    for video in videos:
        waits = await in_stage(until, signed_in, video, "waiting")
        assert waits["status"] == "queued"
    assert await failures(studio) == 3
    await much_later(studio, 400)
    await until(lambda: failed_since(studio, 3), "one that tries again")
    assert await failures(studio) == 4
    with serving(port=port, duration=0) as back:
        await much_later(studio, 400)
        for video in videos:
            await in_stage(until, signed_in, video, "completed")
        assert await circuit() == "closed"
        assert back.counts()["creates"] == back.counts()["accepted"] == 5
        # After an outage one goes first; the others follow once it was taken.
        first, *others = [one for one in back.counts()["asked"] if one["verb"] == "create"]
        assert all(one["at"] > first["at"] for one in others)
    await away.close()


async def test_echoes_of_one_outage_do_not_lengthen_it(studio: Studio, until: Until) -> None:
    async def row_exists() -> bool:
        async with studio.reading() as session:
            return await provider_state.read(session, "gpu") is not None

    await until(row_exists, "the first shift")
    now = studio.clock.now()
    for _ in range(20):
        async with studio.transaction() as work:
            silent_until = await provider_state.went_badly(
                work, "gpu", error=Down("Nobody is there."), now=now
            )
    assert await failures(studio) == 3
    assert silent_until < now + 10


async def test_no_more_at_once_than_the_provider_takes(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    _narrow(studio, places=2)
    provider.set(duration=1)
    videos = [await make_remote(signed_in, f"number {number}") for number in range(5)]
    for video in videos:
        await in_stage(until, signed_in, video, "completed")
    jobs = provider.wire.jobs.all()
    for job in jobs:
        beside = [other for other in jobs if other.made_at <= job.made_at < other.made_at + other.duration]
        assert len(beside) <= 2
    assert provider.counts()["creates"] == 5


async def test_an_unknown_one_holds_no_place(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    _narrow(studio, places=1)
    provider.set(duration=0)
    provider.fault("create", "drop", prompt="first")
    first = await make_remote(signed_in, "first")
    second = await make_remote(signed_in, "second")
    await in_stage(until, signed_in, second, "completed")
    assert (await seen(signed_in, first["id"]))["stage"] == "unknown"


async def test_what_is_not_begun_by_its_deadline_is_cancelled(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    _narrow(studio, places=1)
    provider.set(duration=60)
    running = await make_remote(signed_in, "in the way")
    await in_stage(until, signed_in, running, "generating")
    late = await make_remote(signed_in, "too late", deadline=int(time.time()) + 2)
    ended = await in_stage(until, signed_in, late, "cancelled")
    assert (ended["error"]["code"], ended["error"]["charged"]) == ("deadline_passed", "no")
    assert "too late" not in provider.counts()["by_prompt"]


async def test_many_jobs_are_asked_about_together(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=60)
    videos = [
        video
        for batch in range(5)
        for video in (
            await signed_in.post(
                "/api/videos",
                json={
                    "prompt": f"batch {batch}",
                    "model": "gpu/wan-2.2",
                    "size": "128x128",
                    "seconds": 1,
                    "n": 10,
                },
            )
        ).json()["videos"]
    ]
    await until(lambda: provider.counts()["accepted"] == 50, "all fifty", seconds=30)
    before = len(asked_at(provider, "list", "retrieve"))
    began = time.time()
    shown: dict[str, list[int]] = {video["id"]: [] for video in videos}

    async def all_have_moved() -> bool:
        page = (await signed_in.get("/api/videos?limit=200")).json()["videos"]
        for video in page:
            shown[video["id"]].append(video["progress"])
        return all(progress[-1] > 5 for progress in shown.values())

    await until(all_have_moved, "every bar to move", seconds=30)
    assert all(progress == sorted(progress) for progress in shown.values())
    questions = len(asked_at(provider, "list", "retrieve")) - before
    # Asked one by one every two seconds, it would be twenty-five times as many.
    assert questions <= 2 + 2 * (time.time() - began)


def _narrow(studio: Studio, *, places: int) -> None:
    gpu = studio.providers.get("gpu")
    assert isinstance(gpu, OpenAIShaped)
    gpu.capabilities = type(gpu.capabilities)(
        models=gpu.capabilities.models,
        concurrency=places,
        cancel=gpu.capabilities.cancel,
        batch=True,
        findable=True,
    )
