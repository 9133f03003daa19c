"""Videos in SQL: the one place that reads and moves their rows for people.

Every read takes the actor, and whether they may see the row is part of the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, case, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.errors import Charged, Invalid, NotFound
from rushes.tables import collection_videos, collections, former_jobs, spaces, videos
from rushes.transaction import Transaction
from rushes.videos import charging, search
from rushes.videos.cursors import read_cursor, write_cursor
from rushes.videos.lifecycle import (
    FINISHED,
    MOVES,
    NEW_ATTEMPT,
    STAGES,
    STATUS,
    IllegalMove,
    Stage,
    check_move,
    stages_of,
)
from rushes.videos.models import VideoFilter
from rushes.visibility import editable_spaces, visible_spaces

VideoRow: TypeAlias = Row[Any]


async def visible(session: AsyncConnection, actor: Actor, video_id: str) -> VideoRow:
    """The video, also from the trash. Raises `NotFound`."""
    row = (
        await session.execute(
            select(videos).where(
                videos.c.id == video_id,
                videos.c.purged_at.is_(None),
                videos.c.space_id.in_(visible_spaces(actor)),
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound("video")
    return row


async def writable(work: Transaction, actor: Actor, video_id: str) -> VideoRow:
    """The video, locked until the transaction ends. Raises `NotFound`."""
    row = (
        await work.session.execute(
            select(videos)
            .where(
                videos.c.id == video_id,
                videos.c.purged_at.is_(None),
                videos.c.space_id.in_(editable_spaces(actor)),
            )
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise NotFound("video")
    return row


async def by_ids(session: AsyncConnection, ids: Sequence[str]) -> list[VideoRow]:
    """Rows for the studio's own use, tombstones included, in no order."""
    return list((await session.execute(select(videos).where(videos.c.id.in_(ids)))).all())


async def one(session: AsyncConnection, video_id: str) -> VideoRow | None:
    return (await session.execute(select(videos).where(videos.c.id == video_id))).one_or_none()


async def lock(work: Transaction, ids: Sequence[str], *, actor: Actor | None = None) -> None:
    """By id, whatever the order of the updates to come: two transactions cannot wait for each other. Of an
    actor's request only what they may change."""
    if len(ids) > 1:
        query = select(videos.c.id).where(videos.c.id.in_(ids)).order_by(videos.c.id).with_for_update()
        if actor is not None:
            query = query.where(videos.c.space_id.in_(editable_spaces(actor)))
        (await work.session.execute(query)).all()


async def change(
    work: Transaction, video_id: str, *only_if: ColumnElement[bool], **values: Any
) -> VideoRow | None:
    """Writes `values` where `only_if` holds and numbers the change; None when it does not hold.

    To another stage there is only `move` and `begin_again`: both settle what it costs.
    """
    if values.keys() & {"stage", "status", "attempts", "cost_lost"}:
        raise IllegalMove("a change of the stage is a move")
    return await _write(work, video_id, *only_if, **values)


async def _write(
    work: Transaction, video_id: str, *only_if: ColumnElement[bool], **values: Any
) -> VideoRow | None:
    row: VideoRow | None = (
        await work.session.execute(
            update(videos)
            .where(videos.c.id == video_id, videos.c.purged_at.is_(None), *only_if)
            .values(**values)
            .returning(videos)
        )
    ).one_or_none()
    if row is not None:
        if values.keys() & search.SAID:
            await search.note(work, [row])
        work.changed("video", row)
    return row


async def move(
    work: Transaction,
    video_id: str,
    target: Stage,
    *only_if: ColumnElement[bool],
    now: float,
    sources: Sequence[Stage] | None = None,
    charged: Charged | None = None,
    **values: Any,
) -> VideoRow | None:
    """Moves the video to `target` if it stands where that is legal (or in `sources`): a compare-and-set.

    A move that ends the attempt settles what it costs: `charged` says whether the provider takes money for
    it (what failed may say so in its `error`). None when somebody else moved it first. Raises `IllegalMove`
    for sources that the table forbids, and for an end that does not say what it costs.
    """
    allowed = frozenset(sources) if sources else frozenset(s for s in STAGES if target in MOVES[s])
    if target == "waiting" and allowed & NEW_ATTEMPT:
        raise IllegalMove("a new attempt is paid for: begin_again")
    if target not in FINISHED:
        return await _move(work, video_id, target, allowed, *only_if, now=now, **values)
    charged = charging.charged_by(target, charged, values.get("error"))
    if target != "completed":
        values["cost_lost"] = charging.more_lost(charged, values.get("cost_actual"))
    row = await _move(work, video_id, target, allowed, *only_if, now=now, **values)
    if row is not None:
        await charging.settle(work, row, charged=charged, now=now)
    return row


