"""Hands an event to a WebSocket as bytes that were made once for everybody.

    frame = text_frame(packet.encode())
    if is_idle(socket) and (write := writer_of(send)): write(frame)

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
        return self.empty() and not self._on_its_way


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


def is_idle(socket: Any) -> bool:
    """Whether the socket speaks WebSocket, has settled, and has nothing on its way."""
    line = socket.queue
    return isinstance(line, Line) and line.is_idle and socket.upgraded and not socket.upgrading


def writer_of(send: Send | None) -> Callable[[bytes], None] | None:
    """What takes bytes for the connection behind uvicorn's `send` at once, or None where that is not sure:
    another server, a compressed connection, one that closes, or a peer that does not take what it has."""
    protocol = getattr(send, "__self__", None)
    try:
        is_open = (
            protocol is not None
            and protocol.handshake_complete
            and not protocol.close_sent
            and not protocol.disconnected
            and protocol.writable.is_set()
            and not protocol.conn.extensions
            and protocol.conn.state is State.OPEN
            and not protocol.transport.is_closing()
        )
    except AttributeError:
        return None
    return protocol.transport.write if is_open and protocol is not None else None
