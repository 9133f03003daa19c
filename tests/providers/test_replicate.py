"""Replicate's predictions as its reference shows them, and what is particular to it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.standins.replicate import MODELS, ReplicateWire, model
from tests.standins.vendor import serving

from rushes.providers.kinds import Setup
from rushes.providers.protocol import Busy, Down, Refused, Submission, Unverified
from rushes.providers.replicate import Replicate, parse_prediction
from rushes.providers.wire.reading import Unreadable

_PREDICTION: dict[str, Any] = {
    "id": "gm3qorzdhgbfurvjtvhg6dckhu",
    "model": "acme/waves-1",
    "input": {"prompt": "a fox"},
    "logs": "",
    "output": None,
    "error": None,
    "status": "starting",
    "created_at": "2026-11-10T13:43:44.203Z",
}


def prediction(**changes: Any) -> dict[str, Any]:
    return {**_PREDICTION, **changes}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("starting", "queued"),
        ("processing", "in_progress"),
        ("canceled", "cancelled"),
        # The SDK's own model raises on this one.
        ("aborted", "cancelled"),
        ("something new", "in_progress"),
    ],
)
def test_states(status: str, state: str) -> None:
    job = parse_prediction(prediction(status=status))
    assert (job.id, job.state) == ("gm3qorzdhgbfurvjtvhg6dckhu", state)
    assert (job.prompt, job.model, job.created_at) == ("a fox", "acme/waves-1", 1794318224.203)


@pytest.mark.parametrize(
    "output",
    [
        "https://replicate.delivery/x/out.mp4",
        ["https://replicate.delivery/x/out.mp4", "https://replicate.delivery/x/2.mp4"],
        {"video": "https://replicate.delivery/x/out.mp4", "seed": 3},
        {"files": [{"url": "https://replicate.delivery/x/out.mp4"}]},
    ],
)
def test_outputs_of_every_shape(output: object) -> None:
    job = parse_prediction(prediction(status="succeeded", output=output))
    assert (job.state, job.result_url) == ("completed", "https://replicate.delivery/x/out.mp4")


def test_a_result_that_was_deleted_or_never_made_is_a_failure() -> None:
    gone = parse_prediction(prediction(status="succeeded", data_removed=True))
    assert gone.error is not None
    assert (gone.state, gone.error.code, gone.error.charged) == ("failed", "result_gone", "yes")
    never = parse_prediction(prediction(status="succeeded", output=["no address"]))
    assert never.error is not None
    assert (never.state, never.error.code) == ("failed", "no_result")


def test_progress_is_the_last_that_its_logs_show() -> None:
    logs = "Using seed: 3\n  0%|     | 0/50\n 46%|####5     | 23/50 [00:11<00:13]"
    assert parse_prediction(prediction(status="processing", logs=logs)).progress == 46
    assert parse_prediction(prediction(status="processing", logs="warming up")).progress is None


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": 3}, {"id": ""}])
def test_what_is_no_prediction(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_prediction(data)


def asking(model: str) -> Submission:
    return Submission("key", "RX-1", "a fox", ("a fox",), model, 1280, 720, 5.0)


async def test_a_model_that_was_only_known_by_name_is_learned_before_it_is_used() -> None:
    with serving(ReplicateWire, duration=0) as standin:
        provider = Replicate(Setup("r", base_url=f"{standin.url}/v1", api_key=ReplicateWire.key))
        provider.recall(["acme/waves-1"])
        assert [model.name for model in provider.capabilities.models] == ["acme/waves-1"]
        standin.fault("models", "status", status=503)
        with pytest.raises(Busy):
            await provider.submit(asking("acme/waves-1"))
        assert standin.counts()["creates"] == 0
        await provider.submit(asking("acme/waves-1"))
        assert standin.counts()["accepted"] == 1
        with pytest.raises(Refused) as refused:
            await provider.submit(asking("acme/nothing"))
        assert refused.value.code == "unknown_model"
        # It was there when its schema was read, and is gone since.
        standin.set(refuse=[{"kind": "model"}])
        with pytest.raises(Refused) as refused:
            await provider.submit(asking("acme/waves-1"))
        assert (refused.value.code, refused.value.retryable) == ("unknown_model", False)
        await provider.close()


async def test_official_models_run_by_name_and_others_by_version() -> None:
    with serving(ReplicateWire, duration=0) as standin:
        models = ("somebody/frames", "acme/waves-1")
        setup = Setup("r", base_url=f"{standin.url}/v1", api_key=ReplicateWire.key, models=models)
        provider = Replicate(setup)
        await provider.refresh()
        assert [model.name for model in provider.capabilities.models] == list(models)
        official = await provider.submit(asking("acme/waves-1"))
        assert standin.wire.jobs[official.id].path == "/v1/models/acme/waves-1/predictions"
        other = await provider.submit(asking("somebody/frames"))
        kept = standin.wire.jobs[other.id]
        assert kept.path == "/v1/predictions"
        assert kept.body["version"] == MODELS["somebody/frames"]["latest_version"]["id"]
        await provider.close()


async def test_a_list_that_goes_on_elsewhere_is_not_followed() -> None:
    with serving(ReplicateWire, duration=0) as standin:
        provider = Replicate(Setup("r", base_url=f"{standin.url}/v1", api_key=ReplicateWire.key))
        for following in ("http://169.254.169.254/latest", "https://[x/", "https://host:abc/"):
            standin.fault("list", "answer", body={"results": [], "next": following})
            with pytest.raises(Down):
                await provider.find(0.0)
        await provider.close()


async def test_forged_webhooks_do_not_make_it_ask_for_the_secret() -> None:
    with serving(ReplicateWire, duration=0) as standin:
        provider = Replicate(Setup("r", base_url=f"{standin.url}/v1", api_key=ReplicateWire.key))
        now = time.time()
        forged = {"webhook-id": "m", "webhook-timestamp": str(int(now)), "webhook-signature": "v1,AAAA"}
        for _ in range(5):
            with pytest.raises(Unverified):
                await provider.verify_webhook(forged, b"{}", now=now)
        assert standin.counts()["verbs"]["keys"] == 1
        await provider.close()


async def test_one_schema_that_makes_no_sense_keeps_no_other_from_being_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = {"type": "object", "properties": {"prompt": {"enum": 5}}, "required": [["x"]]}
    monkeypatch.setitem(MODELS, "acme/broken", model("acme", "broken", broken, official=True))
    with serving(ReplicateWire, duration=0) as standin:
        provider = Replicate(Setup("r", base_url=f"{standin.url}/v1", api_key=ReplicateWire.key))
        await provider.refresh()
        assert "acme/waves-1" in [one.name for one in provider.capabilities.models]
        await provider.close()


def test_an_output_of_any_depth_is_read_or_refused() -> None:
    output: object = "https://x/y.mp4"
    for _ in range(5000):
        output = [output]
    with pytest.raises(RecursionError):
        parse_prediction(prediction(status="succeeded", output=output))
