"""A real Socket.IO client that keeps everything it hears, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio


class Listener:
    """`heard` are (event, data) pairs. `said` waits for one that was not looked at yet."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.closed = asyncio.Event()
        self._news = asyncio.Event()
        self._read = 0
        self.socket.on("*", self._keep)
        self.socket.on("disconnect", self._ended)

    async def said(
        self, event: str, holds: Callable[[Any], bool] = lambda data: True, seconds: float = 10
    ) -> Any:
        """The next data of `event` for which `holds`; what comes before it counts as read."""
        async with asyncio.timeout(seconds):
            while True:
                while self._read < len(self.heard):
                    name, data = self.heard[self._read]
                    self._read += 1
                    if name == event and holds(data):
                        return data
                self._news.clear()
                await self._news.wait()

    async def ask(self, event: str, *data: Any) -> Any:
        """The acknowledgement of an event that is sent."""
        return await self.socket.call(event, data if len(data) > 1 else data[0] if data else None, timeout=10)

    def all(self, event: str) -> list[Any]:
        return [data for name, data in self.heard if name == event]

    async def _keep(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))
        self._news.set()

    async def _ended(self, *_reason: Any) -> None:
        self.closed.set()


@asynccontextmanager
async def listening(url: str, **how: Any) -> AsyncIterator[Listener]:
    """A listener, connected and told that it is ready. `how` is `AsyncClient.connect`'s."""
    listener = Listener()
    try:
        await listener.socket.connect(url, transports=["websocket"], **how)
        await listener.said("ready")
        yield listener
    finally:
        await listener.socket.disconnect()
        await listener.socket.shutdown()
