"""Starts child processes that cannot outlive the work they were started for.

A child leads its own process group, so that ending it ends whatever it started; on Linux the kernel
also kills it when its parent dies, because after `kill -9` of a worker an encoder would otherwise run
on beside the same render, redelivered to another worker.

    async with child("ffmpeg", "-i", "in.mp4", "out.webm", stderr=PIPE) as process:
        await process.wait()
"""

import asyncio
import ctypes
import functools
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@asynccontextmanager
async def child(
    *command: str | os.PathLike[str],
    stdin: int = DEVNULL,
    stdout: int = DEVNULL,
    stderr: int = DEVNULL,
    niceness: int = 0,
    env: dict[str, str] | None = None,
    limit: int = 2**16,
) -> AsyncIterator[Process]:
    """Run `command` for the length of the block; on leaving it, however that comes about, the child and
    its group are killed and reaped. Streams take the constants of `asyncio.subprocess`.

    Enter this from the event loop's thread: the kernel counts the *thread* that forked as the parent,
    so a child started in a worker thread would die with that thread. `niceness` above 0 lets the server
    go first; `limit` is the line buffer of the streams in bytes. Raises OSError when it cannot start.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=env,
        limit=limit,
        start_new_session=True,  # not process_group=0, which uvloop does not know
        preexec_fn=before_exec(niceness=niceness),
    )
    try:
        yield process
    finally:
        await kill(process)


async def kill(process: Process) -> None:
    """Kill the child and its whole group at once, and reap it. Harmless when it has ended already.

    There is no gentle first step: whatever a child writes has a temporary name until it succeeds.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    # asyncio's wait() returns only when every pipe has reached its end, and one that is full of unread
    # output never does.
    await asyncio.gather(
        *(_drain(stream) for stream in (process.stdout, process.stderr) if stream is not None)
    )
    await process.wait()


def before_exec(*, niceness: int = 0) -> Callable[[], None] | None:
    """The `preexec_fn` that ties a child to this process; for those who start one by other means.

    Everything it needs is loaded here, before the fork: between fork and exec of a program with threads
    nothing may import, allocate at length or take a lock.
    """
    prctl = _prctl()
    if prctl is None and not niceness:
        return None
    parent = os.getpid()

    def tie() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the line above took hold
                os._exit(1)
        if niceness:
            os.nice(niceness)

    return tie


async def _drain(stream: asyncio.StreamReader) -> None:
    with suppress(RuntimeError):  # somebody else is reading this stream, and will reach its end
        while await stream.read(2**16):
            pass


@functools.cache
def _prctl() -> Callable[..., int] | None:
    """The C library's prctl, or None where there is none (only Linux has it)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    prctl.restype = ctypes.c_int
    return prctl
