"""A browser can start a video at once when its table comes first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.media.faststart import is_faststart, make_faststart
from rushes.media.ffmpeg import FfmpegFailed, read, reading
from rushes.media.probe import probe

Clip = Callable[[str], Path]


@pytest.mark.parametrize(
    ("name", "fast"),
    [
        ("landscape.mp4", True),
        ("fragmented.mp4", True),
        ("moov-last.mp4", False),
        ("film.webm", False),
        ("sound.mp3", False),
    ],
)
async def test_where_the_table_is(clip: Clip, name: str, fast: bool) -> None:
    assert await is_faststart(clip(name)) is fast


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\0\0", b"\0\0\0\x01mdat", b"\0\0\0\x08free" * 20_000, b"\0\0\0\0mdat", b"\0\0\0\x07moov"],
)
async def test_odd_files_are_not(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "video.mp4").write_bytes(data)
    assert not await is_faststart(tmp_path / "video.mp4")


async def test_sizes_of_64_bits_are_read(tmp_path: Path) -> None:
    wide = b"\0\0\0\x01free" + (32).to_bytes(8, "big") + bytes(16)
    (tmp_path / "video.mp4").write_bytes(wide + b"\0\0\0\x08moov\0\0\0\x08mdat")
    assert await is_faststart(tmp_path / "video.mp4")


async def test_it_can_be_made_so_without_touching_the_pictures(
    ffmpeg: str, clip: Clip, tmp_path: Path
) -> None:
    source, into = clip("long-sound.mp4"), tmp_path / "fast.mp4"
    assert not await is_faststart(source)
    await make_faststart(source, into, ffmpeg=ffmpeg)
    assert await is_faststart(into)
    assert (await probe(into)).audio_codec == "aac"
    assert await stream_hashes(ffmpeg, into) == await stream_hashes(ffmpeg, source)


async def test_what_is_no_video_cannot_be_made_so(ffmpeg: str, tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"not a video")
    with pytest.raises(FfmpegFailed):
        await make_faststart(tmp_path / "video.mp4", tmp_path / "fast.mp4", ffmpeg=ffmpeg)


async def stream_hashes(ffmpeg: str, path: Path) -> bytes:
    return await read(
        ffmpeg, [*reading(path), "-map", "0", "-c", "copy", "-f", "streamhash", "pipe:1"], timeout=20
    )
