"""Background work: keys that hold, tasks that follow themselves, and work that a dead worker left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import Until

import rushes.background
from rushes.background import Background, Task
from rushes.errors import Unavailable
from rushes.transaction import Enqueued


class Log:
    """What ran, and switches that tests hold."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self.go_on = asyncio.Event()
        self.stopping = asyncio.Event()


@pytest.fixture
def log() -> Log:
    return Log()


async def quick(log: Log, what: str) -> None:
    log.began.append(what)
    log.ended.append(what)


async def slow(log: Log, what: str) -> None:
    log.began.append(what)
    await log.go_on.wait()
    log.ended.append(what)


async def hands_back(log: Log, what: str) -> None:
    """Stops with the process, as a drawing does."""
    log.began.append(what)
    going, stopping = asyncio.ensure_future(log.go_on.wait()), asyncio.ensure_future(log.stopping.wait())
    await asyncio.wait({going, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not log.go_on.is_set():
        raise asyncio.CancelledError
    log.ended.append(what)


async def again_and_again(log: Log) -> None:
    log.began.append("again")


async def fails(log: Log, what: str) -> None:
    log.began.append(what)
    raise RuntimeError(what)


async def away(log: Log, what: str) -> None:
    """The database comes back when the switch is set."""
    log.began.append(what)
    if not log.go_on.is_set():
        raise Unavailable("The database cannot be reached just now.")
    log.ended.append(what)


TASKS = [
    Task("quick", quick),
    Task("slow", slow),
    Task("draw", hands_back, lane="render"),
    Task("fails", fails),
    Task("away", away),
]


def now(task: str, what: str, *, key: str | None = None, when: float | None = None) -> list[Enqueued]:
    return [Enqueued(task, (what,), key or what, when)]


@pytest.fixture
async def background(log: Log) -> AsyncIterator[Background]:
    async with Background.open(None) as opened:
        opened.register(log, TASKS)
        yield opened


@asynccontextmanager
async def working(background: Background, **how: Any) -> AsyncIterator[asyncio.Event]:
    """A worker of its own until the block ends; the event is its order to stop."""
    stop = asyncio.Event()
    running = asyncio.create_task(background.work(stop, **how))
    try:
        yield stop
    finally:
        stop.set()
        await running


async def test_what_is_sent_is_run_with_its_arguments(background: Background, log: Log, until: Until) -> None:
    await background.send([*now("quick", "a"), *now("quick", "b"), *now("draw", "c")])
    log.go_on.set()
    async with working(background):
        await until(lambda: sorted(log.ended) == ["a", "b", "c"], "the tasks")


async def test_a_key_that_waits_or_runs_is_not_added_again(
    background: Background, log: Log, until: Until
) -> None:
    await background.send(now("slow", "first", key="same"))
    await background.send(now("slow", "while it waits", key="same"))
    async with working(background):
        await until(lambda: log.began == ["first"], "the first to begin")
        await background.send(now("slow", "while it runs", key="same"))
        log.go_on.set()
        await until(lambda: log.ended == ["first"], "the first to end")
        await until(lambda: _added(background, log, "after it"), "the key to be free again")
    # The last one may have been added more than once: it is sent until it is heard of.
    assert set(log.ended) == {"first", "after it"}


async def _added(background: Background, log: Log, what: str) -> bool:
    await background.send(now("slow", what, key="same"))
    return what in log.ended


async def test_what_is_for_later_waits(background: Background, log: Log, until: Until, studio: Any) -> None:
    at = studio.clock.now() + 0.4
    await background.send(now("quick", "later", when=at))
    await background.send(now("quick", "at once"))
    async with working(background):
        await until(lambda: "later" in log.ended, "the later one")
    assert log.ended == ["at once", "later"]
    assert studio.clock.now() >= at


async def test_one_that_fails_stops_nobody_else(background: Background, log: Log, until: Until) -> None:
    async with working(background):
        await background.send([*now("fails", "bad"), *now("quick", "good")])
        await until(lambda: "good" in log.ended and "bad" in log.began, "both to have run")
        await background.send(now("quick", "another"))
        await until(lambda: "another" in log.ended, "work to go on")


async def test_one_whose_database_is_away_tries_again_by_itself(
    background: Background, log: Log, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rushes.background, "_TRIED_AGAIN_AFTER", (0.01,) * 500)
    async with working(background):
        await background.send(now("away", "x"))
        await until(lambda: len(log.began) >= 3, "some tries")
        assert log.ended == []
        log.go_on.set()
        await until(lambda: log.ended == ["x"], "the one that works")


async def test_one_whose_database_stays_away_is_left_to_the_next_look(
    background: Background, log: Log, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rushes.background, "_TRIED_AGAIN_AFTER", (0.01, 0.01))
    async with working(background):
        await background.send(now("away", "x"))
        await until(lambda: len(log.began) == 3, "all tries")
        log.go_on.set()
        await asyncio.sleep(0.1)
        assert (len(log.began), log.ended) == (3, [])
        await background.send(now("away", "x"))
        await until(lambda: log.ended == ["x"], "its next sending")


async def test_a_worker_that_stops_does_not_wait_for_a_database(
    background: Background, log: Log, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rushes.background, "_TRIED_AGAIN_AFTER", (600.0,))
    async with asyncio.timeout(30), working(background):
        await background.send(now("away", "x"))
        await until(lambda: log.began == ["x"], "its first try")
    assert log.began == ["x"]


async def test_drawing_does_not_starve_the_network(background: Background, log: Log, until: Until) -> None:
    """As many drawings as there are places never keep a poller waiting."""
    await background.send([item for n in range(5) for item in now("draw", f"draw {n}")])
    async with working(background, drawing=2):
        await until(lambda: len(log.began) == 2, "as many drawings as there are places")
        await background.send(now("quick", "poll"))
        await until(lambda: "poll" in log.ended, "the poll")
        assert len([what for what in log.began if "draw" in what]) == 2
        log.go_on.set()
        await until(lambda: len(log.ended) == 6, "all of them")


async def test_automatic_ones_begin_with_the_worker_and_follow_themselves(log: Log, until: Until) -> None:
    async with Background.open(None) as background:
        every = Task("again", again_and_again, every=timedelta(milliseconds=50), automatic=True)
        background.register(log, [every])
        async with working(background):
            await until(lambda: len(log.began) >= 3, "three rounds")


async def test_one_that_follows_itself_begins_with_its_first_sending(log: Log, until: Until) -> None:
    async def shift(log: Log, provider: str) -> None:
        log.began.append(provider)

    async with Background.open(None) as background:
        background.register(log, [Task("poll", shift, every=timedelta(0))])
        async with working(background):
            await background.send([Enqueued("poll", ("gpu",), "poll:gpu", None)])
            await until(lambda: log.began.count("gpu") >= 3, "three shifts")
            assert set(log.began) == {"gpu"}


async def test_what_a_stopping_worker_hands_back_another_takes_up(
    background: Background, log: Log, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rushes.background, "_REDELIVERED_AFTER", timedelta(seconds=0.3))
    async with working(background) as stop:
        await background.send(now("draw", "film"))
        await until(lambda: log.began == ["film"], "the drawing to begin")
        stop.set()
        log.stopping.set()
    assert log.ended == []
    log.stopping.clear()
    log.go_on.set()
    async with working(background):
        await until(lambda: log.ended == ["film"], "another worker to take it up", seconds=30)
    assert log.began == ["film", "film"]


async def test_workers_are_counted(background: Background, until: Until) -> None:
    assert await background.workers() == {"network": 0, "render": 0}
    async with working(background):

        async def are_there() -> bool:
            return await background.workers() == {"network": 1, "render": 1}

        await until(are_there, "both lanes to have a worker")
