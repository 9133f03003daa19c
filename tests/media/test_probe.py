"""A file is what it seems, or there is a reason why not."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.media.probe import Unplayable, probe

Clip = Callable[[str], Path]


async def refusal(path: Path, **options: str | None) -> str:
    with pytest.raises(Unplayable) as caught:
        await probe(path, **options)  # type: ignore[arg-type]
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "width", "height", "duration", "fps", "codec", "audio"),
    [
        ("landscape.mp4", 320, 180, 2.0, 24.0, "h264", "aac"),
        ("moov-last.mp4", 320, 180, 2.0, 24.0, "h264", None),
        ("fragmented.mp4", 320, 180, 2.0, 24.0, "h264", None),
        ("portrait.mp4", 180, 320, 1.0, 24.0, "h264", None),
        ("odd.mp4", 322, 182, 1.36, 25.0, "h264", None),
        ("one-frame.mp4", 320, 180, 1 / 24, 24.0, "h264", None),
        ("minute.mp4", 160, 90, 60.0, 10.0, "h264", None),
        ("long-sound.mp4", 320, 180, 3.0, 24.0, "h264", "aac"),
        ("wide-pixels.mp4", 320, 180, 1.0, 24.0, "h264", None),
        ("film.webm", 320, 180, 2.0, 24.0, "vp9", None),
    ],
)
async def test_what_a_video_is(
    clip: Clip,
    name: str,
    width: int,
    height: int,
    duration: float,
    fps: float,
    codec: str,
    audio: str | None,
) -> None:
    path = clip(name)
    facts = await probe(path)
    assert facts.kind == "video"
    assert (facts.width, facts.height) == (width, height)
    assert facts.duration == pytest.approx(duration, abs=0.05)
    assert facts.fps == pytest.approx(fps, abs=0.1)
    assert (facts.video_codec, facts.audio_codec) == (codec, audio)
    assert facts.pixel_format == "yuv420p"
    assert facts.frames_decodable
    assert facts.size == path.stat().st_size


async def test_a_rate_that_varies_is_an_average(clip: Clip) -> None:
    facts = await probe(clip("varied-rate.mp4"))
    assert facts.duration == pytest.approx(3.0, abs=0.4)
    assert facts.fps is not None
    assert 10 < facts.fps < 25  # thirty frames in the first second, three in each of the others


async def test_a_rotated_video_is_as_it_is_shown(rotated: Path) -> None:
    facts = await probe(rotated)
    assert (facts.width, facts.height) == (180, 320)


async def test_sound_and_pictures_are_known_for_what_they_are(clip: Clip) -> None:
    assert await refusal(clip("sound.m4a")) == "no_video"
    assert await refusal(clip("still.png")) == "wrong_kind"
    assert await refusal(clip("landscape.mp4"), expect="audio") == "wrong_kind"
    for name, codec in (("sound.mp3", "mp3"), ("sound.m4a", "aac")):
        sound = await probe(clip(name), expect="audio")
        assert (sound.kind, sound.audio_codec, sound.width, sound.fps) == ("audio", codec, None, None)
        assert sound.duration == pytest.approx(1.0, abs=0.1)
    still = await probe(clip("still.png"), expect=None)
    assert (still.kind, still.width, still.height, still.duration) == ("image", 320, 180, None)


async def test_an_empty_file_does_not_play(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").touch()
    assert await refusal(tmp_path / "video.mp4") == "empty"


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><title>502 Bad Gateway</title>",
        b'{"error": {"message": "expired"}}',
        b"\0" * 5000,
        bytes(range(256)) * 40,
        b"\0\0\0\x18ftypmp42",
    ],
    ids=["html", "json", "zeros", "bytes", "only a type"],
)
async def test_what_is_no_media_does_not_play(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "video.mp4").write_bytes(data)
    assert await refusal(tmp_path / "video.mp4") in ("not_media", "truncated")


async def test_random_bytes_do_not_play(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(os.urandom(50_000))
    assert await refusal(tmp_path / "video.mp4")


@pytest.mark.parametrize("name", ["landscape.mp4", "moov-last.mp4", "fragmented.mp4", "film.webm"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8])
async def test_a_download_that_broke_off_does_not_play(
    clip: Clip, tmp_path: Path, name: str, part: float
) -> None:
    data = clip(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * part)])
    assert await refusal(path) == "truncated"


async def test_a_video_whose_pictures_are_garbage_does_not_play(clip: Clip, tmp_path: Path) -> None:
    data = bytearray(clip("landscape.mp4").read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)
    (tmp_path / "video.mp4").write_bytes(data)
    assert await refusal(tmp_path / "video.mp4") in ("undecodable", "truncated")


async def test_a_playlist_in_disguise_reads_no_other_file(clip: Clip, tmp_path: Path) -> None:
    playlist = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{clip('landscape.mp4')}\n#EXT-X-ENDLIST\n"
    )
    for name, text in (
        ("video.m3u8", playlist),
        ("video.mp4", playlist),
        ("list.mp4", f"ffconcat version 1.0\nfile {clip('landscape.mp4')}\n"),
    ):
        (tmp_path / name).write_text(text)
        assert await refusal(tmp_path / name) == "not_media"


async def test_a_name_is_never_an_option_or_an_address(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-version.mp4", "http:video.mp4", "pipe:0"):
        Path(name).write_bytes(clip("landscape.mp4").read_bytes())
        assert (await probe(Path(name))).width == 320


async def test_a_missing_file_is_just_that(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await probe(tmp_path / "nothing.mp4")


async def test_many_at_once(clip: Clip) -> None:
    names = ["landscape.mp4", "portrait.mp4", "odd.mp4", "film.webm"] * 4
    results = await asyncio.gather(*(probe(clip(name)) for name in names))
    assert [result.width for result in results] == [320, 180, 322, 320] * 4
