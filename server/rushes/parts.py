"""What the slices bring to the running system: their addresses, their background tasks, what they tell live.

A new slice is added here, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request

from rushes.accounts import routes as account_routes
from rushes.accounts import tasks as account_tasks
from rushes.accounts.identify import identify, known_by
from rushes.accounts.sessions import live_among
from rushes.actor import Actor
from rushes.background import Task
from rushes.collections import live as collection_live
from rushes.collections import routes as collection_routes
from rushes.dialects import clip_maker, generate, pipeline
from rushes.errors import Unauthorized
from rushes.http import health, metrics
from rushes.http.endpoint import Endpoint
from rushes.http.errors import Envelope
from rushes.hub import Hub
from rushes.money import routes as money_routes
from rushes.money import tasks as money_tasks
from rushes.productions import live as production_live
from rushes.productions import routes as production_routes
from rushes.productions import scene_routes
from rushes.productions import tasks as production_tasks
from rushes.provider_settings import in_force
from rushes.provider_settings import routes as provider_settings_routes
from rushes.realtime.server import Sockets
from rushes.stopping import end
from rushes.studio import Studio
from rushes.uploads import routes as upload_routes
from rushes.uploads import tasks as upload_tasks
from rushes.videos import live as video_live
from rushes.videos import model_routes, queue_routes, recovery_routes, webhook_routes
from rushes.videos import reading as video_reading
from rushes.videos import routes as video_routes
from rushes.videos import tasks as video_tasks
from rushes.videos.known_models import keep_fresh, recall

# What tells how a process is, of web servers and workers alike.
WATCHING: list[Endpoint] = [*health.ROUTES, *metrics.ROUTES]

# Those that are asked all the time first: among addresses with parameters they are tried in this order.
ENDPOINTS: list[Endpoint] = [
    *video_routes.ROUTES,
    *upload_routes.ROUTES,
    *collection_routes.ROUTES,
    *production_routes.ROUTES,
    *scene_routes.ROUTES,
    *queue_routes.ROUTES,
    *model_routes.ROUTES,
    *recovery_routes.ROUTES,
    *webhook_routes.ROUTES,
    *money_routes.ROUTES,
    *account_routes.ROUTES,
    *provider_settings_routes.ROUTES,
    *generate.ROUTES,
    *pipeline.ROUTES,
    *clip_maker.ROUTES,
    *WATCHING,
]

# Dialects word their errors as their own documents do, by the beginning of the path.
ENVELOPES: dict[str, Envelope] = {
    generate.PATH: generate.envelope,
    **dict.fromkeys(pipeline.PATHS, pipeline.envelope),
    **dict.fromkeys(clip_maker.PATHS, clip_maker.envelope),
}

TASKS: list[Task] = [
    *account_tasks.TASKS,
    *money_tasks.TASKS,
    *video_tasks.TASKS,
    *upload_tasks.TASKS,
    *production_tasks.TASKS,
]


def register_tasks(studio: Studio) -> None:
    """Makes every task known by its name, in processes that send and in those that work."""
    studio.background.register(studio, TASKS)


@asynccontextmanager
async def minding_providers(studio: Studio) -> AsyncIterator[None]:
    """Has every provider that is set in force and its models known, in whatever way they change, until the
    block ends."""
    await in_force.welcome_environment(studio)
    await in_force.take_up(studio)
    await recall(studio)
    minding = [
        asyncio.create_task(in_force.keep_up(studio), name="provider settings"),
        asyncio.create_task(keep_fresh(studio), name="models"),
        asyncio.create_task(studio.makers.keep_fresh(studio.stopping), name="maker models"),
    ]
    try:
        yield
    finally:
        for task in minding:
            await end(task)


def open_hub(studio: Studio, sockets: Sockets) -> Hub:
    """The live hub over these sockets; it tells nothing before `running()`."""
    return Hub(
        studio,
        sockets,
        kinds=[video_live.VIDEOS, collection_live.COLLECTIONS, production_live.PRODUCTIONS],
        identify=_identify_socket,
        still_valid=_still_valid,
        summary=video_reading.summary,
    )


async def _identify_socket(studio: Studio, environ: dict[str, Any], auth: Any) -> Actor:
    """Who connects: by `auth: {token}`, else as a request does."""
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str) and token:
        return (await known_by(studio, "access", token)).actor
    actor = await identify(studio, Request({**environ["asgi.scope"], "type": "http"}))
    if actor is None:
        raise Unauthorized()
    return actor


async def _still_valid(studio: Studio, session_ids: set[str]) -> set[str]:
    async with studio.reading() as session:
        return await live_among(session, session_ids, now=studio.clock.now())
