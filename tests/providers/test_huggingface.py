"""What is particular to Hugging Face: who runs a model, and results that come with the answer itself."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.standins.clips import make_clip
from tests.standins.huggingface import STABLE_VIDEO, HuggingFaceWire
from tests.standins.vendor import VendorStandIn, serving

from rushes.providers.huggingface import HuggingFace
from rushes.providers.huggingface.held import Held
from rushes.providers.huggingface.mapping import parse_mapping
from rushes.providers.kinds import Setup
from rushes.providers.protocol import Ambiguous, Busy, Down, Gone, Reference, Refused, Submission
from rushes.providers.wire.reading import Unreadable

_FAL = {"status": "live", "providerId": "fal-ai/wan/v2.2-a14b/text-to-video", "task": "text-to-video"}


@pytest.fixture
def standin() -> Iterator[VendorStandIn]:
    with serving(HuggingFaceWire, duration=0) as running:
        yield running


@pytest.fixture
async def hugging(standin: VendorStandIn, tmp_path: Path) -> AsyncIterator[HuggingFace]:
    provider = open_at(standin, tmp_path)
    yield provider
    await provider.close()


@pytest.fixture
def picture(tmp_path: Path) -> Reference:
    path = tmp_path / "first.png"
    Image.new("RGB", (64, 36), "teal").save(path)
    return Reference("first_frame", path, "image/png")


def open_at(standin: VendorStandIn, folder: Path, *, host: str = "here", **more: Any) -> HuggingFace:
    setup = Setup("hf", base_url=standin.url, api_key=HuggingFaceWire.key, submit_timeout=2.0, **more)
    return HuggingFace(setup, held=Held(folder=folder / "held", host=host))


def moving(picture: Reference | None, **more: Any) -> Submission:
    references = (picture,) if picture else ()
    return Submission(
        "key", "RX-1", "a fox", ("a fox",), STABLE_VIDEO, 1024, 576, 4.0, references=references, **more
    )


async def fetched(provider: HuggingFace, job_id: str) -> bytes:
    return b"".join([chunk async for chunk in provider.download(job_id)])


@pytest.mark.parametrize(
    ("mapping", "endpoint"),
    [
        ({"fal-ai": _FAL}, _FAL["providerId"]),
        ([{**_FAL, "provider": "replicate"}, {**_FAL, "provider": "fal-ai"}], _FAL["providerId"]),
        ({"replicate": _FAL}, None),
        ({"fal-ai": {**_FAL, "task": "text-to-image"}}, None),
        # A LoRA: without its weights this would be another model.
        ({"fal-ai": {**_FAL, "adapterWeightsPath": "lora.safetensors"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_who_runs_a_model(mapping: Any, endpoint: str | None) -> None:
    assert parse_mapping({"id": "a/b", "inferenceProviderMapping": mapping}) == endpoint


def test_what_is_no_model_of_the_hub() -> None:
    with pytest.raises(Unreadable):
        parse_mapping([])


async def test_it_offers_what_can_be_run(hugging: HuggingFace) -> None:
    await hugging.refresh()
    models = {model.name: model for model in hugging.capabilities.models}
    assert set(models) == {"Wan-AI/Wan2.2-T2V-A14B", "Wan-AI/Wan2.2-I2V-A14B", STABLE_VIDEO}
    stable = models[STABLE_VIDEO]
    assert (stable.needs_image, stable.sizes) == (True, ("1024x576", "576x1024"))
    assert set(stable.options["properties"]) == {"motion_bucket_id", "noise_aug_strength"}
    moved = models["Wan-AI/Wan2.2-I2V-A14B"]
    assert moved.needs_image
    # Its documents: the same rates as the provider's, with no addition.
    assert moved.price is not None
    assert moved.price.source == "https://fal.ai/models/fal-ai/wan/v2.2-a14b/image-to-video"


async def test_a_model_that_nobody_with_a_queue_runs_is_refused(
    standin: VendorStandIn, tmp_path: Path
) -> None:
    provider = open_at(standin, tmp_path, models=("somebody/only-elsewhere", "nobody/nothing"))
    with pytest.raises(Refused) as refused:
        await provider.refresh()
    assert refused.value.code == "unknown_model"
    assert standin.counts()["creates"] == 0
    await provider.close()


async def test_an_organisation_pays_if_one_is_named(standin: VendorStandIn, tmp_path: Path) -> None:
    provider = open_at(standin, tmp_path, bill_to="my-studio")
    await provider.submit(
        Submission("key", "RX-1", "a fox", ("a fox",), "Wan-AI/Wan2.2-T2V-A14B", 1280, 720, 5.0)
    )
    [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "create"]
    assert asked["headers"]["x-hf-bill-to"] == "my-studio"
    assert asked["path"] == "/fal-ai/fal-ai/wan/v2.2-a14b/text-to-video"
    await provider.close()


async def test_a_moved_picture_is_kept_until_it_is_fetched(
    standin: VendorStandIn, hugging: HuggingFace, tmp_path: Path, picture: Reference
) -> None:
    job = await hugging.submit(moving(picture, seed=7, options={"motion_bucket_id": 200}))
    assert (job.state, job.progress) == ("completed", 100)
    [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "create"]
    assert asked["path"] == f"/hf-inference/models/{STABLE_VIDEO}"
    assert asked["body"]["parameters"] == {
        "num_frames": 25,
        "fps": 6,
        "target_size": {"width": 1024, "height": 576},
        "motion_bucket_id": 200,
        "seed": 7,
    }
    assert await fetched(hugging, job.id) == make_clip("128x72", "1")
    # A download may break off, and a process may end: it can be fetched again by the next one.
    later = open_at(standin, tmp_path)
    assert (await later.poll([job.id]))[job.id].state == "completed"
    assert await fetched(later, job.id) == make_clip("128x72", "1")
    await later.cancel(job.id)
    await later.close()
    assert standin.counts()["creates"] == 1


async def test_a_result_on_another_machine_is_left_to_it(
    standin: VendorStandIn, hugging: HuggingFace, tmp_path: Path, picture: Reference
) -> None:
    job = await hugging.submit(moving(picture))
    elsewhere = open_at(standin, tmp_path / "other", host="elsewhere")
    assert (await elsewhere.poll([job.id]))[job.id].state == "completed"
    with pytest.raises(Down) as down:
        await fetched(elsewhere, job.id)
    assert down.value.code == "result_elsewhere"
    await elsewhere.close()


async def test_a_result_that_is_gone_is_said_to_be(
    hugging: HuggingFace, tmp_path: Path, picture: Reference
) -> None:
    job = await hugging.submit(moving(picture))
    [kept] = (tmp_path / "held").iterdir()
    assert kept.stat().st_mode & 0o077 == 0 or (tmp_path / "held").stat().st_mode & 0o077 == 0
    kept.unlink()
    assert (await hugging.poll([job.id]))[job.id].state == "missing"
    with pytest.raises(Gone):
        await fetched(hugging, job.id)


async def test_old_results_make_room(hugging: HuggingFace, tmp_path: Path, picture: Reference) -> None:
    first = await hugging.submit(moving(picture))
    [kept] = (tmp_path / "held").iterdir()
    os.utime(kept, (time.time() - 4 * 24 * 3600,) * 2)
    second = await hugging.submit(moving(picture))
    assert {name: job.state for name, job in (await hugging.poll([first.id, second.id])).items()} == {
        first.id: "missing",
        second.id: "completed",
    }


async def test_a_result_that_cannot_be_kept_is_told_as_paid_and_lost(
    standin: VendorStandIn, tmp_path: Path, picture: Reference
) -> None:
    (tmp_path / "held").write_text("no folder")
    provider = open_at(standin, tmp_path)
    with pytest.raises(Refused) as refused:
        await provider.submit(moving(picture))
    assert (refused.value.code, refused.value.charged) == ("result_lost", "yes")
    await provider.close()


@pytest.mark.parametrize("kind", ["done_drop", "done_hang", "garbage", "html", "mid_body"])
async def test_a_long_answer_that_was_lost_leaves_it_open(
    standin: VendorStandIn, hugging: HuggingFace, tmp_path: Path, picture: Reference, kind: str
) -> None:
    standin.fault("create", kind)
    with pytest.raises(Ambiguous):
        await hugging.submit(moving(picture))
    assert standin.counts()["creates"] == 1
    assert not (tmp_path / "held").exists()


async def test_a_model_that_is_loading_is_waited_for_with_advice(
    standin: VendorStandIn, hugging: HuggingFace, picture: Reference
) -> None:
    body = {"error": f"Model {STABLE_VIDEO} is currently loading", "estimated_time": 87.5}
    standin.fault("create", "answer", status=503, body=body)
    with pytest.raises(Busy) as busy:
        await hugging.submit(moving(picture))
    assert busy.value.message == (
        "The model might be in sleep mode. "
        "Try again after 1–2 minutes or duplicate the model space on Hugging Face."
    )
    assert (busy.value.retry_after, busy.value.code) == (87.5, "model_loading")
    # Any other 503 says nothing of whether it was taken.
    standin.fault("create", "answer", status=503, body={"error": "Service Unavailable"})
    with pytest.raises(Ambiguous):
        await hugging.submit(moving(picture))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "Not Found"),
        (400, {"error": f"Model {STABLE_VIDEO} is not supported by provider hf-inference."}),
    ],
)
async def test_a_model_that_is_not_run_just_now_is_refused_with_advice(
    standin: VendorStandIn, hugging: HuggingFace, picture: Reference, status: int, body: Any
) -> None:
    standin.fault("create", "answer", status=status, body=body)
    with pytest.raises(Refused) as refused:
        await hugging.submit(moving(picture))
    assert (refused.value.code, refused.value.charged) == ("unknown_model", "no")
    assert "duplicate the model space" in refused.value.message


async def test_it_moves_nothing_without_a_picture(standin: VendorStandIn, hugging: HuggingFace) -> None:
    with pytest.raises(Refused) as refused:
        await hugging.submit(moving(None))
    assert refused.value.code == "invalid_image"
    assert standin.counts()["creates"] == 0
