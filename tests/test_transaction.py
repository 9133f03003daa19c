"""One unit of work: what a commit brings with it, what a rollback takes away, and gapless numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from rushes.background import Task
from rushes.events import Change
from rushes.studio import Studio
from rushes.tables import new_id, spaces, videos
from rushes.transaction import Transaction

Told = list[list[Change]]


@pytest.fixture
async def rooms(studio: Studio) -> list[str]:
    """The ids of two spaces, in their order."""
    ids = sorted(new_id("space") for _ in range(2))
    async with studio.transaction() as work:
        for space_id in ids:
            await work.session.execute(insert(spaces).values(id=space_id, name=space_id, created_at=0))
    return ids


@pytest.fixture
def told(studio: Studio) -> Told:
    """What was announced, commit by commit."""
    heard: Told = []
    studio.announce = heard.append
    return heard


@pytest.fixture
def ran(studio: Studio) -> list[str]:
    """The arguments with which the task `note` ran."""
    found: list[str] = []

    async def note(_studio: Studio, what: str) -> None:
        found.append(what)

    studio.background.register(studio, [Task("note", note)])
    return found


@pytest.fixture
async def worker(studio: Studio, ran: list[str]) -> AsyncIterator[None]:
    running = asyncio.create_task(studio.background.work(studio.stopping))
    yield
    studio.stopping.set()
    await running


async def add(work: Transaction, space_id: str, **more: Any) -> str:
    """A new video in the space, as a change."""
    video_id = new_id("video")
    row = (
        await work.session.execute(
            insert(videos)
            .values(
                **{
                    "id": video_id,
                    "space_id": space_id,
                    "user_id": "user_1",
                    "number": 1,
                    "kind": "text",
                    "prompt": "x",
                    "tags": [],
                    "model": "m",
                    "provider": "p",
                    "provider_model": "m",
                    "size": "128x128",
                    "seconds": 1,
                    "root_video_id": video_id,
                    "status": "queued",
                    "stage": "waiting",
                    "queue_position": 0,
                    "created_at": 0,
                    "updated_at": 0,
                    **more,
                }
            )
            .returning(videos)
        )
    ).one()
    work.changed("video", row)
    return video_id


async def numbers(studio: Studio, space_id: str) -> tuple[int, list[int]]:
    """The space's counter, and the numbers that its videos carry."""
    async with studio.reading() as session:
        seq = await session.scalar(select(spaces.c.seq).where(spaces.c.id == space_id))
        mine = select(videos.c.changed_seq).where(videos.c.space_id == space_id)
        found = (await session.execute(mine.order_by(videos.c.changed_seq))).scalars()
        return seq or 0, list(found)


async def test_every_changed_row_gets_the_next_number_of_its_space(
    studio: Studio, rooms: list[str], told: Told
) -> None:
    first, second = rooms
    async with studio.transaction() as work:
        a = await add(work, second)
        b = await add(work, first)
        c = await add(work, second)
    async with studio.transaction() as work:
        d = await add(work, second)
    assert told == [
        [
            Change("video", b, first, 1),
            Change("video", a, second, 1),
            Change("video", c, second, 2),
        ],
        [Change("video", d, second, 3)],
    ]
    assert await numbers(studio, first) == (1, [1])
    assert await numbers(studio, second) == (3, [1, 2, 3])


async def test_a_row_that_changes_often_in_one_transaction_has_one_number(
    studio: Studio, rooms: list[str], told: Told
) -> None:
    async with studio.transaction() as work:
        video_id = await add(work, rooms[0])
        for title in "abc":
            row = (
                await work.session.execute(
                    update(videos).where(videos.c.id == video_id).values(title=title).returning(videos)
                )
            ).one()
            work.changed("video", row)
    assert told == [[Change("video", video_id, rooms[0], 1)]]


async def test_a_transaction_that_changes_nothing_tells_nothing(
    studio: Studio, rooms: list[str], told: Told
) -> None:
    async with studio.transaction() as work:
        await work.session.execute(select(videos))
    assert told == []
    assert await numbers(studio, rooms[0]) == (0, [])


