"""A server that tells its sockets what its standard input says: the studio's own, or a bare python-socketio.

    python bench/fanout_server.py rushes|bare

It prints its port. Each line of input is `{"count": 10, "pause": 0.05, "video": {…}}`: so many events, so
many seconds apart.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT / "server"))

import socketio  # noqa: E402
import uvicorn  # noqa: E402
from starlette.routing import Mount, Router  # noqa: E402

from rushes.cli import _run, _spare_the_collector  # noqa: E402
from rushes.realtime.server import open_sockets  # noqa: E402
from rushes.serving import Serving, listen  # noqa: E402
from rushes.settings import Settings  # noqa: E402
from rushes.studio import open_studio  # noqa: E402


async def _rushes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        settings = Settings(_env_file=None, data_dir=here, videos_dir=here)  # type: ignore[call-arg]
        async with open_studio(settings) as studio:
            sockets = open_sockets(settings)
            _let_in(sockets.server)
            listener = listen("127.0.0.1", 0)
            async with Serving.start(Router([Mount("/socket.io", sockets)]), studio, listener):
                print(listener.getsockname()[1], flush=True)
                _spare_the_collector()
                await _obey(sockets.server)
                await sockets.close_all()


async def _bare() -> None:
    server = socketio.AsyncServer(async_mode="asgi")
    _let_in(server)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(socketio.ASGIApp(server), log_level="warning")
    running = asyncio.create_task(uvicorn.Server(config).serve(sockets=[listener]))
    print(listener.getsockname()[1], flush=True)
    await _obey(server)
    running.cancel()


def _let_in(server: socketio.AsyncServer) -> None:
    async def join(sid: str, *_: Any) -> None:
        await server.enter_room(sid, "room")

    server.on("connect", join)


async def _obey(server: socketio.AsyncServer) -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while line := await orders.readline():
        order: dict[str, Any] = json.loads(line)
        for _ in range(order["count"]):
            await server.emit("video_update", {"at": time.monotonic_ns(), **order["video"]}, room="room")
            await asyncio.sleep(order["pause"])


if __name__ == "__main__":
    _run({"rushes": _rushes, "bare": _bare}[sys.argv[1]]())
