"""Runs the background tasks of all slices, until the studio is asked to stop.

await run_worker(studio)
"""

from __future__ import annotations

from rushes.parts import register_tasks
from rushes.studio import Studio


async def run_worker(studio: Studio) -> None:
    """Works until `studio.stopping`; what runs then hands itself back or finishes."""
    register_tasks(studio)
    await studio.background.work(studio.stopping)
