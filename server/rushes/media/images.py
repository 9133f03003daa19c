"""Decides whether a picture that came in can be used, and rewrites it into one that holds no surprises.

A picture is decoded in full before anything trusts it, but only after its header promised a bearable size:
a few kilobytes of PNG can unpack to gigabytes.
"""

import asyncio
import os
import struct
import uuid
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
FEWEST_SIDE = 64  # pixels; no model takes less, and nobody means to send an icon

ImageFormat = Literal["JPEG", "PNG", "WEBP"]
Turn = AbstractAsyncContextManager[object]  # an asyncio.Semaphore, for one

_FORMATS: dict[str, ImageFormat] = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_ORIENTATION = 0x0112  # the EXIF tag; 5 to 8 lie on their side
_HEAD = 64  # bytes that tell a format


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A picture that was decoded to its end: `width` and `height` in pixels as people see it (EXIF rotation
    applied), whether it `has_alpha`, its `size` in bytes."""

    width: int
    height: int
    format: ImageFormat
    has_alpha: bool
    size: int


class UnreadableImage(Exception):
    """The picture cannot be used; `code` is one of not_an_image, unsupported_image_format,
    image_too_many_pixels, image_too_small and truncated, `message` a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


async def check_image(source: Path, *, turn: Turn | None = None) -> ImageFacts:
    """Decode `source` and say what it is. Raises UnreadableImage.

    Takes up to 200 MB for a moment (50 megapixels of four bytes); pass a semaphore as `turn` to bound how
    many are decoded at once.
    """
    async with turn or nullcontext():
        return await asyncio.to_thread(_check, source)


async def normalise_image(
    source: Path, into: Path, *, max_side: int = 4096, quality: int = 92, turn: Turn | None = None
) -> ImageFacts:
    """Rewrite `source` as the PNG or JPEG that the suffix of `into` names: upright, in sRGB, 8 bits a
    channel, without metadata, no side longer than `max_side`. The facts are those of the result. `quality`
    is a JPEG's, as Pillow counts it; from 90 up its colours keep their full resolution.

    The same bytes in give the same bytes out. Transparency on the way to a JPEG becomes white. Raises
    UnreadableImage, ValueError for another suffix.
    """
    if into.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise ValueError("a normalised image is a .png or a .jpg")
    async with turn or nullcontext():
        return await asyncio.to_thread(_normalise, source, into, max_side, quality)


def decoded(source: Path, *, max_side: int) -> Image.Image:
    """The picture in RGB or RGBA, upright, in sRGB, without metadata, no side longer than `max_side`. Blocks,
    and takes up to 200 MB. Raises UnreadableImage."""
    with _open(source) as opened:
        if max(opened.size) > max_side:
            opened.draft(opened.mode, (max_side, max_side))
        _load(opened)
        with suppress(OSError, ValueError, SyntaxError):  # metadata may be broken where the picture is not
            ImageOps.exif_transpose(opened, in_place=True)
        image = _in_srgb(opened)
    if max(image.size) > max_side:
        _check_shape(image.size, max_side)
        image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    image.info = {}  # what save() would copy: profile, comment, resolution
    return image


def _check_shape(size: tuple[int, int], max_side: int) -> None:
    """Raises UnreadableImage for a strip so long and thin that too little of it would be left: a size that
    nobody has seen says nothing to anybody."""
    if min(size) * max_side / max(size) < FEWEST_SIDE:
        width, height = size
        raise UnreadableImage(
            "image_too_small",
            f"The picture is {width} by {height} pixels, which is too long and thin to be used here.",
        )


def on_white(image: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent becomes white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer)
    return flat


def upright_size(source: Path) -> tuple[int, int]:
    """Width and height in pixels as people see it, from the header alone. Raises UnreadableImage."""
    with _open(source) as image:
        return _upright(image)


