"""Tells before anything is encoded whether captions can be shown."""

import asyncio
from pathlib import Path

from rushes.media.cut.filters import quoted
from rushes.media.cut.order import CutFailed, CutOrder
from rushes.media.ffmpeg import FfmpegFailed, read


async def check_captions(order: CutOrder, *, ffmpeg: str) -> None:
    """Raises CutFailed."""
    if order.soft is not None:
        await asyncio.to_thread(_check_soft, order.soft)
    if order.burn is not None:
        if not await asyncio.to_thread(order.burn.is_file):
            raise CutFailed("missing_captions", "The captions to be burned in are missing.")
        try:
            await read(ffmpeg, [*_ONE_FRAME, "-vf", burning(order), "-f", "null", "-"])
        except FfmpegFailed as error:
            message = f"The captions to be burned in cannot be read: {error.tail.splitlines()[0]}"
            raise CutFailed("unreadable_captions", message) from error


def burning(order: CutOrder) -> str:
    """The filter that draws captions into frames which are timed from the film's begin."""
    fonts = f":fontsdir={quoted(order.fonts)}" if order.fonts else ""
    return f"ass=filename={quoted(order.burn)}{fonts}"


_ONE_FRAME = ("-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1")


def _check_soft(captions: Path) -> None:
    """ffmpeg drops single lines that are no UTF-8, and says nothing."""
    try:
        captions.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CutFailed("missing_captions", "The captions are missing.") from None
    except UnicodeDecodeError:
        raise CutFailed("unreadable_captions", "The captions are not in UTF-8.") from None
