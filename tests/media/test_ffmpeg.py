"""ffmpeg is found, followed, and never left running."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.media.ffmpeg import (
    FfmpegFailed,
    FfmpegMissing,
    FfmpegTimedOut,
    Progress,
    find_ffmpeg,
    reading,
    run,
    version,
)

Clip = Callable[[str], Path]

ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"]


async def test_the_bundled_one_runs(ffmpeg: str) -> None:
    assert await version(ffmpeg)


def test_a_setting_goes_first(ffmpeg: str, tmp_path: Path) -> None:
    mine = tmp_path / "ffmpeg"
    mine.symlink_to(ffmpeg)
    assert find_ffmpeg(str(mine)) == str(mine)
    assert find_ffmpeg(mine) == str(mine)
    assert find_ffmpeg("") == ffmpeg
    with pytest.raises(FfmpegMissing, match="FFMPEG_PATH"):
        find_ffmpeg(tmp_path / "nothing")


async def test_progress_reaches_the_end(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    seen: list[Progress] = []
    into = tmp_path / "out.mp4"
    await run(ffmpeg, [*reading(clip("landscape.mp4")), "-c:v", "mpeg4", str(into)], on_progress=seen.append)
    assert [step.finished for step in seen] == [False] * (len(seen) - 1) + [True]
    assert seen[-1].seconds == pytest.approx(2.0, abs=0.1)
    assert seen[-1].frames == 48
    assert sorted(step.seconds for step in seen) == [step.seconds for step in seen]


async def test_a_failure_keeps_the_last_words(ffmpeg: str, tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed) as caught:
        await run(ffmpeg, [*reading(tmp_path / "nothing.mp4"), "-f", "null", "-"])
    assert "No such file" in caught.value.tail
    assert caught.value.returncode not in (0, None)


async def test_no_address_is_called(ffmpeg: str) -> None:
    with pytest.raises(FfmpegFailed) as caught:
        await run(ffmpeg, [*reading(Path("x"))[:-1], "http://127.0.0.1:9/video.mp4", "-f", "null", "-"])
    assert "not on whitelist" in caught.value.tail


async def test_too_long_is_too_long(ffmpeg: str) -> None:
    with pytest.raises(FfmpegTimedOut, match="killed after"):
        await run(ffmpeg, ENDLESS, timeout=0.2)


async def test_a_listener_that_fails_ends_it(recorded: tuple[str, Path]) -> None:
    ffmpeg, record = recorded

    def fail(step: Progress) -> None:
        raise LookupError("nobody listens")

    with pytest.raises(LookupError):
        await run(ffmpeg, ENDLESS, on_progress=fail)
    assert not is_alive(int(record.read_text()))


async def test_cancelling_kills_it(recorded: tuple[str, Path]) -> None:
    ffmpeg, record = recorded
    started = asyncio.Event()
    running = asyncio.create_task(run(ffmpeg, ENDLESS, on_progress=lambda step: started.set()))
    await asyncio.wait_for(started.wait(), 20)
    pid = int(record.read_text())
    assert is_alive(pid)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_alive(pid)


@pytest.fixture
def recorded(ffmpeg: str, tmp_path: Path) -> tuple[str, Path]:
    """An ffmpeg that writes down its process id."""
    script, record = tmp_path / "ffmpeg", tmp_path / "pid"
    script.write_text(f'#!/bin/sh\necho $$ > "{record}"\nexec "{ffmpeg}" "$@"\n')
    script.chmod(0o755)
    return str(script), record


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
