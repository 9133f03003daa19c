"""Redis in a folder of its own, which keeps nothing on the disk unless it is asked to."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import ServerProcess, free_port


class Redis:
    """A running server."""

    def __init__(self, process: ServerProcess) -> None:
        self._process = process
        self.url = f"redis://127.0.0.1:{process.port}/0"

    def flush(self) -> None:
        """Forgets everything."""
        assert _ask(self._process.port, b"FLUSHALL\r\n") == b"+OK\r\n"

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends every connection and comes back empty."""
        self._process.restart(how)

    def stop(self) -> None:
        self._process.stop()

    def start(self) -> None:
        self._process.start()

    def pause(self) -> None:
        self._process.pause()

    def wake_up(self) -> None:
        self._process.wake_up()


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A server for as long as the block lasts."""
    program = shutil.which("redis-server")
    assert program is not None, "Redis is not installed: make test-tools"
    folder = Path(tempfile.mkdtemp(prefix="rushes-redis-"))
    port = free_port()
    process = ServerProcess(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        port=port,
        folder=folder,
        answers=lambda: _ask(port, b"PING\r\n") == b"+PONG\r\n",
        user=None,
    )
    try:
        process.start()
        yield Redis(process)
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _ask(port: int, line: bytes) -> bytes:
    """One inline command (https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(line)
            return connection.recv(100)
    except ConnectionError:
        return b""
