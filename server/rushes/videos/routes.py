"""The addresses of videos; those of the line are in `queue_routes`."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from starlette.responses import Response

from rushes.errors import Conflict, Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.files import file_response
from rushes.uploads.service import StoredFile, incoming
from rushes.videos import creation, many, queries, quick, reading, room, service
from rushes.videos.eta import Learned
from rushes.videos.idempotency import Repeatable, RepeatHeaders, repeatable
from rushes.videos.models import (
    CancelTerms,
    ContentQuery,
    Created,
    Deleted,
    DeleteQuery,
    Family,
    Outcomes,
    Video,
    VideoChange,
    VideoCreate,
    VideoFilter,
    VideoPage,
    VideoRemix,
    VideosChange,
)
from rushes.videos.present import code_of

_PICTURE_LIMIT = 32 * 1024 * 1024
_MEDIA = {
    "video": ("file_path", "video/mp4", "mp4"),
    "thumbnail": ("thumbnail_path", "image/jpeg", "jpg"),
    "spritesheet": ("spritesheet_path", "image/jpeg", "jpg"),
}


@endpoint(
    "POST",
    "/api/videos",
    body=VideoCreate,
    headers=RepeatHeaders,
    files=("input_reference",),
    limit=_PICTURE_LIMIT + 1_000_000,
    file_limit=_PICTURE_LIMIT,
    answers={201: Created},
    errors=(402, 409, 413, 415, 422, 503),
    tag="Videos",
)
async def create_video(call: Call) -> Response:
    """Make a video from text, or from a picture and text.

    Send `Idempotency-Key` to be able to ask twice and pay once. With `n` above 1 the answer is `{videos}`.
    """
    request: VideoCreate = call.body
    studio, actor, now = call.studio, call.actor, call.studio.clock.now()
    upload = call.files.get("input_reference")
    if upload is not None and any(each.role == "first_frame" for each in request.references):
        raise Invalid(references="cannot name a first frame together with input_reference, which is one")
    async with AsyncExitStack() as stack:
        picture: StoredFile | None = None
        if upload is not None:
            picture = await stack.enter_async_context(
                incoming(
                    studio,
                    actor,
                    upload.path,
                    name=upload.filename,
                    field="input_reference",
                    only="image",
                )
            )
        body = {**request.model_dump(mode="json"), "file": picture.sha256 if picture else None}
        asked = _repeatable(call, body)
        free = await room.free_bytes(studio)
        async with studio.transaction() as work:
            rows = await creation.create(
                work,
                actor,
                studio.providers,
                request=request,
                asked=asked,
                picture=picture,
                free_bytes=free,
                now=now,
            )
    made = await _after_commit(call, [row.id for row in rows])
    return answer(made[0] if request.n == 1 else {"videos": made}, 201)


@endpoint("GET", "/api/videos", query=VideoFilter, answers={200: VideoPage}, errors=(404, 422), tag="Videos")
async def list_videos(call: Call) -> Response:
    """The library, newest first unless `sort=old`. Follow `next_cursor` for more."""
    return answer(await reading.page(call.studio, call.actor, call.studio.shared(Learned), call.query))


@endpoint("GET", "/api/videos/{video_id}", answers={200: Video}, errors=(404,), tag="Videos")
async def get_video(call: Call) -> Response:
    """One video, also from the trash."""
    return await _one(call, call.path["video_id"])


@endpoint(
    "PATCH",
    "/api/videos/{video_id}",
    body=VideoChange,
    answers={200: Video},
    errors=(404, 409, 422),
    tag="Videos",
)
async def change_video(call: Call) -> Response:
    """Change a video's title, tags, favourite mark or whether it is published."""
    async with call.studio.transaction() as work:
        row = await service.change(
            work,
            call.actor,
            video_id=call.path["video_id"],
            wanted=call.body,
            now=call.studio.clock.now(),
        )
    return await _one(call, row.id)


@endpoint(
    "GET",
    "/api/videos/{video_id}/content",
    query=ContentQuery,
    media=("video/mp4", "image/jpeg"),
    serves_file=True,
    errors=(404, 409, 422),
    tag="Videos",
)
async def video_content(call: Call) -> Response:
    """The file, its thumbnail or its sprite sheet, with Range and ETag."""
    wanted: ContentQuery = call.query
    row = await quick.visible(call.studio.database, call.actor, call.path["video_id"])
    column, media_type, suffix = _MEDIA[wanted.variant]
    key = getattr(row, column)
    if key is None or (wanted.variant == "video" and row.stage != "completed"):
        if row.stage == "completed":
            raise NotFound(wanted.variant)
        raise Conflict(
            "The video is not completed yet." if not row.completed_at else "The video has no file."
        )
    is_video = wanted.variant == "video"
    return await file_response(
        call.request,
        call.studio.storage,
        key,
        size=row.file_size if is_video else await call.studio.storage.size(key),
        # The other variants have names of their own for each attempt.
        etag=row.sha256 if is_video and row.sha256 else key.rsplit("/", 1)[-1],
        media_type=media_type,
        filename=f"{row.title or code_of(row.number)}.{suffix}",
        download=wanted.download,
    )


