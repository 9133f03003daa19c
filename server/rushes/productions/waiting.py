"""Waiting for a run within a request: for programs that want the result in their answer."""

from __future__ import annotations

from rushes.errors import Conflict
from rushes.productions import queries
from rushes.productions.state import State
from rushes.stopping import rest
from rushes.studio import Studio

_SHORTEST, _LONGEST = 0.1, 2.0


async def until_over(studio: Studio, production_id: str, *, seconds: float) -> State:
    """The production once its run has ended, else as it is after `seconds` or when the process stops. Raises
    `Conflict` for one that is deleted meanwhile."""
    end, pause = studio.clock.now() + seconds, _SHORTEST
    while True:
        async with studio.reading() as session:
            state = await queries.one(session, production_id)
        if state is None:
            raise Conflict("The production was deleted meanwhile.", code="gone_since")
        left = end - studio.clock.now()
        if state.production.status != "running" or left <= 0 or studio.stopping.is_set():
            return state
        await rest(min(pause, left), stopping=studio.stopping)
        pause = min(pause * 1.25, _LONGEST)
