"""Pictures are refused for a reason, or come out without surprises."""

import asyncio
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from rushes.media.images import UnreadableImage, check_image, normalise_image

SIZE = (160, 120)


def gradient(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Dark on the left, light on the right; no two columns alike, so that files are not tiny."""
    return Image.linear_gradient("L").rotate(90).resize(size).convert(mode)


def noise(size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.effect_noise(size, 90).convert("RGB")


async def refusal(path: Path) -> UnreadableImage:
    with pytest.raises(UnreadableImage) as caught:
        await check_image(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP"), ("wrongly-named.txt", "PNG")],
)
async def test_what_a_picture_is(tmp_path: Path, name: str, format: str) -> None:
    path = tmp_path / name
    noise().save(path, format=format)
    facts = await check_image(path)
    assert (facts.width, facts.height, facts.format) == (*SIZE, format)
    assert not facts.has_alpha
    assert facts.size == path.stat().st_size


async def test_transparency_is_noticed(tmp_path: Path) -> None:
    gradient("RGBA").save(tmp_path / "a.png")
    gradient("P").save(tmp_path / "p.png", transparency=3)
    gradient("RGBA").save(tmp_path / "a.webp", lossless=True)
    for name in ("a.png", "p.png"):
        assert (await check_image(tmp_path / name)).has_alpha
    assert (await check_image(tmp_path / "a.webp")).format == "WEBP"


async def test_the_pictures_that_phones_put_two_in_one_are_jpegs(tmp_path: Path) -> None:
    noise().save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[noise()])
    assert (await check_image(tmp_path / "a.jpg")).format == "JPEG"


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\0" * 1000, b"<html><body>404</body></html>", b"%PDF-1.7 something"],
)
async def test_what_is_no_picture(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert (await refusal(tmp_path / "a.png")).code == "not_an_image"


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "AVIF", "ICO"])
async def test_formats_that_no_model_takes(tmp_path: Path, format: str) -> None:
    noise().save(tmp_path / "a.png", format=format)
    error = await refusal(tmp_path / "a.png")
    assert error.code == "unsupported_image_format"
    assert ("icon" if format == "ICO" else format) in error.message
    assert "JPEG, PNG or WebP" in error.message


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    ],
)
async def test_formats_known_by_their_beginning(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    error = await refusal(tmp_path / "a.jpg")
    assert error.code == "unsupported_image_format"
    assert name in error.message


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
async def test_a_picture_that_is_cut_short(tmp_path: Path, format: str, part: float) -> None:
    noise((400, 300)).save(tmp_path / "whole", format=format)
    data = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(data[: int(len(data) * part)])
    assert (await refusal(tmp_path / "cut")).code == "truncated"
    with pytest.raises(UnreadableImage):
        await normalise_image(tmp_path / "cut", tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()


async def test_a_png_with_a_flipped_bit(tmp_path: Path) -> None:
    noise((400, 300)).save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data)
    assert (await refusal(tmp_path / "a.png")).code == "truncated"


@pytest.mark.parametrize("side", [7100, 12_000, 30_000, 2_000_000])
async def test_a_picture_that_would_unpack_to_gigabytes(tmp_path: Path, side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    error = await refusal(tmp_path / "bomb.png")
    assert error.code == "image_too_many_pixels"
    assert "50 million" in error.message


async def test_a_strip_is_told_its_own_size(tmp_path: Path) -> None:
    """Not the one that it would have once it were made smaller."""
    source = tmp_path / "strip.png"
    Image.new("RGB", (64, 6400)).save(source)
    with pytest.raises(UnreadableImage, match="64 by 6400") as caught:
        await normalise_image(source, tmp_path / "small.png")
    assert caught.value.code == "image_too_small"


@pytest.mark.parametrize("size", [(63, 200), (200, 63), (1, 1)])
async def test_a_picture_that_is_too_small(tmp_path: Path, size: tuple[int, int]) -> None:
    gradient(size=size).save(tmp_path / "a.png")
    error = await refusal(tmp_path / "a.png")
    assert error.code == "image_too_small"
    assert f"{size[0]} by {size[1]}" in error.message


async def test_the_smallest_picture_that_will_do(tmp_path: Path) -> None:
    gradient(size=(64, 64)).save(tmp_path / "a.png")
    assert (await check_image(tmp_path / "a.png")).width == 64


async def test_a_picture_on_its_side_is_stood_up(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to look at it
    gradient().save(tmp_path / "a.jpg", exif=exif)
    facts = await check_image(tmp_path / "a.jpg")
    assert (facts.width, facts.height) == (120, 160)
    facts = await normalise_image(tmp_path / "a.jpg", tmp_path / "out.png")
    assert (facts.width, facts.height) == (120, 160)
    with Image.open(tmp_path / "out.png") as image:
        assert image.size == (120, 160)
        top, bottom = image.convert("L").getpixel((60, 5)), image.convert("L").getpixel((60, 154))
    with Image.open(tmp_path / "a.jpg") as image:
        left, right = image.convert("L").getpixel((5, 60)), image.convert("L").getpixel((154, 60))
    assert (top, bottom) == pytest.approx((left, right), abs=6)
    assert abs(left - right) > 100


@pytest.mark.parametrize("suffix", ["png", "jpg"])
async def test_nothing_of_the_metadata_is_left(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    gradient().save(
        tmp_path / "a.jpg", exif=exif, icc_profile=profile, comment=b"where I live", dpi=(300, 300)
    )
    into = tmp_path / f"out.{suffix}"
    await normalise_image(tmp_path / "a.jpg", into)
    with Image.open(into) as image:
        assert not image.getexif()
        assert not {"icc_profile", "comment", "exif", "dpi", "xmp"} & image.info.keys()
    assert b"camera" not in into.read_bytes()
    assert b"where I live" not in into.read_bytes()


@pytest.mark.parametrize("suffix", ["png", "jpg"])
async def test_the_same_picture_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    noise().save(tmp_path / "a.webp")
    outs = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    for out in outs:
        await normalise_image(tmp_path / "a.webp", out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize("source", ["a.jpg", "a.png"])
async def test_a_large_picture_is_shrunk_in_its_shape(tmp_path: Path, source: str) -> None:
    gradient(size=(1200, 300)).save(tmp_path / source)
    facts = await normalise_image(tmp_path / source, tmp_path / "out.jpg", max_side=400)
    assert (facts.width, facts.height) == (400, 100)
    assert facts.size == (tmp_path / "out.jpg").stat().st_size
    assert (await check_image(tmp_path / "out.jpg")).width == 400


async def test_transparency_stays_in_a_png_and_is_white_in_a_jpeg(tmp_path: Path) -> None:
    Image.new("RGBA", SIZE, (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert (await normalise_image(tmp_path / "a.png", tmp_path / "out.png")).has_alpha
    assert not (await normalise_image(tmp_path / "a.png", tmp_path / "out.jpg")).has_alpha
    with Image.open(tmp_path / "out.png") as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
async def test_every_sort_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    source = Image.new("I;16", SIZE, 0x8000) if mode == "I;16" else Image.new("L", SIZE, 128).convert(mode)
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    source.save(path)
    await normalise_image(path, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.mode == ("RGBA" if mode == "LA" else "RGB")
        levels = image.convert("L")
        mean = sum(value * count for value, count in enumerate(levels.histogram())) / (SIZE[0] * SIZE[1])
    assert mean == pytest.approx(128, abs=2)


async def test_colours_keep_their_look_without_their_profile(tmp_path: Path) -> None:
    """In a profile whose primaries are swapped, what is stored as red looks blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"temp").replace(b"bXYZ", b"rXYZ").replace(b"temp", b"bXYZ")
    Image.new("RGB", SIZE, (200, 0, 0)).save(tmp_path / "a.png", icc_profile=swapped)
    await normalise_image(tmp_path / "a.png", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.getpixel((5, 5)) == pytest.approx((0, 0, 200), abs=4)


async def test_a_broken_profile_does_no_harm(tmp_path: Path) -> None:
    Image.new("RGB", SIZE, (55, 66, 77)).save(tmp_path / "a.png", icc_profile=b"not a profile")
    await normalise_image(tmp_path / "a.png", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.getpixel((5, 5)) == (55, 66, 77)


async def test_only_png_and_jpeg_are_written(tmp_path: Path) -> None:
    noise().save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="png"):
        await normalise_image(tmp_path / "a.png", tmp_path / "out.webp")


async def test_turns_are_taken(tmp_path: Path) -> None:
    noise().save(tmp_path / "a.png")
    turn = asyncio.Semaphore(1)
    await turn.acquire()
    waiting = asyncio.create_task(check_image(tmp_path / "a.png", turn=turn))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    turn.release()
    assert (await asyncio.wait_for(waiting, 10)).width == 160
