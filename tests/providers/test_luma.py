"""Luma's generations as its reference shows them, and what is particular to it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.standins.luma import LumaWire
from tests.standins.vendor import VendorStandIn, serving

from rushes.providers.kinds import Setup
from rushes.providers.luma import Luma, parse_generation
from rushes.providers.protocol import Reference, Refused, Submission
from rushes.providers.wire.reading import Unreadable

_GENERATION: dict[str, Any] = {
    "id": "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e",
    "created_at": "2026-11-10T13:43:44.203Z",
    "model": "ray-3.2",
    "state": "queued",
    "type": "video",
    "failure_code": None,
    "failure_reason": None,
    "output": None,
}


def generation(**changes: Any) -> dict[str, Any]:
    return {**_GENERATION, **changes}


@pytest.fixture
def standin() -> Iterator[VendorStandIn]:
    with serving(LumaWire, duration=0) as running:
        yield running


@pytest.fixture
async def luma(standin: VendorStandIn) -> AsyncIterator[Luma]:
    provider = Luma(Setup("luma", base_url=f"{standin.url}/v1", api_key=LumaWire.key))
    yield provider
    await provider.close()


def asking(**changes: Any) -> Submission:
    given: dict[str, Any] = {
        "key": "intent-1",
        "slate": "RX-1",
        "prompt": "a fox",
        "prompts": ("a fox",),
        "model": "ray-3.2",
        "width": 1280,
        "height": 720,
        "seconds": 5.0,
        **changes,
    }
    return Submission(**given)


@pytest.mark.parametrize(
    ("word", "state"),
    [("queued", "queued"), ("processing", "in_progress"), ("dreaming", "in_progress"), (None, "in_progress")],
)
def test_states(word: str | None, state: str) -> None:
    job = parse_generation(generation(state=word))
    assert (job.id, job.state, job.progress) == (_GENERATION["id"], state, None)
    assert (job.model, job.created_at, job.result_url) == ("ray-3.2", 1794318224.203, None)


def test_the_video_is_told_from_what_lies_beside_it() -> None:
    output = [
        {"type": "exr", "url": "https://cdn.lumalabs.ai/1.exr"},
        {"type": "video", "url": "https://cdn.lumalabs.ai/1.mp4?sig=a%2Fb"},
    ]
    job = parse_generation(generation(state="completed", output=output))
    assert (job.state, job.progress, job.result_url) == (
        "completed",
        100,
        "https://cdn.lumalabs.ai/1.mp4?sig=a%2Fb",
    )


@pytest.mark.parametrize("output", [None, [], [{"type": "video"}], "soon"])
def test_one_whose_file_is_not_told_yet_is_not_given_up(output: object) -> None:
    job = parse_generation(generation(state="completed", output=output))
    assert (job.state, job.result_url, job.error) == ("completed", None, None)


@pytest.mark.parametrize(
    ("word", "code", "retryable"),
    [
        ("content_moderated", "moderation_blocked", False),
        ("budget_exhausted", "no_credit", True),
        ("image_too_large", "payload_too_large", False),
        ("corrupt_input", "invalid_image", False),
        ("rate_limited", "provider_busy", True),
        ("generation_failed", "provider_failed", True),
        ("something_new", "provider_failed", False),
    ],
)
def test_failures(word: str, code: str, retryable: bool) -> None:
    job = parse_generation(generation(state="failed", failure_code=word, failure_reason="Because."))
    assert job.error is not None
    assert (job.error.code, job.error.message, job.error.retryable) == (code, "Because.", retryable)
    # Its documents do not say what a failure costs.
    assert job.error.charged == "unknown"


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": 3}, {"id": ""}])
def test_what_is_no_generation(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_generation(data)


@pytest.mark.parametrize(
    ("size", "seconds", "options", "usd"),
    [
        ("640x360", 5, {}, 0.06),
        ("640x360", 10, {}, 0.18),
        ("540x960", 5, {}, 0.15),
        ("1280x720", 5, {}, 0.30),
        ("1280x720", 5, {"hdr": False, "loop": True}, 0.30),
        ("1280x720", 10, {}, 0.90),
        ("1280x720", 5, {"hdr": True}, 0.60),
        ("2520x1080", 5, {}, 1.20),
        ("1080x1920", 10, {}, 3.60),
        ("1920x1080", 5, {"hdr": True}, 2.40),
    ],
)
def test_prices_are_those_of_the_table(
    luma: Luma, size: str, seconds: int, options: dict[str, Any], usd: float
) -> None:
    [model] = luma.capabilities.models
    assert model.price is not None
    assert model.price.of(size=size, seconds=seconds, options=options) == usd
    assert model.price.as_of == "2026-10-08"


def test_sizes_are_pixels_of_every_ratio_and_resolution(luma: Luma) -> None:
    [model] = luma.capabilities.models
    assert len(model.sizes) == len(set(model.sizes)) == 24
    assert model.sizes[0] == model.default_size == "1280x720"
    assert {"1080x1920", "720x720", "960x720", "1680x720", "540x720"} <= set(model.sizes)


async def test_everything_that_was_asked_for_goes_along(
    luma: Luma, standin: VendorStandIn, tmp_path: Path
) -> None:
    first, last = tmp_path / "first.png", tmp_path / "last.jpg"
    first.write_bytes(b"first")
    last.write_bytes(b"last")
    await luma.submit(
        asking(
            width=1080,
            height=1920,
            references=(
                Reference("first_frame", first, "image/png"),
                Reference("last_frame", last, "image/jpeg"),
            ),
            options={"hdr": True, "loop": False},
        )
    )
    [job] = standin.wire.jobs.values()
    assert job.body == {
        "model": "ray-3.2",
        "type": "video",
        "prompt": "a fox",
        "aspect_ratio": "9:16",
        "video": {
            "resolution": "1080p",
            "duration": "5s",
            "hdr": True,
            "start_frame": {"data": base64.b64encode(b"first").decode(), "media_type": "image/png"},
            "end_frame": {"data": base64.b64encode(b"last").decode(), "media_type": "image/jpeg"},
        },
    }


@pytest.mark.parametrize(
    ("changes", "picture", "code"),
    [
        ({"seconds": 10.0}, "first_frame", "unsupported_seconds"),
        ({"seconds": 10.0, "options": {"loop": True}}, None, "unsupported_seconds"),
        ({"seconds": 10.0, "options": {"hdr": True}}, None, "unsupported_seconds"),
        ({"seconds": 7.0}, None, "unsupported_seconds"),
        ({"width": 1281}, None, "unsupported_size"),
        ({"width": 960, "height": 540, "options": {"hdr": True}}, None, "unsupported_size"),
        ({"options": {"hdr": True, "loop": True}}, None, "unsupported_option"),
        ({"options": {"loop": True}}, "last_frame", "unsupported_option"),
        ({"model": "ray-2"}, None, "unknown_model"),
    ],
)
async def test_what_cannot_go_together_is_said_before_anything_is_sent(
    luma: Luma,
    standin: VendorStandIn,
    tmp_path: Path,
    changes: dict[str, Any],
    picture: str | None,
    code: str,
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"png")
    references = (Reference(picture, path, "image/png"),) if picture else ()  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        await luma.submit(asking(references=references, **changes))
    assert (refused.value.code, refused.value.charged) == (code, "no")
    assert standin.counts()["asked"] == []


async def test_a_picture_that_is_too_large_stays_here(
    luma: Luma, standin: VendorStandIn, tmp_path: Path
) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(Refused) as refused:
        await luma.submit(asking(references=(Reference("first_frame", path, "image/png"),)))
    assert refused.value.code == "payload_too_large"
    assert "50 MB" in refused.value.message
    assert standin.counts()["asked"] == []


async def test_a_signed_address_is_asked_for_as_it_was_told(luma: Luma, standin: VendorStandIn) -> None:
    job = await luma.submit(asking())
    assert b"".join([chunk async for chunk in luma.download(job.id)])
    told = (await luma.poll([job.id]))[job.id].result_url
    assert told is not None
    assert told.endswith("?X-Amz-Signature=a%2Fb%3D")
    # The key is for the vendor, whose file lies in a bucket: it goes along to its own origin only.
    [content] = [one for one in standin.counts()["asked"] if one["verb"] == "content"]
    assert content["job"] == job.id
