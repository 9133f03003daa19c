"""What long work does when the process is asked to stop: it rests no longer, and hands itself back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def rest(seconds: float, *, stopping: asyncio.Event) -> None:
    """Waits, but no longer than the process lives."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await stopping.wait()
    except TimeoutError:
        return


async def end(task: asyncio.Task[Any]) -> None:
    """Cancels until it is done: redis-py loses a cancellation that comes while it connects. Raises nothing of
    what the task ended with."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)


async def or_hand_back(work: Coroutine[Any, Any, None], *, stopping: asyncio.Event) -> None:
    """Runs `work`; when the process stops first, ends it and leaves the task to be taken up elsewhere."""
    running = asyncio.ensure_future(work)
    asked = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            # Ending as cancelled makes the broker deliver the task again.
            raise asyncio.CancelledError
        await running
    finally:
        asked.cancel()
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
