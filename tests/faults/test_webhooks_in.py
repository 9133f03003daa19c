"""Word from a provider makes the studio ask at once, and is believed in nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
import pytest
from tests.conftest import Until
from tests.standins.replicate import SECRET, ReplicateWire, standard_headers
from tests.standins.vendor import VendorStandIn, serving
from tests.videos.making import MovableClock, make, put_in_stage, seen, working

from rushes.background import Task
from rushes.parts import TASKS
from rushes.providers.kinds import Setup
from rushes.providers.protocol import Submission
from rushes.providers.registry import Providers
from rushes.providers.replicate import Replicate
from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio, open_studio
from rushes.videos import queries
from rushes.videos.submitting import submit
from rushes.videos.webhooks import bring_back

_PATH = "/api/provider-webhooks/replicate"


@pytest.fixture
def vendor() -> Iterator[VendorStandIn]:
    with serving(ReplicateWire, duration=3600) as standin:
        yield standin


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.public_url = f"http://127.0.0.1:{settings.port}"
    return settings


@pytest.fixture
async def studio(settings: Settings, vendor: VendorStandIn) -> AsyncIterator[Studio]:
    async with open_studio(settings, clock=MovableClock()) as opened:
        [animatic] = opened.providers.all()
        setup = Setup("replicate", base_url=f"{vendor.url}/v1", api_key=ReplicateWire.key)
        replicate = Replicate(setup)
        found = {"animatic": animatic, "replicate": replicate}
        opened.providers = Providers(found, default=None, aliases={})
        await replicate.refresh()
        yield opened
        opened.stopping.set()
        await replicate.close()


async def generating(client: httpx2.AsyncClient, studio: Studio) -> dict[str, Any]:
    """A video whose job is underway, and nobody polls."""
    video = await make(client, model="replicate/acme/waves-1", size="1280x720", seconds=5)
    await put_in_stage(studio, video["id"], "submitting")
    await submit(studio, video["id"])
    return await seen(client, video["id"])


async def test_a_finished_job_is_asked_about_without_waiting_for_its_turn(
    signed_in: httpx2.AsyncClient, studio: Studio, vendor: VendorStandIn, server: Serving, until: Until
) -> None:
    """No poller runs here: what the vendor sends by itself is all that can move the video."""
    video = await generating(signed_in, studio)
    [asked] = [one for one in vendor.counts()["asked"] if one["verb"] == "create"]
    assert asked["body"]["webhook"].startswith(f"{studio.settings.public_url}{_PATH}?attempt=")
    assert "retrieve" not in vendor.counts()["verbs"]
    async with running_only(studio, "ask"):
        vendor.finish_jobs()

        async def fetching() -> bool:
            return str((await seen(signed_in, video["id"]))["stage"]) == "downloading"

        await until(fetching, "the video, told by its webhook")
    assert vendor.counts()["verbs"]["retrieve"] == 1


@asynccontextmanager
async def running_only(studio: Studio, wanted: str) -> AsyncIterator[None]:
    """A worker that leaves the other steps of a video alone."""

    async def leave(studio: Studio, name: str) -> None:
        return

    steps = [Task(name, leave) for name in ("poll", "submit", "ask", "download") if name != wanted]
    studio.background.register(studio, [*TASKS, *steps])
    running = asyncio.create_task(studio.background.work(studio.stopping))
    try:
        yield
    finally:
        studio.stopping.set()
        await running


@pytest.fixture
async def signed(
    signed_in: httpx2.AsyncClient, studio: Studio, vendor: VendorStandIn
) -> tuple[dict[str, Any], dict[str, str], bytes]:
    """A video that is being generated, and the webhook that would tell its end."""
    video = await generating(signed_in, studio)
    job = vendor.wire.jobs[video["provider_video_id"]]
    headers, body = vendor.wire.sign(job)
    return video, headers, body


async def test_only_what_is_signed_is_taken(
    client: httpx2.AsyncClient, signed: tuple[dict[str, Any], dict[str, str], bytes], vendor: VendorStandIn
) -> None:
    _, headers, body = signed
    assert (await client.post(_PATH, content=body, headers=headers)).status_code == 204
    forged = await client.post(_PATH, content=body.replace(b"processing", b"succeeded"), headers=headers)
    if forged.status_code != 401:
        forged = await client.post(_PATH, content=body + b" ", headers=headers)
    assert (forged.status_code, forged.json()["code"]) == (401, "bad_signature")
    unsigned = await client.post(_PATH, content=body)
    assert unsigned.status_code == 401
    old = standard_headers(SECRET, body, message_id="msg_old", at=time.time() - 301)
    late = await client.post(_PATH, content=body, headers=old)
    assert (late.status_code, late.json()["code"]) == (401, "webhook_too_old")


async def test_one_that_comes_again_changes_nothing(
    signed_in: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    signed: tuple[dict[str, Any], dict[str, str], bytes],
    studio: Studio,
    vendor: VendorStandIn,
    until: Until,
) -> None:
    video, headers, body = signed
    vendor.finish_jobs()
    async with working(studio):
        for _ in range(5):
            assert (await client.post(_PATH, content=body, headers=headers)).status_code == 204

        async def completed() -> bool:
            return str((await seen(signed_in, video["id"]))["stage"]) == "completed"

        await until(completed, "the video", seconds=20)
        done = await seen(signed_in, video["id"])
        assert (await client.post(_PATH, content=body, headers=headers)).status_code == 204
        assert await seen(signed_in, video["id"]) == done
    assert vendor.counts()["creates"] == 1


async def test_a_signed_claim_is_not_believed(
    signed_in: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    signed: tuple[dict[str, Any], dict[str, str], bytes],
    studio: Studio,
    vendor: VendorStandIn,
    until: Until,
) -> None:
    """Whoever has the secret still cannot make a running job a finished one."""
    video, _, body = signed
    claim = body.replace(b'"starting"', b'"succeeded"')
    assert claim != body
    headers = standard_headers(SECRET, claim, message_id="msg_claim")
    async with working(studio):
        assert (await client.post(_PATH, content=claim, headers=headers)).status_code == 204
        await until(lambda: vendor.counts()["verbs"].get("retrieve"), "the question")
        assert (await seen(signed_in, video["id"]))["stage"] == "generating"


async def test_a_job_whose_post_was_never_answered_tells_of_itself(
    signed_in: httpx2.AsyncClient, studio: Studio, vendor: VendorStandIn, server: Serving, until: Until
) -> None:
    vendor.fault("create", "done_drop")
    vendor.fault("list", "status", status=404, times=None)
    assert isinstance(studio.clock, MovableClock)
    video = await make(signed_in, model="replicate/acme/waves-1", size="1280x720", seconds=5)
    row = await put_in_stage(studio, video["id"], "submitting")
    studio.clock.ahead -= 3600
    submitting = asyncio.create_task(submit(studio, video["id"]))
    await until(lambda: vendor.counts()["accepted"], "the job")
    studio.clock.ahead += 3600
    await submitting
    lost = await seen(signed_in, video["id"])
    assert (lost["stage"], lost["provider_video_id"]) == ("unknown", None)
    [job] = vendor.wire.jobs.values()
    async with running_only(studio, "bring_back"):
        # Another attempt's word says nothing of this one.
        headers, body = vendor.wire.sign(job)
        other = f"{_PATH}?attempt=another"
        assert (await signed_in.post(other, content=body, headers=headers)).status_code == 204
        vendor.finish_jobs()

        async def fetching() -> bool:
            return str((await seen(signed_in, video["id"]))["stage"]) == "downloading"

        await until(fetching, "the lost video, told by its webhook")
    found = await seen(signed_in, video["id"])
    assert (found["provider_video_id"], found["error"]) == (job.id, None)
    assert job.webhook is not None
    assert job.webhook.endswith(f"?attempt={row.submission_key}")
    assert vendor.counts()["creates"] == 1


async def test_word_that_comes_before_the_post_is_given_up_is_not_lost(
    signed_in: httpx2.AsyncClient, studio: Studio, vendor: VendorStandIn, server: Serving, until: Until
) -> None:
    """Vendors that are answered with 204 say it once."""
    assert isinstance(studio.clock, MovableClock)
    video = await make(signed_in, model="replicate/acme/waves-1", size="1280x720", seconds=5)
    row = await put_in_stage(studio, video["id"], "submitting")
    claim = {"submitted_at": studio.clock.now(), "claim": "of a worker that was killed"}
    async with studio.transaction() as work:
        await queries.change(work, video["id"], **claim)
    remote = studio.providers.get("replicate")
    assert remote is not None
    submission = Submission(
        *("key", "RX-1", video["prompt"], (video["prompt"],), "acme/waves-1", 1280, 720, 5.0),
        webhook_url=f"{studio.settings.public_url}{_PATH}?attempt={row.submission_key}",
    )
    await cast(Replicate, remote).submit(submission)
    [job] = vendor.wire.jobs.values()
    headers, body = vendor.wire.sign(job)
    url = f"{_PATH}?attempt={row.submission_key}"
    assert (await signed_in.post(url, content=body, headers=headers)).status_code == 204
    assert (await seen(signed_in, video["id"]))["stage"] == "submitting"
    # Nobody answers that POST any more.
    studio.clock.ahead += cast(Replicate, remote).submit_timeout + 60
    await bring_back(studio, video["id"], job.id)
    found = await seen(signed_in, video["id"])
    assert (found["stage"], found["provider_video_id"]) == ("generating", job.id)


async def test_who_sends_none_has_no_address(client: httpx2.AsyncClient, studio: Studio) -> None:
    for name in ("animatic", "nobody"):
        answer = await client.post(f"/api/provider-webhooks/{name}", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_it_is_sent_again_while_the_secret_cannot_be_fetched(
    client: httpx2.AsyncClient, signed: tuple[dict[str, Any], dict[str, str], bytes], vendor: VendorStandIn
) -> None:
    _, headers, body = signed
    vendor.fault("keys", "status", status=503, times=1)
    assert (await client.post(_PATH, content=body, headers=headers)).status_code == 503
    assert (await client.post(_PATH, content=body, headers=headers)).status_code == 204


async def test_too_much_is_refused(client: httpx2.AsyncClient, studio: Studio) -> None:
    answer = await client.post(_PATH, content=b"x" * 4_000_001)
    assert answer.status_code == 413
