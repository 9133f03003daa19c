"""A running stand-in, and how to start one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.standins.faults import Fault
from tests.standins.openai_videos.app import Wire
from tests.standins.server import serve


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
    with serve(wire, port=port) as url:
        yield StandIn(wire, url)
