"""Cancelling and trying again: what it costs in every stage, and what becomes of the attempt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.standins.openai_videos import StandIn, serving
from tests.videos.making import complete, files_of, make, put_in_stage, seen, working

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.videos import outcomes, queries
from rushes.videos.lifecycle import STAGES, Stage

# What `GET …/cancel` says for a remote provider that cannot stop, and for the one that draws here.
TERMS: dict[Stage, tuple[tuple[bool, str], tuple[bool, str]]] = {
    "waiting": ((True, "no"), (True, "no")),
    "submitting": ((True, "unknown"), (True, "no")),
    "generating": ((True, "yes"), (True, "no")),
    "downloading": ((False, "yes"), (False, "yes")),
    "finishing": ((False, "yes"), (False, "yes")),
    "unknown": ((False, "unknown"), (False, "unknown")),
    "completed": ((False, "no"), (False, "no")),
    "failed": ((False, "no"), (False, "no")),
    "cancelled": ((False, "no"), (False, "no")),
}


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with serving(duration=3600) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, standin: StandIn) -> Settings:
    standin.reset()
    standin.set(duration=3600)
    settings.providers = {
        "gpu": ProviderSettings(base_url=standin.url, models=["wan-2.2"], price_per_second=0.5)
    }
    return settings


async def test_the_terms_in_every_stage(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    for stage in STAGES:
        for model, (can_cancel, charged) in zip(("gpu/wan-2.2", None), TERMS[stage], strict=True):
            with subtests.test(stage=stage, model=model):
                video = await make(signed_in, model=model)
                # What is being handed over was claimed for its POST.
                claim = {"submitted_at": studio.clock.now()} if stage == "submitting" else {}
                await put_in_stage(studio, video["id"], stage, **claim)
                answer = await signed_in.get(f"/api/videos/{video['id']}/cancel")
                assert answer.status_code == 200
                terms = answer.json()
                assert set(terms) == {"can_cancel", "charged", "message", "amount", "saves"}
                assert (terms["can_cancel"], terms["charged"]) == (can_cancel, charged)
                assert terms["message"]
                if can_cancel and charged == "no":
                    assert terms["amount"] == 0

                answer = await signed_in.post(f"/api/videos/{video['id']}/cancel")
                if can_cancel or stage == "cancelled":
                    assert answer.status_code == 200
                    assert (answer.json()["status"], answer.json()["stage"]) == ("cancelled", "cancelled")
                    assert answer.json()["completed_at"] is not None
                else:
                    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_cancel")
                    assert (await seen(signed_in, video["id"]))["stage"] == stage


async def test_what_was_not_sent_yet_is_cancelled_for_free(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    video = await make(signed_in, model="gpu/wan-2.2")
    await put_in_stage(studio, video["id"], "submitting")
    terms = (await signed_in.get(f"/api/videos/{video['id']}/cancel")).json()
    assert (terms["can_cancel"], terms["charged"], terms["saves"]) == (True, "no", 0.5)


@pytest.mark.parametrize(("stage", "charged"), [("generating", "unknown"), ("downloading", "yes")])
async def test_a_job_whose_provider_is_gone_can_be_given_up(
    signed_in: httpx2.AsyncClient, studio: Studio, stage: Stage, charged: str
) -> None:
    video = await make(signed_in, model="gpu/wan-2.2")
    await put_in_stage(studio, video["id"], stage)
    before = (await signed_in.get(f"/api/videos/{video['id']}/cancel")).json()
    studio.providers.drop("gpu")
    terms = (await signed_in.get(f"/api/videos/{video['id']}/cancel")).json()
    assert (terms["can_cancel"], terms["charged"]) == (True, charged)
    assert before["message"] != terms["message"]
    assert (await signed_in.post(f"/api/videos/{video['id']}/cancel")).json()["stage"] == "cancelled"


async def test_the_provider_is_told(
    signed_in: httpx2.AsyncClient, studio: Studio, until: Until, standin: StandIn
) -> None:
    async with working(studio):
        video = await make(signed_in, model="gpu/wan-2.2")

        async def is_generating() -> bool:
            return (await seen(signed_in, video["id"]))["stage"] == "generating"

        await until(is_generating, "the provider to take it")
        assert (await signed_in.post(f"/api/videos/{video['id']}/cancel")).status_code == 200
        await until(lambda: standin.counts()["deletes"] == 1, "the provider to hear of it")
    assert standin.counts()["creates"] == 1


async def test_a_drawing_stops(signed_in: httpx2.AsyncClient, studio: Studio, until: Until) -> None:
    async with working(studio):
        video = await make(signed_in, "a mountain", size="1920x1080", seconds=60)

        async def is_drawn() -> bool:
            return (await seen(signed_in, video["id"]))["stage"] == "generating"

        await until(is_drawn, "the drawing to begin")
        assert (await signed_in.post(f"/api/videos/{video['id']}/cancel")).json()["status"] == "cancelled"

        def is_clean() -> bool:
            return files_of(studio) == []

        await until(is_clean, "the unfinished file to go", seconds=30)
    ended = await seen(signed_in, video["id"])
    assert (ended["status"], ended["content_url"], ended["file_path"]) == ("cancelled", None, None)


@pytest.mark.parametrize("stage", ["failed", "cancelled"])
async def test_trying_again_begins_anew_under_the_same_id(
    signed_in: httpx2.AsyncClient, studio: Studio, stage: Stage
) -> None:
    video = await make(signed_in, title="Mine", deadline=studio.clock.now() + 60)
    error = {"code": "generation_failed", "message": "No.", "retryable": True, "charged": "no"}
    await put_in_stage(studio, video["id"], stage, error=error, progress=40, progress_known=True)
    answer = await signed_in.post(f"/api/videos/{video['id']}/retry")
    assert answer.status_code == 200, answer.text
    again = answer.json()
    assert again["seq"] > video["seq"]
    expected: dict[str, Any] = {
        "id": video["id"],
        "number": video["number"],
        "created_at": video["created_at"],
        "title": "Mine",
        "attempts": 2,
        "status": "queued",
        "stage": "waiting",
        "progress": 0,
        "progress_known": False,
        "error": None,
        "completed_at": None,
        "started_at": None,
        "openai_video_id": None,
        "content_url": None,
        "thumbnail_url": None,
    }
    assert {name: again[name] for name in expected} == expected
    twice = await signed_in.post(f"/api/videos/{video['id']}/retry")
    assert (twice.status_code, twice.json()["code"]) == (409, "not_failed")


async def test_only_what_failed_is_tried_again(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    for stage in STAGES:
        if stage not in ("failed", "cancelled"):
            with subtests.test(stage):
                video = await make(signed_in)
                await put_in_stage(studio, video["id"], stage)
                answer = await signed_in.post(f"/api/videos/{video['id']}/retry")
                assert (answer.status_code, answer.json()["code"]) == (409, "not_failed")
                assert (await seen(signed_in, video["id"]))["attempts"] == 1


async def test_a_new_attempt_has_files_of_its_own(
    signed_in: httpx2.AsyncClient, studio: Studio, until: Until
) -> None:
    video = await make(signed_in, "a lighthouse")
    await put_in_stage(studio, video["id"], "failed", file_path="left/over/video-clips/of-it.mp4")
    old = studio.settings.videos_dir / "left/over/video-clips/of-it.mp4"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"of the first attempt")
    await signed_in.post(f"/api/videos/{video['id']}/retry")
    await complete(studio, video["id"], suffix="second")
    done = await seen(signed_in, video["id"])
    assert (done["attempts"], done["status"]) == (2, "completed")
    assert "v=2" in done["content_url"]
    async with working(studio):
        await until(lambda: not old.exists(), "the old attempt's file to go")
    assert len(files_of(studio)) == 3


async def test_a_late_answer_to_a_former_attempt_changes_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    video = await make(signed_in)
    first = await put_in_stage(studio, video["id"], "generating")
    await signed_in.post(f"/api/videos/{video['id']}/cancel")
    await signed_in.post(f"/api/videos/{video['id']}/retry")
    second = await put_in_stage(studio, video["id"], "generating")
    before = await seen(signed_in, video["id"])
    async with studio.transaction() as work:
        assert not await outcomes.failed(
            work, first, "late", "Late.", retryable=False, charged="no", now=studio.clock.now()
        )
    async with studio.reading() as session:
        row = await queries.one(session, video["id"])
    assert row is not None
    assert row.submission_key == second.submission_key != first.submission_key
    assert await seen(signed_in, video["id"]) == before
