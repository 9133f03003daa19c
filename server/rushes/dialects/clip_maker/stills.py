"""`POST /api/generate_single_image`: one frame, made from words or after a picture, in the shape that is
asked for."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import model_validator
from starlette.responses import Response

from rushes.dialects.clip_maker import pictures
from rushes.dialects.clip_maker.addresses import IMAGES, proxy, signed
from rushes.dialects.clip_maker.asking import (
    USUAL_SHAPE,
    Address,
    Asked,
    AskedHeaders,
    ExpiresIn,
    Folder,
    Index,
    Look,
    Shape,
    Spoken,
    Total,
    folder_of,
    size_of_shape,
)
from rushes.dialects.clip_maker.paying import paid
from rushes.dialects.clip_maker.refusals import ERRORS, said_plainly
from rushes.dialects.clip_maker.repeating import Turn, asked_once
from rushes.errors import Conflict
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.media.fitting import fit_image
from rushes.productions.styles import frame_words, labelled_words
from rushes.providers.makers.protocol import ImageOrder, Still
from rushes.providers.model import ImageRule
from rushes.providers.protocol import Reference
from rushes.storage import StorageFull
from rushes.storage.incoming import disk_errors
from rushes.studio import Studio
from rushes.tables import new_id
from rushes.transaction import Transaction
from rushes.uploads.keeping import keeping, written
from rushes.uploads.reading import by_ids
from rushes.videos.fields import Prompt

PATH = "/api/generate_single_image"

# Seconds that a paid picture waits for room within a request.
_PATIENCE = 240.0
_PNG = ImageRule(types=("image/png",))


class ImageAsked(Asked):
    """`image` is a picture to go by, in base64 or as a `data:` URL; it is padded to the shape, never cropped.
    `isFirstFrame` changes nothing: the prompt says what is to be seen."""

    prompt: Prompt
    frame_index: Index = 0
    total_frames: Total = 1
    is_first_frame: bool | None = None
    style: Look | None = None
    mood: Look | None = None
    expires_in: ExpiresIn = 3600
    image: Address | None = None
    frame_aspect_ratio: Shape = USUAL_SHAPE

    @model_validator(mode="after")
    def _is_one_of_them(self) -> ImageAsked:
        if self.frame_index >= self.total_frames and "total_frames" in self.model_fields_set:
            raise ValueError("frameIndex must be less than totalFrames: it counts from 0")
        return self


class ImageMade(Spoken):
    success: bool
    image_url: str
    proxy_url: str
    s3_key: str
    user_id: str
    request_id: str
    frame_index: int
    total_frames: int
    expires_in: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A still to make; `image` is a picture to go by as it came."""

    prompt: str
    style: str | None
    mood: str | None
    size: tuple[int, int]
    index: int
    image: str | None


@endpoint(
    "POST",
    PATH,
    body=ImageAsked,
    headers=AskedHeaders,
    json_limit=pictures.JSON_LIMIT,
    answers={200: ImageMade, **ERRORS},
    tag="Dialects",
)
async def generate_single_image(call: Call) -> Response:
    """Make one frame. It is among one's assets as well."""
    asked: ImageAsked = call.body
    folder = await folder_of(call, asked)
    wanted = Wanted(
        asked.prompt,
        asked.style,
        asked.mood,
        size_of_shape(asked.frame_aspect_ratio),
        asked.frame_index,
        asked.image,
    )
    body = asked.model_dump(mode="json")
    async with asked_once(call, folder, PATH, body, count=1) as turn:
        if not turn.is_repeated:
            await made(call.studio, folder, wanted, asset_id=turn.ids[0])
    [key] = await keys_of(call.studio, turn)
    return answer(
        {
            "success": True,
            **await addresses_of(call.studio, key, asked.expires_in),
            "userId": folder.user,
            "requestId": folder.request_id,
            "frameIndex": asked.frame_index,
            "totalFrames": asked.total_frames,
            "expiresIn": asked.expires_in,
        }
    )


async def addresses_of(studio: Studio, key: str, expires_in: int) -> dict[str, Any]:
    """Where a stored picture is found."""
    return {
        "imageUrl": await signed(studio, key, expires_in),
        "proxyUrl": proxy(studio, IMAGES, key, expires_in),
        "s3Key": key,
    }


async def keys_of(studio: Studio, turn: Turn) -> list[str]:
    """Where the pictures are that the request has made, in their order. Raises `Conflict` where there are
    none: whoever asked first has made none yet, or they are gone again."""
    async with studio.reading() as session:
        found = {row.id: row.file_path for row in await by_ids(session, turn.ids)}
    if not found:
        raise Conflict(
            "This was asked for before under the same Idempotency-Key, and is not made: it is still being "
            "made, it failed after it was paid for, or it was deleted. Use a new key to have it made again.",
            code="asked_before",
        )
    return [found[asset_id] for asset_id in turn.ids if asset_id in found]


async def made(studio: Studio, folder: Folder, wanted: Wanted, *, asset_id: str) -> None:
    """Makes the still and keeps it as an asset with this id. Raises `Invalid` for the picture to go by,
    `PaymentRequired`, and what `refusals.said_plainly` does."""
    offer = studio.makers.image()
    words = frame_words if offer.maker.embedded else labelled_words
    width, height = wanted.size
    into = studio.storage.scratch() / f"still-{secrets.token_hex(8)}"
    references: tuple[Reference, ...] = ()
    async with AsyncExitStack() as stack:
        stack.enter_context(said_plainly())
        if wanted.image is not None:
            opened = pictures.reference_of(studio, wanted.image, field="image", shape=wanted.size)
            picture = await stack.enter_async_context(opened)
            references = (picture,) if offer.model.references else ()
        keep = await stack.enter_async_context(
            keeping(
                studio,
                folder.actor,
                into,
                name=f"Frame {wanted.index + 1}",
                only="image",
                is_free=offer.maker.embedded,
                patience=_PATIENCE,
                kept_as=folder.new("reference-frames", f"generated_frame_{wanted.index}"),
                asset_id=asset_id,
            )
        )
        order = ImageOrder(
            key=new_id("still"),
            model=offer.model.name,
            prompt=words(wanted.prompt, style=wanted.style, mood=wanted.mood),
            width=width,
            height=height,
            # Several of one prompt would else be drawn alike.
            seed=secrets.randbelow(2**31) if offer.model.seed else None,
            references=references,
        )
        async with paid(studio, folder.actor, "image", offer, offer.model.price.per_image) as bill:
            still = await offer.maker.make(order, into)
            bill.cost = still.use.cost
        async with keep(await _shaped(studio, still, wanted.size, into)) as file:

            async def write(work: Transaction) -> None:
                await file.owned(work, purpose="still")

            await written(studio, write)


async def _shaped(studio: Studio, still: Still, size: tuple[int, int], into: Path) -> Path:
    """The still as a PNG of that shape, with nothing cut off: models have sizes of their own."""
    stem = into.with_name(f"{into.name}-shaped")
    try:
        with disk_errors():
            fitted = await fit_image(
                still.path, still.content_type, stem, rule=_PNG, shape=size, turn=studio.decoding
            )
    except StorageFull:
        # It may be paid for, and is worth keeping in any shape.
        return still.path
    return still.path if fitted is None else fitted.path
