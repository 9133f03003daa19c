"""Which server it is, found by questions that cost nothing, and what follows from that."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.standins.clips import make_clip
from tests.standins.openai_dialects import MODEL, LiteLLMWire, OpenAIWire, SglangWire, VllmOmniWire
from tests.standins.openai_videos import StandIn
from tests.standins.vendor import VendorAsked, VendorJob, VendorStandIn, serving

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down, Gone, Reference, Refused, Submission

Connect = Callable[..., Awaitable[OpenAIShaped]]
Make = Callable[..., Submission]


class RushesWire(LiteLLMWire):
    """A studio of this kind, as far as its models tell."""

    owner = "rushes"


class FirstSglangWire(SglangWire):
    """A build from before `/v1/models`."""

    def read_path(self, method: str, parts: list[str]) -> tuple[str, str | None]:
        return ("root", None) if parts == ["models"] else super().read_path(method, parts)

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb == "root":
            return JSONResponse({"model_path": MODEL, "task_type": "T2V", "num_gpus": 1})
        return await super().do("unknown" if verb == "models" else verb, job, asked, request)


class SeveralWire(VllmOmniWire):
    """A gateway that passes on what it is told by those behind it."""

    async def do(self, verb: str, job: VendorJob | None, asked: VendorAsked, request: Request) -> Response:
        if verb != "models":
            return await super().do(verb, job, asked, request)
        listed = [{"id": "a", "owned_by": "vllm"}, {"id": "b", "owned_by": "sglang"}]
        return JSONResponse({"object": "list", "data": listed})


@pytest.fixture
async def beside() -> AsyncIterator[Callable[..., Awaitable[OpenAIShaped]]]:
    """`await beside(standin)`: an adapter that has asked who is there, closed after the test."""
    opened: list[OpenAIShaped] = []

    async def make(standin: VendorStandIn, **changes: Any) -> OpenAIShaped:
        given: dict[str, Any] = {
            "name": "gpu",
            "base_url": standin.url,
            "api_key": OpenAIWire.key,
            "concurrency": 2,
            "poll_timeout": 2.0,
            **changes,
        }
        provider = OpenAIShaped(**given)
        opened.append(provider)
        await provider.open()
        return provider

    yield make
    for provider in opened:
        await provider.close()


def creates(standin: VendorStandIn) -> list[dict[str, Any]]:
    return [one for one in standin.counts()["asked"] if one["verb"] == "create"]


def a_video(make: Make, **changes: Any) -> Submission:
    return make(**{"model": MODEL, "width": 832, "height": 480, "seconds": 4.0, **changes})


@pytest.mark.parametrize(
    ("wire", "cancel", "step", "takes"),
    [
        (VllmOmniWire, "free", 1.0, "boundary_ratio"),
        (SglangWire, "none", 1.0, "enable_teacache"),
        (FirstSglangWire, "none", 1.0, "enable_teacache"),
        (LiteLLMWire, "none", None, None),
        (RushesWire, "free", None, None),
        (SeveralWire, "free", None, None),
    ],
)
async def test_a_server_is_known_by_what_it_says_of_itself(
    beside: Connect, wire: type[OpenAIWire], cancel: str, step: float | None, takes: str | None
) -> None:
    with serving(wire, duration=0) as standin:
        provider = await beside(standin, models=[MODEL])
        [model] = provider.capabilities.models
        assert provider.capabilities.cancel == cancel
        assert model.seconds_step == step
        options = model.options.get("properties", {})
        assert takes in options if takes else options == {}
        # What makes a gateway charge is a price; what cannot be ended is neither free nor charged.
        charged = await beside(standin, price_per_second=0.1, models=[MODEL])
        assert charged.capabilities.cancel == ("none" if cancel == "none" else "charged")


async def test_it_is_asked_once_and_again_after_it_was_away(beside: Connect) -> None:
    with serving(LiteLLMWire, duration=0) as standin:
        provider = await beside(standin)
        for _ in range(3):
            await provider.refresh()
        assert standin.counts()["verbs"] == {"models": 4, "health": 1}
        standin.fault("any", "drop", times=None)
        with pytest.raises(Down):
            await provider.poll(["x"])
        standin.set(clear=True)
        await provider.refresh()
        await provider.refresh()
        assert standin.counts()["verbs"]["health"] == 2


async def test_models_that_settings_name_are_asked_about_no_more_once_the_server_is_known(
    beside: Connect,
) -> None:
    with serving(SglangWire, duration=0) as standin:
        provider = await beside(standin, models=[MODEL])
        for _ in range(3):
            await provider.refresh()
        assert standin.counts()["verbs"] == {"models": 1}


async def test_another_server_at_the_same_address_is_noticed(beside: Connect, submission: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with serving(SglangWire, port=port, duration=0) as standin:
        provider = await beside(standin, models=[MODEL])
        await provider.submit(a_video(submission))
    with pytest.raises(Down):
        await provider.poll(["x"])
    with serving(VllmOmniWire, port=port, duration=0) as standin:
        await provider.submit(a_video(submission, options={"boundary_ratio": 0.9}))
        [create] = creates(standin)
        assert create["headers"]["content-type"].startswith("multipart/form-data")
        assert provider.capabilities.cancel == "free"


async def test_models_of_another_owner_are_another_server_although_nobody_missed_the_first(
    beside: Connect,
) -> None:
    with serving(SglangWire, duration=0) as standin:
        provider = await beside(standin)
        assert provider.capabilities.cancel == "none"
        standin.wire.owner = "vllm"  # type: ignore[attr-defined]
        await provider.refresh()
        assert provider.capabilities.cancel == "free"


async def test_one_that_was_away_at_the_start_is_asked_before_it_is_first_spoken_to(
    beside: Connect, submission: Make
) -> None:
    with serving(SglangWire, duration=0) as standin:
        standin.fault("models", "status", status=503)
        provider = await beside(standin, models=[MODEL])
        assert provider.capabilities.cancel == "free"
        await provider.submit(a_video(submission, options={"enable_teacache": True}))
        assert provider.capabilities.cancel == "none"
        assert standin.counts()["verbs"] == {"models": 2, "create": 1}


async def test_a_proxy_that_lets_only_the_api_through_is_no_obstacle(
    connect: Connect, openai_standin: StandIn, submission: Make
) -> None:
    openai_standin.fault("health", "status", status=502, times=None)
    provider = await connect()
    assert [model.name for model in provider.capabilities.models] == ["wan-2.2", "sora-2"]
    await provider.submit(submission())
    await provider.submit(submission())
    assert openai_standin.counts()["healths"] == 1


async def test_one_that_nobody_knows_takes_no_options(
    connect: Connect, openai_standin: StandIn, submission: Make
) -> None:
    provider = await connect()
    assert provider.capabilities.models[0].options == {}
    with pytest.raises(Refused) as refused:
        await provider.submit(submission(options={"guidance_scale": 4.0}))
    assert refused.value.code == "unsupported_option"
    assert "guidance_scale" in refused.value.message
    assert openai_standin.counts()["creates"] == 0


async def test_vllm_omni_gets_its_options_as_texts_of_a_form(beside: Connect, submission: Make) -> None:
    options = {
        "negative_prompt": "blur",
        "num_inference_steps": 40,
        "guidance_scale": 4.5,
        "enable_frame_interpolation": True,
        "extra_params": {"condition_video_keep": 5, "wsm": {"control_weight": 1.0}},
    }
    with serving(VllmOmniWire, duration=0) as standin:
        provider = await beside(standin)
        await provider.submit(a_video(submission, seed=7, options=options, audio=True))
        [create] = creates(standin)
        body = create["body"]
        assert json.loads(body.pop("extra_params")) == options["extra_params"]
        assert body == {
            "prompt": "a lighthouse",
            "model": MODEL,
            "seconds": "4",
            "size": "832x480",
            "seed": "7",
            "negative_prompt": "blur",
            "num_inference_steps": "40",
            "guidance_scale": "4.5",
            "enable_frame_interpolation": "true",
            "generate_sound": "true",
        }


async def test_sglang_gets_json_at_once_and_a_form_with_a_picture(
    beside: Connect, submission: Make, tmp_path: Path
) -> None:
    options = {"num_inference_steps": 40, "guidance_scale": 4.5, "enable_teacache": True}
    picture = tmp_path / "first.png"
    Image.new("RGB", (8, 8)).save(picture)
    with serving(SglangWire, duration=0) as standin:
        provider = await beside(standin)
        await provider.submit(a_video(submission, options=options))
        [plain] = creates(standin)
        assert plain["headers"]["content-type"] == "application/json"
        assert {name: plain["body"][name] for name in options} == options
        references = (Reference("first_frame", picture, "image/png"),)
        await provider.submit(a_video(submission, options=options, references=references))
        form = creates(standin)[1]
        assert form["body"]["enable_teacache"] == "true"
        assert form["body"]["input_reference"].startswith("data:image/png;base64,")
        assert len(standin.wire.jobs) == 2


async def test_sound_is_offered_for_the_family_that_has_it(beside: Connect) -> None:
    with serving(VllmOmniWire, duration=0) as standin:
        provider = await beside(standin, models=["nvidia/Cosmos3-Nano", MODEL])
        assert [model.audio for model in provider.capabilities.models] == ["optional", "none"]


async def test_what_sglang_cannot_stop_is_left_to_be_fetched(beside: Connect, submission: Make) -> None:
    with serving(SglangWire, duration=60) as standin:
        provider = await beside(standin)
        job = await provider.submit(a_video(submission))
        await provider.cancel(job.id)
        assert "cancel" not in standin.counts()["verbs"]
        standin.finish_jobs()
        assert (await provider.poll([job.id]))[job.id].state == "completed"
        chunks = [chunk async for chunk in provider.download(job.id)]
        assert b"".join(chunks) == make_clip("128x72", "1")


@pytest.mark.parametrize("wire", [VllmOmniWire, SglangWire])
async def test_a_percentage_that_does_not_move_is_none(
    beside: Connect, submission: Make, wire: type[OpenAIWire]
) -> None:
    with serving(wire, duration=60) as standin:
        provider = await beside(standin)
        jobs = [await provider.submit(a_video(submission, key=f"intent-{n}")) for n in range(2)]
        for kept in standin.wire.jobs.values():
            kept.made_at -= 30
        listed = await provider.poll([job.id for job in jobs])
        alone = await provider.poll([jobs[0].id])
        for job in (*listed.values(), *alone.values(), *await provider.find(0)):
            assert (job.state, job.progress) == ("in_progress", None)
        standin.finish_jobs()
        assert (await provider.poll([jobs[0].id]))[jobs[0].id].progress == 100


@pytest.mark.parametrize(
    ("kind", "code"),
    [("moderation", "moderation_blocked"), ("quality", "provider_failed"), ("internal", "provider_failed")],
)
async def test_a_failure_that_vllm_omni_tells_as_an_error_is_that_jobs_end(
    beside: Connect, submission: Make, kind: Any, code: str
) -> None:
    with serving(VllmOmniWire, duration=0) as standin:
        provider = await beside(standin)
        standin.fail(kind)
        job = await provider.submit(a_video(submission))
        # Asked for alone: the answer's status is 400, 404 or 500.
        seen = (await provider.poll([job.id]))[job.id]
        assert seen.state == "failed"
        assert seen.error is not None
        assert seen.error.code == code
        with pytest.raises(Gone):
            assert [chunk async for chunk in provider.download(job.id)] == []


async def test_a_model_that_vllm_omni_does_not_run_is_named(beside: Connect, submission: Make) -> None:
    with serving(VllmOmniWire, duration=0) as standin:
        provider = await beside(standin, models=["other"])
        with pytest.raises(Refused) as refused:
            await provider.submit(a_video(submission, model="other"))
        assert refused.value.code == "unknown_model"


async def test_litellms_ids_go_back_as_they_came(beside: Connect, submission: Make) -> None:
    with serving(LiteLLMWire, duration=0) as standin:
        provider = await beside(standin)
        job = await provider.submit(a_video(submission))
        assert job.id in standin.wire.jobs
        assert (await provider.poll([job.id]))[job.id].state == "completed"
        assert [chunk async for chunk in provider.download(job.id)]
        assert creates(standin)[0]["headers"]["content-type"] == "application/json"
