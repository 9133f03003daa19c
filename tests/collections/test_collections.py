"""Collections: made, named, filled, emptied, deleted; counted rightly whatever becomes of their videos."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, func, select, update
from tests.conftest import MakeMember
from tests.live.listening import listening
from tests.videos.making import complete, make

from rushes.serving import Serving
from rushes.studio import Studio
from rushes.tables import collection_videos, collections, videos
from rushes.videos.tasks import tidy

_URL = "/api/collections"


async def _made(client: httpx2.AsyncClient, name: str, *video_ids: str) -> dict[str, Any]:
    answer = await client.post(_URL, json={"name": name, "video_ids": video_ids})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _changed(client: httpx2.AsyncClient, collection_id: str, **wanted: Any) -> dict[str, Any]:
    answer = await client.patch(f"{_URL}/{collection_id}", json=wanted)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def _held(client: httpx2.AsyncClient, collection_id: str, **more: Any) -> list[str]:
    answer = await client.get("/api/videos", params={"collection": collection_id, **more})
    assert answer.status_code == 200, answer.text
    return [video["id"] for video in answer.json()["videos"]]


async def test_one_is_made_filled_and_emptied(signed_in: httpx2.AsyncClient) -> None:
    a, b, c = [(await make(signed_in, name))["id"] for name in ("a", "b", "c")]
    made = await _made(signed_in, "  Trailers  ", a, b, a)
    assert (made["name"], made["count"], made["cover_url"]) == ("Trailers", 2, None)
    assert await _held(signed_in, made["id"]) == [b, a]
    changed = await _changed(signed_in, made["id"], add=[c, b], remove=[a])
    assert changed["count"] == 2
    assert changed["seq"] > made["seq"]
    assert await _held(signed_in, made["id"]) == [c, b]
    assert await _held(signed_in, made["id"], q="c") == [c]
    assert (await _changed(signed_in, made["id"], remove=[a], name="Teasers"))["name"] == "Teasers"
    assert (await signed_in.get(f"{_URL}/{made['id']}")).json()["count"] == 2
    assert (await signed_in.delete(f"{_URL}/{made['id']}")).json() == {"success": True}
    for answer in (
        await signed_in.get(f"{_URL}/{made['id']}"),
        await signed_in.delete(f"{_URL}/{made['id']}"),
        await signed_in.get("/api/videos", params={"collection": made["id"]}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await signed_in.get(f"/api/videos/{b}")).status_code == 200


@pytest.mark.parametrize("more", [{}, {"q": "video"}])
async def test_its_pages_are_in_the_order_of_the_library(
    signed_in: httpx2.AsyncClient, more: dict[str, str]
) -> None:
    ids = [(await make(signed_in, f"video {number}"))["id"] for number in range(9)]
    # Put in in another order than they were made in.
    made = await _made(signed_in, "Some", *ids[4::2], *ids[1:4])
    for sort, expected in (("old", [*ids[1:5], ids[6], ids[8]]), ("new", [ids[8], ids[6], *ids[4:0:-1]])):
        for limit in (1, 2, 6, 7):
            found: list[str] = []
            asked: dict[str, Any] = {"collection": made["id"], "sort": sort, "limit": limit, **more}
            while True:
                page = (await signed_in.get("/api/videos", params=asked)).json()
                found += [video["id"] for video in page["videos"]]
                if page["next_cursor"] is None:
                    break
                asked["cursor"] = page["next_cursor"]
            assert found == expected


async def test_a_page_of_a_large_one_is_read_in_order_and_not_sorted(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    if not studio.database.is_sqlite:
        pytest.skip(
            "PostgreSQL's planner chooses by what it has counted, which in an empty database is nothing"
        )
    ids = [(await make(signed_in, f"video {number}"))["id"] for number in range(3)]
    made = await _made(signed_in, "Some", *ids)
    plans: list[str] = []

    def explained(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "JOIN collection_videos" in statement and not statement.startswith("EXPLAIN"):
            asked = f"EXPLAIN QUERY PLAN {statement}"
            plans.extend(row[-1] for row in connection.exec_driver_sql(asked, parameters))

    engine = studio.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", explained)
    try:
        assert await _held(signed_in, made["id"]) == ids[::-1]
    finally:
        event.remove(engine, "before_cursor_execute", explained)
    assert plans[0].startswith("SEARCH collection_videos USING")
    assert not any("B-TREE" in line for line in plans), plans


async def test_they_are_listed_by_name_and_by_what_they_hold(signed_in: httpx2.AsyncClient) -> None:
    video, other = (await make(signed_in))["id"], (await make(signed_in))["id"]
    for name, ids in (("zebra", [video]), ("Apple", []), ("mango", [video, other])):
        await _made(signed_in, name, *ids)

    async def names(**asked: str) -> list[str]:
        page = (await signed_in.get(_URL, params=asked)).json()
        assert page["seq"] == 5
        return [each["name"] for each in page["collections"]]

    assert await names() == ["Apple", "mango", "zebra"]
    assert await names(video=video) == ["mango", "zebra"]
    assert await names(video=other) == ["mango"]
    assert await names(video="video_of_nobody") == []


async def test_taking_out_what_is_gone_or_never_was_there_is_no_error(signed_in: httpx2.AsyncClient) -> None:
    stays, gone, trashed = [(await make(signed_in, name))["id"] for name in ("stays", "gone", "trashed")]
    made = await _made(signed_in, "Some", stays, gone, trashed)
    for video_id, more in ((gone, {"permanent": True}), (trashed, {})):
        await signed_in.post(f"/api/videos/{video_id}/cancel")
        assert (await signed_in.delete(f"/api/videos/{video_id}", params=more)).status_code == 200
    changed = await _changed(signed_in, made["id"], remove=["nobody", gone, trashed])
    assert changed["count"] == 1
    assert await _held(signed_in, made["id"]) == [stays]
    refused = await signed_in.patch(f"{_URL}/{made['id']}", json={"add": [stays, gone]})
    assert refused.status_code == 404


async def test_a_name_is_taken_once(signed_in: httpx2.AsyncClient) -> None:
    made, other = await _made(signed_in, "Straße"), await _made(signed_in, "B")
    answer = await signed_in.post(_URL, json={"name": "STRASSE"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    answer = await signed_in.patch(f"{_URL}/{other['id']}", json={"name": "strasse"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert (await _changed(signed_in, made["id"], name="STRASSE"))["name"] == "STRASSE"
    await signed_in.delete(f"{_URL}/{made['id']}")
    assert (await _made(signed_in, "strasse"))["name"] == "strasse"
    await _made(signed_in, "Caf\u00e9")
    answer = await signed_in.post(_URL, json={"name": "cafe\u0301"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb", 5, None])
async def test_what_is_no_name_is_refused(signed_in: httpx2.AsyncClient, name: Any) -> None:
    answer = await signed_in.post(_URL, json={"name": name})
    assert answer.status_code == 422
    assert list(answer.json()["details"]["fields"]) == ["name"]


async def test_only_what_is_ones_own_goes_in(signed_in: httpx2.AsyncClient, member: MakeMember) -> None:
    other = await member("mallory")
    foreign, own = (await make(other))["id"], (await make(signed_in))["id"]
    answer = await signed_in.post(_URL, json={"name": "x", "video_ids": [own, foreign]})
    assert answer.status_code == 404
    assert (await signed_in.get(_URL)).json()["collections"] == []
    made = await _made(signed_in, "x", own)
    answer = await signed_in.patch(f"{_URL}/{made['id']}", json={"name": "y", "add": [foreign]})
    assert answer.status_code == 404
    assert (await signed_in.get(f"{_URL}/{made['id']}")).json() == made
    assert (await other.get("/api/videos", params={"collection": made["id"]})).status_code == 404


async def test_its_cover_is_the_one_that_was_added_last(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    first, last = (await make(signed_in))["id"], (await make(signed_in))["id"]
    made = await _made(signed_in, "x", last)
    await _changed(signed_in, made["id"], add=[first])
    for video_id in (first, last):
        await complete(studio, video_id)
    cover = (await signed_in.get(f"{_URL}/{made['id']}")).json()["cover_url"]
    assert cover == f"/api/videos/{first}/content?variant=thumbnail&v=1"
    assert (await signed_in.get(cover)).headers["content-type"] == "image/jpeg"
    await signed_in.delete(f"/api/videos/{first}")
    assert last in (await signed_in.get(_URL)).json()["collections"][0]["cover_url"]


async def _counts_are_true(studio: Studio) -> None:
    seen = (
        select(func.count())
        .select_from(collection_videos.join(videos, videos.c.id == collection_videos.c.video_id))
        .where(
            collection_videos.c.collection_id == collections.c.id,
            videos.c.trashed_at.is_(None),
            videos.c.purged_at.is_(None),
        )
        .scalar_subquery()
    )
    query = select(collections.c.name, collections.c.video_count, seen.label("seen")).where(
        collections.c.purged_at.is_(None)
    )
    async with studio.reading() as session:
        rows = (await session.execute(query)).all()
    assert [(row.name, row.video_count) for row in rows] == [(row.name, row.seen) for row in rows]


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_true_after_any_history(
    signed_in: httpx2.AsyncClient, studio: Studio, seed: int
) -> None:
    """Several at a time, as several people would."""
    chance = random.Random(seed)
    ids = [(await make(signed_in))["id"] for _ in range(6)]
    for video_id in ids:
        await signed_in.post(f"/api/videos/{video_id}/cancel")
    names = [(await _made(signed_in, name))["id"] for name in "abc"]

    async def step() -> None:
        some, one, collection = chance.sample(ids, 3), chance.choice(ids), chance.choice(names)
        match chance.randrange(8):
            case 0 | 1 | 2:
                await signed_in.patch(f"{_URL}/{collection}", json={"add": some, "remove": [one]})
            case 3:
                await signed_in.patch(f"{_URL}/{collection}", json={"remove": some})
            case 4:
                await signed_in.delete(f"/api/videos/{one}")
            case 5 | 6:
                await signed_in.post(f"/api/videos/{one}/restore")
            case 7 if chance.random() < 0.2:
                await signed_in.delete(f"/api/videos/{one}?permanent=true")

    for _ in range(15):
        await asyncio.gather(*(step() for _ in range(4)))
    await _counts_are_true(studio)
    await signed_in.delete(f"{_URL}/{names[0]}")
    await _counts_are_true(studio)


async def test_every_change_is_told_and_replayed(
    signed_in: httpx2.AsyncClient, server: Serving, studio: Studio
) -> None:
    video = (await make(signed_in))["id"]
    token = signed_in.headers["authorization"].removeprefix("Bearer ")
    async with listening(server.url, auth={"token": token}) as listener:
        made = await _made(signed_in, "live", video)
        told = await listener.said("collection_update", lambda data: data["updates"].get("count") == 1)
        assert told["collection_id"] == made["id"]
        assert told["updates"] == made
        await signed_in.delete(f"/api/videos/{video}")
        told = await listener.said("collection_update", lambda data: data["updates"].get("count") == 0)
        assert told["updates"] == (await signed_in.get(f"{_URL}/{made['id']}")).json()
        asked = await listener.ask("request_collection_status", {"collection_id": made["id"]})
        assert asked["updates"] == told["updates"]
        await signed_in.delete(f"{_URL}/{made['id']}")
        await listener.said("collection_update", lambda data: data["updates"] == {"deleted": True})
    async with listening(server.url, auth={"token": token}) as listener:
        await listener.ask("resume", {"since": told["seq"]})
        gone = await listener.said("collection_update", lambda data: data["seq"] > told["seq"])
        assert gone["updates"] == {"deleted": True}


async def test_tombstones_are_forgotten_in_the_end(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    made = await _made(signed_in, "short-lived")
    await signed_in.delete(f"{_URL}/{made['id']}")
    async with studio.transaction() as work:
        await work.session.execute(update(collections).values(purged_at=1.0))
    await tidy(studio)
    async with studio.reading() as session:
        assert (await session.execute(select(collections))).all() == []
