"""Lets waiting videos go to their provider: fairly between people, within its places.

Round-robin between users (whoever has least running, then whoever was let in longest ago), then by priority,
then by place in line. Each step is a compare-and-set under the provider's locked row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select, update

from rushes.errors import error_view
from rushes.providers.protocol import Provider
from rushes.tables import new_id, users, videos
from rushes.transaction import Transaction
from rushes.videos import outcomes, provider_state, queries
from rushes.videos.lifecycle import HOLDS_SLOT


async def admit(
    work: Transaction, provider: Provider, *, epoch: int, now: float
) -> tuple[list[str], float | None]:
    """Moves as many waiting videos as there are places; the ids, and when to look again if one must wait.

    Nothing is admitted when a newer shift has begun, the provider is paused, silent, or full; what is past
    its deadline is given up all the same.
    """
    state = await provider_state.locked(work, provider.name)
    if state is None or state.poller_epoch != epoch:
        return [], None
    late = await _late_ones(work, provider.name, now=now)
    look_again_at = await _next_of_the_waiting(work, provider.name, now=now)
    silent_until = provider_state.silent_until(state)
    places = 0 if state.paused or silent_until > now else await _places(work, provider, state)
    chosen: list[Row[Any]] = []
    if places > 0:
        line = in_line(provider.name, now=now).limit(places + len(late))
        found = (await work.session.execute(line)).all()
        chosen = [row for row in found if row.id not in late][:places]
    # All of them at once, in the one order: who changes many videos together locks them so, too.
    await queries.lock(work, [*late, *(row.id for row in chosen)])
    await _give_up(work, late, now=now)
    if silent_until > now and not state.paused:
        return [], min(silent_until, look_again_at or silent_until)
    admitted = [row for row in chosen if await _let_in(work, provider, row.id, now=now)]
    # In one order everywhere: another provider's admission may be touching the same people.
    for user_id in sorted({row.user_id for row in admitted}):
        await work.session.execute(update(users).where(users.c.id == user_id).values(admitted_at=now))
    return [row.id for row in admitted], look_again_at


def in_line(provider: str, *, now: float | None, shown_to: str | None = None) -> Select[Any]:
    """Waiting videos (id, user_id) in the order in which they will be taken.

    With `now` only those that may go at once; without, the whole line as people see it. `shown_to` sees their
    own videos in it even while their queue is paused.
    """
    running = (
        select(videos.c.user_id, func.count().label("running"))
        .where(videos.c.provider == provider, videos.c.stage.in_(HOLDS_SLOT))
        .group_by(videos.c.user_id)
        .subquery()
    )
    own_turn = func.row_number().over(
        partition_by=videos.c.user_id,
        order_by=(videos.c.priority.desc(), videos.c.queue_position, videos.c.id),
    )
    turn = (own_turn + func.coalesce(running.c.running, 0)).label("turn")
    query = (
        select(videos.c.id, videos.c.user_id, turn)
        .select_from(
            videos.join(users, users.c.id == videos.c.user_id).outerjoin(
                running, running.c.user_id == videos.c.user_id
            )
        )
        .where(
            videos.c.provider == provider,
            videos.c.stage == "waiting",
            or_(users.c.queue_paused.is_(False), users.c.id == shown_to),
        )
        .order_by(
            turn,
            func.coalesce(users.c.admitted_at, 0),
            videos.c.priority.desc(),
            videos.c.queue_position,
            videos.c.id,
        )
    )
    if now is not None:
        query = query.where(or_(videos.c.not_before.is_(None), videos.c.not_before <= now))
    return query


async def _let_in(work: Transaction, provider: Provider, video_id: str, *, now: float) -> Row[Any] | None:
    embedded = provider.capabilities.embedded
    moved = await queries.move(
        work,
        video_id,
        "generating" if embedded else "submitting",
        sources=("waiting",),
        now=now,
        submission_key=new_id("submission"),
        submitted_at=None,
        started_at=now,
        not_before=None,
        error=None,
    )
    if moved is not None:
        name = "render" if embedded else "submit"
        work.enqueue(name, video_id, key=outcomes.step_key(name, moved))
    return moved


async def _late_ones(work: Transaction, provider: str, *, now: float) -> list[str]:
    """Some of those that are past their deadline."""
    late = (
        select(videos.c.id)
        .where(videos.c.provider == provider, videos.c.stage == "waiting", videos.c.deadline <= now)
        .order_by(videos.c.id)
        .limit(100)
    )
    return list((await work.session.execute(late)).scalars().all())


async def _give_up(work: Transaction, late: list[str], *, now: float) -> None:
    for video_id in late:
        error = error_view(
            "deadline_passed", "It was not begun before its deadline.", retryable=True, charged="no"
        )
        await queries.move(
            work, video_id, "cancelled", sources=("waiting",), now=now, completed_at=now, error=error
        )


async def _places(work: Transaction, provider: Provider, state: Row[Any]) -> int:
    """How many may be let in. After an outage one goes first, to see whether it is over."""
    query = (
        select(videos.c.stage, func.count().label("taken"))
        .where(videos.c.provider == provider.name, videos.c.stage.in_(HOLDS_SLOT))
        .group_by(videos.c.stage)
    )
    taken: dict[str, int] = {row.stage: row.taken for row in (await work.session.execute(query)).all()}
    places = provider.capabilities.concurrency - sum(taken.values())
    if provider_state.is_trying_again(state):
        return min(places, 1 - taken.get("submitting", 0))
    return places


async def _next_of_the_waiting(work: Transaction, provider: str, *, now: float) -> float | None:
    """When the next of those that wait may go, or is to be given up."""
    ahead = select(
        func.min(case((videos.c.not_before > now, videos.c.not_before))),
        func.min(case((videos.c.deadline > now, videos.c.deadline))),
    ).where(videos.c.provider == provider, videos.c.stage == "waiting")
    times = (await work.session.execute(ahead)).one()
    return min((at for at in times if at is not None), default=None)
