"""What changes holds from now on: another key or address, switched off and on, removed."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update
from tests.conftest import Until
from tests.provider_settings.conftest import KEY, Connect, models_of
from tests.standins.openai_videos import StandIn, serving
from tests.videos.making import make, put_in_stage, seen, working

from rushes.provider_settings import in_force
from rushes.providers import replaced
from rushes.settings import ProviderSettings
from rushes.studio import Studio
from rushes.tables import providers
from rushes.videos import provider_state


async def change(client: httpx2.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.patch("/api/admin/providers/gpu", json=values)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_what_is_left_out_stays(signed_in: httpx2.AsyncClient, connect: Connect) -> None:
    before = await connect(models=["wan-2.2"], price_per_second=0.1)
    changed = await change(signed_in, concurrency=7)
    kept = {"key", "base_url", "models_chosen", "models", "price_per_second", "created_at", "state"}
    assert {name: changed[name] for name in kept} == {name: before[name] for name in kept}
    assert (changed["concurrency"], changed["concurrency_in_force"]) == (7, 7)


async def test_another_address_is_another_server_at_once(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio, until: Until
) -> None:
    await connect()
    with serving(duration=0.2, models=["hunyuan"]) as other:
        async with working(studio):
            await until(lambda: _is_polled(studio), "the first poller's shift")
            changed = await change(signed_in, base_url=other.url + "/v1", api_key=None)
            assert (changed["models"], changed["key"]) == (["hunyuan"], None)
            assert await models_of(signed_in, "gpu") == ["hunyuan"]
            video = await make(signed_in, model="gpu/hunyuan")
            await until(lambda: _is(signed_in, video, "completed"), "the video", seconds=30)
        assert other.counts()["accepted"] == 1


async def test_an_address_at_which_jobs_run_stays(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    before = await connect()
    video = await make(signed_in, model="gpu/wan-2.2")
    await put_in_stage(studio, video["id"], "generating", provider_video_id="job-1")
    wanted = {"base_url": "http://127.0.0.1:9/v1", "api_key": KEY}
    refused = await signed_in.patch("/api/admin/providers/gpu", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (409, "provider_in_use")
    after = (await signed_in.get("/api/admin/providers")).json()["providers"]
    assert [one["base_url"] for one in after if one["name"] == "gpu"] == [before["base_url"]]
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    assert (await change(signed_in, **wanted))["base_url"] == wanted["base_url"]


async def _is_polled(studio: Studio) -> bool:
    async with studio.reading() as session:
        state = await provider_state.read(session, "gpu")
    return state is not None and state.poller_epoch > 0


async def _is(client: httpx2.AsyncClient, video: dict[str, Any], status: str) -> bool:
    found = await seen(client, video["id"])
    assert found["status"] in ("queued", "in_progress", status), found["error"]
    return bool(found["status"] == status)


async def test_another_key_closes_the_circuit(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    await connect()
    far = studio.clock.now() + 3600
    async with studio.transaction() as work:
        await provider_state.ensure(work, "gpu")
        troubles = {"failures": 5, "open_until": far, "quiet_until": far, "last_error": "No."}
        await work.session.execute(update(providers).where(providers.c.name == "gpu").values(**troubles))
    shown = (await signed_in.get("/api/admin/providers")).json()["providers"][-1]
    assert (shown["health"], shown["circuit"], shown["last_error"]) == ("down", "open", "No.")
    assert (await change(signed_in, concurrency=2))["circuit"] == "open"
    changed = await change(signed_in, api_key="sk-the-other-one-4321")
    assert (changed["circuit"], changed["retry_at"], changed["last_error"]) == ("closed", None, None)


async def test_a_key_goes_only_where_it_was_given_for(
    signed_in: httpx2.AsyncClient, connect: Connect, provider: StandIn
) -> None:
    await connect()
    with serving() as elsewhere:
        there = {"base_url": elsewhere.url + "/v1"}
        for answer in (
            await signed_in.patch("/api/admin/providers/gpu", json=there),
            await signed_in.post(
                "/api/admin/providers/test", json={"kind": "openai", "name": "gpu", **there}
            ),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "provider_key_again")
            assert "api_key" in answer.json()["details"]["fields"]
        assert elsewhere.wire.asked == []
    here = {"kind": "openai", "name": "gpu", "base_url": provider.url + "/v1"}
    assert (await signed_in.post("/api/admin/providers/test", json=here)).json()["ok"] is True


async def test_switched_off_it_takes_nothing_new_and_finishes_what_it_has(
    signed_in: httpx2.AsyncClient, connect: Connect, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=600)
    await connect(concurrency=1)
    async with working(studio):
        first = await make(signed_in, model="gpu/wan-2.2")
        second = await make(signed_in, model="gpu/wan-2.2")
        await until(lambda: provider.counts()["accepted"] == 1, "the first to be taken")
        off = await change(signed_in, enabled=False)
        assert (off["state"], off["models"]) == ("off", [])
        assert await models_of(signed_in, "gpu") == []
        for asked in ({"model": "gpu/wan-2.2"}, {"provider": "gpu"}):
            refused = await signed_in.post("/api/videos", json={"prompt": "x", **asked})
            assert (refused.status_code, refused.json()["code"]) == (422, "provider_off")
        queue = (await signed_in.get("/api/queue")).json()
        assert [video["id"] for video in queue["waiting"]] == [second["id"]]
        provider.finish_jobs()
        await until(lambda: _is(signed_in, first, "completed"), "the first", seconds=40)
        assert (await seen(signed_in, second["id"]))["stage"] == "waiting"
        assert provider.counts()["accepted"] == 1
        provider.set(duration=0.2)
        assert (await change(signed_in, enabled=True))["state"] == "on"
        await until(lambda: _is(signed_in, second, "completed"), "the second", seconds=40)


async def test_a_video_is_asked_for_while_its_provider_is_removed(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    """A process that has not heard of the removal yet must not leave a video that nobody will make."""
    await connect()
    keeps = studio.providers.get("gpu")
    assert (await signed_in.delete("/api/admin/providers/gpu")).status_code == 200
    assert keeps is not None
    studio.providers.put(keeps)
    late = await signed_in.post("/api/videos", json={"prompt": "too late", "model": "gpu/wan-2.2"})
    assert (late.status_code, late.json()["code"]) == (422, "unknown_provider")
    assert (await signed_in.get("/api/videos")).json()["videos"] == []
    studio.providers.drop("gpu")
    await connect()
    assert (await make(signed_in, model="gpu/wan-2.2"))["stage"] == "waiting"


async def test_one_of_the_environment_may_have_the_name_of_a_removed_one(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    await connect()
    keeps = studio.providers.get("gpu")
    assert (await signed_in.delete("/api/admin/providers/gpu")).status_code == 200
    assert keeps is not None
    studio.settings.providers["gpu"] = ProviderSettings()
    await in_force.welcome_environment(studio)
    studio.providers.put(keeps)
    assert (await make(signed_in, model="gpu/wan-2.2"))["stage"] == "waiting"


async def test_one_that_is_in_use_is_not_removed(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    await connect()
    videos = [await make(signed_in, model="gpu/wan-2.2") for _ in range(2)]
    answer = await signed_in.delete("/api/admin/providers/gpu")
    assert (answer.status_code, answer.json()["code"]) == (409, "provider_in_use")
    assert answer.json()["details"] == {"videos": 2}
    for video in videos:
        await put_in_stage(studio, video["id"], "cancelled")
    assert (await signed_in.delete("/api/admin/providers/gpu")).status_code == 200
    assert await models_of(signed_in, "gpu") == []
    assert (await signed_in.delete("/api/admin/providers/gpu")).status_code == 404
    names = [each["name"] for each in (await signed_in.get("/api/admin/providers")).json()["providers"]]
    assert names == ["animatic"]


async def test_one_that_comes_again_is_another(signed_in: httpx2.AsyncClient, connect: Connect) -> None:
    await connect(models=["of-old"])
    await signed_in.delete("/api/admin/providers/gpu")
    assert (await connect())["models"] == ["wan-2.2", "sora-2"]


async def test_a_replaced_one_is_closed_once_its_calls_have_ended(
    signed_in: httpx2.AsyncClient,
    connect: Connect,
    provider: StandIn,
    studio: Studio,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replaced, "GRACE", 0.05)
    await connect()
    before: Any = studio.providers.get("gpu")
    closed = []
    really_close = before._provider.close

    async def close() -> None:
        closed.append(before.calls)
        await really_close()

    before._provider.close = close
    provider.fault("models", "hang")
    async with working(studio):
        import asyncio

        asking = asyncio.create_task(before.probe())
        await until(lambda: before.calls == 1, "the call")
        await change(signed_in, concurrency=2)
        assert studio.providers.get("gpu") is not before
        assert closed == []
        asking.cancel()
        await until(lambda: closed == [0], "it to be closed")


async def test_its_poller_ends_with_it(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio, until: Until
) -> None:
    await connect()

    async def shifts() -> int:
        async with studio.reading() as session:
            query = select(providers.c.poller_epoch).where(providers.c.name == "gpu")
            return int(await session.scalar(query) or 0)

    async with working(studio):
        await until(lambda: _is_polled(studio), "a shift")
        await signed_in.delete("/api/admin/providers/gpu")
        docket = studio.background._dockets["network"]

        async def is_over() -> bool:
            execution = await docket.get_execution("poll:gpu")
            return execution is None or execution.state.value not in ("running", "queued", "scheduled")

        await until(is_over, "the poller to end", seconds=20)
        before = await shifts()
        # And it begins again with one of that name.
        await connect()
        video = await make(signed_in, model="gpu/wan-2.2")
        await until(lambda: _is(signed_in, video, "completed"), "the video", seconds=30)
        assert await shifts() > before


async def test_the_key_can_be_taken_away(signed_in: httpx2.AsyncClient, connect: Connect) -> None:
    assert (await connect())["key"] == f"…{KEY[-4:]}"
    assert (await change(signed_in, api_key=""))["key"] is None
