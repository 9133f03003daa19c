"""A studio as people start it, for browsers to visit: `rushes serve` as a process of its own, which can die.

with studio_in(folder) as studio:
    ada = studio.join("ada")
    ada.make("A kite over the dunes", size="128x128", seconds=1)
    studio.kill()
    studio.start()      # the same port, the same data
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2

from rushes.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
_RUSHES = [sys.executable, "-c", "from rushes.cli import main; main()"]
_OVER = ("completed", "failed", "cancelled")


class StudioProcess:
    """`rushes serve` on a port and a folder of its own. `more` are settings for its environment."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments: list[str] = []
        self._environment = {
            **_plain_environment(),
            "PORT": str(self.port),
            "DATA_DIR": str(folder / "data"),
            "VIDEOS_DIR": str(folder / "videos"),
            "BCRYPT_ROUNDS": "4",
            "SIGNIN_LIMIT": "off",
            "REGISTER_LIMIT": "off",
            "LOG_FORMAT": "json",
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    @property
    def said(self) -> str:
        """What it has printed since its first start."""
        return (self.folder / "said.txt").read_text()

    @property
    def printed_password(self) -> str:
        """The administrator's first password, as it stands on the screen."""
        found = re.search(r"Sign in as admin with password (\S+)", self.said)
        assert found, self.said
        return found[1]

    def start(self, seconds: float = 150) -> None:
        """Returns when it is ready to serve and to work."""
        with (self.folder / "said.txt").open("ab") as out, (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [*_RUSHES, "serve", *self.arguments],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )
        deadline = time.monotonic() + seconds
        while not self._is_ready():
            ended = self._process.poll() is not None
            assert not ended and time.monotonic() < deadline, (
                f"it did not start: {(self.folder / 'log.txt').read_text()[-2000:]}"
            )
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def join(self, name: str = "ada") -> Person:
        """A new person with a space of their own; the name gets a number, so that nobody has it yet."""
        person = Person(self.url, f"{name}-{next(self._numbers)}", PASSWORD)
        person.ask("POST", "/api/auth/register", {"username": person.username, "password": person.password})
        return person

    def sign_in(self, username: str, password: str) -> Person:
        """Somebody who has an account."""
        person = Person(self.url, username, password)
        person.sign_in()
        return person

    def _is_ready(self) -> bool:
        with contextlib.suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/ready", timeout=5).status_code == 200
        return False


class Person:
    """Somebody with an account, asking by the API, signed in by cookie as their browser is."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self.username = username
        self.password = password
        self.client = httpx2.Client(base_url=url, timeout=30)

    @property
    def cookie(self) -> str:
        return str(self.client.cookies["session"])

    def sign_in(self) -> Person:
        """A session more: another device."""
        self.client = httpx2.Client(base_url=self.url, timeout=30)
        self.ask("POST", "/api/auth/login", {"username": self.username, "password": self.password})
        return self

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON that a request is answered with, which must be a success."""
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        answered: dict[str, Any] = answer.json()
        return answered

    def make(self, prompt: str, **more: Any) -> dict[str, Any]:
        """Asks for a video, a tiny one unless told otherwise."""
        return self.ask("POST", "/api/videos", {"prompt": prompt, "size": "128x128", "seconds": 1, **more})

    def bring(self, name: str, data: bytes, **more: str) -> dict[str, Any]:
        """A file of theirs, as an asset."""
        answer = self.client.post("/api/assets", data=more, files={"file": (name, data)})
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        brought: dict[str, Any] = answer.json()
        return brought

    def look(self, video_id: str) -> dict[str, Any]:
        return self.ask("GET", f"/api/videos/{video_id}")

    def videos(self, **query: Any) -> list[dict[str, Any]]:
        """The newest of the library."""
        answer = self.client.get("/api/videos", params={"limit": 200, **query})
        videos: list[dict[str, Any]] = answer.json()["videos"]
        return videos

    async def until(self, video: dict[str, Any], *statuses: str, seconds: float = 60) -> dict[str, Any]:
        """The video, once its status is one of `statuses`."""

        def arrived() -> dict[str, Any] | None:
            seen = self.look(video["id"])
            if seen["status"] in statuses:
                return seen
            assert seen["status"] not in _OVER, f"{seen['code']} {seen['status']}: {seen['error']}"
            return None

        found: dict[str, Any] = await wait_for(arrived, f"{video['code']} to be {statuses}", seconds)
        return found

    async def made(self, prompt: str, **more: Any) -> dict[str, Any]:
        """A finished video."""
        return await self.until(self.make(prompt, **more), "completed")


async def wait_for(condition: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """The first truthy answer of `condition`, which may be a coroutine function."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        await asyncio.sleep(0.05)


@contextlib.contextmanager
def studio_in(folder: Path, *arguments: str, **more: str) -> Iterator[StudioProcess]:
    """A studio that is running, until the block ends."""
    studio = StudioProcess(folder, **more)
    studio.arguments = list(arguments)
    try:
        studio.start()
        yield studio
    finally:
        studio.stop()


def _free_port() -> int:
    """A port that is free now. It is chosen beforehand so that a studio comes back where it was."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _plain_environment() -> dict[str, str]:
    """This process's, without what would set up the studio otherwise."""
    ours = {name.upper() for name in Settings.model_fields} | {"CLIENT_URL"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in ours and not name.upper().startswith("PROVIDERS__")
    }
    return {**kept, "PYTHONPATH": str(ROOT / "server"), "NO_PROXY": "127.0.0.1"}
