"""fal's answers as its documents show them, and what is particular to it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from tests.standins.fal import FalWire, openapi, signed_headers
from tests.standins.vendor import VendorStandIn, serving

from rushes.providers.fal import Fal
from rushes.providers.fal.catalogue import FAMILIES, price_of
from rushes.providers.fal.places import place_of
from rushes.providers.fal.refusals import refusal
from rushes.providers.fal.results import parse_result, parse_status, parse_taken
from rushes.providers.fal.schemas import combine, parse_endpoint
from rushes.providers.kinds import Setup
from rushes.providers.protocol import Ambiguous, Busy, Down, Job, Reference, Refused, Submission, Unverified
from rushes.providers.wire.answers import Answer
from rushes.providers.wire.reading import Unreadable

_JOB = "fal-ai/veo3.1/requests/764cabcf-b745-4b3e-ae38-1200304cf45b"


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, orjson.dumps(body))


def typed(kind: str, *, field: str = "prompt", message: str = "It is so.") -> dict[str, Any]:
    return {"detail": [{"loc": ["body", field], "msg": message, "type": kind, "url": "https://docs.fal.ai"}]}


def asking(model: str = "fal-ai/veo3.1", **more: Any) -> Submission:
    given: dict[str, Any] = {"width": 1280, "height": 720, "seconds": 8.0, **more}
    return Submission("key", "RX-1", "a fox", ("a fox",), model, **given)


def open_fal(standin: VendorStandIn, **more: Any) -> Fal:
    return Fal(Setup("fal", base_url=standin.url, api_key=FalWire.key, **more))


@pytest.fixture
def picture(tmp_path: Path) -> Reference:
    path = tmp_path / "first.png"
    Image.new("RGB", (64, 36), "teal").save(path)
    return Reference("first_frame", path, "image/png")


@pytest.mark.parametrize(
    ("address", "result"),
    [
        (f"https://queue.fal.run/{_JOB}", _JOB),
        # Newer answers end in /response, which must then be asked for.
        (f"https://queue.fal.run/{_JOB}/response", f"{_JOB}/response"),
        (f"https://queue.fal.run/{_JOB}/status", _JOB),
        (_JOB, _JOB),
    ],
)
def test_a_job_is_kept_as_the_path_of_its_answer(address: str, result: str) -> None:
    place = place_of(address)
    assert place is not None
    assert (place.result, place.status, place.cancel) == (result, f"{_JOB}/status", f"{_JOB}/cancel")
    assert place_of(place.id) == place


@pytest.mark.parametrize(
    "address",
    [None, 3, "", "https://queue.fal.run/", "https://x/../../etc/requests/1", "x" * 600 + "/y/requests/1"],
)
def test_what_is_no_address_of_a_job(address: object) -> None:
    assert place_of(address) is None


def test_a_request_without_addresses_is_not_lost() -> None:
    assert (
        parse_taken({"request_id": "764cabcf"}, app="fal-ai/veo3.1").id == "fal-ai/veo3.1/requests/764cabcf"
    )
    for data in (None, [], {}, {"request_id": None}, {"request_id": "a b"}):
        with pytest.raises(Unreadable):
            parse_taken(data, app="fal-ai/veo3.1")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"status": "IN_QUEUE", "queue_position": 4}, "queued"),
        ({"status": "IN_PROGRESS", "logs": None}, "in_progress"),
        ({"status": "SOMETHING_NEW"}, "in_progress"),
        ({"status": "COMPLETED", "metrics": {"inference_time": 12.3}}, "completed"),
        ({"status": "COMPLETED", "error": "Request timed out", "error_type": "request_timeout"}, "failed"),
        ({"status": "COMPLETED", "error": "Cancelled", "error_type": "client_cancelled"}, "cancelled"),
    ],
)
def test_states(told: dict[str, Any], state: str) -> None:
    assert parse_status(_JOB, answer(told)).state == state


@pytest.mark.parametrize("told", [None, [], "COMPLETED", {}, {"status": 3}])
def test_what_is_no_status(told: Any) -> None:
    with pytest.raises(Unreadable):
        parse_status(_JOB, answer(told))


@pytest.mark.parametrize(
    ("kind", "field", "status", "code", "retryable", "charged"),
    [
        ("content_policy_violation", "prompt", 422, "moderation_blocked", False, "unknown"),
        ("file_too_large", "image_url", 422, "payload_too_large", False, "unknown"),
        ("image_too_small", "image_url", 422, "invalid_image", False, "unknown"),
        ("unsupported_image_format", "image_url", 422, "invalid_image", False, "unknown"),
        ("literal_error", "duration", 422, "unsupported_seconds", False, "unknown"),
        ("literal_error", "resolution", 422, "unsupported_size", False, "unknown"),
        ("no_media_generated", "", 422, "no_result", False, "unknown"),
        # 5xx are never charged.
        ("downstream_service_error", "", 500, "provider_failed", True, "no"),
        ("generation_timeout", "", 504, "provider_failed", True, "no"),
    ],
)
def test_a_failure_in_the_models_own_words(
    kind: str, field: str, status: int, code: str, retryable: bool, charged: str
) -> None:
    job = parse_result(Job(_JOB, "completed"), answer(typed(kind, field=field), status))
    assert job.error is not None
    assert (job.state, job.error.code) == ("failed", code)
    assert (job.error.retryable, job.error.charged) == (retryable, charged)
    assert "It is so." in job.error.message


def test_a_failure_of_the_platform_keeps_its_own_category() -> None:
    told = {"status": "COMPLETED", "error": "Runner disconnected", "error_type": "runner_disconnected"}
    failed = parse_status(_JOB, answer(told))
    for nothing_said in (Answer(502, b"<html>"), answer({"detail": "no"}, 500)):
        error = parse_result(failed, nothing_said).error
        assert error is not None
        assert (error.code, error.retryable, error.charged) == ("provider_failed", True, "no")
        assert "Runner disconnected" in error.message


@pytest.mark.parametrize(
    "trouble", [Answer(502, b"<html>"), answer({"detail": "x", "error_type": "internal_error"}, 500)]
)
def test_trouble_while_fetching_a_finished_result_is_no_failure(trouble: Answer) -> None:
    # It was paid for.
    with pytest.raises(Down):
        parse_result(Job(_JOB, "completed"), trouble)


@pytest.mark.parametrize(
    "output",
    [
        {"video": {"url": "https://v3.fal.media/x.mp4", "content_type": "video/mp4"}, "seed": 1},
        {"videos": [{"url": "https://v3.fal.media/x.mp4"}]},
        {"video_url": "https://v3.fal.media/x.mp4"},
    ],
)
def test_results_of_every_shape(output: dict[str, Any]) -> None:
    job = parse_result(Job(_JOB, "completed"), answer(output))
    assert (job.state, job.result_url) == ("completed", "https://v3.fal.media/x.mp4")


def test_a_result_without_a_video_is_a_failure_that_was_paid() -> None:
    error = parse_result(Job(_JOB, "completed"), answer({"images": []})).error
    assert error is not None
    assert (error.code, error.charged) == ("no_result", "yes")


@pytest.mark.parametrize(
    ("body", "status", "raised", "code"),
    [
        ({"detail": "User is locked. Reason: Exhausted balance. Top up."}, 403, Refused, "no_credit"),
        ({"detail": "User is locked. Reason: TOP_UP."}, 403, Refused, "no_credit"),
        ({"detail": "User is locked. Reason: Admin lock."}, 403, Refused, "provider_key"),
        ({"detail": "Application 'x' not found"}, 404, Refused, "unknown_model"),
        (typed("content_policy_violation"), 422, Refused, "moderation_blocked"),
        (typed("missing", field="prompt"), 422, Refused, "provider_refused"),
        ({"detail": "Too many"}, 429, Busy, "provider_busy"),
        ({"detail": "x"}, 500, Ambiguous, "provider_error"),
    ],
)
def test_refusals(body: dict[str, Any], status: int, raised: type[Exception], code: str) -> None:
    error = refusal(answer(body, status), model="m")
    assert isinstance(error, raised)
    assert error.code == code


def test_two_endpoints_are_one_model() -> None:
    text = parse_endpoint("fal-ai/veo3.1", openapi("fal-ai/veo3.1"))
    image = parse_endpoint("fal-ai/veo3.1/image-to-video", openapi("fal-ai/veo3.1/image-to-video"))
    model = combine("fal-ai/veo3.1", "Veo 3.1", text, image).model
    assert model.sizes[0] == model.default_size == "1280x720"
    assert set(model.sizes) >= {"3840x2160", "720x1280", "1920x1080"}
    assert (model.seconds_values, model.default_seconds) == (("4", "6", "8"), 8.0)
    assert (model.references, model.needs_image, model.audio) == (("first_frame",), False, "optional")
    assert set(model.options["properties"]) == {"negative_prompt", "auto_fix", "safety_tolerance"}
    price = price_of(model, "fal-ai/veo3.1", "fal-ai/veo3.1/image-to-video")
    assert price is not None
    assert price.of(size="1280x720", seconds=8, audio=True) == 3.2
    assert price.of(size="1280x720", seconds=8, audio=None) == 1.6
    assert price.of(size="2160x3840", seconds=4, audio=True) == 2.4
    assert price.of(size="640x360", seconds=4) is None
    assert (price.as_of, price.source) == ("2026-10-04", "https://fal.ai/models/fal-ai/veo3.1")


def test_options_carry_their_own_schema_with_them() -> None:
    name = "fal-ai/kling-video/v3/pro/text-to-video"
    endpoint = parse_endpoint(name, openapi(name))
    assert endpoint is not None
    shots = endpoint.model.options["properties"]["multi_prompt"]
    assert shots["items"]["properties"]["prompt"] == {"type": "string"}
    assert "$ref" not in str(endpoint.model.options)


def test_what_makes_no_video_is_no_model() -> None:
    assert parse_endpoint("fal-ai/veo3.1", openapi("fal-ai/veo3.1", output="images")) is None
    for data in (None, {}, {"components": {"schemas": {}}, "paths": {}}):
        with pytest.raises(Unreadable):
            parse_endpoint("fal-ai/veo3.1", data)


def test_the_catalogue_names_every_model_and_endpoint_once() -> None:
    names = [family.name for family in FAMILIES]
    endpoints = [name for family in FAMILIES for name in (family.text, family.image) if name]
    assert len(set(names)) == len(names)
    assert len(set(endpoints)) == len(endpoints)


async def test_a_picture_chooses_the_endpoint(picture: Reference) -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("fal-ai/kling-video/v3/pro",))
        await fal.refresh()
        model = "fal-ai/kling-video/v3/pro"
        words = await fal.submit(asking(model, seconds=5.0, width=720, height=1280))
        shown = await fal.submit(asking(model, seconds=5.0, audio=True, references=(picture,)))
        jobs = standin.wire.jobs
        assert jobs[words.id].path == "/fal-ai/kling-video/v3/pro/text-to-video"
        assert jobs[shown.id].path == "/fal-ai/kling-video/v3/pro/image-to-video"
        # Sound doubles the price, so it is made only for those who ask.
        assert jobs[words.id].body == {
            "prompt": "a fox",
            "duration": "5",
            "aspect_ratio": "9:16",
            "generate_audio": False,
        }
        assert jobs[shown.id].body["generate_audio"] is True
        assert jobs[shown.id].body["start_image_url"].startswith("data:image/png;base64,")
        await fal.close()


async def test_the_size_is_kept_where_the_shape_follows_from_the_picture(picture: Reference) -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("alibaba/wan-3.0",))
        job = await fal.submit(
            asking("alibaba/wan-3.0", width=480, height=854, seconds=5.0, references=(picture,))
        )
        assert standin.wire.jobs[job.id].body["resolution"] == "480p"
        assert "sync_mode" not in str((await fal._know("alibaba/wan-3.0")).model.options)
        await fal.close()


async def test_stable_video_says_what_its_schema_leaves_out() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("fal-ai/stable-video", "fal-ai/wan/v2.2-a14b/image-to-video"))
        await fal.refresh()
        stable, wan = fal.capabilities.models
        assert (stable.needs_image, stable.sizes) == (True, ("1024x576", "576x1024"))
        assert (stable.seconds_values, stable.default_seconds) == (("4",), 4.0)
        assert stable.price is not None
        assert stable.price.of(size="1024x576", seconds=4.0) == 0.075
        assert wan.price is not None
        assert (wan.name, wan.needs_image) == ("fal-ai/wan/v2.2-a14b/image-to-video", True)
        assert wan.price.of(size="854x480", seconds=5.0) == 0.2
        await fal.close()


async def test_schemas_are_asked_for_once() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("fal-ai/veo3.1",))
        await fal.refresh()
        await fal.refresh()
        await fal.submit(asking())
        assert standin.counts()["verbs"] == {"describe": 2, "create": 1}
        await fal.close()


async def test_a_model_that_cannot_be_read_does_not_hide_the_others() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("acme/unknown", "fal-ai/veo3.1"))
        await fal.refresh()
        assert [model.name for model in fal.capabilities.models] == ["fal-ai/veo3.1"]
        await fal.close()
        alone = open_fal(standin, models=("acme/unknown",))
        with pytest.raises(Refused) as refused:
            await alone.refresh()
        assert refused.value.code == "unknown_model"
        await alone.close()


async def test_a_bare_request_id_is_found_wherever_it_lies() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin, models=("alibaba/wan-3.0", "fal-ai/veo3.1"))
        await fal.refresh()
        job = await fal.submit(asking())
        request = job.id.rsplit("/", 1)[-1]
        seen = (await fal.poll([request]))[request]
        # By its whole name it can be cancelled as well.
        assert (seen.id, seen.state) == (job.id.removesuffix("/response"), "completed")
        await fal.close()


async def test_the_platform_is_told_not_to_run_it_again() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin)
        await fal.submit(asking(webhook_url="https://studio.example/hook?a=1&b=2"))
        [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "create"]
        assert asked["headers"]["x-fal-no-retry"] == "1"
        [job] = standin.wire.jobs.values()
        assert job.webhook == "https://studio.example/hook?a=1&b=2"
        await fal.close()


async def test_forged_webhooks_do_not_make_the_studio_ask_for_keys_each_time() -> None:
    with serving(FalWire, duration=0) as standin:
        fal = open_fal(standin)
        body = orjson.dumps({"request_id": "764cabcf", "status": "OK"})
        forged = signed_headers(body, request="764cabcf") | {"x-fal-webhook-signature": "00" * 64}
        for _ in range(5):
            with pytest.raises(Unverified):
                await fal.verify_webhook(forged, body, now=time.time())
        assert standin.counts()["verbs"] == {"describe": 1}
        # One about a request of which this process knows nothing is named by its bare id.
        known = await fal.verify_webhook(signed_headers(body, request="764cabcf"), body, now=time.time())
        assert known == "764cabcf"
        await fal.close()
