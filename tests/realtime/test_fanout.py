"""Fan-out over real sockets: everybody in the room, in order, once; whoever stops reading is let go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio
from starlette.routing import Mount, Router
from tests.conftest import Until

from rushes.realtime.fanout import QUEUE_LIMIT
from rushes.realtime.server import Sockets, open_sockets
from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio


@pytest.fixture
async def sockets(settings: Settings, studio: Studio, listener: socket.socket) -> AsyncIterator[Sockets]:
    opened = open_sockets(settings)

    async def join(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        for room in (auth or {}).get("rooms", []):
            await opened.server.enter_room(sid, room)

    opened.server.on("connect", join)
    async with Serving.start(Router([Mount("/socket.io", opened)]), studio, listener):
        yield opened
        await opened.close_all()


class Client:
    """A real client that notes what it hears."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heard: list[Any] = []
        self.io = socketio.AsyncClient(reconnection=False)
        self.io.on("told", self.heard.append)

    async def connect(self, *rooms: str, transports: list[str] | None = None) -> Client:
        await self.io.connect(self.url, auth={"rooms": list(rooms)}, transports=transports or ["websocket"])
        return self


@pytest.fixture
async def connect(settings: Settings) -> AsyncIterator[Any]:
    clients: list[Client] = []

    async def make(*rooms: str, transports: list[str] | None = None) -> Client:
        client = Client(settings.effective_public_url)
        clients.append(client)
        return await client.connect(*rooms, transports=transports)

    yield make
    for client in clients:
        await client.io.disconnect()


async def test_everybody_in_the_room_hears_it_in_order(sockets: Sockets, connect: Any, until: Until) -> None:
    inside = [await connect("a") for _ in range(3)]
    outside = await connect("b")
    for number in range(200):
        await sockets.server.emit("told", {"number": number, "text": "ä"}, room="a")
    await until(lambda: all(len(client.heard) == 200 for client in inside), "all messages")
    for client in inside:
        assert client.heard == [{"number": number, "text": "ä"} for number in range(200)]
    assert outside.heard == []


async def test_it_reaches_those_who_poll(sockets: Sockets, connect: Any, until: Until) -> None:
    polling = await connect("a", transports=["polling"])
    for number in range(10):
        await sockets.server.emit("told", number, room="a")
    await until(lambda: polling.heard == list(range(10)), "all messages")


async def test_one_socket_alone_and_all_but_one(sockets: Sockets, connect: Any, until: Until) -> None:
    ada, bob = await connect("a"), await connect("a")
    await sockets.server.emit("told", 1, to=ada.io.get_sid())
    await sockets.server.emit("told", 2, room="a", skip_sid=ada.io.get_sid())
    await sockets.server.emit("told", b"\x00binary", room="a")
    await until(lambda: len(ada.heard) == len(bob.heard) == 2, "both messages at both")
    assert (ada.heard, bob.heard) == ([1, b"\x00binary"], [2, b"\x00binary"])


async def test_an_acknowledgement_still_works(sockets: Sockets, connect: Any) -> None:
    client = await connect()
    client.io.on("question", lambda data: data * 2)
    assert await sockets.server.call("question", 21, to=client.io.get_sid(), timeout=10) == 42


async def test_listeners_in_the_process_hear_it_first(sockets: Sockets, connect: Any, until: Until) -> None:
    heard: list[tuple[str, Any, str | None]] = []
    forget = sockets.fan_out.listen(lambda event, data, room: heard.append((event, data, room)))
    client = await connect("a")
    await sockets.server.emit("told", 1, room="a")
    assert heard == [("told", 1, "a")]
    forget()
    await sockets.server.emit("told", 2, room="a")
    await until(lambda: client.heard == [1, 2], "both messages")
    assert len(heard) == 1


async def test_a_client_that_stops_reading_is_cut_off_and_the_others_are_not(
    sockets: Sockets, connect: Any, settings: Settings, until: Until
) -> None:
    well = await connect("a")
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.port, limit=2**16)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    message = b'40{"rooms":["a"]}'
    mask = bytes(4)  # XOR with zeros changes nothing
    writer.write(bytes([0x81, 0x80 | len(message)]) + mask + message)
    members = sockets.fan_out.get_participants
    await until(lambda: len(list(members("/", "a"))) == 2, "the second client")
    # From here on it reads nothing; what the system's own buffers do not take piles up.
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    sent = 0

    async def only_one_left() -> bool:
        nonlocal sent
        for _ in range(50):
            await sockets.server.emit("told", "x" * 10_000, room="a")
            sent += 1
        await sockets.fan_out.room_for_more(well.io.get_sid())
        return len(list(members("/", "a"))) == 1

    await until(only_one_left, "the stalled client to be cut off", seconds=60)
    assert sent > QUEUE_LIMIT
    await until(lambda: len(well.heard) == sent, "the reading client to have everything", seconds=30)
    writer.close()


async def test_without_its_redis_a_process_still_tells_its_own_sockets(
    settings: Settings, studio: Studio, listener: socket.socket, connect: Any, until: Until
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        away = f"redis://127.0.0.1:{gone.getsockname()[1]}/0"
    opened = open_sockets(settings.model_copy(update={"redis_url": away}))
    heard: list[str] = []
    opened.fan_out.listen(lambda event, data, room: heard.append(event))
    async with Serving.start(Router([Mount("/socket.io", opened)]), studio, listener):
        client = await connect()
        await opened.server.emit("told", {"number": 1})
        await until(lambda: client.heard == [{"number": 1}], "the message")
        assert heard == ["told"]
        await opened.close_all()


async def test_another_site_s_page_may_not_connect(sockets: Sockets, settings: Settings) -> None:
    for transports in (["websocket"], ["polling"]):
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(
                settings.effective_public_url,
                headers={"Origin": "https://evil.example"},
                transports=transports,
            )


async def test_stopping_ends_every_connection(sockets: Sockets, connect: Any, until: Until) -> None:
    clients = [await connect(), await connect(transports=["polling"])]
    await sockets.close_all()
    await until(lambda: not any(client.io.connected for client in clients), "the clients to notice")
