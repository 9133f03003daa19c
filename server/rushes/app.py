"""The web application of a studio: every slice's addresses, the live sockets and the web app, as one ASGI
application.

    async with open_studio(settings) as studio:
        app = build_app(studio)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from rushes.accounts.identify import identify
from rushes.errors import NotFound
from rushes.http.stack import build_stack
from rushes.parts import ENDPOINTS, ENVELOPES, WATCHING, minding_providers, open_hub, register_tasks
from rushes.realtime.server import open_sockets
from rushes.stopping import end
from rushes.studio import Studio


def build_app(studio: Studio) -> ASGIApp:
    """The application, which tells live what happens for as long as its lifespan."""
    register_tasks(studio)
    sockets = open_sockets(studio.settings)
    hub = open_hub(studio, sockets)

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        async with minding_providers(studio), hub.running():
            closing = asyncio.create_task(_close_when_stopping(), name="close sockets")
            try:
                yield
            finally:
                await end(closing)
                await sockets.close_all()

    async def _close_when_stopping() -> None:
        # Sockets never end by themselves, and the server waits for them before it ends the lifespan.
        await studio.stopping.wait()
        await sockets.close_all()

    return build_stack(
        studio,
        endpoints=ENDPOINTS,
        identify=identify,
        envelopes=ENVELOPES,
        more_routes=[Mount("/socket.io", sockets)],
        lifespan=lifespan,
    )


def build_watch_app(studio: Studio) -> ASGIApp:
    """The application of a worker: it answers how it is, and nothing else."""
    return build_stack(studio, endpoints=WATCHING, identify=identify, webapp=_nothing_else)


async def _nothing_else(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    else:
        raise NotFound()
