"""What is not one process's to count: the queue, the providers, the workers, the disks.

    await studio.watch.look()          # asks, unless somebody has just asked
    exposition(studio.metrics.registry, accept)

It is asked of the database and the broker when somebody reads the metrics, and at most once in a few seconds
however many read. A part that is away or hangs leaves its metrics out, and `rushes_part_up` says so.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from sqlalchemy import Select, func, select, text

from rushes.background import Background
from rushes.clock import Clock
from rushes.database import Database
from rushes.errors import RushesError
from rushes.observe.looking import Looks
from rushes.tables import providers, videos
from rushes.tables.videos import UNFINISHED

log = structlog.get_logger(__name__)

# Longer than it takes several scrapers to come by, shorter than any interval of theirs.
_FRESH = 4.0
_DEADLINE = 2.0

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Findings:
    """What the last look found; None where a part did not answer."""

    queue: list[tuple[str, str, int]] | None = None
    providers: list[Any] | None = None
    workers: Mapping[str, int] | None = None
    disks: dict[str, Any] = field(default_factory=dict)
    now: float = 0.0


def queue_depth() -> Select[Any]:
    """Provider, stage and number of the videos that are not finished. The condition is the partial index's
    own words: SQLite would read a million rows otherwise."""
    return (
        select(videos.c.provider, videos.c.stage, func.count())
        .where(text(UNFINISHED))
        .group_by(videos.c.provider, videos.c.stage)
    )


class Watch(Collector):
    """Metrics of the whole studio, to be registered once. `folders` are by the names that they are shown
    under."""

    def __init__(
        self, *, database: Database, background: Background, folders: Mapping[str, Path], clock: Clock
    ) -> None:
        self._database = database
        self._background = background
        self._folders = dict(folders)
        self._clock = clock
        self._looks = Looks()
        self._turn = asyncio.Lock()
        # A disk that hangs takes this thread, and none of those that everybody uses.
        self._disk_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disks")
        self._looked_at = float("-inf")
        self._found = _Findings()

    async def look(self) -> None:
        """Finds everything out anew, unless that was just done. Never takes longer than a few seconds."""
        async with self._turn:
            if self._clock.monotonic() - self._looked_at < _FRESH:
                return
            rows, workers, *disks = await asyncio.gather(
                self._try("database", self._ask_database),
                self._try("broker", self._background.workers),
                *(
                    self._try(f"folder {name}", lambda path=path: self._ask_disk(path))
                    for name, path in self._folders.items()
                ),
            )
            queue, states = rows if rows is not None else (None, None)
            self._found = _Findings(
                queue=queue,
                providers=states,
                workers=workers,
                disks={name: usage for name, usage in zip(self._folders, disks, strict=True) if usage},
                now=self._clock.now(),
            )
            self._looked_at = self._clock.monotonic()

    def forget(self) -> None:
        """Makes the next look ask anew."""
        self._looked_at = float("-inf")

    def close(self) -> None:
        self._disk_thread.shutdown(wait=False, cancel_futures=True)

    async def _try(self, part: str, look: Any) -> Any:
        try:
            return await self._looks.at(part, look, seconds=_DEADLINE)
        except (RushesError, RedisError, OSError) as error:  # TimeoutError is an OSError
            log.warning("metrics_incomplete", part=part, reason=type(error).__name__)
            return None

    async def _ask_database(self) -> tuple[list[tuple[str, str, int]], list[Any]]:
        async with self._database.reading() as session:
            counted = [(row[0], row[1], row[2]) for row in (await session.execute(queue_depth())).all()]
            return counted, list((await session.execute(select(providers))).all())

    async def _ask_disk(self, folder: Path) -> Any:
        return await self.on_the_disks_thread(shutil.disk_usage, folder)

    async def on_the_disks_thread(self, ask: Callable[..., Found], *arguments: Any) -> Found:
        """Runs what may hang with a disk where it keeps no other thread from its work."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk_thread, ask, *arguments)

    def describe(self) -> Iterable[Metric]:
        """See `Collector`."""
        return self._families()

    def collect(self) -> Iterator[Metric]:
        """See `Collector`: what the last look found."""
        found = self._found
        queue, open_circuits, failures, silent, paused, shifts, workers, free, used, up = self._families()
        for provider, stage, count in found.queue or ():
            queue.add_metric((provider, stage), count)
        for row in found.providers or ():
            open_circuits.add_metric((row.name,), float((row.open_until or 0.0) > found.now))
            failures.add_metric((row.name,), row.failures)
            silent.add_metric((row.name,), max(0.0, (row.quiet_until or 0.0) - found.now))
            paused.add_metric((row.name,), float(row.paused))
            shifts.add_metric((row.name,), row.poller_epoch)
        for lane, count in (found.workers or {}).items():
            workers.add_metric((lane,), count)
        for folder, usage in found.disks.items():
            free.add_metric((folder,), usage.free)
            used.add_metric((folder,), usage.used)
        up.add_metric(("database",), float(found.queue is not None))
        up.add_metric(("broker",), float(found.workers is not None))
        yield from (queue, open_circuits, failures, silent, paused, shifts, workers, free, used, up)

    def _families(self) -> list[Any]:
        def gauge(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
            return GaugeMetricFamily(f"rushes_{name}", help_text, labels=labels)

        return [
            gauge("queue_videos", "Videos that are not finished.", "provider", "stage"),
            gauge("provider_circuit_open", "1 while a provider is given time to recover.", "provider"),
            gauge("provider_failures", "How often a provider has failed in a row.", "provider"),
            gauge(
                "provider_silent_seconds", "How long a provider still wants to be left in peace.", "provider"
            ),
            gauge("provider_paused", "1 while administrators hold a provider.", "provider"),
            CounterMetricFamily(
                "rushes_provider_shifts",
                "Shifts of a provider's poller, in the whole studio.",
                labels=["provider"],
            ),
            gauge("workers", "Workers of the whole studio.", "lane"),
            gauge("disk_free_bytes", "What is free on a folder's disk.", "folder"),
            gauge("disk_used_bytes", "What is used of a folder's disk, by whomever.", "folder"),
            gauge("part_up", "Whether a part answered when these were read.", "part"),
        ]