@endpoint(
    "POST",
    "/api/videos/{video_id}/remix",
    body=VideoRemix,
    headers=RepeatHeaders,
    answers={201: Video},
    errors=(402, 404, 409, 422, 503),
    tag="Videos",
)
async def remix_video(call: Call) -> Response:
    """Make a new video from a completed one with what the prompt changes."""
    studio, actor, now = call.studio, call.actor, call.studio.clock.now()
    body: VideoRemix = call.body
    free = await room.free_bytes(studio)
    async with studio.transaction() as work:
        parent = await queries.visible(work.session, actor, call.path["video_id"])
        asked = _repeatable(call, body.model_dump(mode="json"))
        row = await creation.remix(
            work,
            actor,
            studio.providers,
            parent=parent,
            request=body,
            asked=asked,
            free_bytes=free,
            now=now,
        )
    return answer((await _after_commit(call, [row.id]))[0], 201)


@endpoint(
    "DELETE",
    "/api/videos/{video_id}",
    query=DeleteQuery,
    answers={200: Deleted},
    errors=(404, 409),
    tag="Videos",
)
async def delete_video(call: Call) -> Response:
    """Move a video to the trash, or with `permanent=true` delete it for good."""
    studio = call.studio
    remove = service.purge if call.query.permanent else service.trash
    async with studio.transaction() as work:
        await remove(
            work, call.actor, studio.providers, video_id=call.path["video_id"], now=studio.clock.now()
        )
    return answer({"success": True})


@endpoint("POST", "/api/videos/{video_id}/restore", answers={200: Video}, errors=(404,), tag="Videos")
async def restore_video(call: Call) -> Response:
    """Take a video out of the trash."""
    async with call.studio.transaction() as work:
        row = await service.restore(
            work, call.actor, video_id=call.path["video_id"], now=call.studio.clock.now()
        )
    return await _one(call, row.id)


@endpoint("GET", "/api/videos/{video_id}/cancel", answers={200: CancelTerms}, errors=(404,), tag="Videos")
async def cancel_terms(call: Call) -> Response:
    """What cancelling would mean: whether it is possible, and what is charged all the same."""
    async with call.studio.reading() as session:
        row = await queries.visible(session, call.actor, call.path["video_id"])
    return answer(service.cancel_terms(row, call.studio.providers))


@endpoint("POST", "/api/videos/{video_id}/cancel", answers={200: Video}, errors=(404, 409), tag="Videos")
async def cancel_video(call: Call) -> Response:
    """Cancel a video that is not finished."""
    studio = call.studio
    async with studio.transaction() as work:
        row = await service.cancel(
            work, call.actor, studio.providers, video_id=call.path["video_id"], now=studio.clock.now()
        )
    return await _one(call, row.id)


@endpoint(
    "POST",
    "/api/videos/{video_id}/retry",
    headers=RepeatHeaders,
    answers={200: Video},
    errors=(402, 404, 409, 422),
    tag="Videos",
)
async def retry_video(call: Call) -> Response:
    """Put a failed or cancelled video back in line under its own id."""
    asked = _repeatable(call, {})
    studio = call.studio
    async with studio.transaction() as work:
        row = await service.retry(
            work,
            call.actor,
            studio.providers,
            video_id=call.path["video_id"],
            asked=asked,
            now=studio.clock.now(),
        )
    return await _one(call, row.id)


@endpoint(
    "POST",
    "/api/videos/bulk",
    body=VideosChange,
    headers=RepeatHeaders,
    answers={200: Outcomes},
    errors=(422,),
    tag="Videos",
)
async def change_many(call: Call) -> Response:
    """Do one thing to up to 200 videos; each answers for itself."""
    asked = _repeatable(call, call.body.model_dump(mode="json"))
    return answer({"results": await many.change_many(call.studio, call.actor, wanted=call.body, asked=asked)})


@endpoint("GET", "/api/videos/{video_id}/lineage", answers={200: Family}, errors=(404,), tag="Videos")
async def lineage(call: Call) -> Response:
    """The whole family that a video belongs to, oldest first; parents by `remixed_from_video_id`."""
    async with call.studio.reading() as session:
        row = await queries.visible(session, call.actor, call.path["video_id"])
        rows = await queries.family(session, call.actor, row.root_video_id)
        made = await reading.views(call.studio, session, rows, call.studio.shared(Learned))
    return answer({"root_id": row.root_video_id, "videos": made})


async def _after_commit(call: Call, ids: list[str]) -> list[dict[str, Any]]:
    """Only then do the rows carry their change numbers."""
    async with call.studio.reading() as session:
        rows = {row.id: row for row in await queries.by_ids(session, ids)}
        in_order = [rows[video_id] for video_id in ids]
        return await reading.views(call.studio, session, in_order, call.studio.shared(Learned))


async def _one(call: Call, video_id: str) -> Response:
    """The video as it is now: after a commit with the change number that it then carries."""
    return answer(await reading.one(call.studio, call.actor, call.studio.shared(Learned), video_id))


def _repeatable(call: Call, body: dict[str, Any]) -> Repeatable:
    headers: RepeatHeaders = call.headers
    return repeatable(
        call.request.url.path, body, key=headers.idempotency_key, is_retry=headers.retry_count > 0
    )


ROUTES: list[Endpoint] = [
    get_video,
    video_content,
    list_videos,
    create_video,
    change_video,
    remix_video,
    delete_video,
    restore_video,
    cancel_terms,
    cancel_video,
    retry_video,
    lineage,
    change_many,
]
