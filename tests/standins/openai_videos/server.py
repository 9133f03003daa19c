"""The stand-in's socket: a real uvicorn, in a thread for tests or alone from the command line."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from tests.standins.openai_videos.app import Wire
from tests.standins.openai_videos.faults import Fault
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class StandIn:
    """A running stand-in. `url` has no `/v1`; `wire` is everything behind it."""

    def __init__(self, wire: Wire, url: str) -> None:
        self.wire = wire
        self.url = url

    def set(self, **behaviour: Any) -> None:
        """Changes how it behaves; see `Behaviour`."""
        self.wire.behaviour.set(**behaviour)

    def fault(self, verb: str, kind: str, **more: Any) -> None:
        """Lets something go wrong; see `faults`."""
        self.wire.faults.add(Fault(verb, kind, **more))

    def clear_faults(self) -> None:
        self.wire.faults.clear()

    def lose_jobs(self) -> None:
        """As a restart of a server that keeps its jobs in memory."""
        self.wire.jobs.lose()

    def finish_jobs(self) -> None:
        """All that was accepted so far is done now."""
        self.wire.jobs.finish()

    def reset(self) -> None:
        """As if just started."""
        self.wire.reset()

    def counts(self) -> dict[str, Any]:
        """What it was asked; see `Wire.counts`."""
        return self.wire.counts()


@contextlib.contextmanager
def serving(*, state: Path | None = None, port: int = 0, **behaviour: Any) -> Iterator[StandIn]:
    """A stand-in on 127.0.0.1, at a free port unless one is given, in a thread of its own, until the block
    ends."""
    wire = Wire(state=state)
    wire.behaviour.set(**behaviour)
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
        yield StandIn(wire, f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()


def make_server(wire: Wire) -> uvicorn.Server:
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
