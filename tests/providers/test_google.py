"""Google by API key: interactions as they are told, and what is particular to them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.standins.clips import make_clip
from tests.standins.google import InteractionsWire
from tests.standins.vendor import VendorStandIn, serving

from rushes import extras
from rushes.extras import MissingExtra
from rushes.providers.google.interactions import Google, parse_interaction
from rushes.providers.kinds import Setup, kinds
from rushes.providers.protocol import Ambiguous, Busy, Down, Gone, Job, Reference, Refused, Submission
from rushes.providers.wire.reading import Unreadable

_JSON = Path(__file__).parent / "vendor_json" / "google"


def told(name: str, **changes: Any) -> Job:
    return parse_interaction({**json.loads((_JSON / f"{name}.json").read_bytes()), **changes})


@pytest.fixture
def standin() -> Iterator[VendorStandIn]:
    with serving(InteractionsWire, duration=0) as running:
        yield running


@pytest.fixture
async def google(standin: VendorStandIn) -> AsyncIterator[Google]:
    provider = Google(Setup("google", base_url=standin.url, api_key=InteractionsWire.key, submit_timeout=5))
    yield provider
    await provider.close()


def asking(prompt: str = "a fox", **changes: Any) -> Submission:
    given: dict[str, Any] = {"model": "gemini-omni-1.2-flash", "width": 1280, "height": 720, "seconds": 5.0}
    return Submission("key", "RX-1", prompt, (prompt,), **{**given, **changes})


def sent(standin: VendorStandIn) -> dict[str, Any]:
    """The body of the last create."""
    body: dict[str, Any] = [one for one in standin.wire.asked if one.verb == "create"][-1].body
    return body


@pytest.fixture
def pictures(tmp_path: Path) -> list[Reference]:
    """A first frame and a subject."""
    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 36), "teal").save(path)
    return [Reference("first_frame", path, "image/png"), Reference("subject", path, "image/png")]


def test_a_completed_one() -> None:
    assert told("completed") == Job(
        id="v1_ChdPU0F4YWFtNkFwS2kxZThQZ05lbXdROBIX",
        state="completed",
        progress=100,
        created_at=1795169730.0,
        model="gemini-omni-1.1-flash",
        # 12 tokens of prompt, 52 of thought and 46,336 of video, at 1.50, 9 and 17.50 USD a million.
        cost=0.811366,
        result_url="https://generativelanguage.googleapis.com/v1beta/files/9x2k4m1p7q3z:download?alt=media",
    )


def test_what_it_costs_is_only_told_where_the_price_is_known() -> None:
    assert told("completed", model="gemini-omni-1.2-flash").cost is None
    assert told("completed", usage=None).cost is None


def test_a_video_within_the_answer_and_the_sdks_name_for_it() -> None:
    inline = {"type": "video", "mime_type": "video/mp4", "data": "inline:1"}
    step = {"type": "model_output", "content": [inline]}
    assert told("completed", steps=[step]).result_url == "inline:1"
    direct = told("completed", steps=None, output_video={"type": "video", "uri": "files/abc"})
    assert (direct.state, direct.result_url) == ("completed", "files/abc")


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        ("queued", "queued", None),
        ("in_progress", "in_progress", None),
        ("requires_continuation", "in_progress", None),
        ("a new word", "in_progress", None),
        ("failed", "failed", "provider_failed"),
        ("incomplete", "failed", "provider_failed"),
        # It would wait for ever.
        ("requires_action", "failed", "provider_failed"),
        ("budget_exceeded", "failed", "no_credit"),
        ("cancelled", "cancelled", None),
    ],
)
def test_states(status: str, state: str, code: str | None) -> None:
    job = told("failed", status=status)
    assert (job.state, job.error.code if job.error else None) == (state, code)


def test_what_was_made_before_it_stopped_is_not_lost() -> None:
    assert told("completed", status="incomplete").state == "completed"


def test_words_instead_of_a_video_are_a_refusal_for_content() -> None:
    job = told("refused")
    assert job.error is not None
    assert (job.state, job.error.code, job.error.charged) == ("failed", "moderation_blocked", "unknown")
    assert "I can't create a video of that person." in job.error.message


def test_a_video_that_was_billed_but_is_not_named_is_no_refusal() -> None:
    job = told("completed", steps=[])
    assert job.error is not None
    assert (job.state, job.error.code, job.error.charged) == ("failed", "no_result", "yes")


def test_failures_by_what_is_said_of_them() -> None:
    passing = told("failed").error
    assert passing is not None and passing.retryable
    blocked = told("failed", errors=[{"code": "https://ai.google.dev/errors/SAFETY", "message": "No."}]).error
    assert blocked is not None and (blocked.code, blocked.retryable) == ("moderation_blocked", False)
    step = {"type": "model_output", "error": {"code": 3, "message": "Bad duration."}}
    wrong = told("failed", errors=None, steps=[step]).error
    assert wrong is not None and (wrong.message, wrong.retryable) == ("Bad duration.", False)


@pytest.mark.parametrize("data", [None, [], {}, {"id": ""}, {"id": 3, "status": "completed"}])
def test_what_is_no_interaction(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_interaction(data)


async def test_a_video_within_the_answer_is_fetched_from_it(google: Google, standin: VendorStandIn) -> None:
    wire = standin.wire
    assert isinstance(wire, InteractionsWire)
    wire.inline = True
    job = await google.submit(asking())
    seen = (await google.poll([job.id]))[job.id]
    assert (seen.state, seen.result_url) == ("completed", "inline:0")
    assert b"".join([chunk async for chunk in google.download(job.id)]) == make_clip("128x72", "1")


async def test_a_file_that_is_still_being_written_is_asked_for_again(
    google: Google, standin: VendorStandIn
) -> None:
    wire = standin.wire
    assert isinstance(wire, InteractionsWire)
    job = await google.submit(asking())
    wire.processing = True
    with pytest.raises(Down) as down:
        await anext(google.download(job.id))
    assert (down.value.code, down.value.retry_after) == ("result_missing", 5.0)
    wire.processing = False
    assert b"".join([chunk async for chunk in google.download(job.id)]) == make_clip("128x72", "1")


async def test_a_file_that_is_gone_is_gone(google: Google, standin: VendorStandIn) -> None:
    job = await google.submit(asking())
    error = {"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}}
    standin.fault("result", "answer", status=404, body=error)
    with pytest.raises(Gone):
        await anext(google.download(job.id))


async def test_the_key_goes_to_google_and_not_to_where_its_files_lie(
    google: Google, standin: VendorStandIn
) -> None:
    job = await google.submit(asking())
    assert b"".join([chunk async for chunk in google.download(job.id)])
    with_key = {one.verb for one in standin.wire.asked if one.headers.get("x-goog-api-key")}
    assert {"create", "retrieve", "result"} <= with_key
    assert not google._address.is_same_origin(
        await google._when_ready("https://cdn.example/files/x:download")
    )


async def test_a_remix_changes_the_video_that_google_has(google: Google, standin: VendorStandIn) -> None:
    first = await google.submit(asking())
    await google.submit(asking("make it night", remix_of=first.id))
    assert sent(standin)["previous_interaction_id"] == first.id
    assert sent(standin)["response_format"] == {"type": "video", "delivery": "uri"}
    standin.lose_jobs()
    with pytest.raises(Refused) as refused:
        await google.submit(asking("make it day", remix_of=first.id))
    assert refused.value.code == "remix_source_gone"


async def test_what_pictures_are_for_is_said(
    google: Google, standin: VendorStandIn, pictures: list[Reference]
) -> None:
    first, subject = pictures
    for references, task in (((first,), "image_to_video"), ((subject, subject), "reference_to_video")):
        await google.submit(asking(references=references))
        assert sent(standin)["generation_config"]["video_config"]["task"] == task
        contents = sent(standin)["input"][0]["content"]
        assert [content["type"] for content in contents] == ["image"] * len(references) + ["text"]
    with pytest.raises(Refused) as refused:
        await google.submit(asking(references=(first, subject)))
    assert refused.value.code == "invalid_image"
    assert standin.counts()["creates"] == 2


async def test_sizes_lengths_and_seeds_are_asked_for_in_googles_words(
    google: Google, standin: VendorStandIn
) -> None:
    await google.submit(asking(width=1080, height=1920, seconds=12.0, seed=2**31 + 7))
    assert sent(standin)["response_format"] == {
        "type": "video",
        "delivery": "uri",
        "aspect_ratio": "9:16",
        "resolution": "1080p",
        "duration": "12s",
    }
    assert sent(standin)["generation_config"]["seed"] == 7
    await google.submit(asking(model="gemini-omni-1.1-flash", seed=7))
    assert "seed" not in sent(standin)["generation_config"]
    with pytest.raises(Refused) as refused:
        await google.submit(asking(width=1024, height=1024))
    assert refused.value.code == "unsupported_size"


async def test_what_google_has_shut_down_is_not_asked_for(google: Google, standin: VendorStandIn) -> None:
    with pytest.raises(Refused) as refused:
        await google.submit(asking(model="veo-3.1-generate-preview"))
    assert refused.value.code == "unknown_model"
    assert "gemini-omni-1.2-flash" in refused.value.message
    assert standin.counts()["creates"] == 0
    names = {model.name for model in google.capabilities.models}
    assert all(model.lifecycle.replacement in {None, *names} for model in google.capabilities.models)


async def test_a_rate_limit_that_speaks_of_billing_is_waited_for(
    google: Google, standin: VendorStandIn
) -> None:
    standin.refuse("busy")
    with pytest.raises(Busy) as busy:
        await google.submit(asking())
    assert busy.value.retry_after == 37.0


async def test_a_create_is_not_sent_on_to_another_address(google: Google, standin: VendorStandIn) -> None:
    standin.fault("create", "redirect", status=307, url=f"{standin.url}/v1/interactions")
    with pytest.raises(Refused) as refused:
        await google.submit(asking())
    assert refused.value.code == "provider_address"
    assert standin.counts()["creates"] == 1


async def test_every_2xx_is_a_yes(google: Google, standin: VendorStandIn) -> None:
    standin.fault("create", "answer", status=202, body={"id": "v1_new", "status": "queued"})
    job = await google.submit(asking())
    assert (job.id, job.state) == ("v1_new", "queued")


@pytest.mark.parametrize("body", [[1], "text", {}, {"id": ""}, {"id": 5, "status": "queued"}])
async def test_a_yes_that_names_no_job_leaves_it_open(
    google: Google, standin: VendorStandIn, body: object
) -> None:
    standin.fault("create", "answer", body=body)
    with pytest.raises(Ambiguous):
        await google.submit(asking())
    assert standin.counts()["creates"] == 1


async def test_nothing_comes_from_the_sdks_own_variables(
    monkeypatch: pytest.MonkeyPatch, google: Google, standin: VendorStandIn
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "somebody-elses")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "beta")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    await google.submit(asking())
    [create] = [one for one in standin.wire.asked if one.verb == "create"]
    assert (create.path, create.headers["x-goog-api-key"]) == ("/v1/interactions", InteractionsWire.key)


@pytest.mark.parametrize("kind", ["google", "vertex"])
def test_a_missing_package_is_a_line_that_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def absent(name: str) -> None:
        # What Python does when not even `google` is there.
        raise ModuleNotFoundError("No module named 'google'")

    monkeypatch.setattr(extras, "find_spec", absent)
    with pytest.raises(MissingExtra, match=r"pip install 'rushes\[google\]'"):
        kinds()[kind].open(Setup(kind, api_key="x"))
