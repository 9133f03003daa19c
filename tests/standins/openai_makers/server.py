"""A running stand-in, and how to start one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from tests.standins.openai_makers.app import Asked, Fault, Wire
from tests.standins.server import serve


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
    with serve(wire) as url:
        yield StandIn(wire, url)
