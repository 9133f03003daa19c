"""Keeps what a maker made: stored, owned by whoever it was made for, and nothing left behind when it fails.

    async with keeping(studio, actor, into, name="Scene 3", only="image", is_free=False) as keep:
        still = await maker.make(order, into)
        async with keep(still.path) as file:
            await written(studio, ...)       # in which `await file.owned(work, purpose="still")`

It may be paid for by then: a database or a store that is away is waited for, and whatever else fails says
that it was charged.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import structlog

from rushes.actor import Actor
from rushes.errors import Charged, RushesError, Unavailable
from rushes.providers.protocol import Refused
from rushes.stopping import rest
from rushes.storage import StorageAway, StorageError
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.uploads import service as uploads
from rushes.uploads.models import Kind, Purpose
from rushes.uploads.service import StoredFile

log = structlog.get_logger(__name__)

# How often a paid file that waits for room or for its store is tried again, in seconds.
_BETWEEN_TRIES = 5.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored, and will be somebody's in the transaction that says so."""

    file: StoredFile
    actor: Actor
    now: float

    async def owned(self, work: Transaction, *, purpose: Purpose) -> str:
        """The asset that it is now, or was before when the same was made before."""
        return await uploads.keep(work, self.actor, self.file, purpose=purpose, now=self.now)


Keep: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Kept]]


async def written(studio: Studio, write: Callable[[Transaction], Awaitable[None]]) -> None:
    """Commits what a maker has made, however long the database is away: nobody else has it."""
    while True:
        try:
            async with studio.transaction() as work:
                await write(work)
        except Unavailable as error:
            if studio.stopping.is_set():
                raise
            log.error("result_not_written", reason=error.message)
            await rest(1.0, stopping=studio.stopping)
        else:
            return


@asynccontextmanager
async def keeping(
    studio: Studio,
    actor: Actor,
    into: Path,
    *,
    name: str,
    only: Kind,
    is_free: bool,
    patience: float,
    kept_as: str | None = None,
    asset_id: str | None = None,
) -> AsyncIterator[Keep]:
    """Gives the function that stores what was made at `into`, which is deleted afterwards. What is paid for
    waits up to `patience` seconds for room or for its store. It raises `Refused` for what cannot be stored.
    `kept_as` and `asset_id` are those of `uploads.service.incoming`."""

    @asynccontextmanager
    async def keep(path: Path) -> AsyncIterator[Kept]:
        try:
            async with AsyncExitStack() as stack:
                yield await _stored(stack, path)
        except (RushesError, StorageError) as error:
            charged: Charged = "no" if is_free else "yes"
            raise Refused(error.message, code=error.code, retryable=True, charged=charged) from error

    async def _stored(stack: AsyncExitStack, path: Path) -> Kept:
        until = studio.clock.now() + (0.0 if is_free else patience)
        while True:
            # Storing takes the file away, and may fail after that.
            copy = await asyncio.to_thread(_linked, path)
            coming = uploads.incoming(
                studio,
                actor,
                copy,
                name=name,
                field="file",
                only=only,
                kept_as=kept_as,
                asset_id=asset_id,
            )
            try:
                file = await stack.enter_async_context(coming)
            except (Unavailable, StorageAway) as error:
                if studio.clock.now() >= until or studio.stopping.is_set():
                    raise
                log.error("result_not_stored", reason=error.message)
                await rest(_BETWEEN_TRIES, stopping=studio.stopping)
            else:
                return Kept(file, actor, studio.clock.now())

    try:
        yield keep
    finally:
        await asyncio.to_thread(_delete, into)


def _delete(path: Path) -> None:
    # Makers add the ending that the file really has.
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink(missing_ok=True)


def _linked(path: Path) -> Path:
    """The same file by another name, which `_delete` finds too."""
    copy = path.with_name(f"{path.name}-kept")
    copy.unlink(missing_ok=True)
    try:
        os.link(path, copy)
    except OSError:
        # Some file systems know no second names.
        shutil.copyfile(path, copy)
    return copy
