"""`POST /api/merge_video_clips`: clips of the library one after the other, as one video of it.

What is alike is put together as it is; what is not is brought to one size on dark bars, and nothing is cut
off. Everything happens within the request: one that takes too long leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import AsyncExitStack
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from rushes import loose_files
from rushes.dialects.clip_maker.addresses import VIDEOS, own, proxy, signed
from rushes.dialects.clip_maker.asking import (
    Address,
    Asked,
    AskedHeaders,
    ExpiresIn,
    Folder,
    Key,
    Shape,
    Spoken,
    folder_of,
    size_of_shape,
)
from rushes.dialects.clip_maker.clips import PATIENCE, StillMaking, failed, still_making
from rushes.dialects.clip_maker.refusals import ERRORS, NotMade
from rushes.errors import Conflict, Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.media.cut import AI_GENERATED, DIGITAL_SOURCE_TYPE, CutFailed, CutOrder, CutScene, cut
from rushes.productions.request_models import Id
from rushes.studio import Studio
from rushes.tables import new_id
from rushes.videos import made, reading, room, waiting

_MOST_CLIPS = 200
_LONGEST = 3600.0  # seconds of a film


class Clip(Spoken):
    """A video of one's own, by its id, by its key or by an address of this studio: one of the three."""

    model_config = ConfigDict(extra="forbid")

    video_id: Id | None = None
    s3_key: Key | None = None
    video_url: Address | None = None

    @model_validator(mode="after")
    def _is_named_once(self) -> Clip:
        if len(self.model_fields_set) != 1 or not (self.video_id or self.s3_key or self.video_url):
            raise ValueError("needs videoId, s3Key or videoUrl, one of the three")
        return self


class MergeAsked(Asked):
    """`aspectRatio` is the film's shape, the first clip's size unless asked otherwise."""

    clips: Annotated[list[Clip], Field(min_length=1, max_length=_MOST_CLIPS)]
    aspect_ratio: Shape | None = None
    transition: Literal["none", "fade", "dissolve", "wipe"] = "none"
    expires_in: ExpiresIn = 3600


class Merged(Spoken):
    """`duration` is the film's in seconds."""

    success: bool
    video_id: str
    video_url: str
    proxy_url: str
    s3_key: str
    duration: float
    total_clips: int


class Turns:
    """Encoding keeps every core busy: one film at a time in a process."""

    def __init__(self) -> None:
        self.semaphore = asyncio.Semaphore(1)


@endpoint(
    "POST",
    "/api/merge_video_clips",
    body=MergeAsked,
    headers=AskedHeaders,
    answers={200: Merged, 202: StillMaking, **ERRORS},
    tag="Dialects",
)
async def merge_video_clips(call: Call) -> Response:
    """Put clips together to one video, within 300 seconds."""
    asked: MergeAsked = call.body
    studio = call.studio
    until = studio.clock.now() + PATIENCE
    folder = await folder_of(call, asked)
    rows = await _clips(call, folder, asked.clips)
    video_id = await _merged(studio, folder, asked, rows, until=until)
    row = await waiting.until_over(studio, video_id, seconds=until - studio.clock.now())
    if row.stage in ("failed", "cancelled"):
        raise failed(row)
    if row.stage != "completed":
        return answer(still_making(call, folder, row), 202)
    return answer(
        {
            "success": True,
            "videoId": row.id,
            "videoUrl": await signed(studio, row.file_path, asked.expires_in),
            "proxyUrl": proxy(studio, VIDEOS, row.file_path, asked.expires_in),
            "s3Key": row.file_path,
            "duration": row.duration,
            "totalClips": len(rows),
        }
    )


async def _clips(call: Call, folder: Folder, asked: Sequence[Clip]) -> list[Any]:
    """The videos in their order. Raises `NotFound`, `Conflict` and `Invalid` naming the clip."""
    named = [await _named(call, number, clip) for number, clip in enumerate(asked)]
    async with call.studio.reading() as session:
        found = await reading.by_keys_or_ids(
            session,
            ids=[value for kind, value in named if kind == "id"],
            keys=[value for kind, value in named if kind == "key"],
            seen_by=folder.actor,
        )
    known = {("id", row.id): row for row in found} | {("key", row.file_path): row for row in found}
    rows = []
    for number, name in enumerate(named):
        row = known.get(name)
        if row is None:
            raise NotFound(f"video: clips.{number} names {name[1][:200]!r}")
        if row.stage != "completed" or not row.file_path:
            raise Conflict(
                f"clips.{number} names {row.id}, which is {row.status.replace('_', ' ')}: only completed "
                "videos can be merged.",
                code="not_completed",
            )
        rows.append(row)
    return rows


