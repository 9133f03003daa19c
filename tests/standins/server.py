"""A stand-in's socket: a real uvicorn, in a thread for tests or alone from the command line."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, Protocol

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Served(Protocol):
    """What can be served: an application, and its open connections by their far end."""

    app: ASGIApp
    connections: dict[Any, asyncio.Transport]


@contextlib.contextmanager
def serve(wire: Served, *, port: int = 0) -> Iterator[str]:
    """Its URL on 127.0.0.1, at a free port unless one is given, in a thread until the block ends."""
    listener = listen("127.0.0.1", port)
    server = make_server(wire)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the stand-in did not start")
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()


def make_server(wire: Served) -> uvicorn.Server:
    """A uvicorn server that lets `wire` reach its connections, to break them."""

    class Reachable(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            wire.connections[transport.get_extra_info("peername")] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            wire.connections.pop(self.transport.get_extra_info("peername"), None)
            super().connection_lost(exc)

    config = uvicorn.Config(wire.app, http=Reachable, ws="none", lifespan="off", log_level="error")
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener
