"""Background work through docket: two lanes, `rushes` for the network and `rushes-render` for drawing.

Rows are the truth and docket is only the alarm: a task's arguments are ids, its key is stable, and whatever
is lost here is found again by a query. docket has no priorities, so slow drawing would starve the pollers if
both shared a lane. Without Redis the lanes live in this process (`memory://`).
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from docket import Docket, Perpetual, Worker
from redis.exceptions import RedisError

from rushes.errors import Unavailable
from rushes.observe.context import step
from rushes.observe.metrics import Metrics
from rushes.stopping import rest
from rushes.storage import StorageAway
from rushes.transaction import Enqueued

log = structlog.get_logger(__name__)

Lane = Literal["network", "render"]
# What a silent worker had is given to another after this long; the broker's own default is five minutes.
_REDELIVERED_AFTER = timedelta(seconds=10)
_RECONNECTED_AFTER = timedelta(seconds=1)
# While the database or the storage is away a task tries again after so many seconds; then it is left to the
# look around that finds what is due.
_TRIED_AGAIN_AFTER = (1.0, 2.0, 4.0, 8.0, 15.0)
_DOCKETS: dict[Lane, str] = {"network": "rushes", "render": "rushes-render"}


@dataclass(frozen=True)
class Task:
    """A background step: `run(studio, *ids)`. `automatic` ones have no ids and begin with every worker;
    with `every` a task begins anew that long after it began, and one with `every` zero follows itself."""

    name: str
    run: Callable[..., Awaitable[None]]
    lane: Lane = "network"
    every: timedelta | None = None
    automatic: bool = False


class Over(Exception):
    """Raised by a task that follows itself, to do so no longer: nothing is left for it. Sending it again
    begins it anew."""


class Background:
    """Both lanes, open. Sends tasks; runs them too where `work` is called."""

    def __init__(self, dockets: dict[Lane, Docket], metrics: Metrics) -> None:
        self._dockets = dockets
        self._metrics = metrics
        self._tasks: dict[str, Task] = {}
        self._stopping = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, redis_url: str | None, *, metrics: Metrics | None = None
    ) -> AsyncIterator[Background]:
        """Connects. Without `redis_url` nothing outside this object sees its tasks."""
        url = redis_url or f"memory://{secrets.token_hex(8)}"
        async with AsyncExitStack() as stack:
            dockets: dict[Lane, Docket] = {}
            for lane, name in _DOCKETS.items():
                dockets[lane] = await stack.enter_async_context(Docket(name=name, url=url))
            yield cls(dockets, metrics or Metrics())

    def register(self, studio: object, tasks: Iterable[Task]) -> None:
        """Makes tasks known by name, each bound to `studio`."""
        for task in tasks:
            self._tasks[task.name] = task
            self._dockets[task.lane].register(self._bound(studio, task), names=[task.name])

    async def send(self, enqueued: Iterable[Enqueued]) -> None:
        """Adds tasks; one whose key already waits or runs stays as it is.

        A broker that is away loses nothing: the rows say what is due, and the next look finds it.
        """
        for item in enqueued:
            lane = self._tasks[item.task].lane
            when = datetime.fromtimestamp(item.when, UTC) if item.when is not None else None
            try:
                await self._dockets[lane].add(item.task, when=when, key=item.key)(*item.arguments)
            except (RedisError, ConnectionError, TimeoutError) as error:
                log.warning("task_not_sent", task=item.task, key=item.key, error=str(error))

    async def workers(self) -> dict[Lane, int]:
        """How many workers each lane has. Raises the client's own error when the broker is away."""
        return {lane: len(await docket.workers()) for lane, docket in self._dockets.items()}

    async def work(self, stopping: asyncio.Event, *, drawing: int | None = None) -> None:
        """Runs both lanes until `stopping`; what is running then hands itself back or finishes."""
        self._stopping = stopping
        loads: dict[Lane, int] = {"network": 200, "render": drawing or os.cpu_count() or 1}
        async with AsyncExitStack() as stack:
            lanes: list[asyncio.Task[None]] = []
            for lane, docket in self._dockets.items():
                worker = await stack.enter_async_context(
                    Worker(
                        docket,
                        concurrency=loads[lane],
                        redelivery_timeout=_REDELIVERED_AFTER,
                        reconnection_delay=_RECONNECTED_AFTER,
                        minimum_check_interval=timedelta(milliseconds=50),
                        scheduling_resolution=timedelta(milliseconds=100),
                    )
                )
                lanes.append(asyncio.create_task(worker.run_forever(), name=f"worker {lane}"))
            await _until_one_ends(stopping, lanes)
            await _finish(lanes)

    def _bound(self, studio: object, task: Task) -> Callable[..., Awaitable[None]]:
        """`task.run` without its studio argument, in the shape that docket inspects."""

        @functools.wraps(task.run)
        async def run(*arguments: str, perpetual: Perpetual | None = None) -> None:
            with (
                step(task.name, **dict(zip(names, arguments, strict=True))),
                _measured(task, self._metrics) as this,
            ):
                for pause in (*_TRIED_AGAIN_AFTER, None):
                    try:
                        await task.run(studio, *arguments)
                    except (Unavailable, StorageAway) as error:
                        # Rows say what is due, so beginning anew does nothing twice.
                        log.warning("task_put_off", reason=error.message, again_in=pause)
                    except Over:
                        assert perpetual is not None, f"{task.name} does not follow itself"
                        perpetual.cancel()
                        return
                    else:
                        return
                    # One that follows itself has its own time to begin anew.
                    if pause is None or task.every is not None:
                        break
                    await rest(pause, stopping=self._stopping)
                    if self._stopping.is_set():
                        break
                this.outcome = "put_off"

        names = list(inspect.signature(task.run).parameters)[1:]
        parameters = [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str) for name in names
        ]
        if task.every is not None:
            perpetual = Perpetual(every=task.every, automatic=task.automatic)
            parameters.append(
                inspect.Parameter(
                    "perpetual", inspect.Parameter.KEYWORD_ONLY, default=perpetual, annotation=Perpetual
                )
            )
        run.__name__ = task.name
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        del run.__wrapped__
        return run


async def _until_one_ends(stopping: asyncio.Event, lanes: list[asyncio.Task[None]]) -> None:
    """Returns when asked to stop, and raises what ended a lane if that comes first: the other alone would
    leave half of the work undone without a word."""
    asked = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({asked, *lanes}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked.cancel()
    for lane in lanes:
        if lane.done() and not stopping.is_set():
            lane.result()


async def _finish(lanes: list[asyncio.Task[None]]) -> None:
    """Cancelling docket's loops makes them stop taking work and wait for what runs. Both at once: what hands
    itself back is delivered again only if its own loop knows that it stops."""
    for lane in lanes:
        lane.cancel()
    await asyncio.gather(*lanes, return_exceptions=True)


@dataclass(slots=True)
class _Run:
    """One run of a task; cancelled, it is handed back for another worker to take up."""

    outcome: str = "done"


@contextmanager
def _measured(task: Task, metrics: Metrics) -> Iterator[_Run]:
    run, began, running = _Run(), time.perf_counter(), metrics.tasks_running.labels(task.name)
    running.inc()
    try:
        yield run
    except asyncio.CancelledError:
        run.outcome = "handed_back"
        raise
    except Exception:
        run.outcome = "failed"
        raise
    finally:
        running.dec()
        metrics.tasks.of(task.name, run.outcome).add(time.perf_counter() - began)
