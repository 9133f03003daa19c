"""Fetching results: whole or not at all, and only from where they may be."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable
from typing import Any

import av
import pytest
from tests.standins.clips import PAGE, make_picture
from tests.standins.openai_videos import StandIn, serving

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down, Gone, Submission
from rushes.providers.wire.outside import is_private_literal, is_public

Connect = Callable[..., Awaitable[OpenAIShaped]]
Make = Callable[..., Submission]


async def fetch(provider: OpenAIShaped, job_id: str) -> bytes:
    return b"".join([chunk async for chunk in provider.download(job_id)])


@pytest.fixture
async def job_id(provider: OpenAIShaped, submission: Make) -> str:
    return (await provider.submit(submission())).id


async def test_the_file_arrives_whole_and_plays(provider: OpenAIShaped, job_id: str) -> None:
    with av.open(io.BytesIO(await fetch(provider, job_id))) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (128, 96)
        assert sum(1 for _ in film.decode(video=0)) == 12


async def test_opaque_ids_go_into_paths_verbatim(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.set(opaque_ids=True)
    job = await provider.submit(submission())
    assert {"+", "/", "="} & set(job.id)
    assert (await provider.poll([job.id]))[job.id].id == job.id
    assert await fetch(provider, job.id)
    await provider.cancel(job.id)
    assert openai_standin.wire.jobs.all() == []


async def test_slow_bytes_are_waited_for(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str
) -> None:
    whole = await fetch(provider, job_id)
    openai_standin.fault("content", "slow", seconds=0.02, pieces=10)
    assert hashlib.sha256(await fetch(provider, job_id)).digest() == hashlib.sha256(whole).digest()


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("mid_body", {}, "provider_unreachable"),
        ("drop", {}, "provider_unreachable"),
        ("hang", {}, "provider_timeout"),
        ("slow", {"seconds": 1, "pieces": 3}, "provider_timeout"),
        ("not_http", {}, "provider_unreachable"),
        ("status", {"status": 500}, "provider_down"),
        ("status", {"status": 401}, "provider_key"),
        ("status", {"status": 400}, "provider_down"),
        ("status", {"status": 202}, "provider_down"),
    ],
)
async def test_a_file_that_does_not_arrive_whole_is_down(
    connect: Connect, openai_standin: StandIn, job_id: str, kind: str, more: dict[str, Any], code: str
) -> None:
    provider = await connect(stall_timeout=0.3)
    openai_standin.fault("content", kind, times=2, **more)
    with pytest.raises(Down) as down:
        await fetch(provider, job_id)
    assert down.value.code == code


async def test_a_pause_is_passed_on(provider: OpenAIShaped, openai_standin: StandIn, job_id: str) -> None:
    openai_standin.fault("content", "status", status=429, retry_after=11)
    with pytest.raises(Down) as down:
        await fetch(provider, job_id)
    assert down.value.retry_after == 11


async def test_a_file_that_was_swept_away_is_gone(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str
) -> None:
    openai_standin.fault("content", "status", status=404, body={"detail": "Video file not found on disk"})
    with pytest.raises(Gone):
        await fetch(provider, job_id)
    openai_standin.lose_jobs()
    with pytest.raises(Gone):
        await fetch(provider, job_id)


async def test_a_proxy_that_answers_404_to_everything_is_down(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str
) -> None:
    openai_standin.set(plain_404=True)
    with pytest.raises(Down):
        await fetch(provider, job_id)


@pytest.mark.parametrize("kind", ["cloud", "redirect"])
async def test_the_servers_own_host_is_followed(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str, kind: str
) -> None:
    whole = await fetch(provider, job_id)
    openai_standin.fault("content", kind)
    assert await fetch(provider, job_id) == whole
    assert openai_standin.counts()["clouds"] == 1


async def test_the_key_stays_at_home(connect: Connect, openai_standin: StandIn, submission: Make) -> None:
    openai_standin.set(key="secret")
    provider = await connect(api_key="secret")
    job_id = (await provider.submit(submission())).id
    with serving(duration=0) as elsewhere:
        elsewhere.wire.jobs.make({"prompt": "x", "size": "64x64", "seconds": "1"})
        other = elsewhere.wire.jobs.all()[0].id
        openai_standin.fault("content", "cloud", url=f"{elsewhere.url}/cloud/{other}")
        assert await fetch(provider, job_id)
        assert elsewhere.counts()["asked"][-1]["signed"] is False


@pytest.mark.parametrize("kind", ["cloud", "redirect"])
@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.5/secret.mp4",
        "https://[::1]/secret.mp4",
        "https://localhost/secret.mp4",
        "https://2130706433/secret.mp4",
        "http://example.org/file.mp4",
    ],
)
async def test_no_server_sends_the_studio_into_a_private_network(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str, kind: str, url: str
) -> None:
    openai_standin.fault("content", kind, url=url)
    with pytest.raises(Down) as down:
        await fetch(provider, job_id)
    assert down.value.code == "provider_result_elsewhere"


@pytest.mark.parametrize("kind", ["cloud", "redirect"])
@pytest.mark.parametrize(
    "url", ["https://[broken/x", "https://exa%00mple/x", "https://a b/x", "file:///etc/passwd"]
)
async def test_an_address_that_makes_no_sense_is_down(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str, kind: str, url: str
) -> None:
    openai_standin.fault("content", kind, url=url)
    with pytest.raises(Down):
        await fetch(provider, job_id)


async def test_circles_end(provider: OpenAIShaped, openai_standin: StandIn, job_id: str) -> None:
    openai_standin.fault(
        "content", "redirect", times=None, url=f"{openai_standin.url}/v1/videos/{job_id}/content"
    )
    with pytest.raises(Down) as down:
        await fetch(provider, job_id)
    assert down.value.code == "provider_result_elsewhere"


@pytest.mark.parametrize(("kind", "content"), [("zero", b""), ("page", PAGE), ("picture", make_picture())])
async def test_what_is_no_video_is_handed_on_as_it_is_for_the_probe_to_judge(
    provider: OpenAIShaped, openai_standin: StandIn, job_id: str, kind: str, content: bytes
) -> None:
    openai_standin.fault("content", kind)
    assert await fetch(provider, job_id) == content


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("not an address", False),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("host", "private"), [("127.1", True), ("0x7f000001", True), ("10.0.0.1", True), ("example.org", False)]
)
def test_addresses_in_other_spellings_are_seen_through(host: str, private: bool) -> None:
    assert is_private_literal(host) is private
