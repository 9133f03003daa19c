"""Runs the application on a socket with uvicorn, and stops it without cutting anybody off.

    async with Serving.start(app, studio, listener) as serving:
        print(serving.url)
        await stop.wait()

On leaving the block no more connections are taken, streams and sockets are told to go, and answers under way
have SHUTDOWN_GRACE seconds to finish.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from rushes.realtime.server import MESSAGE_LIMIT
from rushes.studio import Studio


class Serving:
    """An application that is up; `url` is its address, without a trailing slash."""

    def __init__(self, url: str) -> None:
        self.url = url

    @classmethod
    @asynccontextmanager
    async def start(cls, app: ASGIApp, studio: Studio, listener: socket.socket) -> AsyncIterator[Serving]:
        """Serves `app` on `listener`, a bound socket, which is closed in the end. Sets `studio.stopping`."""
        server = _Server(
            uvicorn.Config(
                app,
                http="httptools",
                ws="websockets-sansio",
                ws_max_size=MESSAGE_LIMIT,
                # Engine.IO has pings of its own; deflate doubles the memory of a socket.
                ws_ping_interval=None,
                ws_per_message_deflate=False,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=studio.settings.shutdown_grace,
            )
        )
        running = asyncio.create_task(server.serve(sockets=[listener]), name="http")
        up = asyncio.create_task(server.up.wait())
        try:
            await asyncio.wait({running, up}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                up.cancel()
                running.result()
                raise StartFailed("The web server could not start; the log says why.")
            yield cls(_url_of(listener))
        finally:
            studio.stopping.set()
            server.stop()
            await running


class StartFailed(Exception):
    """The application's own start failed."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: it would raise the signal again before we have cleaned up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._stop = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stop.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Renews the Date header each second, and ends at once when asked to."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises OSError when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  everywhere includes here
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
