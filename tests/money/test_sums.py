"""What must hold of money after any history: the ledger, the budgets and the videos tell the same sums.

For random histories of two people's videos: budgets are the sums of the ledger, the ledger is the sum of what
the videos say they cost, every attempt that costs anything has one row, and once nothing is unfinished,
nothing is reserved.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import count
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select
from tests.conftest import MakeMember
from tests.money.counting import PAID, UNPRICED, actor_of, entries
from tests.videos.making import whoami

from rushes.actor import Actor
from rushes.errors import Conflict, NotFound, PaymentRequired
from rushes.money import dues
from rushes.money import service as money
from rushes.providers.protocol import Capabilities, Job, JobError
from rushes.studio import Studio
from rushes.tables import budgets, new_id, videos
from rushes.transaction import Transaction
from rushes.videos import creation, outcomes, queries, recovery, service
from rushes.videos.idempotency import Repeatable
from rushes.videos.lifecycle import UNFINISHED
from rushes.videos.models import VideoCreate, VideoRemix

STEPS = (
    *("create", "several", "free", "unpriced", "remix", "retry", "resubmit"),
    *("submit", "busy", "accept", "lose", "finish", "finish", "complete", "complete"),
    *("fail", "moderated", "bill", "gone", "cancel", "trash", "purge", "write off"),
)
# A step, which video, and what a provider says that it cost.
Step = tuple[str, int, float | None]
costs = st.sampled_from([None, None, 0.0, 0.25, 0.123456])
histories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7), costs), min_size=5, max_size=40)
_CAN = Capabilities(models=(), concurrency=1)
_ASKED = Repeatable(None, "")
numbers = count()


class History:
    """Things that happen to two people's videos. A step that is not possible does nothing."""

    def __init__(self, studio: Studio, actors: list[Actor]) -> None:
        self.studio = studio
        self.actors = actors
        self.made: list[tuple[Actor, str]] = []

    async def do(self, step: str, which: int, cost: float | None) -> None:
        try:
            if step in ("create", "several", "free", "unpriced"):
                model = {"free": None, "unpriced": UNPRICED}.get(step, PAID)
                await self._create(self.actors[which % 2], model, n=3 if step == "several" else 1)
            elif self.made:
                actor, video_id = self.made[which % len(self.made)]
                await self._do_to(step, actor, video_id, cost)
        except (Conflict, NotFound, PaymentRequired):
            return

    async def _create(self, actor: Actor, model: str | None, *, n: int) -> None:
        request = VideoCreate(prompt="x", model=model, size="128x128", seconds=1, n=n)
        async with self.studio.transaction() as work:
            rows = await creation.create(
                work,
                actor,
                self.studio.providers,
                request=request,
                asked=_ASKED,
                picture=None,
                now=self.studio.clock.now(),
            )
        self.made += [(actor, row.id) for row in rows]

    async def _do_to(self, step: str, actor: Actor, video_id: str, cost: float | None) -> None:
        studio, now = self.studio, self.studio.clock.now()
        async with studio.transaction() as work:
            row = await queries.writable(work, actor, video_id)
            charged = random.choice(("yes", "no", "unknown"))
            # A bill for what is free would be more than a budget allows.
            cost = None if row.cost_estimate == 0 else cost
            match step, row.stage:
                case "submit", "waiting":
                    key = new_id("submission")
                    await queries.move(work, video_id, "submitting", now=now, submission_key=key)
                case "busy", "submitting":
                    await queries.move(work, video_id, "waiting", sources=("submitting",), now=now)
                case "accept", "submitting" | "unknown":
                    await outcomes.accepted(work, row, Job(new_id("job"), "queued"), _CAN, now=now)
                case "lose", "submitting":
                    await queries.move(work, video_id, "unknown", now=now)
                case "finish", "generating":
                    done = Job(row.provider_video_id, "completed", cost=cost)
                    await outcomes.told(work, row, done, _CAN, now=now)
                case "complete", "downloading":
                    await queries.move(work, video_id, "finishing", now=now)
                case "complete", "finishing":
                    await queries.move(work, video_id, "completed", now=now)
                case ("fail", _) | ("gone", "downloading" | "finishing") if row.stage in UNFINISHED:
                    await outcomes.failed(work, row, "x", "X.", retryable=True, charged=charged, now=now)
                case "moderated" | "bill", "generating":
                    error = JobError("moderation_blocked", "No.", charged="unknown")
                    told = Job(row.provider_video_id, "failed", error=error, cost=cost)
                    await outcomes.told(work, row, told, _CAN, now=now)
                case "cancel", _:
                    await service.cancel(work, actor, studio.providers, video_id=video_id, now=now)
                case "trash", _:
                    await service.trash(work, actor, studio.providers, video_id=video_id, now=now)
                case "purge", _:
                    await service.purge(work, actor, studio.providers, video_id=video_id, now=now)
                case "retry", _:
                    await service.retry(
                        work, actor, studio.providers, video_id=video_id, asked=_ASKED, now=now
                    )
                case "resubmit", "unknown":
                    await recovery.resubmit(
                        work, actor, studio.providers, video_id=video_id, asked=_ASKED, now=now
                    )
                case "write off", "unknown":
                    await recovery.write_off(work, row, now=now)
                case "remix", "completed":
                    made = await creation.remix(
                        work,
                        actor,
                        studio.providers,
                        parent=row,
                        request=VideoRemix(prompt="y"),
                        asked=_ASKED,
                        now=now,
                    )
                    self.made.append((actor, made.id))

    async def end_everything(self) -> None:
        async with self.studio.transaction() as work:
            unfinished = select(videos).where(videos.c.stage.in_(UNFINISHED))
            for row in (await work.session.execute(unfinished)).all():
                await queries.move(
                    work, row.id, "failed", now=self.studio.clock.now(), charged="unknown", completed_at=1.0
                )


