"""`POST /api/generate_single_video_clip`: a video of the library that begins with a picture, waited for."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from starlette.responses import Response

from rushes.dialects.clip_maker import pictures
from rushes.dialects.clip_maker.addresses import VIDEOS, own, proxy, signed
from rushes.dialects.clip_maker.asking import (
    USUAL_SHAPE,
    Address,
    Asked,
    AskedHeaders,
    ExpiresIn,
    Folder,
    Index,
    Seconds,
    Shape,
    Spoken,
    Total,
    folder_of,
    size_of_shape,
)
from rushes.dialects.clip_maker.refusals import ERRORS, not_made
from rushes.errors import Invalid, RushesError
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.productions.choices import Choices
from rushes.productions.prices import clip_size
from rushes.uploads import reading as uploads
from rushes.uploads import service
from rushes.uploads.service import StoredFile
from rushes.videos import creation, room, waiting
from rushes.videos.fields import Prompt
from rushes.videos.idempotency import repeatable
from rushes.videos.models import Reference, VideoCreate

PATH = "/api/generate_single_video_clip"

# Seconds that a request waits for its clip.
PATIENCE = 300.0


class ClipAsked(Asked):
    """`startImage` is an https address, one of our own, a `data:` URL or base64. `duration` becomes the
    shortest that the model sells and that is as long."""

    start_image: Address
    prompt: Prompt
    clip_index: Index = 0
    total_clips: Total = 1
    frame_aspect_ratio: Shape = USUAL_SHAPE
    duration: Seconds = 5
    expires_in: ExpiresIn = 3600


class ClipMade(Spoken):
    success: bool
    user_id: str
    request_id: str
    clip_index: int
    total_clips: int
    duration: float
    s3_key: str
    proxy_url: str
    video_url: str
    expires_in: int


class StillMaking(Spoken):
    """It goes on without this request; `statusUrl` tells how far it is."""

    success: bool
    status: str
    user_id: str
    request_id: str
    video_id: str
    status_url: str


@endpoint(
    "POST",
    PATH,
    body=ClipAsked,
    headers=AskedHeaders,
    json_limit=pictures.JSON_LIMIT,
    answers={200: ClipMade, 202: StillMaking, **ERRORS},
    tag="Dialects",
)
async def generate_single_video_clip(call: Call) -> Response:
    """Make a clip that begins with a picture. After 300 seconds the answer is 202, and the clip goes on."""
    asked: ClipAsked = call.body
    folder = await folder_of(call, asked)
    row = await _made(call, folder, asked)
    if row.stage not in ("completed", "failed", "cancelled"):
        return answer(still_making(call, folder, row), 202)
    if row.stage != "completed":
        raise failed(row)
    return answer(
        {
            "success": True,
            "userId": folder.user,
            "requestId": folder.request_id,
            "clipIndex": asked.clip_index,
            "totalClips": asked.total_clips,
            "duration": _plain(row.seconds),
            "s3Key": row.file_path,
            "proxyUrl": proxy(call.studio, VIDEOS, row.file_path, asked.expires_in),
            "videoUrl": await signed(call.studio, row.file_path, asked.expires_in),
            "expiresIn": asked.expires_in,
        }
    )


def still_making(call: Call, folder: Folder, row: Any) -> dict[str, Any]:
    """`StillMaking` of a video."""
    return {
        "success": True,
        "status": row.status,
        "userId": folder.user,
        "requestId": folder.request_id,
        "videoId": row.id,
        "statusUrl": f"{call.studio.settings.effective_public_url}/api/videos/{row.id}",
    }


def failed(row: Any) -> RushesError:
    """Why a video is not completed."""
    if row.stage == "cancelled":
        return not_made("cancelled", "The video was cancelled.", charged="no")
    error = row.error or {}
    return not_made(
        str(error.get("code") or "generation_failed"),
        str(error.get("message") or "The video could not be made."),
        retryable=bool(error.get("retryable")),
        charged=error.get("charged", "unknown"),
    )


async def _made(call: Call, folder: Folder, asked: ClipAsked) -> Any:
    """The video as it is at the end, or when patience is."""
    studio, headers = call.studio, call.headers
    async with AsyncExitStack() as stack:
        picture, asset_id = await _start_image(call, stack, folder, asked.start_image)
        came = asked.model_dump(mode="json", exclude={"start_image"})
        again = repeatable(
            PATH,
            {**came, "file": asset_id or (picture.source_sha256 if picture else None)},
            key=headers.idempotency_key,
            is_retry=headers.retry_count > 0,
        )
        request = _as_request(studio, asked, asset_id)
        free = await room.free_bytes(studio)
        async with studio.transaction() as work:
            [row] = await creation.create(
                work,
                folder.actor,
                studio.providers,
                request=request,
                asked=again,
                picture=picture,
                free_bytes=free,
                kept_as=folder.stem("video-clips", f"generated_clip_{asked.clip_index}"),
                now=studio.clock.now(),
            )
    return await waiting.until_over(studio, row.id, seconds=PATIENCE)


async def _start_image(
    call: Call, stack: AsyncExitStack, folder: Folder, text: str
) -> tuple[StoredFile | None, str | None]:
    """A picture that has come with the request, or the id of the asset that it names. Raises `Invalid`."""
    studio = call.studio
    if not pictures.is_address(text):
        opened = pictures.inline(studio, text, field="startImage")
    else:
        ours = await own(call, text)
        if ours is not None and ours.asset_id is not None:
            return None, ours.asset_id
        if ours is not None:
            async with studio.reading() as session:
                row = await uploads.by_key(session, ours.key or "", seen_by=folder.actor)
            if row is None or row.kind != "image":
                raise Invalid(startImage="is an address of this studio that leads to no picture of yours")
            return None, row.id
        opened = pictures.fetched(studio, text, field="startImage")
    path = await stack.enter_async_context(opened)
    coming = service.incoming(
        studio, folder.actor, path, name="Start image", field="startImage", only="image"
    )
    return await stack.enter_async_context(coming), None


def _as_request(studio: Any, asked: ClipAsked, asset_id: str | None) -> VideoCreate:
    """The request in the studio's words, fitted to what the default model makes."""
    choices = Choices(studio.providers, studio.makers)
    offer = choices.video("final")
    width, height = size_of_shape(asked.frame_aspect_ratio)
    return VideoCreate(
        prompt=asked.prompt,
        model=offer.id,
        size=clip_size(offer.model, f"{width}:{height}", min(width, height)),
        seconds=choices.clip_seconds("final", asked.duration),
        references=[Reference(asset_id=asset_id, role="first_frame")] if asset_id else [],
    )


def _plain(seconds: float) -> float:
    return int(seconds) if float(seconds).is_integer() else seconds
