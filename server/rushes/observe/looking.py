"""Looks at parts that may hang, without hanging, and without piling up.

    looks = Looks()
    free = await looks.at("disk", free_bytes, seconds=2)      # raises TimeoutError

A look that has not come back is waited for once more, not begun a second time beside itself: a database that
stands still would otherwise take one more of its connections at each question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")

# What has not come back for so long never will, as on a connection that a network has forgotten.
_GIVEN_UP_AFTER = 60.0


class Looks:
    """The looks of one process that are under way, by name."""

    def __init__(self) -> None:
        self._under_way: dict[str, tuple[asyncio.Task[Any], float]] = {}

    async def at(self, name: str, look: Callable[[], Coroutine[Any, Any, Found]], *, seconds: float) -> Found:
        """What `look` finds, or whatever it raises. Raises TimeoutError when that takes too long."""
        task = self._begun(name, look)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise TimeoutError
        found: Found = task.result()
        return found

    def _begun(self, name: str, look: Callable[[], Coroutine[Any, Any, Found]]) -> asyncio.Task[Found]:
        now = asyncio.get_running_loop().time()
        task, began_at = self._under_way.get(name, (None, now))
        if task is not None and not task.done():
            if now - began_at < _GIVEN_UP_AFTER:
                return task
            task.cancel()
        task = asyncio.create_task(look(), name=f"look at {name}")
        # What is raised after nobody waits any more is no news.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._under_way[name] = (task, now)
        return task
