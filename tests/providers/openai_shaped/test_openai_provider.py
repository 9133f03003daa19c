"""What the provider says of itself: models, cancelling, probing, and its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.standins.openai_videos import StandIn

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down, Refused, RemoteProvider, Submission

Connect = Callable[..., Awaitable[OpenAIShaped]]
Make = Callable[..., Submission]


def names(provider: RemoteProvider) -> list[str]:
    return [model.name for model in provider.capabilities.models]


async def test_the_server_names_its_models(connect: Connect, openai_standin: StandIn) -> None:
    provider = await connect()
    assert names(provider) == ["wan-2.2", "sora-2"]
    wan, sora = provider.capabilities.models
    assert (wan.remix, sora.remix) == (False, True)
    assert wan.size_rule is not None
    assert sora.seconds_values == ("4", "8", "12")
    openai_standin.set(models=["wan-3"])
    await provider.refresh()
    assert names(provider) == ["wan-3"]


async def test_settings_name_the_models_whatever_the_server_lists(connect: Connect) -> None:
    provider = await connect(models=["mine"], price_per_second=0.1)
    assert names(provider) == ["mine"]
    assert provider.capabilities.models[0].price_per_second == 0.1
    await provider.probe()
    assert names(provider) == ["mine"]


async def test_a_server_that_is_away_at_the_start_tells_its_models_later(
    connect: Connect, openai_standin: StandIn
) -> None:
    openai_standin.fault("models", "status", status=503)
    provider = await connect()
    assert names(provider) == []
    await provider.probe()
    assert names(provider) == ["wan-2.2", "sora-2"]


async def test_models_stay_while_the_server_is_away(connect: Connect, openai_standin: StandIn) -> None:
    provider = await connect()
    openai_standin.fault("models", "drop", times=None)
    with pytest.raises(Down):
        await provider.refresh()
    assert names(provider) == ["wan-2.2", "sora-2"]


async def test_a_probe_proves_address_and_key(connect: Connect, openai_standin: StandIn) -> None:
    openai_standin.set(key="secret")
    await (await connect(api_key="secret")).probe()
    with pytest.raises(Refused) as refused:
        await (await connect(api_key="wrong")).probe()
    assert refused.value.code == "provider_key"
    openai_standin.set(plain_404=True)
    with pytest.raises(Refused) as refused:
        await (await connect(api_key="secret")).probe()
    assert refused.value.code == "provider_address"


async def test_a_probe_takes_the_list_for_proof_where_no_models_are_told(
    connect: Connect, openai_standin: StandIn
) -> None:
    openai_standin.set(has_models=False)
    provider = await connect(models=["mine"])
    openai_standin.wire.control({"clear_counts": True})
    await provider.probe()
    assert openai_standin.counts()["lists"] == 1


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "drop"}, {"kind": "hang"}])
async def test_a_probe_of_a_server_in_trouble_is_down(
    connect: Connect, openai_standin: StandIn, fault: dict[str, Any]
) -> None:
    provider = await connect(poll_timeout=0.3)
    openai_standin.fault("any", **fault, times=None)
    with pytest.raises(Down):
        await provider.probe()


@pytest.mark.parametrize("base_url", [None, "https://api.openai.com", "https://api.openai.com/v1/"])
async def test_openai_itself_has_none_left(base_url: str | None, submission: Make) -> None:
    provider = OpenAIShaped(
        name="openai", base_url=base_url, api_key="k", concurrency=2, models=["sora-2", "sora-2-pro"]
    )
    assert names(provider) == []
    assert provider.capabilities.cancel == "none"
    with pytest.raises(Refused) as refused:
        await provider.submit(submission(model="sora-2"))
    assert refused.value.code == "model_retired"
    assert "2026" in refused.value.message
    await provider.close()


async def test_what_can_be_relied_on_is_declared(connect: Connect) -> None:
    free = (await connect()).capabilities
    assert (free.cancel, free.batch, free.findable, free.resubmit_safe) == ("free", True, True, False)
    assert (free.concurrency, free.embedded) == (4, False)
    assert (await connect(price_per_second=0.5)).capabilities.cancel == "charged"


async def test_cancelling_deletes(provider: OpenAIShaped, openai_standin: StandIn, submission: Make) -> None:
    openai_standin.set(duration=3600)
    job = await provider.submit(submission())
    await provider.cancel(job.id)
    assert (await provider.poll([job.id]))[job.id].state == "missing"
    await provider.cancel(job.id)


@pytest.mark.parametrize("status", [400, 404, 405, 409, 501])
async def test_what_cannot_be_cancelled_is_left(
    provider: OpenAIShaped, openai_standin: StandIn, status: int
) -> None:
    openai_standin.fault("delete", "status", status=status)
    await provider.cancel("some-job")
    assert openai_standin.counts()["deletes"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "retry_after": 5},
        {"kind": "hang"},
    ],
)
async def test_a_cancel_without_an_answer_is_down(
    connect: Connect, openai_standin: StandIn, fault: dict[str, Any]
) -> None:
    provider = await connect(poll_timeout=0.3)
    openai_standin.fault("delete", **fault)
    with pytest.raises(Down) as down:
        await provider.cancel("some-job")
    assert down.value.retry_after == fault.get("retry_after")


async def test_a_closed_provider_asks_nothing(connect: Connect, openai_standin: StandIn) -> None:
    provider = await connect()
    await provider.close()
    await provider.close()
    asked = len(openai_standin.counts()["asked"])
    with pytest.raises(Down):
        await provider.poll(["x"])
    assert len(openai_standin.counts()["asked"]) == asked


def test_it_is_a_remote_provider() -> None:
    provider: RemoteProvider = OpenAIShaped(name="x", base_url="http://gpu", api_key=None, concurrency=1)
    assert provider.kind == "openai"
    assert provider.submit_timeout == 60
