"""`POST /api/public/upload-image` and `…/generate-images`: pictures in fewer words."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from rushes.dialects.clip_maker import pictures, stills
from rushes.dialects.clip_maker.asking import (
    USUAL_SHAPE,
    Address,
    Asked,
    AskedHeaders,
    ExpiresIn,
    Folder,
    Look,
    Shape,
    Spoken,
    folder_of,
    size_of_shape,
)
from rushes.dialects.clip_maker.refusals import ERRORS
from rushes.dialects.clip_maker.repeating import asked_once
from rushes.errors import Invalid, RushesError
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.http.fields import NotTrue
from rushes.uploads import reading as uploads
from rushes.uploads import service as bringing
from rushes.videos.fields import Prompt

_MOST_IMAGES = 10
_AT_ONCE = 3
_IMAGES = "/api/public/generate-images"


class UploadAsked(Asked):
    """The picture is the file of a form, or `image` in base64."""

    image: Address | None = None
    expires_in: ExpiresIn = 3600


class Uploaded(Spoken):
    success: bool
    image_url: str
    proxy_url: str
    s3_key: str


class ImagesAsked(Asked):
    prompt: Prompt
    count: Annotated[int, NotTrue, Field(ge=1, le=_MOST_IMAGES)] = 1
    style: Look | None = None
    mood: Look | None = None
    frame_aspect_ratio: Shape = USUAL_SHAPE
    expires_in: ExpiresIn = 3600
    image: Address | None = None


class OneImage(Spoken):
    image_url: str
    proxy_url: str
    s3_key: str


class Images(Spoken):
    """Fewer than were asked for where some could not be made."""

    success: bool
    images: list[OneImage]


@endpoint(
    "POST",
    "/api/public/upload-image",
    body=UploadAsked,
    headers=AskedHeaders,
    files=("file",),
    limit=pictures.PICTURE_LIMIT + 1_000_000,
    file_limit=pictures.PICTURE_LIMIT,
    json_limit=pictures.JSON_LIMIT,
    answers={200: Uploaded, **ERRORS},
    tag="Dialects",
)
async def upload_image(call: Call) -> Response:
    """Bring a picture. It is among one's assets as well."""
    asked: UploadAsked = call.body
    upload = call.files.get("file")
    if (upload is None) == (asked.image is None):
        raise Invalid(image="is required, in base64 or as a data: URL, or file in a form: one of both")
    folder = await folder_of(call, asked)
    key = await _kept(call, folder, upload, asked.image)
    return answer({"success": True, **await stills.addresses_of(call.studio, key, asked.expires_in)})


@endpoint(
    "POST",
    _IMAGES,
    body=ImagesAsked,
    headers=AskedHeaders,
    json_limit=pictures.JSON_LIMIT,
    answers={200: Images, **ERRORS},
    tag="Dialects",
)
async def generate_images(call: Call) -> Response:
    """Make up to ten pictures of one prompt."""
    asked: ImagesAsked = call.body
    folder = await folder_of(call, asked)
    size, places = size_of_shape(asked.frame_aspect_ratio), asyncio.Semaphore(_AT_ONCE)

    async def one(index: int, asset_id: str) -> None:
        wanted = stills.Wanted(asked.prompt, asked.style, asked.mood, size, index, asked.image)
        async with places:
            await stills.made(call.studio, folder, wanted, asset_id=asset_id)

    body = asked.model_dump(mode="json")
    async with asked_once(call, folder, _IMAGES, body, count=asked.count) as turn:
        if not turn.is_repeated:
            making = (one(index, asset_id) for index, asset_id in enumerate(turn.ids))
            ended = await asyncio.gather(*making, return_exceptions=True)
            wrong = [each for each in ended if each is not None]
            # A mistake of ours is told whatever else was made, else what may have cost something.
            worst = sorted(wrong, key=_weight)[-1:]
            if worst and (len(wrong) == asked.count or not isinstance(worst[0], RushesError)):
                raise worst[0]
    keys = await stills.keys_of(call.studio, turn)
    shown = [await stills.addresses_of(call.studio, key, asked.expires_in) for key in keys]
    return answer({"success": True, "images": shown})


async def _kept(call: Call, folder: Folder, upload: Any, text: str | None) -> str:
    """The key of a picture that was brought."""
    studio = call.studio
    async with AsyncExitStack() as stack:
        if upload is not None:
            path, name, field = upload.path, upload.filename, "file"
        else:
            opened = pictures.inline(studio, text or "", field="image")
            path, name, field = await stack.enter_async_context(opened), "Reference", "image"
        coming = bringing.incoming(
            studio,
            folder.actor,
            path,
            name=name,
            field=field,
            only="image",
            kept_as=folder.new("user-uploads", "reference_image"),
        )
        file = await stack.enter_async_context(coming)
        async with studio.transaction() as work:
            asset_id = await bringing.keep(work, folder.actor, file, now=studio.clock.now())
    async with studio.reading() as session:
        [row] = await uploads.by_ids(session, [asset_id])
    return str(row.file_path)


def _weight(error: BaseException) -> int:
    if not isinstance(error, RushesError):
        return 2
    return int(error.charged != "no")
