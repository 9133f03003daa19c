"""Finds ffmpeg and runs it: killed with whoever waits for it, its last words kept when it fails.

    ffmpeg = find_ffmpeg(settings.ffmpeg_path)
    await run(ffmpeg, [*reading(video), "-c:v", "libx264", str(into)], on_progress=show)

Long work runs in this child process and not in a thread, because a process can be killed, survives a
hostile file only as itself, and leaves the interpreter free.
"""

import asyncio
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from rushes.media.processes import child

# What is let in. Playlists (HLS, concat) are not: one that is dressed up as a video would make ffmpeg read
# other files of this machine or call addresses inside the network.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,flac,aac"
PROTOCOLS = "file"

_TAIL = 20  # lines of what ffmpeg said that an error keeps


class FfmpegMissing(Exception):
    """There is no ffmpeg at the path that was given, and none came with the installation."""


class FfmpegFailed(Exception):
    """ffmpeg ended with an error; `returncode` is negative for a signal, `tail` its last lines."""

    def __init__(self, returncode: int | None, tail: str) -> None:
        last = tail.rsplit("\n", 1)[-1] or "it said nothing"
        super().__init__(f"ffmpeg failed ({returncode}): {last}")
        self.returncode = returncode
        self.tail = tail


class FfmpegTimedOut(FfmpegFailed):
    """ffmpeg was killed because it took longer than the caller allowed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far ffmpeg has written: `seconds` of the result, `frames`, and `speed` (1.0 is real time)."""

    seconds: float
    frames: int
    speed: float | None
    finished: bool


def find_ffmpeg(setting: str | Path | None = None) -> str:
    """The ffmpeg to run: `setting` (a path or a name on PATH) when given, else the bundled one.

    Raises FfmpegMissing.
    """
    if setting is not None and str(setting):
        found = shutil.which(setting)
        if found is None:
            raise FfmpegMissing(f"FFMPEG_PATH names no program that can be run: {setting}")
        return str(found)
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegMissing("There is no ffmpeg; install one and set FFMPEG_PATH.") from error


async def version(ffmpeg: str) -> str:
    """The version as ffmpeg writes it, for example "7.1" or "n7.0-12-gabc". Raises FfmpegFailed."""
    output = await read(ffmpeg, ["-version"], timeout=20)
    found = re.match(r"ffmpeg version (\S+)", output.decode(errors="replace"))
    if found is None:
        raise FfmpegFailed(0, "it did not say its version")
    return found[1]


def reading(path: Path, *options: str) -> list[str]:
    """The arguments that open a file nobody has vouched for; `options` apply to this input."""
    guard = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS]
    return [*guard, *options, "-i", f"file:{path}"]  # "file:", so that no name is taken for an option


async def run(
    ffmpeg: str,
    args: Sequence[str],
    *,
    on_progress: Callable[[Progress], None] | None = None,
    timeout: float | None = None,
    niceness: int = 5,
) -> None:
    """Run ffmpeg to its end, overwriting what it writes to; `on_progress` is called twice a second.

    Raises FfmpegFailed, FfmpegTimedOut after `timeout` seconds. Cancelling the caller kills ffmpeg.
    """
    report = ["-progress", "pipe:1", "-nostats"] if on_progress else []
    async with _running(ffmpeg, [*report, *args], timeout, niceness) as process:
        assert process.stdout is not None
        await _follow(process.stdout, on_progress)


async def read(ffmpeg: str, args: Sequence[str], *, timeout: float | None = None, niceness: int = 5) -> bytes:
    """Run ffmpeg and return all that it writes to `pipe:1`; the caller bounds how much that is.

    Raises as `run` does.
    """
    async with _running(ffmpeg, args, timeout, niceness) as process:
        assert process.stdout is not None
        output = await process.stdout.read()
    return output


@asynccontextmanager
async def _running(
    ffmpeg: str, args: Sequence[str], timeout: float | None, niceness: int
) -> AsyncIterator[Process]:
    """ffmpeg for the length of the block, which reads its output; then its end is waited for and judged."""
    command = [ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *args]
    tail: deque[str] = deque(maxlen=_TAIL)
    try:
        async with (
            asyncio.timeout(timeout),
            child(*command, stdout=PIPE, stderr=PIPE, niceness=niceness, limit=2**20) as process,
        ):
            assert process.stderr is not None
            keeping = asyncio.create_task(_keep(process.stderr, tail))
            try:
                yield process
                await process.wait()
                await keeping
            finally:
                keeping.cancel()
    except TimeoutError:
        raise FfmpegTimedOut(None, "\n".join([*tail, f"it was killed after {timeout} seconds"])) from None
    if process.returncode != 0:
        raise FfmpegFailed(process.returncode, "\n".join(tail))


async def _keep(stderr: asyncio.StreamReader, tail: deque[str]) -> None:
    """Read all that ffmpeg says, in pieces: a line of it may be longer than any limit."""
    rest = ""
    while piece := await stderr.read(2**14):
        *lines, rest = (rest + piece.decode(errors="replace")).split("\n")
        tail.extend(line.rstrip() for line in lines if line.strip())
        rest = rest[-2000:]
    if rest.strip():
        tail.append(rest.strip())


async def _follow(stdout: asyncio.StreamReader, on_progress: Callable[[Progress], None] | None) -> None:
    """Parse `-progress`: lines of key=value, of which `progress` closes each report."""
    values: dict[str, str] = {}
    async for line in stdout:
        key, _, value = line.decode(errors="replace").strip().partition("=")
        values[key] = value.strip()
        if key == "progress" and on_progress:
            on_progress(
                Progress(
                    seconds=max(0.0, _number(values.get("out_time_us")) or 0.0) / 1e6,
                    frames=int(_number(values.get("frame")) or 0),
                    speed=_number((values.get("speed") or "").removesuffix("x")),
                    finished=value.strip() == "end",
                )
            )


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:  # ffmpeg writes "N/A" until it knows
        return None