async def check_sums(studio: Studio, actors: list[Actor]) -> None:
    """The sums of the three tables, and one row for each attempt that may have cost anything."""
    found = await entries(studio)
    async with studio.reading() as session:
        rows = {
            (row.holder_kind, row.holder_id): row for row in (await session.execute(select(budgets))).all()
        }
        made = (await session.execute(select(videos))).all()
    for actor in actors:
        row = rows.get(("user", actor.user_id))
        spent = _check_row(row, [entry for entry in found if entry.user_id == actor.user_id])
        cost = sum(_cost_of(video) for video in made if video.user_id == actor.user_id)
        assert spent / 1e6 == pytest.approx(cost, abs=1e-6)
    for name in {entry.provider for entry in found}:
        _check_row(rows.get(("provider", name)), [entry for entry in found if entry.provider == name])
    attempts = Counter((entry.subject_id, entry.attempt) for entry in found)
    assert set(attempts.values()) <= {1}
    for video in made:
        if video.cost_estimate:
            own = [entry for entry in found if entry.subject_id == video.id]
            assert [entry.attempt for entry in own] == list(range(1, video.attempts + 1))
            unsettled = [entry.attempt for entry in own if entry.state == "reserved"]
            assert unsettled == ([video.attempts] if video.stage in UNFINISHED else [])


async def _used_at(work: Transaction, provider: str) -> float:
    """USD that earlier examples have spent and reserved there."""
    row = await dues.of_holder(work.session, ("provider", provider))
    return (row.reserved + row.spent) / 1e6 if row is not None else 0.0


def _check_row(row: Row[Any] | None, own: list[Row[Any]]) -> int:
    """A budget or a cap is the sum of its entries; what is spent."""
    held = (row.reserved, row.spent, row.lost) if row is not None else (0, 0, 0)
    assert held == (
        sum(entry.reserved or 0 for entry in own if entry.state == "reserved"),
        sum(entry.spent or 0 for entry in own),
        sum(entry.spent or 0 for entry in own if entry.is_lost),
    )
    # No bill here is higher than its estimate.
    if row is not None and row.allowed is not None:
        assert held[0] + held[1] <= row.allowed
    return held[1]


def _cost_of(video: Any) -> float:
    """What all of its attempts have cost, as it says itself."""
    last = 0.0
    if video.stage == "completed":
        last = video.cost_actual if video.cost_actual is not None else video.cost_estimate or 0.0
    return float(video.cost_lost + last)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=histories,
    budget=st.sampled_from([None, 1.0, 4.0]),
    # More than what earlier examples have used of it.
    cap=st.sampled_from([None, 2.0]),
)
async def test_the_ledger_the_budgets_and_the_videos_agree(
    history: list[Step], budget: float | None, cap: float | None, studio: Studio, member: MakeMember
) -> None:
    clients: list[httpx2.AsyncClient] = [await member(f"person{next(numbers)}") for _ in range(2)]
    actors = [actor_of(await whoami(client)) for client in clients]
    happening = History(studio, actors)
    if budget is not None:
        async with studio.transaction() as work:
            for actor in actors:
                now = studio.clock.now()
                await money.set_budget(work, user_id=actor.user_id, usd=budget, now=now)
    async with studio.transaction() as work:
        usd = None if cap is None else cap + await _used_at(work, "gpu")
        await money.set_cap(work, provider="gpu", usd=usd, now=studio.clock.now())
    for step, which, cost in history:
        await happening.do(step, which, cost)
    await check_sums(studio, actors)
    await happening.end_everything()
    await check_sums(studio, actors)
    assert {entry.state for entry in await entries(studio)} <= {"spent", "released"}
