"""What a connected socket costs in memory, and whether a thousand under constant updates leave it flat.

    python bench/sockets.py [--sockets 1000] [--minutes 10] [--rate 5]

The studio is `rushes serve`; the sockets are one person's, so that each hears every change of their video.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

import uvloop

from fanout_clients import Heard, Socket
from library import fill
from running import Running, processor_seconds, resident, serving, verdict

_MIB = 2**20


class Signed(Socket):
    """A socket that signs in and counts what it hears."""

    def __init__(self, heard: Heard, token: str) -> None:
        super().__init__(heard)
        text = f"40{json.dumps({'token': token})}".encode()
        # A text frame, masked with noughts (https://www.rfc-editor.org/rfc/rfc6455#section-5.2).
        self._connect = b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text

    def packet(self, payload: bytes) -> None:
        if payload.startswith(b'42["video_update"'):
            self.heard.count += 1
        elif payload.startswith(b"0"):
            self.transport.write(self._connect)
        elif payload.startswith(b"40"):
            self.heard.connected += 1
        elif payload == b"2":
            self.transport.write(b"\x81\x81\x00\x00\x00\x003")


async def main(sockets: int, minutes: float, rate: float) -> None:
    """Prints the memory as it goes, and the verdict."""
    with (
        tempfile.TemporaryDirectory(prefix="rushes-bench-") as name,
        serving(Path(name), "--no-worker", LOG_LEVEL="warning") as studio,
    ):
        (video_id,) = fill(studio.database, 1)
        for n in range(200):  # what grows with the first requests is no socket's
            await asyncio.to_thread(_change, studio, video_id, n)
        before = resident(studio.pid)
        heard = Heard(sockets)
        loop, port = asyncio.get_running_loop(), int(studio.url.rpartition(":")[2])
        for start in range(0, sockets, 50):
            few = range(start, min(start + 50, sockets))
            new = (
                loop.create_connection(lambda: Signed(heard, studio.token), "127.0.0.1", port) for _ in few
            )
            await asyncio.gather(*new)
            while heard.connected < few.stop:
                await asyncio.sleep(0.01)
        each = (resident(studio.pid) - before) / sockets
        print(f"{sockets} sockets, load {os.getloadavg()[0]:.1f}: {each / 1024:.1f} KiB each")
        await _constant_updates(studio, video_id, heard, minutes=minutes, rate=rate)


async def _constant_updates(
    studio: Running, video_id: str, heard: Heard, *, minutes: float, rate: float
) -> None:
    began, used = time.monotonic(), processor_seconds(studio.pid)
    sent, samples = 0, []
    while (passed := time.monotonic() - began) < minutes * 60:
        await asyncio.to_thread(_change, studio, video_id, sent)
        sent += 1
        if passed >= (len(samples) + 1) * minutes * 2:  # thirty samples
            samples.append(resident(studio.pid))
        await asyncio.sleep(max(0.0, sent / rate - (time.monotonic() - began)))
    await asyncio.sleep(2)
    cpu = (processor_seconds(studio.pid) - used) / (time.monotonic() - began)
    third = len(samples) // 3
    first, last = statistics.median(samples[third : 2 * third]), statistics.median(samples[2 * third :])
    print(f"  {sent} changes in {minutes:g} minutes, heard {heard.count:,} times, on {cpu:.2f} of a core")
    told = " ".join(f"{sample / _MIB:.0f}" for sample in samples[:: max(1, len(samples) // 10)])
    print(f"  memory in MiB: {told}")
    print(f"  last third against the one before: {last / first:.3f} × {verdict(last / first, '≤', 1.02)}")
    # Changes in quick succession may be told as one.
    print(f"  heard {heard.count / (sent * heard.sockets):.1%} of changes × sockets")


def _change(studio: Running, video_id: str, number: int) -> None:
    request = urllib.request.Request(
        f"{studio.url}/api/videos/{video_id}",
        json.dumps({"title": f"take {number}"}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {studio.token}"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=60).read()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sockets", type=int, default=1000)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--rate", type=float, default=5, help="changes a second")
    wanted = options.parse_args()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    uvloop.run(main(wanted.sockets, wanted.minutes, wanted.rate))
