"""Files: what the encoder leaves behind, and what happens when a render is stopped or fails."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.render import RenderFailed, render

Made = Callable[..., Brief]


async def _ignore(_: float) -> None:
    return None


def _processes_naming(text: str) -> list[int]:
    """Ids of the processes that have `text` among their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
    return found


async def _until(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        await asyncio.sleep(0.02)


async def test_a_finished_file(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    seen: list[float] = []

    async def progress(share: float) -> None:
        seen.append(share)

    into = tmp_path / "out.mp4"
    await render(brief("a balloon over the hills", seconds=2.5), into, ffmpeg=ffmpeg, progress=progress)

    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert all(0 <= s <= 1 for s in seen)
    with av.open(str(into)) as container:
        video = container.streams.video[0]
        assert video.codec_context.name == "h264"
        assert video.codec_context.profile == "Constrained Baseline"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert video.codec_context.color_range == 1, "limited range"
        assert (
            video.codec_context.colorspace,
            video.codec_context.color_primaries,
            video.codec_context.color_trc,
        ) == (1, 1, 1)
        assert (video.width, video.height, float(video.average_rate)) == (224, 128, 24.0)
        assert float(video.duration * video.time_base) == pytest.approx(2.5)
        pictures = list(container.decode(video))
    assert len(pictures) == 60
    assert sum(p.key_frame for p in pictures) >= 2
    assert not container.streams.audio
    data = into.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "not faststart"


async def test_a_picture_becomes_a_file(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (300, 200), (200, 40, 40)).save(tmp_path / "in.jpg")
    into = tmp_path / "out.mp4"
    await render(
        brief("push in", image=tmp_path / "in.jpg", height=128, width=128),
        into,
        ffmpeg=ffmpeg,
        progress=_ignore,
    )
    with av.open(str(into)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    red, green, _ = picture[64, 64]
    assert red > 170 > 80 > green


async def test_cancelling_kills_the_processes_and_leaves_nothing(
    brief: Made, ffmpeg: str, tmp_path: Path
) -> None:
    into = tmp_path / "cancelled.mp4"
    begun = asyncio.Event()

    async def progress(_: float) -> None:
        begun.set()

    rendering = asyncio.create_task(render(brief("rain", seconds=60), into, ffmpeg=ffmpeg, progress=progress))
    await asyncio.wait_for(begun.wait(), 20)
    assert len(_processes_naming(str(into))) >= 2, "the drawing process and its ffmpeg"
    rendering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rendering
    await _until(lambda: not _processes_naming(str(into)), "both processes gone")
    assert list(tmp_path.iterdir()) == []


async def test_progress_that_raises_stops_the_render(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    async def progress(_: float) -> None:
        raise Stopped

    into = tmp_path / "stopped.mp4"
    with pytest.raises(Stopped):
        await render(brief("rain", seconds=60), into, ffmpeg=ffmpeg, progress=progress)
    await _until(lambda: not _processes_naming(str(into)), "both processes gone")
    assert list(tmp_path.iterdir()) == []


async def test_children_die_with_a_parent_that_is_killed(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    into = tmp_path / "orphan.mp4"
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from rushes.providers.animatic.brief import Brief\n"
        "from rushes.providers.animatic.render import render\n"
        "async def progress(share): print(share, flush=True)\n"
        "brief = Brief.from_json(sys.stdin.readline())\n"
        "asyncio.run(render(brief, Path(sys.argv[1]), ffmpeg=sys.argv[2], progress=progress))\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(into), ffmpeg,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ":".join(p for p in sys.path if p)},
    )  # fmt: skip
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(brief("storm at sea", seconds=60).to_json().encode() + b"\n")
    await parent.stdin.drain()
    assert await asyncio.wait_for(parent.stdout.readline(), 20)
    assert len(_processes_naming(str(into))) >= 3
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await _until(lambda: not _processes_naming(str(into)), "the orphans gone")


async def test_an_unwritable_place(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    into = tmp_path / "missing folder" / "out.mp4"
    with pytest.raises(RenderFailed) as failed:
        await render(brief("a hill"), into, ffmpeg=ffmpeg, progress=_ignore)
    assert "No such file or directory" in failed.value.detail
    assert not failed.value.disk_full
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    """/dev/full answers every write as a full disk does; the link to it is removed afterwards."""
    into = tmp_path / "full.mp4"
    into.symlink_to("/dev/full")
    with pytest.raises(RenderFailed) as failed:
        await render(brief("a hill", seconds=2), into, ffmpeg=ffmpeg, progress=_ignore)
    assert failed.value.disk_full
    assert "No space left" in str(failed.value)
    assert list(tmp_path.iterdir()) == []


async def test_an_encoder_that_is_not_there(brief: Made, tmp_path: Path) -> None:
    with pytest.raises(RenderFailed) as failed:
        await render(
            brief("a hill"), tmp_path / "out.mp4", ffmpeg=str(tmp_path / "no ffmpeg"), progress=_ignore
        )
    assert "no ffmpeg" in failed.value.detail
    assert list(tmp_path.iterdir()) == []


async def test_a_picture_that_cannot_be_read(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(RenderFailed) as failed:
        await render(brief("zoom in", image=broken), tmp_path / "out.mp4", ffmpeg=ffmpeg, progress=_ignore)
    assert "UnidentifiedImageError" in failed.value.detail
    assert not (tmp_path / "out.mp4").exists()


async def test_the_loop_stays_free(brief: Made, ffmpeg: str, tmp_path: Path) -> None:
    """While a render runs, the parent's loop turns: many turns fit between two reports of progress."""
    turns = 0
    reports = 0

    async def progress(_: float) -> None:
        nonlocal reports
        reports += 1

    asked = brief("snow", seconds=4)
    rendering = asyncio.create_task(render(asked, tmp_path / "o.mp4", ffmpeg=ffmpeg, progress=progress))
    while not rendering.done():
        await asyncio.sleep(0)
        turns += 1
    await rendering
    assert reports >= 1
    assert turns > 50 * reports


def test_the_drawing_process_speaks_json(brief: Made) -> None:
    assert json.loads(brief("a").to_json())["prompts"] == ["a"]
