"""The short path tells what the usual one tells, and what the schema promises."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import bindparam, func, literal_column, select, update
from tests.conftest import MakeMember
from tests.videos.conftest import Completed
from tests.videos.making import make, put_in_stage

from rushes.http.answers import to_json
from rushes.quick_reads import Quick, TakesTooLong
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import queries, reading
from rushes.videos.eta import Learned
from rushes.videos.lifecycle import STAGES
from rushes.videos.models import Video, VideoFilter, VideoPage

_SPRITES = {"columns": 5, "rows": 5, "count": 25, "frame_width": 160, "frame_height": 90, "interval": 0.32}
_ERROR = {"code": "refused", "message": "Non — «nein» 不", "retryable": True, "charged": "no"}


@pytest.fixture
async def mixed(signed_in: httpx2.AsyncClient, completed: Completed, studio: Studio) -> list[str]:
    """Videos in every stage, with every column filled in one or another."""
    ids = []
    for stage in STAGES:
        video = await make(signed_in, f"{stage} \u2028 “quoted” \\ 灯台 🎬", seed=2**40)
        if stage == "completed":
            video = await completed(signed_in, "a finished one")
        elif stage != "waiting":
            await put_in_stage(studio, video["id"], stage, progress=40, progress_known=True)
        ids.append(video["id"])
    changed = {
        "title": 'A "title" \\ with 🎬',
        "tags": ["night", 'two "words"', "\\", "灯"],
        "favourite": True,
        "error": _ERROR,
        "spritesheet": _SPRITES,
        "references": [{"asset_id": "asset_1", "role": "style"}, {"asset_id": "a", "role": "first_frame"}],
        "options": {"tone": 'a "warm" \\ one', "steps": 2**40, "loop": None},
        "audio": True,
        "cost_estimate": 0.25,
        "cost_actual": 1e-7,
        "fps": 23.976,
        "file_size": 2**40,
    }
    async with studio.transaction() as work:
        await work.session.execute(update(videos).where(videos.c.id.in_(ids[::2])).values(**changed))
    return ids


async def test_one_video_is_the_same_by_both_paths(
    signed_in: httpx2.AsyncClient, studio: Studio, mixed: list[str]
) -> None:
    now = studio.clock.now()
    for video_id in mixed:
        answer = await signed_in.get(f"/api/videos/{video_id}")
        assert json.loads(Video.model_validate_json(answer.content, strict=True).model_dump_json()) == (
            answer.json()
        )
        async with studio.reading() as session:
            (row,) = await queries.by_ids(session, [video_id])
            learned = await Learned().refresh(session, [row], now=now)
            usual = to_json({**(await reading.views(studio, session, [row], learned))[0], "eta": None})
        assert {**answer.json(), "eta": None} == orjson.loads(usual)


async def test_the_library_is_the_same_by_both_paths(signed_in: httpx2.AsyncClient, mixed: list[str]) -> None:
    assert VideoFilter(limit=3, cursor="x", status="all").is_plain
    every_day = "after=0"
    assert not VideoFilter.model_validate({"after": 0}).is_plain
    for limit in (1, 2, 3, len(mixed), 200):
        cursors = {"": "", every_day: ""}
        while True:
            pages = {}
            for way, cursor in cursors.items():
                at = f"&cursor={cursor}" if cursor else ""
                answer = await signed_in.get(f"/api/videos?limit={limit}&{way}{at}")
                VideoPage.model_validate_json(answer.content, strict=True)
                pages[way] = _without_eta(answer.json())
            assert pages[""] == pages[every_day]
            if pages[""]["next_cursor"] is None:
                break
            cursors = dict.fromkeys(cursors, pages[""]["next_cursor"])


async def test_who_is_no_member_finds_nothing(
    studio: Studio, signed_in: httpx2.AsyncClient, member: MakeMember
) -> None:
    video = await make(signed_in)
    other = await member("mallory")
    assert (await other.get(f"/api/videos/{video['id']}")).status_code == 404
    assert (await other.get(f"/api/videos?space={video['space_id']}")).status_code == 404
    assert (await other.get("/api/videos")).json()["videos"] == []


async def test_what_takes_long_is_broken_off_and_asked_again_beside_the_loop(studio: Studio) -> None:
    """Counting to 300,000 with a recursive query takes SQLite far longer than the short path allows."""
    numbers = select(literal_column("1").label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(
        select(numbers.c.n + 1).where(numbers.c.n < bindparam("upto", type_=videos.c.progress.type))
    )
    counting = Quick(select(func.count()).select_from(numbers))
    if studio.database.is_sqlite:
        with pytest.raises(TakesTooLong):
            await studio.database._short_path.rows(counting, {"upto": 300_000})
    assert await studio.database.quick(counting, upto=300_000) == [(300_000,)]


async def test_a_short_path_that_fails_is_no_failure(studio: Studio, signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in)

    class Broken:
        async def rows(self, quick: Quick, values: dict[str, Any]) -> Any:
            raise TakesTooLong

        async def close(self) -> None: ...

    usual, studio.database._short_path = studio.database._short_path, Broken()
    try:
        answer = await signed_in.get(f"/api/videos/{video['id']}")
    finally:
        studio.database._short_path = usual
    assert (answer.status_code, answer.json()["prompt"]) == (200, video["prompt"])


async def test_what_was_just_written_is_seen(studio: Studio, signed_in: httpx2.AsyncClient) -> None:
    video = await make(signed_in)
    for number in range(20):
        changed = await signed_in.patch(f"/api/videos/{video['id']}", json={"title": f"take {number}"})
        assert changed.json()["title"] == f"take {number}"
        page = (await signed_in.get("/api/videos")).json()
        assert page["videos"][0]["title"] == f"take {number}"
        assert page["seq"] == page["videos"][0]["seq"] == changed.json()["seq"]


def _without_eta(page: dict[str, Any]) -> dict[str, Any]:
    """What remains changes by the second."""
    return {**page, "videos": [{**video, "eta": None} for video in page["videos"]]}
