"""A client that asks twice pays once.

An `Idempotency-Key` is kept for 48 hours: the same body gets the first answer again, another body 409. The
openai SDK retries without a key but counts its tries in a header: from 1 up, an identical body of the same
caller within 10 minutes is taken for the first try's.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import delete, insert, select

from rushes.actor import Actor
from rushes.errors import Conflict
from rushes.tables import idempotency, new_id, spaces
from rushes.transaction import Transaction

KEPT_FOR = 48 * 3600.0
RETRY_WINDOW = 600.0


def _count(value: str) -> int:
    """What is no count is nought: the header is the SDK's own business, and nothing to refuse a video for."""
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else 0


class RepeatHeaders(BaseModel):
    """By what a request that spends money is known again."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None,
        alias="Idempotency-Key",
        description="Of one's own making, another for each new request. The same request under the same key "
        "gets the first answer again within 48 hours; another request under it gets 409.",
    )
    retry_count: Annotated[int, BeforeValidator(_count)] = Field(
        0,
        alias="x-stainless-retry-count",
        description="Sent by OpenAI's SDKs. From 1 up, a request like one of the last 10 minutes gets its "
        "answer.",
    )


@dataclass(frozen=True, slots=True)
class Repeatable:
    """What tells two requests apart: the key that the client gave, if any, and a hash of what it asked."""

    key: str | None
    body_hash: str
    is_retry: bool = False


def repeatable(what: str, body: dict[str, Any], *, key: str | None, is_retry: bool = False) -> Repeatable:
    """For a request to `what` (its address) with `body` as validated."""
    text = orjson.dumps([what, body], option=orjson.OPT_SORT_KEYS)
    return Repeatable(key, hashlib.sha256(text).hexdigest(), is_retry=is_retry)


async def first_answer(work: Transaction, actor: Actor, asked: Repeatable, *, now: float) -> list[str] | None:
    """The ids that the first of these requests made, or None if this is the first. Raises `Conflict`.

    Locks the actor's space: two tries must meet here, or both would find that they are the first. Whoever
    locks a video as well does so before, in the order in which every transaction ends.
    """
    await work.session.execute(select(spaces.c.id).where(spaces.c.id == actor.space_id).with_for_update())
    query = select(idempotency).where(idempotency.c.user_id == actor.user_id)
    if asked.key is not None:
        query = query.where(idempotency.c.key == asked.key, idempotency.c.created_at > now - KEPT_FOR)
    elif asked.is_retry:
        query = query.where(
            idempotency.c.body_hash == asked.body_hash, idempotency.c.created_at > now - RETRY_WINDOW
        )
    else:
        return None
    row = (await work.session.execute(query.order_by(idempotency.c.created_at.desc()).limit(1))).one_or_none()
    if row is None:
        return None
    if row.body_hash != asked.body_hash:
        raise Conflict(
            "This Idempotency-Key was used for another request. Use a new one for each new request.",
            code="idempotency_mismatch",
        )
    return list(row.video_ids)


async def forget(work: Transaction, actor: Actor, asked: Repeatable, *, at: float) -> None:
    """Nothing came of the request that was remembered `at` that moment, and nothing was paid: it may be asked
    again under its key."""
    await work.session.execute(
        delete(idempotency).where(
            idempotency.c.user_id == actor.user_id,
            idempotency.c.body_hash == asked.body_hash,
            idempotency.c.created_at == at,
        )
    )


async def remember(
    work: Transaction, actor: Actor, asked: Repeatable, video_ids: list[str], *, now: float
) -> None:
    """Keeps the answer with the same commit as the videos."""
    key = asked.key if asked.key is not None else new_id("auto")
    await work.session.execute(
        delete(idempotency).where(idempotency.c.user_id == actor.user_id, idempotency.c.key == key)
    )
    await work.session.execute(
        insert(idempotency).values(
            user_id=actor.user_id,
            key=key,
            body_hash=asked.body_hash,
            video_ids=video_ids,
            created_at=now,
        )
    )
