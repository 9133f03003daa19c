"""Takes a bundle in: a production of one's own, as it was where it comes from, all of it or nothing.

    production_id = await imported(studio, actor, path)

Its files are checked like any that people bring, and are in the store before the one transaction that gives
them their rows. Whatever ends before that leaves nothing, and a crash only what is noted as loose.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from rushes.actor import Actor
from rushes.errors import Invalid, TooLarge
from rushes.media.bundle import BadBundle, Bundle, BundledFile, Limits, read_bundle
from rushes.media.probe import Unplayable
from rushes.productions import import_rows
from rushes.productions.bundle_checks import Incoherent, checked, kinds
from rushes.productions.bundle_models import MOST_FILES, Content
from rushes.studio import Studio
from rushes.uploads import service as uploads
from rushes.uploads.models import Kind
from rushes.uploads.service import StoredFile
from rushes.videos import imported as videos
from rushes.videos.imported import Film

log = structlog.get_logger(__name__)

# Bytes of the bundle, and of what is in it: the same, since media are not packed.
LARGEST = 20_000_000_000
_LIMITS = Limits(files=2 * MOST_FILES, bytes=LARGEST)


async def imported(studio: Studio, actor: Actor, path: Path) -> str:
    """The id of the new production, in the actor's personal space. Raises `Invalid` naming `file`, `TooLarge`
    and `Unavailable` or `StorageFull` when the disk is full."""
    folder = studio.storage.scratch() / f"import-{secrets.token_hex(8)}"
    try:
        bundle = await read_bundle(path, into=folder, limits=_LIMITS)
        content = await asyncio.to_thread(checked, bundle.content, bundle.files.keys())
        return await _taken_in(studio, actor, content, kinds(content), bundle)
    except BadBundle as error:
        if error.code == "too_large":
            raise TooLarge(
                error.message, code=error.code, details={"fields": {"file": error.message}}
            ) from error
        raise Invalid(error.message, code=error.code, file=error.message) from error
    except Incoherent as error:
        raise Invalid(error.message, code="bad_content", file=error.message) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _taken_in(
    studio: Studio, actor: Actor, content: Content, serves: Mapping[str, Kind], bundle: Bundle
) -> str:
    async with AsyncExitStack() as stack:
        stored, films = {}, {}
        for asset in content.assets:
            file = bundle.files[asset.file]
            stored[asset.id] = await _stored(studio, actor, stack, file, asset.name, serves[asset.id])
        for video in content.videos:
            if video.file is not None:
                films[video.id] = await _film(studio, actor, stack, bundle.files[video.file])
        async with studio.transaction() as work:
            production_id = await import_rows.write(
                work, actor, content, stored, films, now=studio.clock.now()
            )
    log.info(
        "production_imported", production_id=production_id, scenes=len(content.scenes), videos=len(films)
    )
    return production_id


async def _stored(
    studio: Studio, actor: Actor, stack: AsyncExitStack, file: BundledFile, name: str | None, kind: Kind
) -> StoredFile:
    only: Kind | None = "image" if kind == "image" else None
    given = uploads.incoming(
        studio,
        actor,
        file.path,
        name=name or file.name,
        field="file",
        only=only,
        source_sha256=file.sha256,
    )
    try:
        stored = await stack.enter_async_context(given)
    except TooLarge as error:
        raise TooLarge(_about(file, error.message), code="bad_file") from error
    except Invalid as error:
        raise _bad(file, error.message) from error
    if stored.kind != kind:
        raise _bad(file, f"It is of the kind {stored.kind}, not {kind}.")
    return stored


async def _film(studio: Studio, actor: Actor, stack: AsyncExitStack, file: BundledFile) -> Film:
    try:
        return await stack.enter_async_context(videos.incoming(studio, actor, file.path))
    except Unplayable as error:
        raise _bad(file, error.message) from error


def _bad(file: BundledFile, message: str) -> Invalid:
    message = _about(file, message)
    return Invalid(message, code="bad_file", file=message)


def _about(file: BundledFile, message: str) -> str:
    return f"{file.name[:100]} in this bundle cannot be used. {message}"
