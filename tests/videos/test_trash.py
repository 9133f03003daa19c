"""The trash, the way back, and deleting for good: rows and files go together."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from tests.conftest import Until
from tests.videos.conftest import Completed
from tests.videos.making import MovableClock, belongings, files_of, make, put_in_stage, seen, working

from rushes.serving import Serving
from rushes.studio import Studio
from rushes.videos.tasks import TOMBSTONES_KEPT_FOR, TRASH_KEPT_FOR, tidy


async def listed(client: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [video["id"] for video in (await client.get(f"/api/videos?{query}")).json()["videos"]]


async def test_to_the_trash_and_back(signed_in: httpx2.AsyncClient, completed: Completed) -> None:
    video = await completed(signed_in)
    for _ in range(2):
        answer = await signed_in.delete(f"/api/videos/{video['id']}")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    trashed = await seen(signed_in, video["id"])
    assert trashed["trashed_at"] is not None
    assert trashed["seq"] == video["seq"] + 1
    assert await listed(signed_in) == []
    assert await listed(signed_in, "status=trashed") == [video["id"]]
    assert (await signed_in.get(f"/api/videos/{video['id']}/content")).status_code == 200
    for _ in range(2):
        restored = await signed_in.post(f"/api/videos/{video['id']}/restore")
        assert restored.status_code == 200
        assert restored.json()["trashed_at"] is None
    assert await listed(signed_in) == [video["id"]]
    assert await listed(signed_in, "status=trashed") == []


async def test_trashing_what_waits_cancels_it(signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in)
    await signed_in.delete(f"/api/videos/{video['id']}")
    assert (await seen(signed_in, video["id"]))["status"] == "cancelled"
    queue = (await signed_in.get("/api/queue")).json()
    assert queue["waiting"] == queue["running"] == []


async def test_deleting_for_good_takes_the_files(
    signed_in: httpx2.AsyncClient, completed: Completed, studio: Studio, until: Until, server: Serving
) -> None:
    kept, gone = await completed(signed_in), await completed(signed_in)
    assert len(files_of(studio)) == 6
    async with working(studio):
        answer = await signed_in.delete(f"/api/videos/{gone['id']}?permanent=true")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
        await until(lambda: len(files_of(studio)) == 3, "the files to go")

        async def is_tidy() -> bool:
            return bool((await belongings(studio))["loose_files"] == 0)

        await until(is_tidy, "the notes of the files to go")
    assert all(kept["id"] in name for name in files_of(studio))
    assert Path(studio.settings.videos_dir, kept["file_path"]).is_file()


async def test_what_is_deleted_for_good_is_gone_everywhere(
    signed_in: httpx2.AsyncClient, completed: Completed
) -> None:
    video = await completed(signed_in)
    url = f"/api/videos/{video['id']}"
    await signed_in.delete(url)
    assert (await signed_in.delete(f"{url}?permanent=true")).status_code == 200
    answers = [
        await signed_in.get(url),
        await signed_in.patch(url, json={"title": "x"}),
        await signed_in.get(f"{url}/content"),
        await signed_in.get(f"{url}/lineage"),
        await signed_in.get(f"{url}/cancel"),
        await signed_in.post(f"{url}/cancel"),
        await signed_in.post(f"{url}/retry"),
        await signed_in.post(f"{url}/restore"),
        await signed_in.post(f"{url}/remix", json={"prompt": "x"}),
        await signed_in.delete(url),
        await signed_in.delete(f"{url}?permanent=true"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
    assert await listed(signed_in) == await listed(signed_in, "status=trashed") == []


async def test_what_is_being_paid_for_is_not_deleted_for_good(
    signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests
) -> None:
    for stage in ("downloading", "finishing", "unknown"):
        with subtests.test(stage):
            video = await make(signed_in)
            await put_in_stage(studio, video["id"], stage)  # type: ignore[arg-type]
            answer = await signed_in.delete(f"/api/videos/{video['id']}?permanent=true")
            assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
            # Into the trash it may go; it is finished there.
            assert (await signed_in.delete(f"/api/videos/{video['id']}")).status_code == 200
            assert (await seen(signed_in, video["id"]))["stage"] == stage


async def test_the_trash_is_emptied_after_30_days_and_tombstones_after_30_more(
    signed_in: httpx2.AsyncClient, completed: Completed, studio: Studio, clock: MovableClock
) -> None:
    old = await completed(signed_in)
    await signed_in.delete(f"/api/videos/{old['id']}")
    clock.ahead = 3600
    fresh = await completed(signed_in)
    await signed_in.delete(f"/api/videos/{fresh['id']}")
    clock.ahead = TRASH_KEPT_FOR + 60
    await tidy(studio)
    clock.ahead = 3600
    assert (await signed_in.get(f"/api/videos/{old['id']}")).status_code == 404
    assert (await signed_in.get(f"/api/videos/{fresh['id']}")).status_code == 200
    assert (await belongings(studio))["videos"] == 2
    clock.ahead = TRASH_KEPT_FOR + TOMBSTONES_KEPT_FOR + 120
    await tidy(studio)
    # The younger one has just been buried, and is a tombstone for as long.
    assert (await belongings(studio))["videos"] == 1
    clock.ahead += TOMBSTONES_KEPT_FOR + 120
    await tidy(studio)
    assert (await belongings(studio))["videos"] == 0


async def test_an_answer_to_permanent_that_is_none(signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in)
    answer = await signed_in.delete(f"/api/videos/{video['id']}?permanent=perhaps")
    assert answer.status_code == 422
    assert (await seen(signed_in, video["id"]))["trashed_at"] is None


async def test_what_is_in_the_trash_is_not_tried_again(signed_in: httpx2.AsyncClient) -> None:
    made = await make(signed_in)
    assert (await signed_in.delete(f"/api/videos/{made['id']}")).status_code == 200
    refused = await signed_in.post(f"/api/videos/{made['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_trash")
    await signed_in.post(f"/api/videos/{made['id']}/restore")
    assert (await signed_in.post(f"/api/videos/{made['id']}/retry")).status_code == 200
