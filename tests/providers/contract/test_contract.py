"""The story that every adapter tells the same way: a job is made once, watched and fetched, and every
trouble on the way is named for what it is."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable

import pytest
from tests.conftest import Until
from tests.providers.contract.cases import CASES, Case
from tests.providers.contract.conftest import Connect, Make
from tests.standins.clips import make_clip
from tests.standins.vendor import VendorStandIn

from rushes.providers.protocol import (
    Ambiguous,
    Busy,
    Down,
    Gone,
    Job,
    Reference,
    Refused,
    RemoteProvider,
    Submission,
    Unverified,
)


async def fetched(provider: RemoteProvider, job_id: str) -> bytes:
    return b"".join([chunk async for chunk in provider.download(job_id)])


async def seen(provider: RemoteProvider, job: Job) -> Job:
    return (await provider.poll([job.id]))[job.id]


def accepted(standin: VendorStandIn) -> int:
    return int(standin.counts()["accepted"])


async def test_a_video_is_made_watched_and_fetched(
    case: Case, provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    standin.set(duration=60)
    job = await provider.submit(submission())
    assert job.state in ("queued", "in_progress")
    assert (standin.counts()["creates"], accepted(standin)) == (1, 1)
    [kept] = standin.wire.jobs.values()
    kept.made_at -= 30
    underway = await seen(provider, job)
    assert underway.state == "in_progress"
    if case.tells_progress:
        assert underway.progress is not None
        assert 40 <= underway.progress <= 60
    standin.finish_jobs()
    done = await seen(provider, job)
    assert (done.id, done.state) == (job.id, "completed")
    assert await fetched(provider, job.id) == make_clip("128x72", "1")
    assert standin.counts()["creates"] == 1


async def test_what_it_offers_is_complete(case: Case, provider: RemoteProvider) -> None:
    models = {model.name: model for model in provider.capabilities.models}
    text = models[case.model]
    size = f"{case.size[0]}x{case.size[1]}"
    assert size in text.sizes or text.size_rule is not None
    for model in models.values():
        assert model.label
        assert model.seconds is not None or model.seconds_values
        assert model.sizes or model.size_rule
        assert model.default_size in model.sizes or model.size_rule is not None
        if model.seconds_values:
            assert f"{model.default_seconds:g}" in model.seconds_values
        elif model.seconds:
            assert model.seconds[0] <= model.default_seconds <= model.seconds[1]
        assert model.price is None or model.price.as_of
    assert provider.capabilities.concurrency >= 1
    assert models[case.image_model].image_input


async def test_a_picture_goes_along(
    case: Case, provider: RemoteProvider, standin: VendorStandIn, submission: Make, picture: Reference
) -> None:
    await provider.submit(submission(model=case.image_model, references=(picture,)))
    assert accepted(standin) == 1
    sent = str(standin.counts()["asked"])
    assert case.picture_as in sent or "upload" in standin.counts()["verbs"]


async def test_a_picture_that_is_gone_is_refused_before_anything_is_sent(
    case: Case, provider: RemoteProvider, standin: VendorStandIn, submission: Make, picture: Reference
) -> None:
    picture.path.unlink()
    with pytest.raises(Refused) as refused:
        await provider.submit(submission(model=case.image_model, references=(picture,)))
    assert refused.value.code == "invalid_image"
    assert standin.counts()["creates"] == 0


@pytest.mark.parametrize(
    ("kind", "code", "charged"),
    [
        ("credit", "no_credit", {"no"}),
        ("moderation", "moderation_blocked", {"no", "unknown", "yes"}),
        ("size", "unsupported_size", {"no"}),
        ("image", "invalid_image", {"no"}),
    ],
)
async def test_a_refusal_is_named_for_what_it_is(
    provider: RemoteProvider,
    standin: VendorStandIn,
    submission: Make,
    kind: str,
    code: str,
    charged: set[str],
) -> None:
    standin.refuse(kind)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await provider.submit(submission())
    assert refused.value.code == code
    assert refused.value.charged in charged
    assert refused.value.message.endswith((".", "…")) or ":" in refused.value.message
    assert accepted(standin) == 0


async def test_a_wrong_key_is_said_by_probe_and_submit(
    connect: Connect, standin: VendorStandIn, submission: Make
) -> None:
    right = await connect()
    await right.probe()
    wrong = await connect(api_key="wrong-secret-key", refresh=False)
    wrong.capabilities = right.capabilities
    with pytest.raises((Refused, Down)) as refused:
        await wrong.probe()
    assert refused.value.code == "provider_key"
    with pytest.raises(Refused) as refused_submit:
        await wrong.submit(submission())
    assert refused_submit.value.code == "provider_key"
    assert "wrong-secret-key" not in f"{refused.value.message} {refused_submit.value.message}"
    assert accepted(standin) == 0


async def test_a_limit_is_waited_for(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    standin.fault("create", "status", status=429, retry_after=7)
    with pytest.raises(Busy) as busy:
        await provider.submit(submission())
    assert busy.value.retry_after == 7
    assert (standin.counts()["creates"], accepted(standin)) == (1, 0)


@pytest.mark.parametrize("kind", ["drop", "hang", "garbage", "html", "not_http", "done_drop", "done_hang"])
async def test_an_answer_that_was_lost_leaves_it_open_and_is_not_asked_again(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make, kind: str
) -> None:
    standin.fault("create", kind)
    with pytest.raises(Ambiguous):
        await provider.submit(submission())
    # A busy machine may take so long that nothing was sent in time: that is as open as the rest.
    assert standin.counts()["creates"] <= 1
    assert accepted(standin) == (standin.counts()["creates"] if kind.startswith("done_") else 0)


async def test_a_server_error_leaves_it_open(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    standin.fault("create", "done_status", status=500)
    with pytest.raises(Ambiguous):
        await provider.submit(submission())
    assert (standin.counts()["creates"], accepted(standin)) == (1, 1)


async def test_a_lost_job_is_found_in_the_list(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    since = time.time()
    standin.fault("create", "done_drop")
    with pytest.raises(Ambiguous):
        await provider.submit(submission("lost and found"))
    if not provider.capabilities.findable:
        with pytest.raises(Down) as down:
            await provider.find(since - 60)
        assert down.value.code == "provider_has_no_list"
        return
    found = [job for job in await provider.find(since - 60) if job.prompt in ("lost and found", None)]
    assert [job.id for job in found] == list(standin.wire.jobs)
    assert await provider.find(since + 3600) == []


async def test_a_vendor_that_is_not_there_is_down_and_busy(
    connect: Connect, case: Case, standin: VendorStandIn, submission: Make
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    known = await connect()
    away = await connect(base_url=f"http://127.0.0.1:{port}{case.base_path}", refresh=False)
    away.capabilities = known.capabilities
    with pytest.raises(Busy) as busy:
        await away.submit(submission())
    assert busy.value.code == "provider_unreachable"
    for question in (away.probe(), away.poll(["job-1"])):
        with pytest.raises(Down) as down:
            await question
        assert down.value.code == "provider_unreachable"


@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [("moderation", "moderation_blocked", False), ("internal", None, True)],
)
async def test_a_failed_job_says_why(
    provider: RemoteProvider,
    standin: VendorStandIn,
    submission: Make,
    kind: str,
    code: str | None,
    retryable: bool,
) -> None:
    standin.fail(kind)  # type: ignore[arg-type]
    job = await seen(provider, await provider.submit(submission()))
    assert job.state == "failed"
    assert job.error is not None
    assert job.error.code == (code or job.error.code)
    assert job.error.retryable is retryable
    assert job.error.message


async def test_a_job_that_nobody_knows_is_missing(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    job = await provider.submit(submission())
    standin.lose_jobs()
    assert (await seen(provider, job)).state == "missing"
    with pytest.raises(Gone):
        await fetched(provider, job.id)


@pytest.mark.parametrize("kind", ["html", "drop", "status"])
async def test_a_question_without_an_answer_loses_nothing(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make, kind: str
) -> None:
    job = await provider.submit(submission())
    standin.fault("any", kind, status=503 if kind == "status" else None, times=None)
    with pytest.raises(Down):
        await provider.poll([job.id])
    standin.set(clear=True)
    assert (await seen(provider, job)).state == "completed"


@pytest.mark.parametrize("kind", ["garbage", "status"])
async def test_many_are_asked_about_although_one_answer_is_broken(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make, kind: str
) -> None:
    jobs = [await provider.submit(submission(f"number {n}", key=f"intent-{n}")) for n in range(12)]
    one = list(standin.wire.jobs)[3]
    standin.fault("any", kind, job=one, times=None, status=500 if kind == "status" else None)
    states = await provider.poll([job.id for job in jobs])
    assert {job.id for job in jobs} - set(states) <= {jobs[3].id}
    assert {states[job.id].state for job in jobs if job.id in states} == {"completed"}


async def test_a_download_that_ends_early_is_no_file(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    job = await provider.submit(submission())
    standin.fault("content", "mid_body")
    with pytest.raises(Down):
        await fetched(provider, job.id)
    assert await fetched(provider, job.id) == make_clip("128x72", "1")


@pytest.mark.parametrize("case", [case for case in CASES if case.files_move], ids=str, indirect=True)
async def test_an_address_that_expired_is_asked_for_anew(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    job = await provider.submit(submission())
    await seen(provider, job)
    polled_at = time.time()
    await fetched(provider, job.id)
    [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "content"]
    # The stand-in writes into each address when it was handed out.
    assert float(asked["path"].rsplit("/", 1)[-1].removesuffix(".mp4")) >= polled_at - 0.001
    standin.set(url_lifetime=-1)
    with pytest.raises((Down, Gone)):
        await fetched(provider, job.id)


async def test_an_empty_file_is_told_as_it_is(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    job = await provider.submit(submission())
    standin.fault("content", "zero")
    assert await fetched(provider, job.id) == b""


async def test_a_job_can_be_cancelled_where_it_says_so(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    standin.set(duration=60)
    job = await provider.submit(submission())
    await provider.cancel(job.id)
    if provider.capabilities.cancel == "none":
        assert (await seen(provider, job)).state in ("queued", "in_progress")
        return
    assert (await seen(provider, job)).state in ("cancelled", "missing")
    # One that has ended already is no trouble.
    await provider.cancel(job.id)


async def test_a_webhook_is_believed_when_it_is_signed(
    case: Case, provider: RemoteProvider, standin: VendorStandIn, submission: Make
) -> None:
    assert provider.capabilities.webhooks is case.webhooks
    if not case.webhooks:
        with pytest.raises(Unverified):
            await provider.verify_webhook({}, b"{}", now=time.time())
        return
    job = await provider.submit(submission(webhook_url="http://127.0.0.1:9/api/provider-webhooks/vendor"))
    [kept] = standin.wire.jobs.values()
    assert kept.webhook is not None
    headers, body = standin.wire.sign(kept)
    assert await provider.verify_webhook(headers, body, now=time.time()) == job.id
    with pytest.raises(Unverified) as unverified:
        await provider.verify_webhook(headers, body + b" ", now=time.time())
    assert unverified.value.code == "bad_signature"
    with pytest.raises(Unverified):
        await provider.verify_webhook({}, body, now=time.time())
    with pytest.raises(Unverified):
        await provider.verify_webhook(headers, body, now=time.time() + 301)
    assert await provider.verify_webhook(headers, body, now=time.time()) == job.id


@pytest.mark.parametrize("case", [case for case in CASES if case.webhooks], ids=str, indirect=True)
async def test_a_webhook_comes_when_the_job_ends(
    provider: RemoteProvider, standin: VendorStandIn, submission: Make, until: Until
) -> None:
    told: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"ength:" in line)
        told.append(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await provider.submit(submission(webhook_url=f"http://127.0.0.1:{port}/hook"))
        await until(lambda: told, "the webhook")


async def test_the_same_request_is_what_was_asked_for(
    case: Case, provider: RemoteProvider, standin: VendorStandIn, submission: Callable[..., Submission]
) -> None:
    await provider.submit(submission("exactly this: ünïcödé", seed=7))
    [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "create"]
    assert asked["prompt"] == "exactly this: ünïcödé"