async def test_a_rollback_discards_all_of_it(
    studio: Studio, rooms: list[str], told: Told, ran: list[str], worker: None, until: Any
) -> None:
    ended: list[set[str]] = []

    async def end(session_ids: set[str]) -> None:
        ended.append(session_ids)

    studio.end_sessions = end

    async def fail() -> None:
        async with studio.transaction() as work:
            await add(work, rooms[0])
            work.enqueue("note", "never", key="never")
            work.wake("gpu")
            work.end_session("session_1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await numbers(studio, rooms[0]) == (0, [])
    assert told == []
    assert ended == []
    async with studio.transaction() as work:
        await add(work, rooms[0])
        work.enqueue("note", "once", key="once")
        work.end_session("session_2")
    await until(lambda: ran, "the task")
    assert ran == ["once"]
    assert ended == [{"session_2"}]
    # The number that was never committed is not lost either.
    assert await numbers(studio, rooms[0]) == (1, [1])
    woken = await studio.wakes.wait("gpu", 0, stopping=studio.stopping)
    assert woken is False


async def test_wakes_come_after_the_commit(studio: Studio) -> None:
    async with studio.transaction() as work:
        work.wake("gpu")
        assert await studio.wakes.wait("gpu", 0, stopping=studio.stopping) is False
    assert await studio.wakes.wait("gpu", 0, stopping=studio.stopping) is True
    # Once is enough.
    assert await studio.wakes.wait("gpu", 0, stopping=studio.stopping) is False


async def test_what_is_told_is_there_already(studio: Studio, rooms: list[str]) -> None:
    """Whoever hears of a change and reads at once finds it."""
    seen: list[asyncio.Task[tuple[int, list[int]]]] = []
    studio.announce = lambda changes: seen.append(asyncio.ensure_future(numbers(studio, rooms[0])))
    for _ in range(5):
        async with studio.transaction() as work:
            await add(work, rooms[0])
    for least, (seq, carried) in enumerate([await each for each in seen], start=1):
        assert seq >= least
        assert carried == list(range(1, seq + 1))


async def test_many_at_once_leave_no_gap_and_no_double(studio: Studio, rooms: list[str], told: Told) -> None:
    async def one(number: int) -> None:
        async with studio.transaction() as work:
            # Some touch both spaces, in either order: numbers are taken in one order all the same.
            for space_id in rooms if number % 2 else reversed(rooms):
                await add(work, space_id)
            if number % 5 == 0:
                raise asyncio.CancelledError

    await asyncio.gather(*(one(number) for number in range(40)), return_exceptions=True)
    for space_id in rooms:
        assert await numbers(studio, space_id) == (32, list(range(1, 33)))
    announced = sorted(change.seq for commit in told for change in commit if change.space_id == rooms[0])
    assert announced == list(range(1, 33))


async def test_readers_neither_wait_for_a_writer_nor_see_half_of_it(studio: Studio, rooms: list[str]) -> None:
    async with studio.transaction() as work:
        await add(work, rooms[0])
        async with asyncio.timeout(5), studio.reading() as session:
            assert await session.scalar(select(func.count()).select_from(videos)) == 0
    async with studio.reading() as session:
        assert await session.scalar(select(func.count()).select_from(videos)) == 1


async def test_read_then_write_loses_nothing(studio: Studio, rooms: list[str]) -> None:
    """Two that read a value and write one more never write the same."""

    async def one() -> None:
        async with studio.transaction() as work:
            made = await work.session.scalar(
                select(spaces.c.videos_made).where(spaces.c.id == rooms[0]).with_for_update()
            )
            await asyncio.sleep(0)
            await work.session.execute(
                update(spaces).where(spaces.c.id == rooms[0]).values(videos_made=(made or 0) + 1)
            )

    await asyncio.gather(*(one() for _ in range(30)))
    async with studio.reading() as session:
        assert await session.scalar(select(spaces.c.videos_made).where(spaces.c.id == rooms[0])) == 30
