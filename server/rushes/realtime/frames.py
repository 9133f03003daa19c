"""Hands an event to a WebSocket as bytes that were made once for everybody.

    frame = text_frame(packet.encode())
    if write := writer_of(socket, sending_side, engine_id): write(frame)

On its usual way an event passes Engine.IO's queue, a writer task and a frame of its own for each socket,
which is most of the time that a thousand sockets take. A server's frames are not masked, so one serves all
(RFC 6455 §5.1). This file alone knows the insides of Engine.IO and uvicorn that it takes; where they differ
it says so by None or False, and the event goes the usual way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from engineio import AsyncServer as EngineServer
from starlette.types import Send
from websockets.protocol import State

_TEXT = 0x81  # the last frame of a text message


class Line(asyncio.Queue[Any]):
    """Engine.IO's queue of packets for one socket, which knows whether one of them is still on its way.

    Whoever takes packets has sent them all when they ask for the next one.
    """

    _on_its_way = False
    # What `connection_of` has found for its socket.
    connection: Any | None = None

    async def get(self) -> Any:
        self._on_its_way = False
        return await super().get()

    def _get(self) -> Any:
        self._on_its_way = True
        # asyncio's own hook for other kinds of queues.
        return super()._get()

    @property
    def is_idle(self) -> bool:
        """Nothing would be overtaken."""
        return not self._on_its_way and self.empty()


class FrameServer(EngineServer):  # type: ignore[misc]  # the library has no types
    """An Engine.IO server whose sockets have a `Line`."""

    def create_queue(self, *arguments: Any, **named: Any) -> Line:
        return Line(*arguments, **named)


def text_frame(text: str) -> bytes:
    """A whole text message as one unmasked frame (RFC 6455 §5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = bytes((_TEXT, size))
    elif size < 1 << 16:
        head = bytes((_TEXT, 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((_TEXT, 127)) + size.to_bytes(8, "big")
    return head + payload


def writer_of(
    socket: Any, sending_side: Callable[[str], Send | None], engine_id: str
) -> Callable[[bytes], None] | None:
    """What takes bytes for the socket at once, or None where that is not sure: it polls, has something on its
    way, or its connection does not take what it has. Asked for each socket and event, so what
    is found of its connection stays with it."""
    line = socket.queue
    if not isinstance(line, Line) or not line.is_idle or not socket.upgraded or socket.upgrading:
        return None
    protocol = line.connection
    if protocol is None:
        protocol = line.connection = connection_of(sending_side(engine_id))
    try:
        if (
            protocol is None
            or protocol.close_sent
            or protocol.disconnected
            or not protocol.writable.is_set()
            or protocol.conn.state is not State.OPEN
        ):
            return None
        transport = protocol.transport
        return None if transport.is_closing() else transport.write
    except AttributeError:
        return None


def connection_of(send: Send | None) -> Any | None:
    """uvicorn's end of a WebSocket behind `send`, or None: another server, or a compressed connection."""
    protocol: Any = getattr(send, "__self__", None)
    try:
        return protocol if protocol.handshake_complete and not protocol.conn.extensions else None
    except AttributeError:
        return None
