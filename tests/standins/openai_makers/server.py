"""The stand-in's socket: a real uvicorn in a thread of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any, cast

from tests.standins.openai_makers.app import Asked, Fault, Wire
from tests.standins.openai_videos.app import Wire as VideoWire
from tests.standins.openai_videos.server import listen, make_server


class StandIn:
    """A running stand-in. `url` has no `/v1`."""

    def __init__(self, wire: Wire, url: str) -> None:
        self.wire = wire
        self.url = url

    def set(self, **behaviour: Any) -> None:
        """Changes how it behaves; see `Behaviour`."""
        self.wire.set(**behaviour)

    def fault(self, verb: str, kind: str, **more: Any) -> None:
        """Lets something go wrong; see `app`."""
        self.wire.faults.append(Fault(verb, kind, **more))

    def reply(self, content: str | None, **more: Any) -> None:
        """What the next chat says: `finish_reason`, `refusal`."""
        self.wire.replies.append({"content": content, **more})

    def reset(self) -> None:
        """As if just started."""
        self.wire.reset()

    def asked(self, verb: str) -> list[Asked]:
        """The requests of one kind, in order."""
        return [one for one in self.wire.asked if one.verb == verb]

    def made(self) -> int:
        """How much was made, and would be paid for."""
        return sum(one.made for one in self.wire.asked)


@contextlib.contextmanager
def serving(**behaviour: Any) -> Iterator[StandIn]:
    """A stand-in on 127.0.0.1, at a free port, until the block ends."""
    wire = Wire()
    wire.set(**behaviour)
    listener = listen("127.0.0.1", 0)
    # Of the other stand-in's wire the server uses what this one has too: its app and its connections.
    server = make_server(cast(VideoWire, wire))
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
