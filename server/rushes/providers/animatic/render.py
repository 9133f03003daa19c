"""Makes an animatic's file: runs the drawing process, relays its progress, and leaves either a finished MP4
or nothing."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from rushes.providers.animatic.brief import Brief

_KEPT_LINES = 12


class RenderFailed(Exception):
    """The drawing process or its ffmpeg failed: `detail` has the last lines they wrote, `disk_full` the
    usual cause."""

    def __init__(self, detail: str, *, disk_full: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.disk_full = detail, disk_full


async def render(
    brief: Brief, into: Path, *, ffmpeg: str, progress: Callable[[float], Awaitable[None]]
) -> None:
    """Writes a finished, faststart MP4 to `into`, which must not exist yet; raises `RenderFailed`.

    `progress` is awaited with shares from 0 to 1.  When it raises, or this is cancelled, the processes are
    killed as a group and the file is removed.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "rushes.providers.animatic.child", ffmpeg, str(into),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            # numpy's linear algebra would start a thread for each core, and is not used.
            env={**os.environ, "RUSHES_RENDER_PARENT": str(os.getpid()),
                 "PYTHONPATH": _import_path(), "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise RenderFailed(str(error)) from error
    done = False
    try:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        complaint = asyncio.create_task(_last_lines(child.stderr))
        try:
            child.stdin.write(brief.to_json().encode() + b"\n")
            child.stdin.close()
            async for line in child.stdout:
                await progress(float(json.loads(line)["progress"]))
            status = await child.wait()
            detail = await complaint
        finally:
            complaint.cancel()
        if status != 0 or not await asyncio.to_thread(into.exists):
            raise RenderFailed(
                detail or f"the drawing process ended with status {status}",
                disk_full=re.search(r"no space left on device|ENOSPC|disk quota exceeded", detail, re.I)
                is not None,
            )
        await progress(1.0)
        done = True
    finally:
        _kill(child)
        if child.returncode is None:
            await asyncio.shield(child.wait())
        if not done:
            _remove(into)


def _remove(file: Path) -> None:
    """At once rather than in a thread: a cancelled task may not get another turn."""
    file.unlink(missing_ok=True)


def _kill(child: asyncio.subprocess.Process) -> None:
    """Kills the drawing process and its ffmpeg, which is in its group even when the process itself is
    gone."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


async def _last_lines(stream: asyncio.StreamReader) -> str:
    kept: list[str] = []
    async for line in stream:
        kept = [*kept, line.decode("utf-8", "replace").rstrip()][-_KEPT_LINES:]
    return "\n".join(kept)


def _import_path() -> str:
    """The parent's import path, so that the child finds the same package however the parent found it."""
    return os.pathsep.join(p for p in sys.path if p)
