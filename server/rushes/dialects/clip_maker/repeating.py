"""What is made within a request is made once, however often a client asks with the same `Idempotency-Key`.

async with asked_once(call, folder, path, body, count=1) as turn:
    if not turn.is_repeated:
        ...                                 # make turn.ids
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from rushes.dialects.clip_maker.asking import AskedHeaders, Folder
from rushes.errors import RushesError
from rushes.http.endpoint import Call
from rushes.tables import new_id
from rushes.videos import idempotency
from rushes.videos.idempotency import repeatable


@dataclass(frozen=True, slots=True)
class Turn:
    """The ids of what the request makes; `is_repeated` where it was asked before, and may be made already."""

    ids: list[str]
    is_repeated: bool


@asynccontextmanager
async def asked_once(
    call: Call, folder: Folder, path: str, body: dict[str, Any], *, count: int
) -> AsyncIterator[Turn]:
    """Remembers the request before the block makes anything, and forgets it where nothing was paid for in
    vain. Raises `Conflict` for a key that was used for something else."""
    headers: AskedHeaders = call.headers
    asked = repeatable(path, body, key=headers.idempotency_key, is_retry=headers.retry_count > 0)
    studio, ids = call.studio, [new_id("asset") for _ in range(count)]
    now = studio.clock.now()
    async with studio.transaction() as work:
        before = await idempotency.first_answer(work, folder.actor, asked, now=now)
        if before is None:
            await idempotency.remember(work, folder.actor, asked, ids, now=now)
    if before is not None:
        yield Turn(before, is_repeated=True)
        return
    try:
        yield Turn(ids, is_repeated=False)
    except RushesError as error:
        if error.charged == "no":
            async with studio.transaction() as work:
                await idempotency.forget(work, folder.actor, asked, at=now)
        raise
