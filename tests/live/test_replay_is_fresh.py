"""What must hold of catching up: stale state + whatever was heard + replay == a fresh fetch.

For random histories, a client that was up to date at some moment hears any of the later messages, in any
order, some twice and some never; then it resumes, and knows what a fresh fetch says. (The time left and the
cover of a collection change without a number and are left out.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from tests.conftest import MakeMember
from tests.live.conftest import Listen
from tests.videos.making import put_in_stage, whoami

from rushes.actor import Actor
from rushes.collections import queries as collection_queries
from rushes.collections import service as collecting
from rushes.collections.live import COLLECTIONS
from rushes.collections.models import CollectionChange, CollectionCreate
from rushes.errors import Conflict, NotFound
from rushes.hub import LiveKind
from rushes.studio import Studio
from rushes.tables import assets, collections, new_id, spaces, videos
from rushes.videos import creation, queries, service
from rushes.videos.idempotency import Repeatable
from rushes.videos.live import VIDEOS
from rushes.videos.models import Reference, VideoChange, VideoCreate
from rushes.videos.tasks import tidy

STEPS = (
    *("create", "change", "trash", "restore", "purge", "begin", "progress", "fail", "forget"),
    *("collect", "hold", "let go", "rename", "dissolve"),
)
COLLECTING = STEPS[-5:]

Step = tuple[str, int]
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=1, max_size=20)
numbers = count()


class History:
    """Things that happen in one person's space, each of which yields the message that tells of it."""

    def __init__(self, studio: Studio, actor: Actor) -> None:
        self.studio = studio
        self.actor = actor
        self.made: list[str] = []
        self.collected: list[str] = []

    async def do(self, step: str, which: int) -> dict[str, Any] | None:
        """The message, or None when the step was not possible or changed nothing."""
        studio, now = self.studio, self.studio.clock.now()
        if step == "forget":
            told = await self.do("purge", which)
            await self._forget()
            return told
        if step == "create":
            request = VideoCreate(
                prompt=f"video {len(self.made)}",
                size="128x128",
                seconds=1,
                references=[Reference(asset_id=await self._picture())] if len(self.made) % 3 == 2 else [],
            )
            asked = Repeatable(None, "")
            async with studio.transaction() as work:
                rows = await creation.create(
                    work,
                    self.actor,
                    studio.providers,
                    request=request,
                    asked=asked,
                    picture=None,
                    now=now,
                )
            self.made.append(rows[0].id)
            return await self._message(VIDEOS, rows[0].id)
        if step in COLLECTING:
            return await self._collect(step, which, now=now)
        if not self.made:
            return None
        video_id = self.made[which % len(self.made)]
        async with studio.reading() as session:
            row = await queries.one(session, video_id)
        if row is None or row.purged_at is not None:
            return None
        before = row.changed_seq
        if step == "begin":
            if row.stage == "waiting":
                await put_in_stage(studio, video_id, "generating")
        else:
            try:
                await self._do_to(step, row, now=now)
            except Conflict:
                return None
        message = await self._message(VIDEOS, video_id)
        return message if message["seq"] > before else None

    async def _picture(self) -> str:
        """A picture of theirs."""
        asset_id = new_id("asset")
        async with self.studio.transaction() as work:
            await work.session.execute(
                insert(assets).values(
                    id=asset_id,
                    space_id=self.actor.space_id,
                    user_id=self.actor.user_id,
                    kind="image",
                    file_path=f"{asset_id}.png",
                    content_type="image/png",
                    file_size=1,
                    sha256="",
                    created_at=self.studio.clock.now(),
                )
            )
        return asset_id

    async def _collect(self, step: str, which: int, *, now: float) -> dict[str, Any] | None:
        """A collection is made, changed or deleted. One that holds a video is told of when the video is seen
        no longer or again, which nobody here hears: it is found by resuming."""
        some = self.made[which : which + 3]
        try:
            async with self.studio.transaction() as work:
                if step == "collect":
                    wanted = CollectionCreate(name=f"collection {len(self.collected)}", video_ids=some)
                    made = await collecting.create(work, self.actor, wanted=wanted, now=now)
                    self.collected.append(made)
                    which = len(self.collected) - 1
                elif not self.collected:
                    return None
                collection_id = self.collected[which % len(self.collected)]
                if step == "dissolve":
                    await collecting.remove(work, self.actor, collection_id=collection_id, now=now)
                elif step != "collect":
                    change = {
                        "hold": CollectionChange(add=some),
                        "let go": CollectionChange(remove=some),
                        "rename": CollectionChange(name=f"renamed {which} {now}"),
                    }[step]
                    await collecting.change(
                        work, self.actor, collection_id=collection_id, wanted=change, now=now
                    )
        except NotFound:
            # The collection is deleted, or one of the videos purged.
            self.collected = [one for one in self.collected if await self._is_there(one)]
            return None
        return await self._message(COLLECTIONS, collection_id)

    async def _is_there(self, collection_id: str) -> bool:
        try:
            async with self.studio.reading() as session:
                await collection_queries.visible(session, self.actor, collection_id)
        except NotFound:
            return False
        return True

    async def _do_to(self, step: str, row: Any, *, now: float) -> None:
        studio, actor, providers = self.studio, self.actor, self.studio.providers
        async with studio.transaction() as work:
            match step:
                case "change":
                    wanted = VideoChange(title=f"title {now}", favourite=not row.favourite)
                    await service.change(work, actor, video_id=row.id, wanted=wanted, now=now)
                case "trash":
                    await service.trash(work, actor, providers, video_id=row.id, now=now)
                case "restore":
                    await service.restore(work, actor, video_id=row.id, now=now)
                case "purge":
                    await service.purge(work, actor, providers, video_id=row.id, now=now)
                case "progress":
                    generating = videos.c.stage == "generating"
                    percent = min(99, row.progress + 7)
                    await queries.change(work, row.id, generating, progress=percent, progress_known=True)
                case "fail":
                    await queries.move(
                        work,
                        row.id,
                        "failed",
                        sources=("generating",),
                        now=now,
                        charged="no",
                        completed_at=now,
                    )

    async def _message(self, kind: LiveKind, row_id: str) -> dict[str, Any]:
        async with self.studio.reading() as session:
            rows = (await session.execute(select(kind.table).where(kind.table.c.id == row_id))).all()
            views = await kind.views(self.studio, session, rows)
        return {kind.id_field: row_id, "updates": views[0], "seq": rows[0].changed_seq}

    async def _forget(self) -> None:
        """As 30 days after the last purge."""
        async with self.studio.transaction() as work:
            for table in (videos, collections):
                mine = table.c.space_id == self.actor.space_id
                await work.session.execute(
                    update(table).where(mine, table.c.purged_at > 0).values(purged_at=1)
                )
        await tidy(self.studio)

    async def seq(self) -> int:
        async with self.studio.reading() as session:
            found = await session.scalar(select(spaces.c.seq).where(spaces.c.id == self.actor.space_id))
        return int(found or 0)


