"""The addresses that say how the studio is: `/health` whether it lives, `/ready` whether it can work."""

from __future__ import annotations

import asyncio
import os
import uuid
from datetime import UTC, datetime

from pydantic import BaseModel
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text
from starlette.responses import Response

from rushes import __version__
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.observe.health import failing
from rushes.studio import Studio


class Health(BaseModel):
    """Alive. The one place where a time is ISO 8601: `timestamp` is what monitors of older studios read."""

    status: str
    message: str
    timestamp: datetime
    version: str


class Readiness(BaseModel):
    """`missing` says what is wrong, by the part's name; empty when `ready`."""

    ready: bool
    missing: dict[str, str]


@endpoint("GET", "/health", who="anyone", answers={200: Health}, tag="Studio", limited=False)
async def health(call: Call) -> Response:
    """Whether the server is running."""
    return answer(
        Health(
            status="healthy",
            message="Rushes is running",
            timestamp=datetime.fromtimestamp(call.studio.clock.now(), UTC),
            version=__version__,
        )
    )


@endpoint(
    "GET",
    "/ready",
    who="anyone",
    answers={200: Readiness, 503: Readiness},
    tag="Studio",
    limited=False,
)
async def ready(call: Call) -> Response:
    """Whether the database, the storage, the broker and a worker are there; 503 names what is missing."""
    studio = call.studio
    missing = await failing(
        {
            "database": lambda: _reads(studio),
            "disk": lambda: asyncio.to_thread(_writes, studio),
            "storage": studio.storage.check,
            "broker": lambda: _has_broker(studio),
            "worker": lambda: _has_worker(studio),
        }
    )
    if studio.stopping.is_set():
        missing["server"] = "is stopping"
    return answer(Readiness(ready=not missing, missing=missing), status=503 if missing else 200)


async def _reads(studio: Studio) -> None:
    async with studio.reading() as session:
        await session.execute(text("SELECT 1"))


def _writes(studio: Studio) -> None:
    path = studio.storage.scratch() / f"ready-{uuid.uuid4().hex}"
    try:
        with path.open("xb") as file:
            file.write(b"ready")
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)


async def _has_broker(studio: Studio) -> None:
    try:
        await studio.background.workers()
    except (ConnectionError, RedisConnectionError):
        # Connections from before the broker was away break once, at their next use.
        await studio.background.workers()


async def _has_worker(studio: Studio) -> None:
    lanes = await studio.background.workers()
    lonely = [lane for lane, count in lanes.items() if count == 0]
    if lonely:
        raise NoWorker(lonely)


class NoWorker(Exception):
    """Nobody works on these lanes."""


ROUTES: list[Endpoint] = [health, ready]
