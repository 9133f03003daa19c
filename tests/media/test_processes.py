"""No child outlives its work."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
import uvloop

from rushes.media.processes import child

PARENT = """
import asyncio
from rushes.media.processes import child

async def main():
    async with child("sleep", "600") as process:
        print(process.pid, flush=True)
        await process.wait()

asyncio.run(main())
"""


async def test_it_may_end_by_itself() -> None:
    async with child("sh", "-c", "echo out; echo err >&2; exit 3", stdout=PIPE, stderr=PIPE) as process:
        assert await process.communicate() == (b"out\n", b"err\n")
    assert process.returncode == 3


async def test_leaving_kills_the_whole_family() -> None:
    async with child("sh", "-c", "sleep 600 & echo $!; wait", stdout=PIPE) as process:
        assert process.stdout is not None
        grandchild = int(await process.stdout.readline())
        assert is_alive(grandchild)
    assert process.returncode == -signal.SIGKILL
    await until_dead(grandchild)


async def test_an_error_in_the_block_kills_it() -> None:
    with pytest.raises(LookupError):
        async with child("sleep", "600") as process:
            raise LookupError
    assert process.returncode == -signal.SIGKILL


async def test_unread_output_does_not_hold_up_the_end() -> None:
    async def leave_it_full() -> int | None:
        async with child("yes", stdout=PIPE, stderr=PIPE) as process:
            assert process.stdout is not None
            await process.stdout.readexactly(1_000_000)
        return process.returncode

    assert await asyncio.wait_for(leave_it_full(), 20) == -signal.SIGKILL


def test_it_works_on_the_loop_of_the_server() -> None:
    async def main() -> int | None:
        async with child("cat", stdin=PIPE, stdout=PIPE, niceness=3) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"ping\n")
            assert await process.stdout.readline() == b"ping\n"
        return process.returncode

    assert uvloop.run(main()) == -signal.SIGKILL


async def test_what_cannot_start_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        async with child("/nowhere/to/be/found"):
            raise AssertionError("it cannot have started")


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel offers it")
async def test_it_dies_with_a_parent_that_was_killed() -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdout=PIPE, env=env)
    assert parent.stdout is not None
    pid = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    assert is_alive(pid)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until_dead(pid)


def is_alive(pid: int) -> bool:
    """Whether it runs: one that has ended but that nobody has reaped does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_dead(pid: int) -> None:
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        await asyncio.sleep(0.01)
