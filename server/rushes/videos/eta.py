"""How long a video will take, learned from the studio's own history.

The range is the middle half of the last durations of the same provider, model, size and length; where there
are none, of the same provider and model scaled by what was drawn (pixels × seconds).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.tables import videos
from rushes.videos.lifecycle import FINISHED

_HISTORY = 100
_FRESH_FOR = 20.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One finished video: `work` is what was drawn (pixels × seconds), `took` seconds."""

    size: str
    seconds: float
    work: float
    took: float


@dataclass
class Learned:
    """What is known of durations, by provider and model. Kept for 20 s and shared by all answers."""

    samples: dict[tuple[str, str], list[Sample]] = field(default_factory=dict)
    read_at: dict[tuple[str, str], float] = field(default_factory=dict)

    def is_fresh(self, rows: Iterable[Any], *, now: float) -> bool:
        """Whether the history of every model among the unfinished `rows` was read lately."""
        return not self._stale(rows, now)

    async def refresh(self, session: AsyncConnection, rows: Iterable[Any], *, now: float) -> Learned:
        """Reads the history of every model among the unfinished `rows` that was not read lately."""
        for key in sorted(self._stale(rows, now)):
            self.samples[key] = await _history(session, *key)
            self.read_at[key] = now
        return self

    def _stale(self, rows: Iterable[Any], now: float) -> set[tuple[str, str]]:
        wanted = {(row.provider, row.provider_model) for row in rows if row.stage not in FINISHED}
        return {key for key in wanted if now - self.read_at.get(key, 0) > _FRESH_FOR}

    def duration(self, row: Any) -> tuple[float, float] | None:
        """Seconds from start to end as (low, high), or None without history."""
        samples = self.samples.get((row.provider, row.provider_model), [])
        alike = [s.took for s in samples if s.size == row.size and s.seconds == row.seconds]
        if not alike:
            work = drawn(row.size, row.seconds)
            alike = [s.took * work / s.work for s in samples if s.work]
        if not alike:
            return None
        if len(alike) < 4:
            return min(alike) * 0.8, max(alike) * 1.3
        low, _, high = quantiles(alike, n=4)
        return low, max(high, low * 1.15)

    def remaining(self, row: Any, *, now: float) -> dict[str, int] | None:
        """`{low, high}` in seconds for a video that is being made; None when nothing is known."""
        if row.stage not in ("submitting", "generating", "downloading", "finishing") or not row.started_at:
            return None
        elapsed = max(0.0, now - row.started_at)
        if row.progress_known and row.progress >= 15 and elapsed > 2:
            rest = elapsed * (100 - row.progress) / row.progress
            return _span(rest * 0.85, rest * 1.25)
        known = self.duration(row)
        if known is None:
            return None
        low, high = known
        # Late beyond all experience: no number would be honest.
        return _span(low - elapsed, high - elapsed) if elapsed < high * 1.5 else None


async def _history(session: AsyncConnection, provider: str, model: str) -> list[Sample]:
    rows = await session.execute(
        select(videos.c.size, videos.c.seconds, (videos.c.completed_at - videos.c.started_at).label("took"))
        .where(
            videos.c.provider == provider,
            videos.c.provider_model == model,
            videos.c.stage == "completed",
            videos.c.completed_at.is_not(None),
            videos.c.started_at.is_not(None),
        )
        .order_by(videos.c.completed_at.desc())
        .limit(_HISTORY)
    )
    return [Sample(row.size, row.seconds, drawn(row.size, row.seconds), max(0.1, row.took)) for row in rows]


def drawn(size: str, seconds: float) -> float:
    """How much there is to draw: pixels × seconds."""
    width, _, height = size.partition("x")
    return float(width) * float(height) * seconds


def _span(low: float, high: float) -> dict[str, int]:
    floor = max(0, round(low))
    return {"low": floor, "high": max(floor + 1, round(high))}
