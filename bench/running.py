"""A studio as a process of its own, as its users start it, for what is measured from outside.

with serving(folder) as studio:
    studio.url, studio.token, studio.database
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

_PASSWORD = "a password for the bench"
_RUSHES = [sys.executable, "-c", "from rushes.cli import main; main()"]


@dataclass
class Running:
    """Where it is, and how to come in as its administrator."""

    url: str
    token: str
    folder: Path
    pid: int
    cookie: str
    """A browser's session."""

    @property
    def database(self) -> Path:
        return self.folder / "data" / "rushes.db"

    @property
    def secret(self) -> str:
        """What its tokens are signed with."""
        return (self.folder / "data" / "jwt_secret").read_text()

    def ask(self, path: str) -> bytes:
        """The body of a GET."""
        return get(self.url + path, self.token)


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """`rushes serve` with these settings in the environment, until the block ends."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder / "data"),
        "VIDEOS_DIR": str(folder / "videos"),
        "PORT": "0",
        "ADMIN_PASSWORD": _PASSWORD,
        **settings,
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*_RUSHES, "serve", *arguments],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        url = _said(process, folder, r"(http://\S+)")
        body = json.dumps({"username": "admin", "password": _PASSWORD}).encode()
        asked = urllib.request.Request(f"{url}/api/auth/login", body, {"Content-Type": "application/json"})
        answer = urllib.request.urlopen(asked, timeout=60)
        cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie")))
        token = json.loads(answer.read())["token"]
        yield Running(url, token, folder, process.pid, cookies["session"].value)
    finally:
        process.terminate()
        process.wait(60)


def _said(process: subprocess.Popen[str], folder: Path, pattern: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[1].rstrip("/")
    raise SystemExit(f"The studio did not start: {(folder / 'log').read_text()[-2000:]}")


@contextmanager
def program(command: list[str], told: str = "") -> Iterator[int]:
    """A peer that is told a line and prints its port; it ends with the block."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(told + "\n")
        process.stdin.flush()
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def get(url: str, token: str) -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    body: bytes = urllib.request.urlopen(request, timeout=60).read()
    return body


def requests_a_second(url: str, token: str, *, seconds: int = 3, connections: int = 16) -> float:
    """By wrk, whose one thread is far quicker than what it asks. Raises SystemExit for any other answer than
    200."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-H", f"Authorization: Bearer {token}", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in told:
        raise SystemExit(f"{url} did not answer as it should:\n{told}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])


def verdict(value: float, sign: str, aim: float) -> str:
    """`(aim: ≥ 2.5) reached`."""
    reached = value >= aim if sign == "≥" else value <= aim
    return f"(aim: {sign} {aim:g}) {'reached' if reached else 'NOT reached'}"


def rounds(count: int, sides: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Each side in turn, `count` times: what disturbs one round disturbs all of them."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(count):
        for name, measure in sides.items():
            found[name].append(measure())
    return found


def resident(pid: int) -> int:
    """Bytes of memory that the process really has."""
    fields: dict[str, Any] = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    return int(fields["VmRSS"].split()[0]) * 1024


def processor_seconds(pid: int) -> float:
    """What the process has used of all processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
