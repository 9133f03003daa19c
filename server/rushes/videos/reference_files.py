"""The files that a video is made from, as its provider gets them: local copies, pictures brought to what the
model takes.

What is drawn on this machine gets them as they are: it fits them itself.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

import structlog
from sqlalchemy import select

from rushes.http.multipart import in_words
from rushes.media.fitting import CannotFit, fit_image
from rushes.media.images import UnreadableImage
from rushes.providers.model import ImageRule, Role
from rushes.providers.protocol import Reference, Refused
from rushes.storage import MissingFile, StorageFull
from rushes.storage.incoming import disk_errors
from rushes.studio import Studio
from rushes.tables import assets
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

_FRAMES: tuple[Role, ...] = ("first_frame", "last_frame")
_PICTURES: tuple[Role, ...] = (*_FRAMES, "subject", "style")


async def open_references(studio: Studio, row: VideoRow, stack: AsyncExitStack) -> tuple[Reference, ...]:
    """The row's references in their order, readable until `stack` closes. Raises `MissingFile`, and `Refused`
    for a picture that cannot be brought to what the model takes."""
    if not row.references:
        return ()
    ids = {each["asset_id"] for each in row.references}
    async with studio.reading() as session:
        found = (await session.execute(select(assets).where(assets.c.id.in_(ids)))).all()
    known = {asset.id: asset for asset in found}
    rule = _rule_of(studio, row)
    opened = []
    for each in row.references:
        asset, role = known.get(each["asset_id"]), each["role"]
        if asset is None:
            raise MissingFile(each["asset_id"])
        path = await stack.enter_async_context(studio.storage.local_copy(asset.file_path))
        reference = Reference(role, path, asset.content_type)
        if rule is not None and role in _PICTURES:
            reference = await _fitted(studio, row, stack, reference, rule)
        opened.append(reference)
    return tuple(opened)


def _rule_of(studio: Studio, row: VideoRow) -> ImageRule | None:
    """None where pictures go as they are."""
    provider = studio.providers.get(row.provider)
    if provider is None or provider.capabilities.embedded:
        return None
    models = {model.name: model for model in provider.capabilities.models}
    model = models.get(row.provider_model)
    return ImageRule() if model is None else model.image


async def _fitted(
    studio: Studio, row: VideoRow, stack: AsyncExitStack, reference: Reference, rule: ImageRule
) -> Reference:
    stem = studio.storage.scratch() / f"fitted-{secrets.token_hex(8)}"
    width, height = (int(side) for side in row.size.split("x"))
    try:
        with disk_errors():
            fitted = await fit_image(
                reference.path,
                reference.content_type,
                stem,
                rule=rule,
                shape=(width, height) if reference.role in _FRAMES else None,
                turn=studio.decoding,
            )
    except CannotFit as error:
        most = in_words(rule.max_bytes or 0)
        raise Refused(
            f"A picture is too large for {row.provider}, which takes {most} at most, and cannot be made that "
            "small. Use a plainer one.",
            code="payload_too_large",
        ) from error
    except UnreadableImage as error:
        raise Refused(
            f"A picture that it is made from cannot be read: {error.message}", code="invalid_image"
        ) from error
    except StorageFull as error:
        raise Refused(error.message, code="disk_full", retryable=True) from error
    if fitted is None:
        return reference
    stack.push_async_callback(_delete, fitted.path)
    log.info(
        "picture_fitted",
        role=reference.role,
        content_type=fitted.content_type,
        bytes=(await asyncio.to_thread(fitted.path.stat)).st_size,
    )
    return Reference(reference.role, fitted.path, fitted.content_type)


async def _delete(path: Path) -> None:
    await asyncio.to_thread(path.unlink, missing_ok=True)
