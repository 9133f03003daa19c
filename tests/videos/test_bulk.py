"""One thing done to many videos, each answering for itself."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.videos.conftest import Completed
from tests.videos.making import make, seen


async def bulk(client: httpx2.AsyncClient, ids: list[str], action: str, **more: Any) -> list[dict[str, Any]]:
    answer = await client.post("/api/videos/bulk", json={"ids": ids, "action": action, **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [result["id"] for result in results] == list(dict.fromkeys(ids))
    return results


async def test_each_answers_for_itself(
    signed_in: httpx2.AsyncClient, completed: Completed, member: MakeMember
) -> None:
    done, waits = await completed(signed_in), await make(signed_in, "waits")
    hers = await make(await member("ada"), "hers")
    results = await bulk(
        signed_in, [done["id"], "video_none", waits["id"], hers["id"], done["id"]], "publish"
    )
    assert [result["ok"] for result in results] == [True, False, False, False]
    codes = [result["error"] and result["error"]["code"] for result in results]
    assert codes == [None, "not_found", "not_completed", "not_found"]
    assert (await seen(signed_in, done["id"]))["is_published"] is True


async def test_to_the_trash_and_back_and_away(signed_in: httpx2.AsyncClient, completed: Completed) -> None:
    ids = [(await completed(signed_in))["id"] for _ in range(3)]
    assert all(result["ok"] for result in await bulk(signed_in, ids, "trash"))
    assert (await signed_in.get("/api/videos")).json()["videos"] == []
    assert all(result["ok"] for result in await bulk(signed_in, ids, "restore"))
    assert len((await signed_in.get("/api/videos")).json()["videos"]) == 3
    assert all(result["ok"] for result in await bulk(signed_in, ids, "delete"))
    assert {(await signed_in.get(f"/api/videos/{one}")).status_code for one in ids} == {404}


async def test_tags_are_added_and_taken(signed_in: httpx2.AsyncClient) -> None:
    one, other = await make(signed_in, "one", tags=["a"]), await make(signed_in, "other", tags=["b", "c"])
    ids = [one["id"], other["id"]]
    await bulk(signed_in, ids, "tag", tags=["b", "d"])
    assert [(await seen(signed_in, video))["tags"] for video in ids] == [["a", "b", "d"], ["b", "c", "d"]]
    await bulk(signed_in, ids, "untag", tags=["b", "a"])
    assert [(await seen(signed_in, video))["tags"] for video in ids] == [["d"], ["c", "d"]]
    full = await make(signed_in, "full", tags=[f"t{number}" for number in range(20)])
    [result] = await bulk(signed_in, [full["id"]], "tag", tags=["more"])
    assert (result["ok"], result["error"]["code"]) == (False, "validation_failed")


async def test_favourites_cancelled_and_tried_again(signed_in: httpx2.AsyncClient) -> None:
    ids = [(await make(signed_in, f"video {number}"))["id"] for number in range(3)]
    await bulk(signed_in, ids[:2], "favourite")
    assert [(await seen(signed_in, video))["favourite"] for video in ids] == [True, True, False]
    await bulk(signed_in, ids, "cancel")
    body = {"ids": ids, "action": "retry"}
    for _ in range(2):
        # The second is the first one's answer that got lost.
        answer = await signed_in.post("/api/videos/bulk", json=body, headers={"Idempotency-Key": "again"})
        assert [result["ok"] for result in answer.json()["results"]] == [True] * 3
    assert [(await seen(signed_in, video))["attempts"] for video in ids] == [2, 2, 2]


async def test_one_of_many_that_cannot_be_done(signed_in: httpx2.AsyncClient) -> None:
    ids = [(await make(signed_in, f"video {number}"))["id"] for number in range(45)]
    ids[30:30] = ["video_none"]
    results = await bulk(signed_in, ids, "favourite")
    assert [result["id"] for result in results if not result["ok"]] == ["video_none"]
    marked = (await signed_in.get("/api/videos", params={"favourite": True, "limit": 100})).json()["videos"]
    assert {video["id"] for video in marked} == set(ids) - {"video_none"}
    changes = [video["seq"] for video in marked]
    assert len(set(changes)) == 45


async def test_the_same_videos_from_both_ends_at_once(signed_in: httpx2.AsyncClient) -> None:
    """Whoever takes several rows takes them in one order, so that nobody waits for one who waits for them."""
    ids = [(await make(signed_in, f"video {number}"))["id"] for number in range(30)]
    for name, some in (("odd", ids[1::2]), ("even", ids[::2]), ("all", ids)):
        made = await signed_in.post("/api/collections", json={"name": name, "video_ids": some})
        assert made.status_code == 201
    for _ in range(3):
        both = await asyncio.gather(
            bulk(signed_in, ids, "trash"),
            bulk(signed_in, ids[::-1], "restore"),
            *(signed_in.delete(f"/api/videos/{video_id}") for video_id in ids[10:20]),
            return_exceptions=True,
        )
        assert [one for one in both if isinstance(one, BaseException)] == []
        assert all(result["ok"] for result in [*both[0], *both[1]])  # type: ignore[misc]
    await bulk(signed_in, ids, "restore")
    listed = (await signed_in.get("/api/collections")).json()["collections"]
    assert {one["name"]: one["count"] for one in listed} == {"all": 30, "even": 15, "odd": 15}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ids": [], "action": "trash"}, "ids"),
        ({"ids": ["x"] * 1, "action": "burn"}, "action"),
        ({"ids": [f"v{number}" for number in range(201)], "action": "trash"}, "ids"),
        ({"ids": ["x"], "action": "tag"}, "tags"),
        ({"ids": ["x"], "action": "trash", "force": True}, "force"),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    signed_in: httpx2.AsyncClient, body: dict[str, Any], field: str
) -> None:
    answer = await signed_in.post("/api/videos/bulk", json=body)
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, [field])