def sniff(head: bytes) -> str | None:
    """The name of the picture format that a file starting with `head` (64 bytes suffice) claims to be."""
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"avif", b"avis"):
            return "AVIF"
        if head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
            return "AVIF" if b"avif" in head else "HEIC"
    for name, starts in {
        "GIF": (b"GIF87a", b"GIF89a"),
        "BMP": (b"BM",),
        "TIFF": (b"II*\x00", b"MM\x00*"),
        "JPEG XL": (b"\xff\x0a", b"\x00\x00\x00\x0cJXL "),
        "JPEG 2000": (b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51"),
        "Photoshop": (b"8BPS",),
        "icon": (b"\x00\x00\x01\x00",),
    }.items():
        if head.startswith(starts):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        return "SVG"
    return None


def _check(source: Path) -> ImageFacts:
    _verify_png(source)
    with _open(source) as image:
        alpha = image.has_transparency_data
        width, height = _upright(image)
        name = _FORMATS[image.format or ""]
        # A JPEG's whole data is read even when it is unpacked to an eighth, in a 64th of the memory.
        image.draft(image.mode, (image.width // 8, image.height // 8))
        _load(image)
    return ImageFacts(width, height, name, alpha, source.stat().st_size)


def _normalise(source: Path, into: Path, max_side: int, quality: int) -> ImageFacts:
    as_png = into.suffix.lower() == ".png"
    image = decoded(source, max_side=max_side)
    if not as_png:
        image = on_white(image)
    temporary = into.with_name(f".{uuid.uuid4().hex}{into.suffix}")
    try:
        if as_png:
            image.save(temporary, format="PNG", compress_level=6)
        else:
            sampling = 0 if quality >= 90 else 2  # 4:4:4, else 4:2:0
            image.save(temporary, format="JPEG", quality=quality, subsampling=sampling, optimize=True)
        size = temporary.stat().st_size
        os.replace(temporary, into)
    finally:
        temporary.unlink(missing_ok=True)
    return ImageFacts(image.width, image.height, "PNG" if as_png else "JPEG", image.mode == "RGBA", size)


def _open(source: Path) -> Image.Image:
    """Read the header only, and refuse what should not be decoded."""
    with open(source, "rb") as file:
        head = file.read(_HEAD)
    claims = sniff(head)
    if claims is None:
        raise UnreadableImage("not_an_image", "This file is not a picture. Send a JPEG, PNG or WebP.")
    if claims not in ("JPEG", "PNG", "WebP"):
        article = "an" if claims[0] in "AEIOS" and claims != "Photoshop" else "a"
        raise UnreadableImage(
            "unsupported_image_format",
            f"This is {article} {claims} picture, which cannot be used here. Send a JPEG, PNG or WebP.",
        )
    try:
        image = Image.open(source, formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise UnreadableImage("truncated", f"This {claims} picture is damaged or cut short.") from None
    try:
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        if min(image.size) < FEWEST_SIDE:
            raise UnreadableImage(
                "image_too_small",
                f"The picture is {image.width} by {image.height} pixels; each side needs {FEWEST_SIDE}.",
            )
    except UnreadableImage:
        image.close()
        raise
    return image


def _verify_png(source: Path) -> None:
    """Compare the checksums of a PNG, which decoding it leaves out."""
    with _open(source) as image:
        if image.format == "PNG":
            try:
                image.verify()
            except (OSError, ValueError, SyntaxError, EOFError, struct.error):
                raise UnreadableImage("truncated", "This PNG picture is damaged or cut short.") from None


def _too_many_pixels() -> UnreadableImage:
    most = MOST_PIXELS // 1_000_000
    return UnreadableImage("image_too_many_pixels", f"The picture has more than {most} million pixels.")


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError, IndexError):  # Pillow's ways to say "damaged"
        raise UnreadableImage("truncated", "This picture is damaged or cut short.") from None


def _upright(image: Image.Image) -> tuple[int, int]:
    with suppress(OSError, ValueError, SyntaxError):  # as in _normalise
        if image.getexif().get(_ORIENTATION) in (5, 6, 7, 8):
            return image.height, image.width
    return image.size


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in RGB or RGBA with its colour profile applied, so that the profile can be dropped."""
    if image.mode.startswith(("I", "F")):  # 16 bits a channel; convert() would clip instead of scaling
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB" if image.mode == "CMYK" else image.mode,
            )
        except (ImageCms.PyCMSError, OSError):  # a profile that does not fit says nothing worth keeping
            converted = None
        if converted is not None:
            image = converted
    return image if image.mode == mode else image.convert(mode)
