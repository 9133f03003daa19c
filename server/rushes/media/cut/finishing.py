"""Makes one file of pictures, sound and captions."""

import asyncio
import os
import uuid
from pathlib import Path

from rushes.media.cut.joining import reading_list
from rushes.media.cut.languages import track_language
from rushes.media.cut.order import CutFailed, CutOrder
from rushes.media.cut.timeline import Timeline
from rushes.media.cut.xmp import append_xmp
from rushes.media.ffmpeg import PROTOCOLS, FfmpegFailed, read


async def finish(
    order: CutOrder, timeline: Timeline, pictures: Path, sound: Path, into: Path, *, ffmpeg: str
) -> None:
    """Write the film to `into`, from a list of its pictures and its sound. Raises CutFailed."""
    made = into.with_name(f".{uuid.uuid4().hex}.mp4")
    try:
        await read(ffmpeg, _args(order, timeline, pictures, sound, made))
        await asyncio.to_thread(append_xmp, made, order.title, order.metadata)
        os.replace(made, into)
    except FfmpegFailed as error:
        raise CutFailed("encoding_failed", f"The film cannot be put together: {error}") from error
    finally:
        made.unlink(missing_ok=True)


def _args(order: CutOrder, timeline: Timeline, pictures: Path, sound: Path, into: Path) -> list[str]:
    inputs = [*reading_list(pictures), "-protocol_whitelist", PROTOCOLS, "-i", f"file:{sound}"]
    streams = ["-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-c:a", "copy"]
    if order.soft is not None:
        inputs += ["-protocol_whitelist", PROTOCOLS, "-f", "srt", "-i", f"file:{order.soft}"]
        language = track_language(order.soft_language)
        streams += ["-map", "2:s:0", "-c:s", "mov_text", "-metadata:s:s:0", f"language={language}"]
    rate = timeline.fps
    # Lists count in microseconds; this puts each frame back on its own.
    pts, dts = (f"round(round({stamp}*TB*{rate})/({rate})/TB)" for stamp in ("PTS", "DTS"))
    told = {**({"title": order.title} if order.title else {}), **order.metadata}
    return [
        "-copyts",  # by itself it would start the film with what encoders of sound put before it
        *inputs,
        *streams,
        *("-bsf:v", f"setts=pts={pts}:dts={dts}", "-map_metadata", "-1", "-map_chapters", "-1"),
        *(argument for key, value in told.items() for argument in ("-metadata", f"{key}={value}")),
        # Without use_metadata_tags only a dozen keys of iTunes' would be kept.
        *("-movflags", "+faststart+use_metadata_tags", "-f", "mp4", f"file:{into}"),
    ]
