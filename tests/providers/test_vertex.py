"""Vertex AI: operations as they are told, results in the answer, sign-in, and the address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image
from tests.standins.clips import make_clip
from tests.standins.vendor import VendorStandIn, serving
from tests.standins.vertex import VertexWire

from rushes.providers.google.vertex import Vertex, parse_operation
from rushes.providers.kinds import Setup
from rushes.providers.protocol import Ambiguous, Busy, Down, Job, Reference, Refused, Submission
from rushes.providers.wire.reading import Unreadable

_JSON = Path(__file__).parent / "vendor_json" / "vertex"
_PLACE = "/v1/projects/p1/locations/us-central1"
_NAME = (
    "projects/123456/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/"
    "0f9e8d7c-6b5a-4321-8765-43210fedcba9"
)


def told(name: str, **changes: Any) -> Job:
    return parse_operation({**json.loads((_JSON / f"{name}.json").read_bytes()), **changes})


@pytest.fixture
def standin() -> Iterator[VendorStandIn]:
    with serving(VertexWire, duration=0) as running:
        yield running


def opened(standin: VendorStandIn, *, key: str = VertexWire.key, place: str = _PLACE) -> Vertex:
    setup = Setup("vertex", base_url=standin.url + place, api_key=key, submit_timeout=5, poll_timeout=5)
    return Vertex(setup)


@pytest.fixture
async def vertex(standin: VendorStandIn) -> AsyncIterator[Vertex]:
    provider = opened(standin)
    yield provider
    await provider.close()


def asking(**changes: Any) -> Submission:
    given: dict[str, Any] = {"model": "veo-3.1-generate-001", "width": 1280, "height": 720, "seconds": 8.0}
    return Submission("key", "RX-1", "a fox", ("a fox",), **{**given, **changes})


def sent(standin: VendorStandIn) -> dict[str, Any]:
    """The body of the last create."""
    body: dict[str, Any] = [one for one in standin.wire.asked if one.verb == "create"][-1].body
    return body


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def account(token_uri: str, private_key: str) -> str:
    """A service account's file, as Google Cloud hands it out."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "p1",
            "private_key_id": "k1",
            "private_key": private_key,
            "client_email": "studio@p1.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": token_uri,
        }
    )


def test_one_that_is_done() -> None:
    assert told("done") == Job(
        id=_NAME,
        state="completed",
        progress=100,
        model="veo-3.1-generate-001",
        result_url="gs://studio-results/14298374/sample_0.mp4",
    )


def test_one_that_is_not() -> None:
    assert parse_operation({"name": _NAME}).state == "in_progress"
    assert told("done", done=False).state == "in_progress"


def test_one_that_was_filtered_says_so_and_nobody_knows_whether_it_was_paid() -> None:
    job = told("filtered")
    assert job.error is not None
    assert (job.state, job.error.code, job.error.charged) == ("failed", "moderation_blocked", "unknown")
    assert "Support codes: 15236754" in job.error.message


def test_failures() -> None:
    passing = told("failed").error
    assert passing is not None and (passing.code, passing.retryable) == ("provider_failed", True)
    text = "The prompt violates Vertex AI's usage guidelines."
    blocked = told("failed", error={"code": 3, "message": text}).error
    assert blocked is not None and (blocked.code, blocked.retryable) == ("moderation_blocked", False)
    wrong = told("failed", error={"code": 3, "message": "Bad fps."}).error
    assert wrong is not None and not wrong.retryable
    assert told("failed", error={"code": 1, "message": "Cancelled."}).state == "cancelled"
    empty = told("done", response={}).error
    assert empty is not None and empty.code == "no_result"