@dataclass
class Client:
    """What a client keeps: per video and collection the newest state, and the number up to which it knows
    everything."""

    http: httpx2.AsyncClient
    since: int = 0
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def hear(self, message: dict[str, Any]) -> None:
        row_id = message["video_id"] if "video_id" in message else message["collection_id"]
        held = self.known.get(row_id)
        if held is None or message["seq"] > held["seq"]:
            self.known[row_id] = message

    async def fetch(self) -> None:
        """Begins afresh."""
        self.known = {}
        first: list[int] = []
        for query in ("status=all", "status=trashed"):
            page = (await self.http.get(f"/api/videos?limit=200&{query}")).json()
            first.append(page["seq"])
            for video in page["videos"]:
                self.hear({"video_id": video["id"], "updates": video, "seq": video["seq"]})
        page = (await self.http.get("/api/collections")).json()
        for each in page["collections"]:
            self.hear({"collection_id": each["id"], "updates": each, "seq": each["seq"]})
        self.since = first[0]

    def things(self) -> dict[str, dict[str, Any]]:
        return {
            row_id: {
                name: value for name, value in held["updates"].items() if name not in ("eta", "cover_url")
            }
            for row_id, held in self.known.items()
            if held["updates"] != {"deleted": True}
        }


@settings(
    max_examples=15,
    deadline=None,
    # Each example is a person with a history in a real database: making a failing one smaller takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=steps, after=steps, data=st.data())
async def test_stale_state_and_replay_make_a_fresh_fetch(
    before: list[Step],
    after: list[Step],
    data: st.DataObject,
    studio: Studio,
    member: MakeMember,
    listen: Listen,
) -> None:
    http = await member(f"person{next(numbers)}")
    me = await whoami(http)
    history = History(studio, Actor(me["id"], me["username"], "member", me["space_id"]))
    for step, which in before:
        await history.do(step, which)
    client = Client(http)
    await client.fetch()

    told = [message for step, which in after if (message := await history.do(step, which))]
    for index in data.draw(st.lists(st.integers(0, max(0, len(told) - 1)), max_size=20)) if told else []:
        client.hear(told[index])

    if client.since == 0:
        client.known = {}  # to resume from nothing is to know nothing
    listener = await listen(http)
    answer = await listener.ask("resume", {"since": client.since})
    heard = listener.all("video_update") + listener.all("collection_update")
    for message in heard:
        client.hear(message)
    if answer.get("resync"):
        await client.fetch()
    else:
        # The last change of all may be told live as well: its turn had not come when the socket came.
        assert answer["count"] <= len(heard)
        client.since = answer["seq"]
    await listener.socket.disconnect()

    fresh = Client(http)
    await fresh.fetch()
    assert client.things() == fresh.things()
    assert client.since == fresh.since == await history.seq()