async def _named(call: Call, number: int, clip: Clip) -> tuple[str, str]:
    if clip.video_id is not None:
        return "id", clip.video_id
    if clip.s3_key is not None:
        return "key", clip.s3_key
    ours = await own(call, clip.video_url or "")
    if ours is not None and ours.video_id is not None:
        return "id", ours.video_id
    if ours is not None and ours.key is not None:
        return "key", ours.key
    raise Invalid(
        f"clips.{number}.videoUrl is no address of a video here. Nothing is fetched from elsewhere: name a "
        "video of the library.",
        **{"clips": "must be videos of the library"},
    )


def _order(asked: MergeAsked, rows: Sequence[Any], paths: dict[str, Path]) -> CutOrder:
    width, height = _size(asked, rows)
    fastest = max(float(row.fps or 24.0) for row in rows)
    generated = any(row.kind != "upload" for row in rows)
    return CutOrder(
        scenes=tuple(CutScene(paths[row.id], row.duration, fit="hold", clip_audio="keep") for row in rows),
        width=width,
        height=height,
        fps=Fraction(min(120.0, max(1.0, fastest))).limit_denominator(1001),
        transition=asked.transition,
        metadata={DIGITAL_SOURCE_TYPE: AI_GENERATED} if generated else {},
    )


async def _merged(
    studio: Studio, folder: Folder, asked: MergeAsked, rows: Sequence[Any], *, until: float
) -> str:
    """The id of the video, whose file is in the store; what it looks like is found out by its own task."""
    seconds = sum(row.duration for row in rows)
    if seconds > _LONGEST:
        raise Invalid(clips=f"play for more than {_LONGEST / 3600:.0f} hour together")
    size = "x".join(str(side) for side in _size(asked, rows))
    room.check(await room.free_bytes(studio), size=size, seconds=seconds, count=1)
    video_id = new_id("video")
    scratch = studio.storage.scratch() / f"merge-{video_id}"
    await asyncio.to_thread(scratch.mkdir, parents=True)
    film = scratch / "film.mp4"
    try:
        async with (
            asyncio.timeout(max(0.0, until - studio.clock.now())),
            AsyncExitStack() as stack,
            studio.shared(Turns).semaphore,
        ):
            paths = {}
            for row in rows:
                if row.id not in paths:
                    copy = studio.storage.local_copy(row.file_path)
                    paths[row.id] = await stack.enter_async_context(copy)
            order = _order(asked, rows, paths)
            cutting = await cut(order, film, ffmpeg=studio.ffmpeg, scratch=scratch)
        key = folder.new("video-clips", "final_video") + ".mp4"
        await loose_files.note(studio, key)
        stored = await studio.storage.put(key, film)
    except CutFailed as error:
        number = f"clips.{error.scene - 1}: " if error.scene else ""
        raise Conflict(f"{number}{error.message}", code=error.code) from error
    except TimeoutError as error:
        raise NotMade(
            "These clips take longer than 300 seconds to put together. Merge fewer at a time, clips that are "
            "of one size, or make it as a production.",
            code="merge_takes_too_long",
        ) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    async with studio.transaction() as work:
        await made.add(
            work,
            folder.actor,
            kind="cut",
            video_id=video_id,
            file=stored,
            prompt=f"{len(rows)} clips, merged",
            title="Merged clips",
            size=f"{order.width}x{order.height}",
            seconds=cutting.duration,
            production_id=None,
            now=studio.clock.now(),
        )
    return video_id


def _size(asked: MergeAsked, rows: Sequence[Any]) -> tuple[int, int]:
    if asked.aspect_ratio is not None:
        return size_of_shape(asked.aspect_ratio)
    return _even(rows[0].width), _even(rows[0].height)


def _even(pixels: int) -> int:
    return max(2, round(pixels / 2) * 2)