@pytest.mark.parametrize("data", [None, [], {}, {"name": ""}, {"done": True}])
def test_what_is_no_operation(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_operation(data)


async def test_without_a_bucket_the_video_comes_in_the_answer_and_not_with_every_poll(
    vertex: Vertex, standin: VendorStandIn
) -> None:
    standin.set(size="640x360", seconds="2")
    job = await vertex.submit(asking())
    assert "storageUri" not in sent(standin)["parameters"]
    seen = (await vertex.poll([job.id]))[job.id]
    assert seen.result_url == "inline:0"
    assert b"".join([chunk async for chunk in vertex.download(job.id)]) == make_clip("640x360", "2")


async def test_an_answer_that_ends_within_the_video_is_no_file(
    vertex: Vertex, standin: VendorStandIn
) -> None:
    job = await vertex.submit(asking())
    standin.fault("retrieve", "mid_body", skip=1)
    with pytest.raises(Down):
        [chunk async for chunk in vertex.download(job.id)]


async def test_with_a_bucket_the_video_is_fetched_from_there_with_the_token(standin: VendorStandIn) -> None:
    vertex = opened(standin, place=f"{_PLACE}/buckets/files")
    job = await vertex.submit(asking())
    assert sent(standin)["parameters"]["storageUri"] == "gs://files/"
    assert b"".join([chunk async for chunk in vertex.download(job.id)]) == make_clip("128x72", "1")
    [fetched] = [one for one in standin.wire.asked if one.verb == "content"]
    assert fetched.headers["authorization"] == f"Bearer {VertexWire.key}"
    await vertex.close()


@pytest.mark.parametrize("in_file", [False, True])
async def test_a_service_account_signs_in_once(
    standin: VendorStandIn, private_key: str, tmp_path: Path, in_file: bool
) -> None:
    key = account(f"{standin.url}/token", private_key)
    if in_file:
        path = tmp_path / "account.json"
        path.write_text(key)
        key = str(path)
    vertex = opened(standin, key=key)
    await vertex.probe()
    job = await vertex.submit(asking())
    assert (await vertex.poll([job.id]))[job.id].state == "completed"
    assert standin.counts()["verbs"]["keys"] == 1
    await vertex.close()


@pytest.mark.parametrize("key", ["{}", '{"type": "service_account"}', "/nowhere/account.json", "{broken"])
async def test_a_key_that_is_none_is_said(standin: VendorStandIn, key: str) -> None:
    vertex = opened(standin, key=key)
    with pytest.raises(Refused) as refused:
        await vertex.submit(asking())
    with pytest.raises(Down) as down:
        await vertex.probe()
    assert refused.value.code == down.value.code == "provider_key"
    assert standin.wire.asked == []
    await vertex.close()


async def test_a_sign_in_that_cannot_be_reached_is_waited_for(
    standin: VendorStandIn, private_key: str
) -> None:
    vertex = opened(standin, key=account("http://127.0.0.1:9/token", private_key))
    with pytest.raises(Busy):
        await vertex.submit(asking())
    assert standin.counts()["creates"] == 0
    await vertex.close()


async def test_sound_frames_and_options_are_asked_for_in_googles_words(
    vertex: Vertex, standin: VendorStandIn, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    Image.new("RGB", (64, 36), "teal").save(path)
    first, last, subject = (
        Reference(role, path, "image/png") for role in ("first_frame", "last_frame", "subject")
    )
    await vertex.submit(
        asking(
            width=2160,
            height=3840,
            audio=True,
            seed=2**32 + 5,
            references=(first, last),
            options={"negative_prompt": "rain", "person_generation": "dont_allow"},
        )
    )
    assert sent(standin)["parameters"] == {
        "sampleCount": 1,
        "durationSeconds": 8,
        "seed": 5,
        "aspectRatio": "9:16",
        "resolution": "4k",
        "personGeneration": "dont_allow",
        "negativePrompt": "rain",
        "generateAudio": True,
    }
    assert {"prompt", "image", "lastFrame"} == sent(standin)["instances"][0].keys()
    await vertex.submit(asking(references=(subject,)))
    # Silence is asked for, too: left out, Google adds sound, which costs.
    assert sent(standin)["parameters"]["generateAudio"] is False
    [reference] = sent(standin)["instances"][0]["referenceImages"]
    assert str(reference["referenceType"]).upper() == "ASSET"
    for references in ((last,), (first, subject)):
        with pytest.raises(Refused):
            await vertex.submit(asking(references=references))
    assert standin.counts()["creates"] == 2


def test_sound_has_its_price(standin: VendorStandIn) -> None:
    prices = {model.name: model.price for model in opened(standin).capabilities.models if model.price}
    standard, fast = prices["veo-3.1-generate-001"], prices["veo-3.1-fast-generate-001"]
    assert standard.of(size="1280x720", seconds=8, audio=True) == 3.2
    # Not said is without: it is what is asked for then.
    assert standard.of(size="1280x720", seconds=8) == 1.6
    assert fast.of(size="2160x3840", seconds=4, audio=True) == 1.2
    assert fast.of(size="640x360", seconds=4) is None


async def test_what_google_has_shut_down_is_not_asked_for(vertex: Vertex, standin: VendorStandIn) -> None:
    with pytest.raises(Refused, match=r"veo-3\.1-generate-001"):
        await vertex.submit(asking(model="veo-2.0-generate-001"))
    assert standin.counts()["creates"] == 0


async def test_a_create_is_not_sent_on_to_another_address(vertex: Vertex, standin: VendorStandIn) -> None:
    path = f"{_PLACE}/publishers/google/models/veo-3.1-generate-001:predictLongRunning"
    standin.fault("create", "redirect", status=307, url=standin.url + path)
    with pytest.raises(Refused) as refused:
        await vertex.submit(asking())
    assert refused.value.code == "provider_address"
    assert standin.counts()["creates"] == 1


async def test_every_2xx_is_a_yes(vertex: Vertex, standin: VendorStandIn) -> None:
    standin.fault("create", "answer", status=202, body={"name": _NAME})
    assert (await vertex.submit(asking())).id == _NAME


@pytest.mark.parametrize("body", [[1], "text", {}, {"name": ""}, {"name": 5}])
async def test_a_yes_that_names_no_job_leaves_it_open(
    vertex: Vertex, standin: VendorStandIn, body: object
) -> None:
    standin.fault("create", "answer", body=body)
    with pytest.raises(Ambiguous):
        await vertex.submit(asking())
    assert standin.counts()["creates"] == 1


async def test_the_sdk_does_not_ask_again_when_the_answer_was_lost(
    vertex: Vertex, standin: VendorStandIn
) -> None:
    # Left to itself it does so after up to ten seconds, which a short patience would hide.
    vertex.submit_timeout = 20
    standin.fault("create", "done_drop")
    with pytest.raises(Ambiguous):
        await vertex.submit(asking())
    assert standin.counts()["accepted"] == 1


@pytest.mark.parametrize(
    "address",
    [
        None,
        "https://us-central1-aiplatform.googleapis.com",
        "https://us-central1-aiplatform.googleapis.com/v1/projects/p1",
        f"https://us-central1-aiplatform.googleapis.com{_PLACE}/buckets/../x",
    ],
)
def test_an_address_that_names_no_project_is_refused(address: str | None) -> None:
    with pytest.raises(ValueError, match="must name project and location"):
        Vertex(Setup("vertex", base_url=address, api_key="token"))


def test_results_of_googles_own_address_lie_in_googles_own_storage() -> None:
    address = f"https://us-central1-aiplatform.googleapis.com{_PLACE}/buckets/studio"
    assert Vertex(Setup("vertex", base_url=address, api_key="token"))._storage == (
        "https://storage.googleapis.com"
    )