async def never_charged(
    work: Transaction, video_id: str, *only_if: ColumnElement[bool], **values: Any
) -> VideoRow | None:
    """Writes `values` to a video whose attempt has ended as one that may have been charged, and was not."""
    row = await _write(work, video_id, *only_if, cost_lost=charging.less_lost(), **values)
    if row is not None:
        await charging.take_back(work, row)
    return row


async def begin_again(
    work: Transaction,
    actor: Actor,
    former: VideoRow,
    *sources: Stage,
    cost: float | None,
    now: float,
    **values: Any,
) -> VideoRow | None:
    """Puts a video that stands in one of `sources`, as `former` does, back in line for a new attempt, which
    `actor` pays for; at `cost` in USD, None where nobody knows.

    From `unknown` the former attempt may have been charged, and is counted as lost.
    """
    is_unknown = "unknown" in sources
    if is_unknown and len(sources) > 1:
        raise IllegalMove("what becomes of an unknown attempt is decided by itself")
    if is_unknown:
        values["cost_lost"] = charging.more_lost("unknown", None)
    row = await _move(
        work,
        former.id,
        "waiting",
        frozenset(sources),
        now=now,
        attempts=videos.c.attempts + 1,
        cost_estimate=cost,
        **values,
    )
    if row is not None:
        if former.provider_video_id is not None:
            await remember_job(work, former.provider, former.provider_video_id, now=now)
        if is_unknown:
            await charging.give_up(work, former, now=now)
        await charging.reserve(work, actor, [row], now=now)
    return row


async def _move(
    work: Transaction,
    video_id: str,
    target: Stage,
    sources: frozenset[Stage],
    *only_if: ColumnElement[bool],
    now: float,
    **values: Any,
) -> VideoRow | None:
    check_move(sources, target)
    row = await _write(
        work,
        video_id,
        videos.c.stage.in_(sorted(sources)),
        *only_if,
        stage=target,
        status=STATUS[target],
        updated_at=now,
        **values,
    )
    if row is not None:
        work.moved(row)
        tell_production(work, row)
    return row


def tell_production(work: Transaction, row: VideoRow) -> None:
    """A production shows how its takes are, and goes on when they are over. By a task: whoever works on a
    production locks it before its videos, and here the video is locked already."""
    if row.production_id is not None:
        key = f"go_on:{row.production_id}:{row.id}:{row.attempts}:{row.stage}"
        work.enqueue("go_on", row.production_id, key=key)


def no_less_than(percent: Any) -> ColumnElement[int]:
    """Progress never goes back, even if two pollers overlap for a moment."""
    return case((videos.c.progress < percent, percent), else_=videos.c.progress)


async def advance(work: Transaction, percents: Sequence[tuple[VideoRow, int]], *, now: float) -> bool:
    """Writes how far videos have come that are still at the attempt of their row; False when none is.

    Thousands are followed at once, and a statement for each would cost more than all else about them.
    """
    now_at = select(videos.c.id, videos.c.submission_key).where(
        videos.c.id.in_([row.id for row, _ in percents]), videos.c.stage == "generating"
    )
    attempts = dict((await work.session.execute(now_at.order_by(videos.c.id).with_for_update())).all())
    same = [(row, percent) for row, percent in percents if attempts.get(row.id, "") == row.submission_key]
    if not same:
        return False
    percent = bindparam("percent", type_=Integer)
    written = update(videos).where(videos.c.id == bindparam("video_id"))
    await work.session.execute(
        written.values(
            progress=no_less_than(percent),
            progress_known=True,
            missing_since=None,
            updated_at=now,
        ),
        [{"video_id": row.id, "percent": percent} for row, percent in same],
    )
    for row, _ in same:
        work.changed("video", row)
    return True


