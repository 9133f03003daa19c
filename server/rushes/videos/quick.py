"""The two reads that are asked all the time, one video and the plain library, by the shortest path.

Rows come as `Record`, which has what `present` reads. What is JSON in the database stays text on its way into
the answer; only into `references`, which few videos have, `present` looks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from orjson import Fragment
from sqlalchemy import Integer, Select, Text, bindparam, cast, select, tuple_

from rushes.actor import Actor
from rushes.database import Database
from rushes.errors import NotFound
from rushes.quick_reads import Quick
from rushes.tables import spaces, videos
from rushes.visibility import ANY_ACTOR, visible_spaces

_JSON = ("tags", "error", "spritesheet", "options", "references")


class Record(NamedTuple):
    """A video as `present` and the file's answer need it."""

    id: str
    number: int
    user_id: str
    space_id: str
    provider_video_id: str | None
    prompt: str
    title: str | None
    favourite: bool | int
    is_published: bool | int
    model: str
    provider: str
    provider_model: str
    kind: str
    size: str
    seconds: float
    seed: int | None
    priority: int
    status: str
    stage: str
    progress: int
    progress_known: bool | int
    created_at: float
    updated_at: float
    started_at: float | None
    completed_at: float | None
    trashed_at: float | None
    purged_at: float | None
    attempts: int
    remixed_from_video_id: str | None
    root_video_id: str
    production_id: str | None
    audio: bool | int | None
    cost_estimate: float | None
    cost_actual: float | None
    cost_lost: float
    duration: float | None
    width: int | None
    height: int | None
    fps: float | None
    file_size: int | None
    file_path: str | None
    thumbnail_path: str | None
    spritesheet_path: str | None
    sha256: str | None
    changed_seq: int
    tags: Fragment
    error: Fragment | None
    spritesheet: Fragment | None
    options: Fragment | None
    references: list[dict[str, str]] | None


_PLAIN = Record._fields[: -len(_JSON)]


def _records(*more: Any) -> Select[Any]:
    columns = [*(videos.c[name] for name in _PLAIN), *(cast(videos.c[name], Text) for name in _JSON)]
    return select(*columns).where(videos.c.purged_at.is_(None), *more)


_ONE = Quick(_records(videos.c.id == bindparam("video_id"), videos.c.space_id.in_(visible_spaces(ANY_ACTOR))))
_SEQ = Quick(
    select(spaces.c.seq).where(
        spaces.c.id == bindparam("space_id"), spaces.c.id.in_(visible_spaces(ANY_ACTOR))
    )
)
_NEWEST = (
    _records(videos.c.space_id == bindparam("space_id"), videos.c.trashed_at.is_(None))
    .order_by(videos.c.created_at.desc(), videos.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_FIRST_PAGE = Quick(_NEWEST)
_LATER_PAGE = Quick(
    _NEWEST.where(
        tuple_(videos.c.created_at, videos.c.id) < tuple_(bindparam("created_at"), bindparam("video_id"))
    )
)


async def visible(database: Database, actor: Actor, video_id: str) -> Record:
    """The video, also from the trash. Raises `NotFound`."""
    rows = await database.quick(_ONE, video_id=video_id, actor_id=actor.user_id)
    if not rows:
        raise NotFound("video")
    return _record(rows[0])


async def newest(
    database: Database, actor: Actor, space_id: str, *, before: tuple[float, str] | None, limit: int
) -> tuple[list[Record], int]:
    """Up to `limit` videos that are not in the trash, newest first, older than `before` (time, id), and the
    space's number, taken before the rows. Raises `NotFound` for a foreign space."""
    found = await database.quick(_SEQ, space_id=space_id, actor_id=actor.user_id)
    if not found:
        raise NotFound("space")
    if before is None:
        rows = await database.quick(_FIRST_PAGE, space_id=space_id, limit=limit)
    else:
        rows = await database.quick(
            _LATER_PAGE, space_id=space_id, limit=limit, created_at=before[0], video_id=before[1]
        )
    return [_record(row) for row in rows], found[0][0]


def _record(values: tuple[Any, ...]) -> Record:
    plain, texts, made_from = values[: len(_PLAIN)], values[len(_PLAIN) : -1], values[-1]
    fragments = (None if text is None else Fragment(text) for text in texts)
    return Record._make((*plain, *fragments, None if made_from is None else orjson.loads(made_from)))
