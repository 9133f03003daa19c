"""The addresses that say how the studio is: `/health` whether it lives, `/ready` whether it can work."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text
from starlette.responses import Response

from rushes import __version__
from rushes.background import Lane
from rushes.errors import Invalid
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.observe.health import Check, Missing, Parts
from rushes.studio import Studio


class Health(BaseModel):
    """Alive. The one place where a time is ISO 8601: `timestamp` is what monitors of older studios read."""

    status: str
    message: str
    timestamp: datetime
    version: str


class Part(BaseModel):
    """`reason` is a sentence that says why a part is missing."""

    state: Literal["ok", "missing"]
    reason: str | None


class Readiness(BaseModel):
    """Every part by its name; `missing` repeats the reasons of those that are, and is empty when `ready`."""

    ready: bool
    missing: dict[str, str]
    parts: dict[str, Part]


class ReadyQuery(BaseModel):
    """`without` names parts, separated by commas, that whoever asks can do without: a load balancer that asks
    without `worker` keeps the studio readable while nobody works."""

    model_config = ConfigDict(extra="forbid")

    without: str = ""


@endpoint(
    "GET",
    "/health",
    who="anyone",
    answers={200: Health},
    tag="Studio",
    limited=False,
    identified=False,
)
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
    query=ReadyQuery,
    answers={200: Readiness, 503: Readiness},
    tag="Studio",
    limited=False,
    identified=False,
)
async def ready(call: Call) -> Response:
    """Whether database, disk, storage, broker and a worker are there, and the server is not stopping; 503
    names what is missing. It answers within seconds, whatever hangs."""
    studio = call.studio
    checks: dict[str, Check] = {
        "database": lambda: _reads(studio),
        "disk": lambda: studio.watch.on_the_disks_thread(_writes, studio),
        "storage": studio.storage.check,
        "broker": lambda: _has_broker(studio),
        "worker": lambda: _has_worker(studio),
        "server": lambda: _stays(studio),
    }
    asked = {name: check for name, check in checks.items() if name not in _without(call.query, checks)}
    missing = await studio.shared(Parts).missing(asked)
    parts = {
        name: Part(state="missing" if name in missing else "ok", reason=missing.get(name)) for name in asked
    }
    body = Readiness(ready=not missing, missing=missing, parts=parts)
    return answer(body, status=503 if missing else 200)


def _without(query: ReadyQuery, known: Iterable[str]) -> set[str]:
    names = {name.strip() for name in query.without.split(",") if name.strip()}
    if names - set(known):
        raise Invalid(without=f"may name {', '.join(known)}")
    return names


async def _stays(studio: Studio) -> None:
    if studio.stopping.is_set():
        raise Missing("It is stopping.")


async def _reads(studio: Studio) -> None:
    async with studio.reading() as session:
        await session.execute(text("SELECT 1"))


def _writes(studio: Studio) -> None:
    """Raises `Missing` unless a few bytes can be put into both folders."""
    for named, folder in (("DATA_DIR", studio.settings.data_dir), ("VIDEOS_DIR", studio.settings.videos_dir)):
        try:
            _write_into(studio.storage.scratch() if named == "VIDEOS_DIR" else folder)
        except OSError as error:
            raise Missing(f"The folder of {named} cannot be written to: {error.strerror}.") from error


def _write_into(folder: Path) -> None:
    path = folder / f".ready-{uuid.uuid4().hex}"
    try:
        with path.open("xb") as file:
            file.write(b"ready")
            file.flush()
            os.fsync(file.fileno())
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


async def _has_broker(studio: Studio) -> None:
    await _workers(studio)


async def _has_worker(studio: Studio) -> None:
    lonely = [lane for lane, count in (await _workers(studio)).items() if count == 0]
    if lonely:
        raise Missing(f"Nobody works on {' and '.join(lonely)}.")


async def _workers(studio: Studio) -> dict[Lane, int]:
    try:
        return await studio.background.workers()
    except (ConnectionError, RedisConnectionError):
        # Connections from before the broker was away break once, at their next use.
        return await studio.background.workers()


ROUTES: list[Endpoint] = [health, ready]
