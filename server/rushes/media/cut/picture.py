"""Encodes one piece of the film: a scene's clip letterboxed, held or slowed, with what is drawn over it.

Each piece is a file of its own with the same parameters as the others, so that they can be put together
without encoding them again: one ffmpeg with two hundred clips open would take gigabytes.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from rushes.media.cut.captions import burning
from rushes.media.cut.filters import quoted
from rushes.media.cut.inspecting import ClipFacts
from rushes.media.cut.order import CutFailed, CutOrder, Transition
from rushes.media.cut.timeline import Part, Piece, Timeline, Use, shown_at
from rushes.media.ffmpeg import PROTOCOLS, FfmpegFailed, Progress, reading, run
from rushes.media.images import UnreadableImage, decoded, on_white

# What editors call a dissolve is xfade's "fade"; its "dissolve" is one of single pixels.
_TRANSITIONS: dict[Transition, str] = {"fade": "fadeblack", "dissolve": "fade", "wipe": "wipeleft"}
_HAIRLINE = 2  # pixels: bars this thin come from rounding, and are not worth having
_EARLY = 0.1  # seconds: more than versions of ffmpeg differ in what is a clip's begin
_TICK = 0.0005  # seconds: less than the distance of any two frames, more than timestamps are rounded by
_SAFE = 0.05  # of each side: title safe, SMPTE ST 2046-1
_BT709 = "colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"


@dataclass(frozen=True, slots=True)
class Quality:
    """How much time is spent on encoding, and on scaling."""

    preset: str
    crf: int
    scaler: str


FINAL = Quality("veryfast", 20, "bicubic")
PREVIEW = Quality("ultrafast", 28, "fast_bilinear")


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene's clip (a still picture made ready in the film's size), what it holds, and how it is used."""

    path: Path
    facts: ClipFacts
    use: Use


async def prepare_still(picture: Path, into: Path, size: tuple[int, int], *, scene: int) -> None:
    """Write `into`, a PNG of the film's size with the whole picture in it. Raises CutFailed."""
    try:
        await asyncio.to_thread(_prepare_still, picture, into, size)
    except UnreadableImage as error:
        raise CutFailed("unreadable_clip", f"Scene {scene}: {error.message}", scene=scene) from error


async def encode_piece(
    piece: Piece,
    into: Path,
    *,
    order: CutOrder,
    timeline: Timeline,
    shown: list[Shown],
    label: Path | None,
    quality: Quality,
    ffmpeg: str,
    on_share: Callable[[float], None],
) -> None:
    """Write the pictures of `piece` to `into`, an MP4. `label` is a file with the label's text.

    Raises CutFailed.
    """
    frames, count, scene = 0, piece.shows.count, piece.shows.scene + 1

    def tell(progress: Progress) -> None:
        nonlocal frames
        frames = progress.frames
        on_share(frames / count)

    args = _args(piece, into, order=order, timeline=timeline, shown=shown, label=label, quality=quality)
    try:
        await run(ffmpeg, args, on_progress=tell)
    except FfmpegFailed as error:
        message = f"Scene {scene} cannot be encoded: {error}"
        raise CutFailed("encoding_failed", message, scene=scene) from error
    if frames != count:  # nothing was decoded that could be held
        raise CutFailed("unreadable_clip", f"The clip of scene {scene} cannot be decoded.", scene=scene)


def _args(
    piece: Piece,
    into: Path,
    *,
    order: CutOrder,
    timeline: Timeline,
    shown: list[Shown],
    label: Path | None,
    quality: Quality,
) -> list[str]:
    parts = [piece.shows, piece.entering] if piece.entering else [piece.shows]
    inputs: list[str] = []
    graph: list[str] = []
    for number, part in enumerate(parts):
        clip = shown[part.scene]
        opened, chain = _still(clip, order) if clip.facts.still else _moving(clip, part, order, quality)
        inputs += opened
        # Held for as long as it takes; then numbered, so that nothing of the clip's own timing is left.
        chain += f",tpad=stop=-1:stop_mode=clone,trim=end_frame={part.count},setpts=N,setparams={_BT709}"
        graph.append(f"[{number}:V:0]{chain}[part{number}]")
    last = "[part0]"
    if piece.entering:
        length = piece.entering.count
        offset, seconds = timeline.seconds_at(piece.shows.count - length), timeline.seconds_at(length)
        xfade = (
            f"xfade=transition={_TRANSITIONS[order.transition]}:duration={seconds:.6f}:offset={offset:.6f}"
        )
        graph.append(f"[part0][part1]{xfade}[crossed]")
        last = "[crossed]"
    graph.append(f"{last}{','.join(_drawn(piece, order, label))}[film]")
    return [
        "-copyts",
        *inputs,
        *("-filter_complex", ";".join(graph), "-map", "[film]", "-map_metadata", "-1"),
        *("-c:v", "libx264", "-preset", quality.preset, "-crf", str(quality.crf), "-profile:v", "high"),
        *("-pix_fmt", "yuv420p", "-g", str(max(1, round(order.fps * 2))), "-f", "mp4", f"file:{into}"),
    ]


