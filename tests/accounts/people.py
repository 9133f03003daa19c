"""What the tests of people share: a password, a clock that can be put forward, and the shapes of fixtures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from sqlalchemy import Row

from rushes.accounts.tasks import TASKS
from rushes.clock import Clock
from rushes.studio import Studio

PASSWORD = "correct horse battery"

MakeUser = Callable[..., Awaitable[Row[Any]]]
NewBrowser = Callable[[], Awaitable[httpx2.AsyncClient]]
SignIn = Callable[..., Awaitable[dict[str, Any]]]


class MovableClock(Clock):
    """Real time, some seconds ahead."""

    ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def run_task(studio: Studio, name: str, *arguments: str) -> None:
    """Runs a background step now, as a worker would."""
    await next(task for task in TASKS if task.name == name).run(studio, *arguments)
