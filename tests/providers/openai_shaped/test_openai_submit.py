"""Making jobs: what goes over the wire, what each answer means, and never a second accepted create."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

import pytest
from PIL import Image
from tests.standins.openai_videos import StandIn

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Ambiguous, Busy, ProviderError, Reference, Refused, Submission
from rushes.providers.wire.answers import read_retry_after

Connect = Callable[..., Awaitable[OpenAIShaped]]
Make = Callable[..., Submission]


def envelope(message: str = "No.", code: object = None, **more: Any) -> dict[str, Any]:
    return {
        "error": {"message": message, "code": code, "type": "invalid_request_error", "param": None, **more}
    }


async def test_a_create_says_everything_in_one_multipart_request(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    job = await provider.submit(submission(seed=7, seconds=2.5))
    asked = openai_standin.counts()["asked"][-1]
    assert asked["content_type"] == "multipart/form-data"
    assert asked["idempotency_key"] == "intent-1"
    assert asked["fields"] == {
        "prompt": "a lighthouse",
        "model": "wan-2.2",
        "seconds": "2.5",
        "size": "128x96",
        "seed": "7",
    }
    assert job.id == asked["made"]
    assert (job.prompt, job.size, job.seconds) == ("a lighthouse", "128x96", 2.5)
    assert openai_standin.counts()["creates"] == 1


async def test_an_image_is_uploaded(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, tmp_path: Path
) -> None:
    picture = tmp_path / "first.png"
    Image.new("RGB", (8, 8)).save(picture)
    await provider.submit(submission(references=(Reference("first_frame", picture, "image/png"),)))
    sent = openai_standin.counts()["asked"][-1]["fields"]["input_reference"]
    assert sent == f"first.png image/png {picture.stat().st_size}"


async def test_an_image_that_is_gone_is_refused_before_anything_is_sent(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        await provider.submit(
            submission(references=(Reference("first_frame", tmp_path / "gone.png", "image/png"),))
        )
    assert refused.value.code == "invalid_image"
    assert openai_standin.counts()["creates"] == 0


async def test_the_key_goes_along_and_nobody_elses_account_does(
    connect: Connect, openai_standin: StandIn, submission: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "somebody-elses")
    openai_standin.set(key="secret")
    keyed = await connect(api_key="secret")
    await keyed.submit(submission())
    keyless = await connect(api_key=None)
    with pytest.raises(Refused) as refused:
        await keyless.submit(submission())
    assert refused.value.code == "provider_key"
    assert openai_standin.counts()["asked"][-1]["signed"] is False


async def test_every_create_has_a_connection_of_its_own(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    for _ in range(3):
        await provider.submit(submission())
    ports = [one["port"] for one in openai_standin.counts()["asked"] if one["verb"] == "create"]
    assert len(set(ports)) == 3


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/v1/videos"])
async def test_base_urls_work_however_they_are_written(
    connect: Connect, openai_standin: StandIn, submission: Make, ending: str
) -> None:
    provider = await connect(base_url=openai_standin.url + ending)
    assert await provider.submit(submission())
    assert openai_standin.counts()["unknowns"] == 0


@pytest.mark.parametrize(
    "address", ["gpu:8000", "ftp://gpu", "https://", "http://a:b@gpu", "http://gpu/v1?key=1"]
)
def test_what_is_no_address_is_said_at_once(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|key|base URL"):
        OpenAIShaped(name="x", base_url=address, api_key=None, concurrency=1)


@pytest.mark.parametrize(
    ("status", "body", "code", "charged", "retryable"),
    [
        (400, envelope("Bad request."), "provider_refused", "no", False),
        (401, envelope("Incorrect API key provided: sk-abc."), "provider_key", "no", True),
        (402, envelope("Pay first."), "no_credit", "no", True),
        (429, envelope("You exceeded your current quota.", "insufficient_quota"), "no_credit", "no", True),
        (400, envelope("Hard limit.", "billing_hard_limit_reached"), "no_credit", "no", True),
        (403, envelope("Not allowed."), "provider_key", "no", True),
        (404, envelope("The model `x` does not exist.", "model_not_found"), "unknown_model", "no", False),
        (404, "404 page not found", "provider_address", "no", True),
        (405, {"detail": "Method Not Allowed"}, "provider_address", "no", True),
        (409, envelope("Busy with that."), "provider_refused", "no", True),
        (413, "<html>Request Entity Too Large</html>", "payload_too_large", "no", False),
        (400, envelope("Blocked.", "moderation_blocked"), "moderation_blocked", "unknown", False),
        (400, envelope("Violates our content policy."), "moderation_blocked", "unknown", False),
        (400, envelope("Must be 720p.", param="size"), "unsupported_size", "no", False),
        (
            422,
            {"detail": [{"loc": ["body", "size"], "msg": "no", "type": "x"}]},
            "unsupported_size",
            "no",
            False,
        ),
        (400, envelope("seconds must be one of 4, 8, 12"), "unsupported_seconds", "no", False),
        (400, envelope("Bad image.", param="input_reference"), "invalid_image", "no", False),
        (418, {"message": "I am a teapot"}, "provider_refused", "no", False),
        (302, "", "provider_address", "no", False),
    ],
)
async def test_a_definite_no_is_refused(
    provider: OpenAIShaped,
    openai_standin: StandIn,
    submission: Make,
    status: int,
    body: object,
    code: str,
    charged: str,
    retryable: bool,
) -> None:
    openai_standin.fault("create", "status", status=status, body=body)
    with pytest.raises(Refused) as refused:
        await provider.submit(submission())
    said = refused.value
    assert (said.code, said.charged, said.retryable) == (code, charged, retryable)
    assert "sk-" not in said.message
    assert "<" not in said.message
    assert said.message[0].isupper()
    counts = openai_standin.counts()
    assert (counts["creates"], counts["accepted"]) == (1, 0)


@pytest.mark.parametrize(
    ("status", "retry_after", "least", "most"),
    [
        (429, None, None, None),
        (429, 7, 7, 7),
        (429, 86400, 3600, 3600),
        (429, "soon", None, None),
        (429, formatdate(time() - 60, usegmt=True), 0, 0),
        (503, formatdate(time() + 3500, usegmt=True), 2000, 3500),
        (503, "2.5", 2.5, 2.5),
    ],
    # Named, because the dates would give each process that runs the tests other names for them.
    ids=["nothing", "seconds", "a day", "nonsense", "a past date", "a date", "fractions"],
)
async def test_a_no_for_now_is_busy(
    provider: OpenAIShaped,
    openai_standin: StandIn,
    submission: Make,
    status: int,
    retry_after: object,
    least: float | None,
    most: float | None,
) -> None:
    openai_standin.fault("create", "status", status=status, retry_after=retry_after)
    with pytest.raises(Busy) as busy:
        await provider.submit(submission())
    wait = busy.value.retry_after
    assert (wait is None) if least is None or most is None else (wait is not None and least <= wait <= most)
    assert openai_standin.counts()["accepted"] == 0


def test_a_date_to_wait_for_is_measured_by_the_servers_own_clock() -> None:
    headers = {"retry-after": formatdate(1_000_030, usegmt=True), "date": formatdate(1_000_000, usegmt=True)}
    assert read_retry_after(headers) == 30


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_create_is_never_sent_on_to_where_a_server_points(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, status: int
) -> None:
    openai_standin.fault("create", "redirect", status=status, url=f"{openai_standin.url}/v1/videos")
    with pytest.raises(Refused) as refused:
        await provider.submit(submission())
    assert refused.value.code == "provider_address"
    counts = openai_standin.counts()
    assert (counts["creates"], counts["lists"], counts["accepted"]) == (1, 0, 0)


async def test_a_rate_limit_that_speaks_of_billing_is_still_one(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    advice = "Rate limit reached. Visit https://example.org/account/billing to add a payment method."
    openai_standin.fault("create", "status", status=429, body=envelope(advice, "rate_limit_exceeded"))
    with pytest.raises(Busy):
        await provider.submit(submission())


async def test_a_server_that_is_not_there_is_busy(connect: Connect, submission: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for base_url in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
        provider = await connect(base_url=base_url)
        with pytest.raises(Busy) as busy:
            await provider.submit(submission())
        assert busy.value.code == "provider_unreachable"


@pytest.mark.parametrize(
    ("kind", "more", "accepted"),
    [
        ("drop", {}, 0),
        ("done_drop", {}, 1),
        ("hang", {}, 0),
        ("done_hang", {}, 1),
        ("slow", {"seconds": 0.2, "pieces": 10}, 1),
        ("mid_body", {}, 1),
        ("not_http", {}, 0),
        ("garbage", {}, 0),
        ("done_garbage", {}, 1),
        ("html", {}, 0),
        ("answer", {"body": {"status": "queued"}}, 0),
        ("done_status", {"status": 500}, 1),
        ("status", {"status": 502}, 0),
        ("status", {"status": 503}, 0),
        ("status", {"status": 504, "retry_after": 3}, 0),
        ("status", {"status": 408}, 0),
    ],
)
async def test_what_says_nothing_certain_is_ambiguous_and_never_sent_twice(
    connect: Connect,
    openai_standin: StandIn,
    submission: Make,
    kind: str,
    more: dict[str, Any],
    accepted: int,
) -> None:
    provider = await connect(submit_timeout=0.5)
    openai_standin.fault("create", kind, **more)
    with pytest.raises(Ambiguous):
        await provider.submit(submission())
    counts = openai_standin.counts()
    assert (counts["creates"], counts["accepted"]) == (1, accepted)


@pytest.mark.parametrize("status", [200, 201, 202, 206])
async def test_any_2xx_with_an_id_is_a_job(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, status: int
) -> None:
    openai_standin.fault("create", "answer", status=status, body={"id": "odd", "error": "", "progress": []})
    assert (await provider.submit(submission())).id == "odd"


async def test_a_server_that_refuses_forms_is_spoken_to_in_json_from_then_on(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, tmp_path: Path
) -> None:
    openai_standin.set(takes_multipart=False)
    for _ in range(2):
        await provider.submit(submission())
    picture = tmp_path / "first.png"
    Image.new("RGB", (8, 8)).save(picture)
    await provider.submit(submission(references=(Reference("first_frame", picture, "image/png"),)))
    creates = [one for one in openai_standin.counts()["asked"] if one["verb"] == "create"]
    assert [(one["content_type"], one["made"] is not None) for one in creates] == [
        ("multipart/form-data", False),
        ("application/json", True),
        ("application/json", True),
        ("multipart/form-data", True),
    ]
    assert creates[1]["fields"]["seconds"] == "1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (415, "Unsupported Media Type"),
        (400, {"detail": "input_reference file is required"}),
        (
            422,
            {
                "detail": [
                    {"type": "model_attributes_type", "loc": ["body"], "msg": "Input should be a valid dict"}
                ]
            },
        ),
        (422, {"detail": [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}]}),
        (400, envelope("Could not parse the body as JSON.")),
    ],
)
async def test_each_way_of_refusing_forms_is_understood(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make, status: int, body: object
) -> None:
    openai_standin.fault("create", "status", status=status, body=body)
    await provider.submit(submission())
    counts = openai_standin.counts()
    assert (counts["creates"], counts["accepted"]) == (2, 1)


async def test_a_server_that_changes_its_mind_is_followed_back(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.set(takes_multipart=False)
    await provider.submit(submission())
    openai_standin.set(takes_multipart=True, takes_json=False)
    await provider.submit(submission())
    await provider.submit(submission())
    counts = openai_standin.counts()
    assert (counts["creates"], counts["accepted"]) == (5, 3)


@pytest.mark.parametrize(
    ("kind", "expected"), [("done_drop", Ambiguous), ("done_status", Ambiguous), ("hang", Ambiguous)]
)
async def test_the_second_encoding_is_not_followed_by_a_third(
    connect: Connect, openai_standin: StandIn, submission: Make, kind: str, expected: type[ProviderError]
) -> None:
    provider = await connect(submit_timeout=0.5)
    openai_standin.set(takes_multipart=False)
    openai_standin.fault("create", kind, skip=1)
    with pytest.raises(expected):
        await provider.submit(submission())
    assert openai_standin.counts()["creates"] == 2


async def test_a_server_that_takes_neither_refuses(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.set(takes_multipart=False, takes_json=False)
    with pytest.raises(Refused):
        await provider.submit(submission())
    assert openai_standin.counts()["creates"] == 2


async def test_many_at_once_are_one_create_each(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    jobs = await asyncio.gather(*(provider.submit(submission(f"take {n}")) for n in range(30)))
    by_prompt = openai_standin.counts()["by_prompt"]
    assert len({job.id for job in jobs}) == 30
    assert all(entry == {"asked": 1, "accepted": 1} for entry in by_prompt.values())


async def test_a_remix_is_the_servers_own_where_the_model_has_it(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    first = await provider.submit(submission(model="sora-2", seconds=4))
    second = await provider.submit(submission("at night", model="sora-2", remix_of=first.id))
    asked = openai_standin.counts()["asked"][-1]
    assert (asked["verb"], asked["job"], asked["fields"]) == ("remix", first.id, {"prompt": "at night"})
    assert (second.seconds, second.prompt) == (4, "at night")


async def test_a_remix_is_a_new_create_where_it_has_not(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    first = await provider.submit(submission())
    await provider.submit(submission("at night", remix_of=first.id))
    counts = openai_standin.counts()
    assert (counts["creates"], counts["remixes"]) == (2, 0)


async def test_a_remix_of_what_is_gone_is_refused(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    with pytest.raises(Refused) as refused:
        await provider.submit(submission(model="sora-2", remix_of="gone"))
    assert refused.value.code == "remix_source_gone"


async def test_a_remix_where_no_server_is_says_so(
    provider: OpenAIShaped, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.set(plain_404=True)
    with pytest.raises(Refused) as refused:
        await provider.submit(submission(model="sora-2", remix_of="video_1"))
    assert (refused.value.code, refused.value.retryable) == ("provider_address", True)


@pytest.mark.parametrize("kind", ["done_drop", "done_status", "done_garbage", "done_hang"])
async def test_a_remix_can_be_ambiguous_too(
    connect: Connect, openai_standin: StandIn, submission: Make, kind: str
) -> None:
    provider = await connect(submit_timeout=0.5)
    first = await provider.submit(submission(model="sora-2"))
    openai_standin.fault("remix", kind)
    with pytest.raises(Ambiguous):
        await provider.submit(submission(model="sora-2", remix_of=first.id))
    assert openai_standin.counts()["remixes"] == 1
