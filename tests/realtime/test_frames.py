"""Frames that are made once arrive like all others, in order with what goes the usual way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Generator
from typing import Any

import pytest
from engineio import packet as engine_packet
from tests.conftest import Until
from tests.realtime.test_fanout import connect, sockets  # noqa: F401  (fixtures)
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from rushes.realtime import fanout
from rushes.realtime.frames import Line, connection_of, text_frame, writer_of
from rushes.realtime.server import Sockets


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 100_000])
def test_a_frame_is_what_a_websocket_library_reads(size: int) -> None:
    text = ("ä" * size)[: size // 2] + "x" * (size - size // 2)
    reader = StreamReader()
    reader.feed_data(text_frame(text))
    frame = _whole(Frame.parse(reader.read_exact, mask=False, max_size=None))
    assert (frame.fin, frame.opcode, bytes(frame.data).decode()) == (True, Opcode.TEXT, text)


def _whole(parsing: Generator[None, None, Frame]) -> Frame:
    try:
        while True:
            next(parsing)
    except StopIteration as read:
        frame: Frame = read.value
        return frame


async def test_they_keep_their_place_among_packets_in_the_queue(
    sockets: Sockets,  # noqa: F811
    connect: Any,  # noqa: F811
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways = {"frame": 0, "queue": 0}

    def counting(*asked: Any) -> Any:
        write = writer_of(*asked)
        ways["frame" if write else "queue"] += 1
        return write

    monkeypatch.setattr(fanout, "writer_of", counting)
    client = await connect("a")
    [engine] = sockets.server.eio.sockets.values()
    assert isinstance(engine.queue, Line)
    chance = random.Random(7)
    for number in range(2000):
        if chance.random() < 0.3:
            text = f'2["told",{number}]'
            engine.queue.put_nowait(engine_packet.Packet(engine_packet.MESSAGE, text))
        else:
            await sockets.server.emit("told", number, room="a")
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
    await until(lambda: len(client.heard) == 2000, "all messages")
    assert client.heard == list(range(2000))
    assert ways["frame"] > 100


async def test_another_server_gets_nothing_of_the_kind() -> None:
    async def send(message: Any) -> None: ...

    assert connection_of(send) is None
    assert connection_of(None) is None


async def test_a_line_is_busy_until_the_next_is_asked_for() -> None:
    line = Line()
    assert line.is_idle
    line.put_nowait(1)
    assert not line.is_idle
    assert await line.get() == 1
    assert not line.is_idle
    waiting = asyncio.create_task(line.get())
    await asyncio.sleep(0)
    assert line.is_idle
    waiting.cancel()
