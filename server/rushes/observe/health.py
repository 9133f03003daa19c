"""Whether the studio lives (`/health`) and whether it can do its work (`/ready`).

    parts = studio.shared(Parts)
    missing = await parts.missing({"database": reads, "disk": writes})

Alive needs nothing but this process, so that an orchestrator does not kill it for a database's outage. Ready
tries the parts that work stands on, all at once and each within a short deadline, and says in a sentence what
is wrong with those that are missing. The sentences are for anybody: they name no address and no key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from redis.exceptions import RedisError

from rushes.errors import RushesError
from rushes.observe.looking import Looks
from rushes.storage import NotOurs, StorageError

log = structlog.get_logger(__name__)

Check = Callable[[], Coroutine[Any, Any, None]]

_DEADLINE = 3.0


class Missing(Exception):
    """A part is not there, in a sentence for people."""


class Parts:
    """Tries parts. One that hangs is not tried again beside itself, and what changes is logged once."""

    def __init__(self) -> None:
        self._looks = Looks()
        self._known: dict[str, str] = {}

    async def missing(self, checks: Mapping[str, Check]) -> dict[str, str]:
        """What is wrong, by the part's name. Empty when everything is well."""
        results = await asyncio.gather(*(self._try(name, check) for name, check in checks.items()))
        return {name: wrong for name, wrong in zip(checks, results, strict=True) if wrong is not None}

    async def _try(self, name: str, check: Check) -> str | None:
        wrong: str | None = None
        cause = ""
        try:
            await self._looks.at(name, check, seconds=_DEADLINE)
        except Exception as error:  # noqa: BLE001  whatever a part fails with is what is asked for here
            wrong, cause = _sentence(error), repr(error)
        if wrong is None:
            if self._known.pop(name, None) is not None:
                log.info("part_back", part=name)
        elif self._known.get(name) != wrong:
            self._known[name] = wrong
            log.warning("part_missing", part=name, reason=wrong, cause=cause)
        return wrong


def _sentence(error: Exception) -> str:
    match error:
        case RushesError() | StorageError():
            return error.message
        case Missing():
            return str(error)
        case NotOurs():
            return f"The bucket {error}."
        case TimeoutError():
            return f"It did not answer within {_DEADLINE:g} seconds."
        case RedisError() | ConnectionError():
            return "The message broker cannot be reached."
        case OSError() if error.strerror:
            return f"{error.strerror}."
        case _:
            return "It failed in a way that nobody thought of; the log says how."
