"""Sockets that do nothing but listen, as cheaply as Python can: they take the same from every server.

    python bench/fanout_clients.py PORT SOCKETS

It prints `ready`, then for each line of input, a number of events to wait for,
`{"last": seconds, "p99": seconds, "rate": deliveries a second}`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import time
from typing import Any

import uvloop

_HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_PING = 0x89
_CONNECT = b"\x81\x82\x00\x00\x00\x0040"  # the text 40, masked with noughts


class Heard:
    """What all sockets have heard since `begin`."""

    def __init__(self, sockets: int) -> None:
        self.sockets = sockets
        self.connected = 0
        self.done = asyncio.Event()
        self.begin(0)

    def begin(self, events: int) -> None:
        self.wanted = events * self.sockets
        self.count = 0
        self.waits: list[int] = []
        self.last_at: dict[int, int] = {}
        self.first_sent = 0
        self.done.clear()

    def event(self, sent_at: int) -> None:
        now = time.monotonic_ns()
        self.count += 1
        self.first_sent = self.first_sent or sent_at
        self.waits.append(now - sent_at)
        self.last_at[sent_at] = now
        if self.count == self.wanted:
            self.done.set()

    def summary(self) -> dict[str, float]:
        ended = max(self.last_at.values())
        return {
            "last": statistics.median(at - sent for sent, at in self.last_at.items()) / 1e9,
            "p99": sorted(self.waits)[int(len(self.waits) * 0.99)] / 1e9,
            "rate": self.count / ((ended - self.first_sent) / 1e9),
        }


class Socket(asyncio.Protocol):
    """One listening socket."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.left = b""
        self.is_open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(_HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        data = self.left + data
        if not self.is_open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.left = head
                return
            self.is_open = True
        at = 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if len(data) < start + size:
                break
            payload = data[start : start + size]
            if data[at] == _PING:
                # A pong echoes the payload (RFC 6455 §5.5.3), here masked with noughts.
                self.transport.write(bytes((0x8A, 0x80 | size)) + b"\0\0\0\0" + payload)
            else:
                self.packet(payload)
            at = start + size
        self.left = data[at:]

    def packet(self, payload: bytes) -> None:
        if payload.startswith(b"42"):
            place = payload.index(b'"at":') + 5
            self.heard.event(int(payload[place : payload.index(b",", place)]))
        elif payload.startswith(b"40"):
            self.heard.connected += 1
        elif payload.startswith(b"0"):
            self.transport.write(_CONNECT)
        elif payload == b"2":
            self.transport.write(b"\x81\x81\x00\x00\x00\x003")


async def main(port: int, sockets: int) -> None:
    heard = Heard(sockets)
    loop = asyncio.get_running_loop()
    for start in range(0, sockets, 50):
        few = range(start, min(start + 50, sockets))
        await asyncio.gather(*(loop.create_connection(lambda: Socket(heard), "127.0.0.1", port) for _ in few))
        while heard.connected < few.stop:
            await asyncio.sleep(0.01)
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        heard.begin(int(line))
        print("listening", flush=True)
        async with asyncio.timeout(120):
            await heard.done.wait()
        print(json.dumps(heard.summary()), flush=True)


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
