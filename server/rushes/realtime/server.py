"""The Socket.IO server of a process, with everything off that costs a socket more than it gives.

sockets = open_sockets(settings)
sockets.server.on("connect", handler)
Mount("/socket.io", sockets)      # an ASGI application; give it the whole path
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs

import orjson
from socketio import AsyncServer
from starlette.types import Message, Receive, Scope, Send

from rushes.origins import Origins
from rushes.realtime.fanout import FanOut, RedisFanOut
from rushes.realtime.frames import FrameServer
from rushes.settings import Settings
from rushes.stopping import end

# Bytes of one message from a client; they ask, and send nothing large.
MESSAGE_LIMIT = 64_000
_CHANNEL = "rushes:sockets"


class Sockets:
    """The server, its fan-out, and the ASGI application that serves both."""

    def __init__(self, server: AsyncServer, fan_out: FanOut) -> None:
        self.server = server
        self.fan_out = fan_out
        # By Engine.IO id, the sending side of connections that began as polling and were upgraded.
        self._upgraded: dict[str, Send] = {}
        fan_out.cut = self.cut
        fan_out.sending_side = self._sending_side

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves `/socket.io/`, by polling or WebSocket."""
        engine_id = parse_qs(scope["query_string"].decode("latin-1")).get("sid", [""])[0]
        if scope["type"] == "websocket" and engine_id:
            self._upgraded[engine_id] = send
        socket = self.server.eio.sockets.get(engine_id)
        try:
            frames = _only_sane_frames(receive) if scope["type"] == "websocket" else receive
            await self.server.handle_request(scope, frames, send)
        finally:
            if scope["type"] == "websocket" and engine_id:
                self._upgraded.pop(engine_id, None)
            if socket is not None and socket.closed:
                # A client that says goodbye by one request still has another waiting for news; without this
                # it would wait three quarters of a minute, and a server that stops would wait for it.
                socket.queue.put_nowait(None)

    def cut(self, engine_id: str) -> None:
        """Drops the connection without waiting for what is still to be sent: the peer takes nothing."""
        transport = _transport(self._sending_side(engine_id))
        if transport is not None:
            transport.abort()
            return
        socket = self.server.eio.sockets.get(engine_id)
        if socket is not None and not socket.closing:
            self.server.start_background_task(socket.close, wait=False, abort=True)

    async def close_all(self) -> None:
        """Ends every connection, so that clients look for another process at once, and stops the server's
        own tasks. Harmless a second time."""
        for socket in list(self.server.eio.sockets.values()):
            if not socket.closed:
                await socket.close(wait=False)
                socket.queue.put_nowait(None)  # wakes whoever polls or writes
        if self.server.eio.service_task_handle is not None:
            await self.server.shutdown()
        thread = getattr(self.fan_out, "thread", None)
        if isinstance(thread, asyncio.Task):
            await end(thread)
        redis = getattr(self.fan_out, "redis", None)
        if redis is not None:
            await redis.aclose()

    def _sending_side(self, engine_id: str) -> Send | None:
        upgraded = self._upgraded.get(engine_id)
        if upgraded is not None:
            return upgraded
        environ: dict[str, Any] = self.server.environ.get(engine_id, {})
        if environ.get("asgi.scope", {}).get("type") == "websocket":
            send: Send = environ["asgi.send"]
            return send
        return None


def _one_line(record: logging.LogRecord) -> bool:
    """A packet that makes no sense is the client's fault: a line, not a stack of ours."""
    if record.exc_info and "handler error" in record.getMessage():
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


class _Server(AsyncServer):  # type: ignore[misc]  # the library has no types
    """The library's server, which takes whatever a client sends for the name of an event."""

    def _engineio_server_class(self) -> type[FrameServer]:
        return FrameServer

    async def _trigger_event(self, event: Any, namespace: str, *arguments: Any) -> Any:
        if not isinstance(event, str):
            return {"error": "An event's name must be text.", "code": "validation_failed"}
        return await super()._trigger_event(event, namespace, *arguments)


def _only_sane_frames(receive: Receive) -> Receive:
    """Engine.IO frames are text that begins with the packet's type
    (https://github.com/socketio/engine.io-protocol#websocket). The library raises at others; here they end
    the connection."""

    async def receive_sane() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and (message.get("text") or "x")[0] not in "0123456":
            return {"type": "websocket.disconnect", "code": 1002}
        return message

    return receive_sane


class _Json:
    """orjson in the shape of the standard library's module, which is what Socket.IO takes."""

    @staticmethod
    def dumps(value: Any, **_style: Any) -> str:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()

    loads = staticmethod(orjson.loads)


def open_sockets(settings: Settings, *, write_only: bool = False) -> Sockets:
    """The Socket.IO server for this process; with REDIS_URL, one of many.

    With `write_only`, for processes that serve nobody, it sends to the others and receives nothing.
    """
    fan_out = FanOut()
    redis_url = settings.effective_redis_url
    if redis_url:
        fan_out = RedisFanOut(redis_url, channel=_CHANNEL, write_only=write_only, json=_Json)
    origins = Origins(settings)

    def is_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
        scheme = environ["asgi.scope"]["scheme"]
        return origin is not None and origins.allows(origin, scheme=scheme, host=environ.get("HTTP_HOST", ""))

    engine_log = logging.getLogger("engineio")
    engine_log.addFilter(_one_line)
    server = _Server(
        async_mode="asgi",
        client_manager=fan_out,
        cors_allowed_origins=is_allowed,
        json=_Json,
        max_http_buffer_size=MESSAGE_LIMIT,
        ping_interval=25,
        ping_timeout=20,
        # Given loggers stay as they are; the library would add handlers of its own to its default ones.
        logger=logging.getLogger("socketio"),
        engineio_logger=engine_log,
    )
    return Sockets(server, fan_out)


def _transport(send: Send | None) -> asyncio.Transport | None:
    """uvicorn's transport behind `send`, or None with another server: ASGI has no word for "drop it"."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if hasattr(transport, "abort") else None
