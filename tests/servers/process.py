"""A server program as a process that dies with the tests, however they die."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path


class ServerProcess:
    """`command` listening on `port`, started and ended as often as a test likes. `user` is for programs that
    refuse to run as root."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int,
        folder: Path,
        answers: Callable[[], bool],
        user: str | None,
    ) -> None:
        self.port = port
        self._command = [*as_user(user), *command]
        self._folder = folder
        self._log = folder / "server.log"
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 30) -> None:
        """Returns once it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + seconds
        while not self._answers():
            assert self._process.poll() is None, f"it ended: {self._log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"it does not answer: {self._log.read_text()[-2000:]}"
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Harmless when it is not running."""
        if self._process is not None and self._process.poll() is None:
            self._signal_all(signal.SIGCONT)
            self._process.send_signal(how)
            self._process.wait(30)

    def pause(self) -> None:
        """It stands still and keeps every connection, as a machine that swaps."""
        self._signal_all(signal.SIGSTOP)

    def wake_up(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, how: signal.Signals) -> None:
        """PostgreSQL has a process for each connection."""
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(one, how)

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """The same data on the same port."""
        self.stop(how)
        self.start()


def as_user(name: str | None) -> list[str]:
    """What a command is put behind so that it dies with its parent, and runs as somebody else than root."""
    if shutil.which("setpriv") is None:
        return []
    if name is None or os.getuid() != 0:
        return ["setpriv", "--pdeathsig", "KILL"]
    return ["setpriv", "--reuid", name, "--regid", name, "--clear-groups", "--pdeathsig", "KILL"]


def free_port() -> int:
    """A port below those that the system hands out for a moment, and apart from those of other test
    processes: one of theirs would answer in place of a server that could not have it."""
    first = 20_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 10 * 1000
    for port in random.sample(range(first, first + 1000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")