def seeking(facts: ClipFacts, seconds: float) -> list[str]:
    """The options that read a clip from shortly before `seconds`, with its own times (given `-copyts`)."""
    seek = seconds + facts.lead - _EARLY
    return ["-ss", f"{seek:.6f}"] if seek > 0 else []


def _still(clip: Shown, order: CutOrder) -> tuple[list[str], str]:
    guard = ["-protocol_whitelist", PROTOCOLS, "-f", "png_pipe", "-framerate", str(order.fps)]
    return [*guard, "-i", f"file:{clip.path}"], (
        f"fps={order.fps},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1"
    )


def _moving(clip: Shown, part: Part, order: CutOrder, quality: Quality) -> tuple[list[str], str]:
    """Decoding starts shortly before what is shown, and the film's frames are counted from the scene's
    begin: so two pieces of a clip fit together whatever its rate is."""
    use, facts = clip.use, clip.facts
    place = shown_at(facts.times, use, float(part.first / order.fps))
    begin, end = facts.origin + use.start, facts.origin + use.start + use.length
    width, height = _inside((facts.width, facts.height), (order.width, order.height))
    left, top = (order.width - width) // 4 * 2, (order.height - height) // 4 * 2  # colours lie on even pixels
    return reading(clip.path, *seeking(facts, facts.times[place])), (
        f"trim=start={facts.origin + facts.times[place] - _TICK:.6f}:end={end - _TICK:.6f}"
        f",setpts=(PTS-{begin:.6f}/TB)*{use.pace:.9f}"
        f",fps={order.fps}:start_time={float(part.first / order.fps):.6f}"
        f",scale={width}:{height}:flags={quality.scaler}+accurate_rnd"
        f":in_color_matrix={facts.matrix}:out_color_matrix=bt709:out_range=tv"
        f",format=yuv420p,setsar=1,pad={order.width}:{order.height}:{left}:{top}:black"
    )


def _inside(size: tuple[int, int], frame: tuple[int, int]) -> tuple[int, int]:
    """The largest even size of the shape of `size` that fits into `frame`."""
    scale = min(frame[0] / size[0], frame[1] / size[1])
    fitted = [max(2, round(side * scale / 2) * 2) for side in size]
    width, height = (
        whole if whole - side <= _HAIRLINE else side for side, whole in zip(fitted, frame, strict=True)
    )
    return width, height


def _drawn(piece: Piece, order: CutOrder, label: Path | None) -> list[str]:
    drawn = []
    if order.burn is not None:
        drawn += [f"setpts=PTS+{piece.start}", burning(order), "setpts=N"]
    if label is not None and order.label is not None:
        drawn.append(_labelling(label, order))
    return [*drawn, "format=yuv420p"]


def _labelling(label: Path, order: CutOrder) -> str:
    """In the upper right corner: captions are below, and players put their own titles on the left."""
    fonts = sorted(order.fonts.glob("*.[to]tf")) if order.fonts else []
    room = order.width * (1 - 2 * _SAFE) / (0.62 * len(order.label or ""))
    size = max(4, min(min(order.width, order.height) / 28, room))
    options = {
        "textfile": label,
        "expansion": "none",
        "fontsize": round(size),
        "fontcolor": "white@0.85",
        "box": 1,
        "boxcolor": "black@0.35",
        "boxborderw": max(2, round(size / 3)),
        "x": f"w*{1 - _SAFE}-tw",
        "y": f"h*{_SAFE}",
        **({"fontfile": fonts[0]} if fonts else {}),
    }
    return "drawtext=" + ":".join(f"{name}={quoted(value)}" for name, value in options.items())


def _prepare_still(picture: Path, into: Path, size: tuple[int, int]) -> None:
    flat = on_white(decoded(picture, max_side=4 * max(size)))
    inside = flat.resize(_inside(flat.size, size), Image.Resampling.LANCZOS)
    ImageOps.pad(inside, size, color="black").save(into, format="PNG", compress_level=1)
