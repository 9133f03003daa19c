"""Looks at parts that may hang, without hanging, and without piling up.

    looks = Looks()
    free = await looks.at("disk", free_bytes, seconds=2)      # raises TimeoutError

A look that has not come back is not begun a second time beside itself: a database that stands still would
otherwise take one more of its connections at each question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class Looks:
    """The looks of one process that are under way, by name."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    async def at(self, name: str, look: Callable[[], Coroutine[Any, Any, Found]], *, seconds: float) -> Found:
        """What `look` finds, or whatever it raises. Raises TimeoutError when that takes too long."""
        task = self._under_way.get(name)
        if task is None or task.done():
            task = self._under_way[name] = asyncio.create_task(look(), name=f"look at {name}")
            # What is raised after nobody waits any more is no news.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            # It may take its time to end as well, for which nobody waits here.
            task.cancel()
            raise TimeoutError
        if task.cancelled():
            raise TimeoutError
        found: Found = task.result()
        return found
