"""A job that an attempt has had is no other attempt's, however much it looks like what was asked for."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import in_stage, make_remote
from tests.standins.openai_videos import StandIn

pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize("how", ["failed", "cancelled"])
async def test_the_lost_answer_of_another_try_is_not_matched_with_the_first_job(
    how: str, signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(duration=30)
    if how == "failed":
        error = {"code": "oom", "message": "The GPU is out of memory."}
        provider.fault("create", "fail", error=error)
        provider.set(duration=0)
    video = await make_remote(signed_in, "twice")
    if how == "cancelled":
        await in_stage(until, signed_in, video, "generating")
        await signed_in.post(f"/api/videos/{video['id']}/cancel")
    first = await in_stage(until, signed_in, video, how)
    provider.set(duration=1)
    provider.fault("create", "done_drop")
    await signed_in.post(f"/api/videos/{video['id']}/retry")
    done = await in_stage(until, signed_in, video, "completed", "failed", "unknown")
    assert (done["stage"], done["error"]) == ("completed", None)
    assert done["provider_video_id"] != first["provider_video_id"]
    assert provider.counts()["accepted"] == 2


async def test_what_was_never_accepted_is_not_taken_for_the_first_job(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    """Nobody knows whether a POST answered with 500 was accepted; the first job says nothing of it."""
    provider.set(duration=0)
    provider.fault("create", "fail", error={"code": "oom", "message": "The GPU is out of memory."})
    video = await make_remote(signed_in, "once")
    await in_stage(until, signed_in, video, "failed")
    provider.fault("create", "status", status=500)
    await signed_in.post(f"/api/videos/{video['id']}/retry")
    lost = await in_stage(until, signed_in, video, "unknown", "failed", "completed")
    assert lost["stage"] == "unknown"
    await _still_unknown_after_a_look(signed_in, lost)


async def _still_unknown_after_a_look(client: httpx2.AsyncClient, video: dict[str, Any]) -> None:
    looked = await client.post(f"/api/recovery/{video['id']}", json={"action": "check"})
    assert (looked.status_code, looked.json()["stage"]) == (200, "unknown")
