"""The recovery inbox: a POST was never answered and nobody lists the job, so a person decides."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember, Until
from tests.faults.asking import in_stage, make_remote
from tests.standins.openai_videos import StandIn
from tests.videos.making import make, put_in_stage, seen

from rushes.providers.registry import Providers
from rushes.studio import Studio
from rushes.videos.submitting import submit


async def lost(client: httpx2.AsyncClient, provider: StandIn, studio: Studio, prompt: str) -> dict[str, Any]:
    """A video whose job the provider has made and nobody knows."""
    provider.set(has_list=False, duration=0)
    provider.fault("create", "done_drop")
    video = await make_remote(client, prompt)
    await put_in_stage(studio, video["id"], "submitting")
    await submit(studio, video["id"])
    lost_one = await seen(client, video["id"])
    assert (lost_one["stage"], lost_one["needs_attention"]) == ("unknown", True)
    return lost_one


async def decide(client: httpx2.AsyncClient, video: dict[str, Any], action: str, **more: Any) -> Any:
    return await client.post(f"/api/recovery/{video['id']}", json={"action": action, **more})


@pytest.fixture
async def video(signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio) -> dict[str, Any]:
    return await lost(signed_in, provider, studio, "nobody knows")


async def test_the_inbox_holds_what_waits_for_its_owner(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], member: MakeMember
) -> None:
    await make(signed_in, "an ordinary one")
    inbox = (await signed_in.get("/api/recovery")).json()["videos"]
    assert [one["id"] for one in inbox] == [video["id"]]
    assert inbox[0]["error"]["code"] == "outcome_unknown"
    stranger = await member("mallory")
    assert (await stranger.get("/api/recovery")).json() == {"videos": []}
    assert (await decide(stranger, video, "write_off")).status_code == 404
    assert (await seen(signed_in, video["id"]))["stage"] == "unknown"


async def test_looking_again_finds_a_job_that_is_listed_by_now(
    signed_in: httpx2.AsyncClient,
    video: dict[str, Any],
    provider: StandIn,
    worker: None,
    until: Until,
) -> None:
    provider.set(has_list=True)
    answer = await decide(signed_in, video, "check")
    assert answer.status_code == 200, answer.text
    assert answer.json()["needs_attention"] is False
    await in_stage(until, signed_in, video, "completed")
    assert provider.counts()["creates"] == 1


async def test_looking_again_leaves_what_is_not_there(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], provider: StandIn
) -> None:
    no_list = await decide(signed_in, video, "check")
    assert (no_list.status_code, no_list.json()["code"]) == (409, "provider_has_no_list")
    provider.set(has_list=True)
    provider.lose_jobs()
    nothing = await decide(signed_in, video, "check")
    assert (nothing.status_code, nothing.json()["stage"]) == (200, "unknown")
    provider.fault("list", "status", times=None, status=503)
    down = await decide(signed_in, video, "check")
    assert (down.status_code, down.json()["code"]) == (503, "provider_unavailable")
    assert (await seen(signed_in, video["id"]))["stage"] == "unknown"


async def test_a_job_named_by_its_id_is_fetched(
    signed_in: httpx2.AsyncClient,
    video: dict[str, Any],
    provider: StandIn,
    worker: None,
    until: Until,
) -> None:
    [job] = provider.wire.jobs.all()
    answer = await decide(signed_in, video, "attach", provider_video_id=f" {job.id} ")
    assert answer.status_code == 200, answer.text
    done = await in_stage(until, signed_in, video, "completed")
    assert done["provider_video_id"] == job.id
    assert provider.counts()["creates"] == 1


async def test_a_job_that_is_nobodys_or_anothers_is_refused(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], provider: StandIn, studio: Studio
) -> None:
    unknown = await decide(signed_in, video, "attach", provider_video_id="video_nobodys")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_job")
    assert list(unknown.json()["details"]["fields"]) == ["provider_video_id"]
    [job] = provider.wire.jobs.all()
    other = await lost(signed_in, provider, studio, "somebody else's")
    assert (await decide(signed_in, other, "attach", provider_video_id=job.id)).status_code == 200
    taken = await decide(signed_in, video, "attach", provider_video_id=job.id)
    assert (taken.status_code, taken.json()["code"]) == (409, "job_taken")
    assert (await seen(signed_in, video["id"]))["stage"] == "unknown"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "attach"}, "provider_video_id"),
        ({"action": "attach", "provider_video_id": "  "}, "provider_video_id"),
        ({"action": "write_off", "provider_video_id": "video_1"}, "provider_video_id"),
        ({"action": "forget"}, "action"),
        ({}, "action"),
    ],
)
async def test_an_answer_that_is_none_changes_nothing(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    answer = await signed_in.post(f"/api/recovery/{video['id']}", json=body)
    assert answer.status_code == 422
    assert list(answer.json()["details"]["fields"]) == [field]
    assert (await seen(signed_in, video["id"]))["stage"] == "unknown"


async def test_submitting_again_is_a_second_job_and_an_attempt_more(
    signed_in: httpx2.AsyncClient,
    video: dict[str, Any],
    provider: StandIn,
    worker: None,
    until: Until,
) -> None:
    [first] = provider.wire.jobs.all()
    answer = await decide(signed_in, video, "resubmit")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["attempts"], answer.json()["error"]) == (2, None)
    again = await decide(signed_in, video, "resubmit")
    assert (again.status_code, again.json()["code"]) == (409, "not_unknown")
    done = await in_stage(until, signed_in, video, "completed")
    assert done["provider_video_id"] != first.id
    assert provider.counts()["creates"] == 2


async def test_what_is_written_off_has_failed_and_may_have_been_charged(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], provider: StandIn
) -> None:
    given_up = (await decide(signed_in, video, "write_off")).json()
    assert (given_up["status"], given_up["needs_attention"]) == ("failed", False)
    error = given_up["error"]
    assert (error["code"], error["retryable"], error["charged"]) == ("written_off", True, "unknown")
    assert (await signed_in.get("/api/recovery")).json() == {"videos": []}
    assert (await decide(signed_in, video, "check")).status_code == 409
    assert provider.counts()["creates"] == 1


async def test_without_its_provider_it_can_still_be_given_up(
    signed_in: httpx2.AsyncClient, video: dict[str, Any], studio: Studio
) -> None:
    here = studio.providers
    [animatic] = [each for each in here.all() if each.name == "animatic"]
    studio.providers = Providers({"animatic": animatic}, default=None, aliases={})
    for action, more in (("check", {}), ("attach", {"provider_video_id": "video_1"})):
        answer = await decide(signed_in, video, action, **more)
        assert (answer.status_code, answer.json()["code"]) == (409, "provider_gone")
    assert (await decide(signed_in, video, "write_off")).json()["status"] == "failed"
