"""Catching up after a lost connection: what was missed is sent, or the client is told to begin afresh."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.live.conftest import Listen
from tests.live.listening import Listener
from tests.videos.making import make, seen

import rushes.hub
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos.tasks import tidy


async def caught_up(listener: Listener, since: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The acknowledgement of `resume`, and the updates that came before it, in order and each once: a change
    whose turn to be told live had not come when the socket came is heard twice."""
    before = len(listener.heard)
    answer = await listener.ask("resume", {"since": since})
    heard = [data for name, data in listener.heard[before:] if name == "video_update" and data["seq"] > since]
    return answer, [update for _, update in sorted({data["seq"]: data for data in heard}.items())]


async def test_from_nothing_everything_is_replayed(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    made = [await make(signed_in) for _ in range(3)]
    listener = await listen(signed_in)
    answer, updates = await caught_up(listener, 0)
    assert answer == {"seq": 3, "count": 3}
    assert [update["updates"] for update in updates] == made


async def test_only_what_was_missed_is_sent_once_and_whole(
    signed_in: httpx2.AsyncClient, listen: Listen
) -> None:
    made = [await make(signed_in) for _ in range(4)]
    since = made[-1]["seq"]
    for title in ("a", "b", "c"):
        await signed_in.patch(f"/api/videos/{made[1]['id']}", json={"title": title})
    await signed_in.delete(f"/api/videos/{made[2]['id']}")
    await signed_in.delete(f"/api/videos/{made[3]['id']}?permanent=true")
    listener = await listen(signed_in)
    answer, updates = await caught_up(listener, since)
    assert answer == {"seq": listener.all("ready")[0]["seq"], "count": 3}
    assert [update["video_id"] for update in updates] == [made[i]["id"] for i in (1, 2, 3)]
    assert updates[0]["updates"] == await seen(signed_in, made[1]["id"])
    assert updates[0]["updates"]["title"] == "c"
    assert updates[1]["updates"]["trashed_at"] is not None
    assert updates[2]["updates"] == {"deleted": True}
    assert await caught_up(listener, answer["seq"]) == ({"seq": answer["seq"], "count": 0}, [])


async def test_a_long_absence_is_replayed_in_pages(
    signed_in: httpx2.AsyncClient, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rushes.hub, "_REPLAY_PAGE", 7)
    for _ in range(3):
        await signed_in.post("/api/videos", json={"prompt": "many", "n": 7})
    listener = await listen(signed_in)
    answer, updates = await caught_up(listener, 0)
    assert answer == {"seq": 21, "count": 21}
    assert [update["seq"] for update in updates] == list(range(1, 22))


async def test_more_than_a_socket_may_have_waiting(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    """A replay of thousands must not cut off the very client that asked for it."""
    for _ in range(24):
        await signed_in.post("/api/videos", json={"prompt": "many", "n": 50})
    listener = await listen(signed_in)
    answer, updates = await caught_up(listener, 0)
    assert answer == {"seq": 1200, "count": 1200}
    assert len(updates) == 1200
    assert listener.socket.connected


async def test_a_client_from_the_future_begins_afresh(signed_in: httpx2.AsyncClient, listen: Listen) -> None:
    """As after a database was restored from a backup."""
    await make(signed_in)
    listener = await listen(signed_in)
    answer, updates = await caught_up(listener, 2)
    assert answer == {"seq": 1, "count": 0, "resync": True}
    assert updates == []
    assert (await listener.said("resync"))["seq"] == 1


async def test_a_client_older_than_the_tombstones_begins_afresh(
    signed_in: httpx2.AsyncClient, listen: Listen, studio: Studio
) -> None:
    made = [await make(signed_in) for _ in range(3)]
    await signed_in.delete(f"/api/videos/{made[0]['id']}?permanent=true")
    await signed_in.patch(f"/api/videos/{made[1]['id']}", json={"title": "x"})
    async with studio.transaction() as work:
        await work.session.execute(
            update(videos).where(videos.c.purged_at.is_not(None)).values(purged_at=1.0)
        )
    await tidy(studio)
    listener = await listen(signed_in)
    seq = listener.all("ready")[0]["seq"]
    # Three were made, one was buried (4) and one changed (5).
    assert seq == 5
    answer, _ = await caught_up(listener, 3)
    assert answer == {"seq": seq, "count": 0, "resync": True}
    assert (await listener.said("resync"))["seq"] == seq
    # Whoever had heard of the deletion may go on, and whoever knows nothing begins afresh anyway.
    answer, updates = await caught_up(listener, 4)
    assert (answer["count"], [update["video_id"] for update in updates]) == (1, [made[1]["id"]])
    answer, updates = await caught_up(listener, 0)
    assert (answer, len(updates)) == ({"seq": seq, "count": 2}, 2)
