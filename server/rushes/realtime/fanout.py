"""Hands one event to many sockets: encoded and framed once, without a task for each recipient.

    sockets.fan_out.listen(lambda event, data, room: ...)     # in this process, before any socket
    await sockets.server.emit("video_update", data, room=f"space:{space_id}")

The shipped manager starts a task per recipient, which costs most of the time at a thousand sockets, and lets
a client that has stopped reading grow its queue without end. Here such a client is cut off: it comes back and
catches up by `resume`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from engineio import packet as engine_packet
from redis.asyncio import Redis
from redis.exceptions import RedisError
from socketio import AsyncManager, AsyncRedisManager, packet
from starlette.types import Send

from rushes.realtime.frames import text_frame, writer_of

log = structlog.get_logger(__name__)

# Packets that a socket may have waiting before it is cut off.
QUEUE_LIMIT = 1000
_BEFORE_LISTENING_AGAIN = 0.5

# An event of this process or another: its name, its data, and the room it is for (None for everybody).
Listener = Callable[[str, Any, str | None], None]


class FanOut(AsyncManager):  # type: ignore[misc]  # the library has no types
    """The manager of sockets in this process. `cut` closes a connection by its Engine.IO id."""

    def __init__(self) -> None:
        super().__init__()
        self.cut: Callable[[str], None] = lambda engine_id: None
        # The sending side of a connection by its Engine.IO id.
        self.sending_side: Callable[[str], Send | None] = lambda engine_id: None
        # Called when the other processes can be heard again after a while in which they could not.
        self.returned: Callable[[], None] = lambda: None
        # Called with the Socket.IO id of a connection just before it is cut off for not reading.
        self.stalled: Callable[[str], None] = lambda sid: None
        # Called with the seconds that an event of another process took to the sockets of this one.
        self.relayed: Callable[[float], None] = lambda seconds: None
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` for every event, at once and before the sockets; it must neither wait nor raise.
        Returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str | None = None,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **more: Any,
    ) -> None:
        """See `AsyncManager.emit`. An emit that wants an acknowledgement takes the library's own way."""
        room = to or room
        for listener in list(self._listeners):
            listener(event, data, room)
        if callback is not None:
            await super().emit(event, data, namespace, room, skip_sid, callback, **more)
            return
        if self.server is None or namespace is None or namespace not in self.rooms:
            return
        packets = self._encoded(event, data, namespace)
        frame = _framed(packets)
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid] if skip_sid else None
        sockets, sending_side = self.server.eio.sockets, self.sending_side
        for sid, engine_id in self.get_participants(namespace, room):
            socket = sockets.get(engine_id)
            if socket is None or socket.closing or socket.closed or (skipped and sid in skipped):
                continue
            if frame is not None and (write := writer_of(socket, sending_side, engine_id)):
                write(frame)
                continue
            if socket.queue.qsize() + len(packets) > QUEUE_LIMIT:
                log.warning("socket_stalled", sid=sid, waiting=socket.queue.qsize())
                self.stalled(sid)
                self.cut(engine_id)
                continue
            for one in packets:
                socket.queue.put_nowait(one)

    async def room_for_more(self, sid: str, namespace: str = "/") -> None:
        """Waits until half of what the socket may have waiting has been taken, or the socket is gone.

        Whoever sends one client a great deal (a replay) calls this in between: it would be cut off otherwise,
        come back, ask for the same again and never catch up.
        """
        while True:
            socket = self.server.eio.sockets.get(self.eio_sid_from_sid(sid, namespace))
            if socket is None or socket.closing or socket.closed or socket.queue.qsize() < QUEUE_LIMIT // 2:
                return
            await asyncio.sleep(0.02)

    def _encoded(self, event: str, data: Any, namespace: str) -> list[engine_packet.Packet]:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        encoded = self.server.packet_class(
            packet.EVENT, namespace=namespace, data=[event, *arguments]
        ).encode()
        parts = encoded if isinstance(encoded, list) else [encoded]
        # Engine.IO's packet keeps its encoded form, so the bytes for the wire are made once as well.
        return [engine_packet.Packet(engine_packet.MESSAGE, part) for part in parts]


def _framed(packets: list[engine_packet.Packet]) -> bytes | None:
    """The packet as a frame, or None where binary parts go with it."""
    encoded = packets[0].encode() if len(packets) == 1 else None
    return text_frame(encoded) if isinstance(encoded, str) else None


class RedisFanOut(AsyncRedisManager, FanOut):  # type: ignore[misc]
    """The same across processes: Redis carries each event to the others, and each fans out to its own."""

    def __init__(self, url: str, *, channel: str, write_only: bool, json: Any) -> None:
        super().__init__(  # type: ignore[call-arg]  # the library's, which calls ours
            url, channel=channel, write_only=write_only, json=json
        )
        self._url = url

    async def _publish(self, data: dict[str, Any]) -> Any:
        return await super()._publish({**data, "at": time.time()})

    async def _handle_emit(self, message: dict[str, Any]) -> None:
        await super()._handle_emit(message)
        # Our own comes by this way before it is published.
        if "at" in message:
            self.relayed(time.time() - message["at"])

    async def _listen(self) -> AsyncIterator[Any]:
        """What the others publish. The library's own way waits up to a minute before it tries again, and says
        nothing when it is back."""
        was_lost = False
        while True:
            redis = Redis.from_url(self._url, socket_keepalive=True, health_check_interval=10)
            try:
                async with redis, redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(self.channel)
                    if was_lost:
                        self.returned()
                    async for message in channel.listen():
                        yield message["data"]
            except (RedisError, OSError) as error:
                log.warning("sockets_cut_off_from_others", reason=str(error))
            was_lost = True
            await asyncio.sleep(_BEFORE_LISTENING_AGAIN)
