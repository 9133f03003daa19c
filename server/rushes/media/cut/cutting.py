"""Cuts a film: looks at everything, then makes pictures and sound at once, then one file of both."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rushes.media.cut.captions import check_captions
from rushes.media.cut.copying import Span, spans_of
from rushes.media.cut.finishing import finish
from rushes.media.cut.inspecting import ClipFacts, inspect_clip
from rushes.media.cut.joining import joined
from rushes.media.cut.listening import SoundFacts, inspect_music, inspect_narration
from rushes.media.cut.order import CutFailed, CutMade, CutOrder
from rushes.media.cut.picture import FINAL, PREVIEW, Quality, Shown, encode_piece, prepare_still
from rushes.media.cut.progress import Meter
from rushes.media.cut.sound import Sounds, make_sound
from rushes.media.cut.timeline import Timeline, Use, pieces_of, timeline_of, use_of

_AT_ONCE = 2  # pieces: each encoder has threads of its own
_PREVIEW_LINES = 360
_LATE = 0.05  # seconds that a narration may go on after its scene: encoders add silence
# What parts of the work weigh, beside a second of pictures to be encoded.
_SOUND, _FINISHING = 0.08, 0.02

T = TypeVar("T")


async def cut(
    order: CutOrder,
    into: Path,
    *,
    ffmpeg: str,
    scratch: Path,
    on_progress: Callable[[float], None] | None = None,
    preview: bool = False,
) -> CutMade:
    """Make the film `order` and write it to `into`: H.264 High and AAC, 48 kHz stereo, at -16 LUFS.

    The pictures are copied where nothing about them has to change. `on_progress` is told how much is done,
    from 0 to 1. `preview` makes it small (360 pixels on the shorter side at most) and rough, but soon.
    `scratch` is a folder for what is made on the way, about as much as the film. Nothing of it is left, and
    `into` is only ever a whole film; cancelling ends every child. Raises CutFailed, OSError.
    """
    if not order.scenes:
        raise CutFailed("nothing_to_cut", "A film needs a scene.")
    order = _smaller(order) if preview else order
    async with _folder(scratch) as folder:
        await check_captions(order, ffmpeg=ffmpeg)
        timeline = timeline_of(order)
        sounds = await _inspect(order, timeline, folder, ffmpeg)
        facts = [shown.facts for shown in sounds.shown]
        spans = None if preview else spans_of(order, timeline, facts, (order.width, order.height))
        encoded = 0.0 if spans else timeline.duration
        meter = Meter(on_progress, encoded + timeline.duration * (_SOUND + _FINISHING))
        making_sound = partial(
            make_sound,
            order,
            timeline,
            sounds,
            folder,
            ffmpeg=ffmpeg,
            bitrate=96 if preview else 192,
            on_share=meter.part(timeline.duration * _SOUND),
        )
        if spans:
            pictures = await asyncio.to_thread(_copied, spans, timeline, sounds.shown, folder)
            sound, loudness = await making_sound()
        else:
            quality = PREVIEW if preview else FINAL
            encoding = _encoded(order, timeline, sounds.shown, folder, ffmpeg, quality, meter)
            pictures, (sound, loudness) = await _both(encoding, making_sound())
        await finish(order, timeline, pictures, sound, into, ffmpeg=ffmpeg)
    meter.finish()
    return CutMade(timeline.duration, spans is not None, loudness)


@asynccontextmanager
async def _folder(scratch: Path) -> AsyncIterator[Path]:
    folder = scratch / f"cut-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _smaller(order: CutOrder) -> CutOrder:
    scale = min(1.0, _PREVIEW_LINES / min(order.width, order.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (order.width, order.height))
    return replace(order, width=width, height=height)


async def _inspect(order: CutOrder, timeline: Timeline, folder: Path, ffmpeg: str) -> Sounds:
    """All that is used, each file once. Raises CutFailed."""
    music = await inspect_music(order.music.path, ffmpeg=ffmpeg) if order.music else None
    clips: dict[Path, ClipFacts] = {}
    stills: dict[Path, Path] = {}
    shown: list[Shown] = []
    narrations: list[SoundFacts | None] = []
    for number, scene in enumerate(order.scenes, 1):
        clip = scene.clip
        if clip not in clips:
            clips[clip] = await inspect_clip(clip, number)
        if not clips[clip].still:
            use = use_of(scene, clips[clip].duration, frame=float(1 / order.fps))
            if use is None:
                message = f"The clip of scene {number} ends before its in point."
                raise CutFailed("empty_range", message, scene=number)
            shown.append(Shown(clip, clips[clip], use))
        else:
            if clip not in stills:
                stills[clip] = folder / f"still-{number:05}.png"
                await prepare_still(clip, stills[clip], (order.width, order.height), scene=number)
            shown.append(Shown(stills[clip], clips[clip], Use(0.0, clips[clip].duration, 1.0)))
        narrations.append(await _narration(order, timeline, number))
    return Sounds(shown, narrations, music)


async def _narration(order: CutOrder, timeline: Timeline, number: int) -> SoundFacts | None:
    scene = order.scenes[number - 1]
    if scene.narration is None:
        return None
    facts = await inspect_narration(scene.narration, number)
    over = scene.narration_at + facts.seconds - scene.seconds
    if over > _LATE:
        message = f"The narration of scene {number} is {over:.1f} seconds longer than its scene."
        raise CutFailed("narration_too_long", message, scene=number)
    return facts


def _copied(spans: list[Span], timeline: Timeline, shown: list[Shown], folder: Path) -> Path:
    parts = []
    for span, clip in zip(spans, shown, strict=True):
        origin, delay = clip.facts.origin, clip.facts.delay
        # Half a frame before the next one, so that no rounding lets that in.
        parts.append((origin, origin - delay + float((span.frames - 0.5) / timeline.fps)))
    edges = [timeline.seconds_at(edge) for edge in timeline.edges]
    return joined([clip.path for clip in shown], edges, folder / "pictures", parts=parts)


async def _encoded(
    order: CutOrder,
    timeline: Timeline,
    shown: list[Shown],
    folder: Path,
    ffmpeg: str,
    quality: Quality,
    meter: Meter,
) -> Path:
    label = folder / "label.txt" if order.label else None
    if label is not None:
        label.write_text(" ".join((order.label or "").split()), encoding="utf-8")
    pieces = pieces_of(timeline)
    files = [folder / f"piece-{n:05}.mp4" for n in range(len(pieces))]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def encode(n: int) -> None:
        piece = pieces[n]
        on_share = meter.part(timeline.seconds_at(piece.shows.count))
        async with turn:
            await encode_piece(
                piece,
                files[n],
                order=order,
                timeline=timeline,
                shown=shown,
                label=label,
                quality=quality,
                ffmpeg=ffmpeg,
                on_share=on_share,
            )

    async with asyncio.TaskGroup() as group:
        for n in range(len(pieces)):
            group.create_task(encode(n))
    edges = [timeline.seconds_at(piece.start) for piece in pieces] + [timeline.duration]
    return await asyncio.to_thread(joined, files, edges, folder / "pictures")


async def _both(first: Coroutine[Any, Any, Path], second: Coroutine[Any, Any, T]) -> tuple[Path, T]:
    """Both results, or the first failure of either as it was raised, once the other has ended."""
    try:
        async with asyncio.TaskGroup() as group:
            one, other = group.create_task(first), group.create_task(second)
    except BaseExceptionGroup as failures:
        raise _first_of(failures) from None
    return one.result(), other.result()


def _first_of(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    failure = failures.exceptions[0]
    return _first_of(failure) if isinstance(failure, BaseExceptionGroup) else failure
