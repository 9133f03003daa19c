"""The library: pages that stay put while things change, every filter, and what makes no sense."""

from __future__ import annotations

import base64
from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.conftest import MakeMember
from tests.videos.making import make, put_in_stage, whoami

from rushes.studio import Studio
from rushes.tables import videos


async def listed(client: httpx2.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/videos?{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def prompts(client: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [video["prompt"] for video in (await listed(client, query))["videos"]]


async def make_all(client: httpx2.AsyncClient, *names: str) -> list[dict[str, Any]]:
    return [await make(client, name) for name in names]


async def test_an_empty_library(signed_in: httpx2.AsyncClient) -> None:
    page = await listed(signed_in)
    assert page == {"videos": [], "limit": 50, "offset": 0, "next_cursor": None, "seq": 0}


async def test_the_newest_come_first_unless_asked_otherwise(signed_in: httpx2.AsyncClient) -> None:
    await make_all(signed_in, "a", "b", "c")
    assert await prompts(signed_in) == ["c", "b", "a"]
    assert await prompts(signed_in, "sort=old") == ["a", "b", "c"]
    assert (await listed(signed_in))["seq"] == 3


async def test_pages_by_offset(signed_in: httpx2.AsyncClient) -> None:
    await make_all(signed_in, "a", "b", "c", "d", "e")
    page = await listed(signed_in, "limit=2&offset=2")
    assert ([v["prompt"] for v in page["videos"]], page["limit"], page["offset"]) == (["c", "b"], 2, 2)
    assert await prompts(signed_in, "limit=2&offset=4") == ["a"]
    assert await prompts(signed_in, "offset=5") == []


@pytest.mark.parametrize("sort", ["new", "old"])
async def test_pages_by_cursor_neither_miss_nor_repeat(signed_in: httpx2.AsyncClient, sort: str) -> None:
    """While newer ones are made, and although several carry one and the same time."""
    several = await signed_in.post("/api/videos", json={"prompt": "together", "n": 5})
    before = [video["id"] for video in several.json()["videos"]]
    before += [video["id"] for video in await make_all(signed_in, "x", "y")]
    seen, cursor = [], ""
    while True:
        page = await listed(signed_in, f"limit=2&sort={sort}{cursor}")
        seen += [video["id"] for video in page["videos"]]
        if page["next_cursor"] is None or len(seen) > 20:
            break
        cursor = f"&cursor={page['next_cursor']}"
        if sort == "new":
            await make(signed_in, "meanwhile")
    assert seen == (before if sort == "old" else before[::-1])


async def test_equal_times_are_told_apart_by_id(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    made = await make_all(signed_in, "a", "b", "c", "d", "e")
    async with studio.transaction() as work:
        await work.session.execute(update(videos).values(created_at=1000.25))
    for sort in ("new", "old"):
        seen, page = [], await listed(signed_in, f"limit=1&sort={sort}")
        seen += page["videos"]
        while page["next_cursor"]:
            page = await listed(signed_in, f"limit=1&sort={sort}&cursor={page['next_cursor']}")
            seen += page["videos"]
        ids = sorted(video["id"] for video in made)
        assert [video["id"] for video in seen] == (ids if sort == "old" else ids[::-1])


async def test_every_filter(signed_in: httpx2.AsyncClient, studio: Studio, subtests: pytest.Subtests) -> None:
    red = await make(signed_in, 'A Red fox, 100% "wild"', tags=["fox", 'say "hi"'], title="Füchse")
    blue = await make(signed_in, "a blue_whale", tags=["whale", "foxglove"], model="sora-2")
    green = await make(signed_in, "a green frog")
    gone = await make(signed_in, "in the trash")
    await signed_in.patch(f"/api/videos/{blue['id']}", json={"favourite": True})
    await put_in_stage(studio, red["id"], "completed")
    await put_in_stage(studio, blue["id"], "failed")
    await put_in_stage(studio, green["id"], "unknown")
    await signed_in.delete(f"/api/videos/{gone['id']}")
    async with studio.transaction() as work:
        for video, at in ((red, 100.0), (blue, 200.5), (green, 300.0)):
            await work.session.execute(update(videos).where(videos.c.id == video["id"]).values(created_at=at))
    names = {red["id"]: "red", blue["id"]: "blue", green["id"]: "green", gone["id"]: "gone"}
    everything = ["green", "blue", "red"]
    for query, expected in {
        "": everything,
        "status=all": everything,
        "status=queued": [],
        "status=in_progress": ["green"],
        "status=completed": ["red"],
        "status=failed": ["blue"],
        "status=cancelled": [],
        "status=completed,failed": ["blue", "red"],
        "status=completed,%20failed,": ["blue", "red"],
        "status=trashed": ["gone"],
        "q=RED": ["red"],
        "q=füchse": ["red"],
        "q=100%25": ["red"],
        "q=%25": everything,
        "q=blue_w": ["blue"],
        "q=green_frog": ["green"],
        "q=%22wild%22": ["red"],
        "q='; DROP TABLE videos; --": [],
        "tag=fox": ["red"],
        "tag=whale": ["blue"],
        "tag=say%20%22hi%22": ["red"],
        "tag=fo": [],
        "favourite=true": ["blue"],
        "favourite=false": ["green", "red"],
        "after=200.5": ["green", "blue"],
        "before=200.5": ["red"],
        "after=150&before=250": ["blue"],
        "provider=animatic": everything,
        "provider=gpu": [],
        "model=sora-2": ["blue"],
        "model=animatic/animatic": everything,
        "model=animatic": everything,
        "model=other/animatic": [],
        "kind=text": everything,
        "kind=remix": [],
        "status=failed&q=blue&tag=whale&favourite=true": ["blue"],
    }.items():
        with subtests.test(query=query):
            page = await listed(signed_in, query)
            assert [names[video["id"]] for video in page["videos"]] == expected


async def test_what_makes_no_sense_is_refused(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    def cursor(text: bytes) -> str:
        return "cursor=" + base64.urlsafe_b64encode(text).decode().rstrip("=")

    for query, field in {
        "limit=0": "limit",
        "limit=-5": "limit",
        "limit=201": "limit",
        "limit=ten": "limit",
        "limit=1&limit=2": "limit",
        "limit=1e3": "limit",
        "offset=-1": "offset",
        f"offset={10**30}": "offset",
        "sort=sideways": "sort",
        "status=sleeping": "status",
        "status=completed,sleeping": "status",
        "favourite=maybe": "favourite",
        "after=nan": "after",
        "before=yesterday": "before",
        "kind=film": "kind",
        "colour=red": "colour",
        f"q={'x' * 201}": "q",
        "cursor=x": "cursor",
        "cursor=é": "cursor",
        "cursor=!!!!": "cursor",
        "cursor=AAAA": "cursor",
        cursor(b"1.0"): "cursor",
        cursor(b"nan video_1"): "cursor",
        cursor(b"1e400 video_1"): "cursor",
        cursor(b"1.0 video_1 more"): "cursor",
        cursor(b"1.0 video\x00"): "cursor",
        cursor(b"\xff\xff"): "cursor",
    }.items():
        with subtests.test(query=query[:60]):
            answer = await signed_in.get(f"/api/videos?{query}")
            assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
            assert list(answer.json()["details"]["fields"]) == [field]


async def test_the_space_must_be_ones_own(signed_in: httpx2.AsyncClient, member: MakeMember) -> None:
    ada = await member("ada")
    await make(ada, "hers")
    mine, hers = await whoami(signed_in), await whoami(ada)
    assert await prompts(ada, f"space={hers['space_id']}") == ["hers"]
    assert await prompts(signed_in, f"space={mine['space_id']}") == []
    for space_id in (hers["space_id"], "space_none"):
        answer = await signed_in.get(f"/api/videos?space={space_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_number_grows_with_every_change(signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in)
    before = (await listed(signed_in))["seq"]
    changed = (await signed_in.patch(f"/api/videos/{video['id']}", json={"title": "T"})).json()
    page = await listed(signed_in)
    assert page["seq"] == changed["seq"] == page["videos"][0]["seq"] == before + 1
