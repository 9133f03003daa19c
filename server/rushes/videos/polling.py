"""One poller per provider in the whole cluster, in shifts of about 30 seconds.

A shift admits what waits, asks about what is being generated, and sleeps until the next question is due or
somebody wakes it. It keeps its timetable in memory and writes only what changed. A newer shift's number ends
its right to admit, so a worker that was paused and wakes up late does no harm.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row, select, text

from rushes.background import Over
from rushes.errors import Unavailable
from rushes.providers.protocol import Down, Job, Provider, Refused, RemoteProvider
from rushes.providers.registry import as_remote
from rushes.stopping import rest
from rushes.studio import Studio
from rushes.tables import videos
from rushes.tables.videos import UNFINISHED
from rushes.videos import outcomes, provider_state, queries
from rushes.videos.admission import admit
from rushes.videos.eta import Learned

log = structlog.get_logger(__name__)

SHIFT = 30.0
_BATCH = 500
# Looking back this far for new jobs covers clocks that differ between machines.
_OVERLAP = 60.0
# By how much, of 1, a wait may be cut; it may grow by as much.
_LEAST_JITTER = 0.85


@dataclass(slots=True)
class _Watched:
    """A job at the provider: when it was begun, how long it should take, and when to ask next: `wait` seconds
    after the last time."""

    video_id: str
    job_id: str
    started_at: float
    expected: float | None
    due: float
    wait: float


class _Shift:
    """The state of one shift; nothing of it outlives the shift."""

    def __init__(self, studio: Studio, provider: Provider, epoch: int) -> None:
        self.studio = studio
        self.provider = provider
        self.epoch = epoch
        self.watched: dict[str, _Watched] = {}
        self.learned = Learned()
        self.seen_until = 0.0
        self.failing = True
        self.look_again_at: float | None = None

    async def run(self) -> None:
        """Until the shift is over, the process stops, a newer shift has begun, the provider was replaced, or
        the broker was lost."""
        clock = self.studio.clock
        ends_at = clock.now() + SHIFT * random.uniform(0.9, 1.1)
        interruptions = self.studio.wakes.interruptions
        while not self.studio.stopping.is_set() and clock.now() < ends_at:
            if self.studio.wakes.interruptions != interruptions:
                return
            # An administrator has changed it: the next shift is the new one's.
            if self.studio.providers.get(self.provider.name) is not self.provider:
                return
            if not await self._admit():
                return
            remote = as_remote(self.provider)
            if remote is not None:
                await self._learn_of_new_jobs()
                await self._ask(remote)
            until = min([ends_at, *self._due_times()])
            await self.studio.wakes.wait(
                self.provider.name, until - clock.now(), stopping=self.studio.stopping
            )

    def _due_times(self) -> Iterable[float]:
        soon = self.studio.clock.now() + 0.05
        if self.look_again_at is not None:
            yield max(self.look_again_at, soon)
        if self.watched:
            yield max(min(job.due for job in self.watched.values()), soon)

    async def _admit(self) -> bool:
        """False when a newer shift has begun."""
        now = self.studio.clock.now()
        async with self.studio.transaction() as work:
            state = await provider_state.locked(work, self.provider.name)
            if state is None or state.poller_epoch != self.epoch:
                return False
            _, self.look_again_at = await admit(work, self.provider, epoch=self.epoch, now=now)
        return True

    async def _learn_of_new_jobs(self) -> None:
        now = self.studio.clock.now()
        query = select(
            videos.c.id,
            videos.c.provider_video_id,
            videos.c.started_at,
            videos.c.provider,
            videos.c.provider_model,
            videos.c.size,
            videos.c.seconds,
            videos.c.stage,
        ).where(
            videos.c.provider == self.provider.name,
            videos.c.stage == "generating",
            videos.c.accepted_at >= self.seen_until,
        )
        async with self.studio.reading() as session:
            rows: Sequence[Any] = (await session.execute(query)).all()
            new = [row for row in rows if not self._is_watched(row)]
            await self.learned.refresh(session, new, now=now)
        first_look = self.seen_until == 0.0
        self.seen_until = now - _OVERLAP
        for row in new:
            if row.provider_video_id:
                self._watch(row, now=now, spread=first_look)

    def _is_watched(self, row: Any) -> bool:
        """Whether it is asked about, by the job that it has now: a video that is tried again has another."""
        watched = self.watched.get(row.id)
        return watched is not None and watched.job_id == row.provider_video_id

    def _watch(self, row: Any, *, now: float, spread: bool) -> None:
        started = row.started_at or now
        span = self.learned.duration(row)
        job = _Watched(row.id, row.provider_video_id, started, span[0] if span else None, now, 0.0)
        capabilities = self.provider.capabilities
        job.wait = _interval(job, now, at_least=capabilities.poll_every)
        # A provider that lists its jobs answers for all at once; the others are asked one by one, so the
        # first questions of a shift are spread over a while. The shift before may have asked just now.
        soonest = capabilities.poll_every if spread else 0.0
        job.due = now + (0.0 if capabilities.batch and spread else random.uniform(soonest, job.wait))
        self.watched[row.id] = job

    async def _ask(self, provider: RemoteProvider) -> None:
        now = self.studio.clock.now()
        due = [job for job in self.watched.values() if job.due <= now]
        if not due:
            return
        lag = self.studio.metrics.poll_lag.of(provider.name)
        for job in due:
            lag.add(now - job.due)
        async with self.studio.reading() as session:
            silent_until = provider_state.silent_until(await provider_state.read(session, provider.name))
        if silent_until > now:
            self._postpone(due, silent_until)
            return
        if provider.capabilities.batch:
            # What is half-way due rides along: one page answers for a hundred.
            due = [job for job in self.watched.values() if job.due <= now + max(1.0, job.wait / 2)]
        # A list is read once for all of them: each part of them would begin again at its first page.
        at_once = len(due) if provider.capabilities.batch else _BATCH
        for start in range(0, len(due), at_once):
            if not await self._ask_about(provider, due[start : start + at_once]):
                return

    async def _ask_about(self, provider: RemoteProvider, due: list[_Watched]) -> bool:
        try:
            jobs = await provider.poll([job.job_id for job in due])
        except (Down, Refused) as error:
            now = self.studio.clock.now()
            learned = error.learned if isinstance(error, Down) else {}
            await self._write(provider, [job for job in due if job.job_id in learned], learned, now=now)
            async with self.studio.transaction() as work:
                until = await provider_state.went_badly(work, provider.name, error=error, now=now)
            self.failing = True
            log.warning("poll_failed", provider=provider.name, reason=error.message)
            pause = max(2.0, provider.capabilities.poll_every)
            self._postpone(self.watched.values(), max(until, now + pause))
            return False
        now = self.studio.clock.now()
        await self._write(provider, due, jobs, now=now)
        if self.failing:
            async with self.studio.transaction() as work:
                await provider_state.went_well(work, provider.name, now=now)
            self.failing = False
        for job in due:
            job.wait = _interval(job, now, at_least=provider.capabilities.poll_every)
            job.due = now + job.wait
        return True

    async def _write(
        self, provider: RemoteProvider, due: list[_Watched], jobs: dict[str, Job], *, now: float
    ) -> None:
        """Some at a time: one transaction of thousands would keep everybody else from writing."""
        # The nearest end of life is fetched first.
        due = sorted(due, key=lambda one: (_end_of_life(jobs.get(one.job_id), now), one.video_id))
        for start in range(0, len(due), _BATCH):
            await self._write_some(provider, due[start : start + _BATCH], jobs, now=now)

    async def _write_some(
        self, provider: RemoteProvider, due: list[_Watched], jobs: dict[str, Job], *, now: float
    ) -> None:
        async with self.studio.reading() as session:
            rows = {row.id: row for row in await queries.by_ids(session, [job.video_id for job in due])}
        changed = []
        for watched in due:
            row, job = rows.get(watched.video_id), jobs.get(watched.job_id)
            if row is None or row.stage != "generating" or row.provider_video_id != watched.job_id:
                self.watched.pop(watched.video_id, None)
            elif job is not None and _says_something_new(row, job):
                changed.append((row, job))
        if changed:
            async with self.studio.transaction() as work:
                await queries.lock(work, [row.id for row, _ in changed])
                await outcomes.progressed(work, changed, now=now)
                for row, job in changed:
                    if not outcomes.is_progress(job):
                        await outcomes.told(work, row, job, provider.capabilities, now=now)
        for row, job in changed:
            if job.state not in ("queued", "in_progress", "missing"):
                self.watched.pop(row.id, None)

    def _postpone(self, jobs: Iterable[_Watched], until: float) -> None:
        for job in jobs:
            job.due = max(job.due, until + random.uniform(0, 1))


async def poll(studio: Studio, provider_name: str) -> None:
    """The background step `poll:{provider}`: one shift. It follows itself while there are workers, and is
    `Over` for a provider that is gone and has nothing left."""
    provider = studio.providers.get(provider_name)
    try:
        if provider is None:
            await _idle(studio, provider_name)
            return
        async with studio.transaction() as work:
            epoch = await provider_state.begin_shift(work, provider_name)
        await _Shift(studio, provider, epoch).run()
    except Unavailable as error:
        # The database is away: the next shift tries again, and nothing was decided meanwhile.
        log.warning("shift_ended", provider=provider_name, reason=error.message)
        await rest(2.0, stopping=studio.stopping)
    except Over:
        raise
    except Exception:
        # The task's edge. The next shift follows at once, and would fail as fast as it can.
        log.exception("shift_broke", provider=provider_name)
        await rest(5.0, stopping=studio.stopping)


async def _idle(studio: Studio, provider_name: str) -> None:
    """A provider whose settings are gone: its jobs wait for it to come back. Raises `Over` if it has none."""
    left = select(videos.c.id).where(videos.c.provider == provider_name, text(UNFINISHED)).limit(1)
    async with studio.reading() as session:
        if await session.scalar(left) is None:
            raise Over
    log.warning("provider_not_configured", provider=provider_name)
    await studio.wakes.wait(provider_name, SHIFT, stopping=studio.stopping)


def _end_of_life(job: Job | None, now: float) -> float:
    return (job.expires_at if job else None) or now + 1e9


def _says_something_new(row: Row[Any], job: Job) -> bool:
    if job.state not in ("queued", "in_progress"):
        return True
    if row.missing_since is not None:
        return True
    return job.progress is not None and (min(job.progress, 99) > row.progress or not row.progress_known)


def _interval(job: _Watched, now: float, *, at_least: float) -> float:
    """Seconds until the next question, never less than `at_least`: often when young or nearly done, seldom in
    between, with jitter."""
    age = max(0.0, now - job.started_at)
    if job.expected is not None and age < job.expected:
        wait = min(max((job.expected - age) / 4, 2.0), 20.0)
    else:
        wait = min(max(age / 12, 1.5), 30.0)
    return max(wait, at_least / _LEAST_JITTER) * random.uniform(_LEAST_JITTER, 2 - _LEAST_JITTER)
