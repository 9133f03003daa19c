"""What sockets hear while things happen, and what they may ask."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.conftest import MakeMember
from tests.live.conftest import Listen
from tests.videos.making import complete, make, put_in_stage, seen, whoami, working

from rushes.studio import Studio
from rushes.tables import videos


async def test_every_change_comes_whole_and_with_its_number(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    listener = await listen(signed_in)
    me = await whoami(signed_in)
    video = await make(signed_in)
    url = f"/api/videos/{video['id']}"

    last = 0

    async def heard() -> dict[str, Any]:
        """The next state. One that was told already may be told again."""
        nonlocal last
        message: dict[str, Any] = await listener.said("video_update", lambda data: data["seq"] > last)
        assert set(message) == {"video_id", "updates", "seq", "space_id"}
        assert (message["video_id"], message["space_id"]) == (video["id"], me["space_id"])
        last = message["seq"]
        return message

    assert (await heard())["updates"] == video
    await signed_in.patch(url, json={"title": "New"})
    message = await heard()
    assert message["updates"] == await seen(signed_in, video["id"])
    assert message["seq"] == message["updates"]["seq"] == 2
    await complete(studio, video["id"])
    while (message := await heard())["updates"]["status"] != "completed":
        assert message["updates"]["status"] == "in_progress"
    assert message["updates"] == await seen(signed_in, video["id"])
    await signed_in.delete(url)
    assert (await heard())["updates"]["trashed_at"] is not None
    await signed_in.post(f"{url}/restore")
    assert (await heard())["updates"]["trashed_at"] is None
    await signed_in.delete(f"{url}?permanent=true")
    assert (await heard())["updates"] == {"deleted": True}


async def test_progress_is_seen_as_it_grows(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    listener = await listen(signed_in)
    async with working(studio):
        video = await make(signed_in, "a ship at dawn", size="640x360", seconds=3)
        await listener.said(
            "video_update",
            lambda data: data["updates"]["status"] not in ("queued", "in_progress"),
            seconds=60,
        )
    told = [data["updates"] for data in listener.all("video_update")]
    assert told[-1]["status"] == "completed", told[-1]["error"]
    assert {update["id"] for update in told} == {video["id"]}
    assert [update["progress"] for update in told] == sorted(update["progress"] for update in told)
    assert [update["seq"] for update in told] == sorted(update["seq"] for update in told)
    assert told[0]["status"] == "queued"
    assert {"in_progress", "completed"} <= {update["status"] for update in told}


async def test_nobody_hears_of_anothers_things(
    signed_in: httpx2.AsyncClient, member: MakeMember, listen: Listen
) -> None:
    ada = await member("ada")
    mine, hers = await listen(signed_in), await listen(ada)
    foreign = await make(ada, "secret")
    own = await make(signed_in, "mine")
    assert (await mine.said("video_update"))["video_id"] == own["id"]
    assert (await hers.said("video_update"))["video_id"] == foreign["id"]
    assert {data["video_id"] for data in mine.all("video_update")} == {own["id"]}
    assert "secret" not in str(mine.heard)
    for asked in (foreign["id"], "video_none"):
        answer = await mine.ask("request_video_status", {"video_id": asked})
        assert answer == {"error": "There is no such video.", "code": "not_found"}
    space_id = (await whoami(ada))["space_id"]
    answer = await mine.ask("resume", {"since": 0, "space_id": space_id})
    assert answer["code"] == "not_found"


async def test_a_rollback_is_never_told(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    video = await make(signed_in)
    listener = await listen(signed_in)

    async def change_and_fail() -> None:
        async with studio.transaction() as work:
            row = (await work.session.execute(update(videos).values(title="never").returning(videos))).one()
            work.changed("video", row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()
    await signed_in.patch(f"/api/videos/{video['id']}", json={"title": "told"})
    assert (await listener.said("video_update"))["updates"]["title"] == "told"
    assert "never" not in str(listener.heard)


async def test_a_status_can_be_asked_for(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    video = await make(signed_in)
    listener = await listen(signed_in)
    answer = await listener.ask("request_video_status", {"video_id": video["id"]})
    assert answer["updates"] == video
    assert await listener.said("video_update") == answer


async def test_a_purged_one_is_said_to_be_deleted(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    video = await make(signed_in)
    await signed_in.delete(f"/api/videos/{video['id']}?permanent=true")
    listener = await listen(signed_in)
    answer = await listener.ask("request_video_status", {"video_id": video["id"]})
    assert answer["updates"] == {"deleted": True}


async def test_nonsense_gets_an_answer_and_closes_nothing(
    signed_in: httpx2.AsyncClient, listen: Listen, subtests: pytest.Subtests
) -> None:
    listener = await listen(signed_in)
    for asked in (None, {}, [], "video_1", 5, {"video_id": None}, {"video_id": 5}, {"video_id": "a\x00b"}):
        with subtests.test(asked=str(asked)):
            assert (await listener.ask("request_video_status", asked))["code"] == "validation_failed"
    for since in (None, -1, 1.5, "1", True, [], {}, 2**63):
        with subtests.test(since=str(since)):
            assert (await listener.ask("resume", {"since": since}))["code"] == "validation_failed"
    for asked in (None, {}, [], 5, "0"):
        with subtests.test(resume=str(asked)):
            assert (await listener.ask("resume", asked))["code"] == "validation_failed"
    for space_id in (None, 5, "space_none", ["x"], {}):
        with subtests.test(space_id=str(space_id)):
            answer = await listener.ask("resume", {"since": 0, "space_id": space_id})
            assert answer["code"] == "not_found"
    assert (await listener.ask("resume", {"since": 0}, {"and": "more"}))["count"] == 0
    assert (await listener.ask("request_video_status", {"video_id": "x"}, 1, 2))["code"] == "not_found"
    assert listener.socket.connected


async def test_the_queue_is_summed_up(
    signed_in: httpx2.AsyncClient, member: MakeMember, listen: Listen, studio: Studio
) -> None:
    mine, hers = await listen(signed_in), await listen(await member("ada"))
    made = [await make(signed_in) for _ in range(3)]
    await put_in_stage(studio, made[0]["id"], "generating")
    summary = await mine.said("queue_update", lambda data: data["running"] == 1)
    assert summary == {"running": 1, "waiting": 2, "paused": False}
    assert len(mine.all("queue_update")) <= 2
    assert hers.all("queue_update") == []


async def test_pausing_is_told_to_ones_other_tabs(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    listener = await listen(signed_in)
    await signed_in.post("/api/queue/pause")
    await listener.said("queue_update", lambda data: data["paused"])
    await signed_in.post("/api/queue/resume")
    await listener.said("queue_update", lambda data: not data["paused"])


async def test_what_needs_a_decision_is_called_out(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    listener = await listen(signed_in)
    video = await make(signed_in)
    await put_in_stage(studio, video["id"], "unknown")
    call = await listener.said("needs_attention", lambda data: data["video_id"] == video["id"])
    assert call["updates"] == await seen(signed_in, video["id"])
    assert call["updates"]["needs_attention"]
    assert (await signed_in.post(f"/api/recovery/{video['id']}", json={"action": "write_off"})).is_success
    await listener.said("video_update", lambda data: data["updates"].get("status") == "failed")
    calls = [
        (data["seq"], data["updates"]["stage"])
        for event, data in listener.heard
        if event == "needs_attention"
    ]
    # Changes that come close together may each be told as the row is by then: the number says that it is one.
    assert set(calls) == {(call["seq"], "unknown")}