async def page(
    session: AsyncConnection, actor: Actor, wanted: VideoFilter
) -> tuple[list[VideoRow], str | None, int]:
    """Rows of a space, the cursor of the next page, and the space's number, taken before the rows.

    Raises `Invalid` for a cursor or status that makes no sense, `NotFound` for a foreign space.
    """
    space_id = wanted.space or actor.space_id
    seq = await session.scalar(
        select(spaces.c.seq).where(spaces.c.id == space_id, spaces.c.id.in_(visible_spaces(actor)))
    )
    if seq is None:
        raise NotFound("space")
    query = _filtered(select(videos), space_id, wanted)
    order: list[ColumnElement[Any]] = [videos.c.created_at, videos.c.id]
    if wanted.collection:
        await _must_be_there(session, wanted.collection, space_id)
        # Its own rows are in the order of the library too: a page of a large one is not sorted first.
        order = [collection_videos.c.video_created_at, collection_videos.c.video_id]
        query = query.join(collection_videos, collection_videos.c.video_id == videos.c.id).where(
            collection_videos.c.collection_id == wanted.collection
        )
    newest_first = wanted.sort == "new"
    after = read_cursor(wanted.cursor) if wanted.cursor else None
    if after is not None:
        place, reached = tuple_(*order), tuple_(*after)
        query = query.where(place < reached if newest_first else place > reached)
    query = query.order_by(*(column.desc() if newest_first else column.asc() for column in order))
    if wanted.q or wanted.tag or wanted.model:
        query = search.matching(
            query,
            session,
            wanted.q,
            tag=wanted.tag,
            model=wanted.model,
            space_id=space_id,
            newest_first=newest_first,
            after=after,
            made=(wanted.after, wanted.before),
        )
    rows = list((await session.execute(query.limit(wanted.limit + 1).offset(wanted.offset))).all())
    more = len(rows) > wanted.limit
    rows = rows[: wanted.limit]
    return rows, write_cursor(rows[-1]) if more else None, seq


async def _must_be_there(session: AsyncConnection, collection_id: str, space_id: str) -> None:
    """Raises `NotFound` for a collection that is not in the space."""
    there = select(collections.c.id).where(
        collections.c.id == collection_id,
        collections.c.space_id == space_id,
        collections.c.purged_at.is_(None),
    )
    if await session.scalar(there) is None:
        raise NotFound("collection")


def _filtered(query: Select[Any], space_id: str, wanted: VideoFilter) -> Select[Any]:
    words = [word.strip() for word in (wanted.status or "all").split(",") if word.strip()]
    trashed = words == ["trashed"]
    query = query.where(
        videos.c.space_id == space_id,
        videos.c.purged_at.is_(None),
        videos.c.trashed_at.is_not(None) if trashed else videos.c.trashed_at.is_(None),
    )
    if not trashed and words != ["all"]:
        stages = [stage for word in words for stage in stages_of(word)]
        if not stages or any(not stages_of(word) for word in words):
            raise Invalid(status="must be queued, in_progress, completed, failed, cancelled, trashed or all")
        query = query.where(videos.c.stage.in_(stages))
    for column in ("provider", "kind", "favourite"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(videos.c[column] == value)
    if wanted.production is not None:
        query = query.where(videos.c.production_id == wanted.production)
    if wanted.after is not None:
        query = query.where(videos.c.created_at >= wanted.after)
    if wanted.before is not None:
        query = query.where(videos.c.created_at < wanted.before)
    return query


async def family(session: AsyncConnection, actor: Actor, root_id: str) -> list[VideoRow]:
    """Everything that came from one first video, oldest first, as far as `actor` may see it."""
    query = (
        select(videos)
        .where(
            videos.c.root_video_id == root_id,
            videos.c.purged_at.is_(None),
            videos.c.space_id.in_(visible_spaces(actor)),
        )
        .order_by(videos.c.created_at, videos.c.id)
        .limit(500)
    )
    return list((await session.execute(query)).all())


async def remember_job(work: Transaction, provider: str, job_id: str, *, now: float) -> None:
    """It belongs to an attempt that is over, and is nobody else's."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    values = {"provider": provider, "job_id": job_id, "ended_at": now}
    await work.session.execute(insert(former_jobs).values(values).on_conflict_do_nothing())


async def taken_jobs(session: AsyncConnection, provider: str, job_ids: list[str]) -> set[str]:
    """Those of the jobs that a video has, or had in an attempt that is over, be it anybody's."""
    query = select(former_jobs.c.job_id).where(
        former_jobs.c.provider == provider, former_jobs.c.job_id.in_(job_ids)
    )
    former = set((await session.execute(query)).scalars())
    return former | await owned_jobs(session, provider, job_ids)


async def owned_jobs(
    session: AsyncConnection, provider: str, job_ids: list[str], *, but_not: Stage | None = None
) -> set[str]:
    """Those of the jobs that a video has, be it anybody's."""
    query = select(videos.c.provider_video_id).where(
        videos.c.provider == provider, videos.c.provider_video_id.in_(job_ids)
    )
    if but_not is not None:
        query = query.where(videos.c.stage != but_not)
    return set((await session.execute(query)).scalars())
