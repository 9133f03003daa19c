"""A studio and a provider that are processes of their own, so that they can be killed.

with standin_process(tmp_path) as standin:
    studio = StudioProcess(tmp_path, standin.url)
    studio.start()
    ...
    studio.kill()
    studio.start()      # on the same data
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from rushes.settings import Settings

_ROOT = Path(__file__).parents[2]
_PASSWORD = "correct horse battery"
_RUSHES = [sys.executable, "-c", "from rushes.cli import main; main()"]


class RushesProcess:
    """One `rushes` with these arguments. It counts as started once it has said `greeting`."""

    def __init__(self, folder: Path, environment: dict[str, str], *arguments: str, greeting: str) -> None:
        self.folder = folder
        self.environment = environment
        self.log = folder / f"{'-'.join(arguments)}.log"
        self.launcher: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self._arguments = arguments
        self._greeting = greeting
        self._said = folder / f"{'-'.join(arguments)}.said"

    def begin(self) -> None:
        """Does not wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._said.write_text("")
        with self._said.open("ab") as out, self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.launcher, *_RUSHES, *self._arguments],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )

    def greeted(self, seconds: float = 90) -> re.Match[str]:
        """What it has said in the end."""

        def greeting() -> re.Match[str] | None:
            assert self.process is not None
            assert self.process.poll() is None, f"it ended: {self.log.read_text()[-2000:]}"
            return re.search(self._greeting, self._said.read_text())

        found: re.Match[str] = wait_for(greeting, "its greeting", seconds=seconds)
        return found

    def said(self) -> str:
        """Everything that it has said to people."""
        return self._said.read_text()

    def kill(self) -> None:
        """As a power cut: nothing of it runs on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds: float = 30) -> int:
        """Asks it to stop; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


class StudioProcess(RushesProcess):
    """`rushes serve` on a folder of its own. `more` are settings for its environment."""

    def __init__(self, folder: Path, provider_url: str, *options: str, **more: str) -> None:
        environment = studio_environment(folder, provider_url, **more)
        super().__init__(folder, environment, "serve", *options, greeting=r"is at (http://\S+)")
        self.data = Path(environment["DATA_DIR"])
        self.videos = Path(environment["VIDEOS_DIR"])
        self.client = httpx2.Client()

    def start(self) -> httpx2.Client:
        """Waits until it greets; a client that is signed in as the administrator."""
        self.begin()
        return self.sign_in()

    def sign_in(self) -> httpx2.Client:
        """Once it has greeted."""
        url = self.greeted()[1]
        self.client.close()
        self.client = httpx2.Client(base_url=url, timeout=30)
        answer = self.client.post("/api/auth/login", json={"username": "admin", "password": _PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.cookies.clear()
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return self.client

    def close(self) -> None:
        self.client.close()
        super().close()

    def run(self) -> subprocess.CompletedProcess[str]:
        """A start that is expected to be refused."""
        return subprocess.run(
            [*_RUSHES, "serve"],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=40,
        )

    def children(self) -> list[int]:
        """Processes that work on this studio's files, itself excepted."""
        own = self.process.pid if self.process else 0
        return [pid for pid in _processes_about(str(self.videos)) if pid != own]

    def pass_time(self, seconds: float) -> None:
        """As if it had been away for so long: only while it is not running."""
        with contextlib.closing(sqlite3.connect(self.data / "rushes.db")) as database, database:
            database.execute("UPDATE videos SET submitted_at = submitted_at - ?", (seconds,))

    def knows_gpu(self) -> bool:
        """Has the provider said what its models are?"""
        models = self.client.get("/api/models").json()["models"]
        return any(model["provider"] == "gpu" for model in models)

    def unfinished(self) -> list[Path]:
        """Files under temporary names that have bytes."""
        folder = self.inside(self.videos / ".incoming")
        return [path for path in folder.iterdir() if path.stat().st_size] if folder.exists() else []

    def inside(self, path: Path) -> Path:
        """The path as the studio sees it, which may have disks of its own."""
        running = self.process is not None and self.process.poll() is None
        return Path(f"/proc/{self.process.pid}/root{path}") if running and self.process else path

    def settings(self) -> Settings:
        """For looking at what it left, in this process."""
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=self.data,
            videos_dir=self.videos,
        )

    # What people do.

    def make(self, prompt: str, **more: Any) -> dict[str, Any]:
        body = {"prompt": prompt, "model": "gpu/wan-2.2", "size": "128x128", "seconds": 1, **more}
        answer = self.client.post("/api/videos", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def draw(self, prompt: str, **more: Any) -> dict[str, Any]:
        return self.make(prompt, model="animatic/animatic", **more)

    def look(self, video_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/videos/{video_id}")
        # While a database or broker is away.
        while answer.status_code == 503:
            time.sleep(0.1)
            answer = self.client.get(f"/api/videos/{video_id}")
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    def wait_until(self, video: dict[str, Any], *stages: str, seconds: float = 30) -> dict[str, Any]:
        """The video, once it is in one of `stages`."""

        def arrived() -> dict[str, Any] | None:
            seen = self.look(video["id"])
            if seen["stage"] in stages:
                return seen
            over = ("completed", "failed", "cancelled", "unknown")
            assert seen["stage"] not in over, f"{seen['prompt']} became {seen['stage']}: {seen['error']}"
            return None

        return wait_for(arrived, f"{video['prompt']!r} to be {' or '.join(stages)}", seconds=seconds)


class StandInProcess:
    """The provider, adjusted and counted over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx2.Client(base_url=url, timeout=30)

    def control(self, **order: Any) -> None:
        answer = self._client.post("/_control", json=order)
        assert answer.status_code == 200, answer.text

    def fault(self, verb: str, kind: str, **more: Any) -> None:
        self.control(faults=[{"verb": verb, "kind": kind, **more}])

    def counts(self) -> dict[str, Any]:
        counts: dict[str, Any] = self._client.get("/_counts").json()
        return counts

    def asked(self, prompt: str) -> dict[str, int]:
        """`{asked, accepted}` of the creates with this prompt."""
        found: dict[str, int] = self.counts()["by_prompt"].get(prompt, {"asked": 0, "accepted": 0})
        return found

    def met(self, verb: str, kind: str) -> bool:
        """Has a request run into that fault?"""
        return any(one["verb"] == verb and one["fault"] == kind for one in self.counts()["asked"])

    def forget(self, prompt: str) -> None:
        """The job is no longer there, nor in its list."""
        [job_id] = [one["made"] for one in self.counts()["asked"] if one["prompt"] == prompt and one["made"]]
        assert self._client.delete(f"/v1/videos/{job_id}").status_code == 200


@contextlib.contextmanager
def standin_process(folder: Path) -> Iterator[StandInProcess]:
    """A stand-in that outlives every studio."""
    log = folder / "standin.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.standins.openai_videos", "--state", str(folder / "jobs.json")],
            cwd=_ROOT,
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert line.startswith("listening on "), log.read_text()
        yield StandInProcess(line.split()[-1])
    finally:
        process.kill()
        process.wait(10)


def studio_environment(folder: Path, provider_url: str, **more: str) -> dict[str, str]:
    """Settings for a studio in `folder` whose provider `gpu` is at that address."""
    return {
        **_plain_environment(),
        "PORT": "0",
        "DATA_DIR": str(folder / "data"),
        "VIDEOS_DIR": str(folder / "videos"),
        "ADMIN_PASSWORD": _PASSWORD,
        "BCRYPT_ROUNDS": "4",
        "SIGNIN_LIMIT": "off",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "warning",
        "PROVIDERS__GPU__KIND": "openai",
        "PROVIDERS__GPU__BASE_URL": provider_url,
        "PROVIDERS__GPU__CONCURRENCY": "20",
        **more,
    }


def wait_for(condition: Any, what: str, seconds: float = 20) -> Any:
    """The first truthy answer of `condition`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.05)


def _plain_environment() -> dict[str, str]:
    """This process's, without what would set up the studio otherwise."""
    ours = {name.upper() for name in Settings.model_fields} | {"CLIENT_URL", "AWS_S3_BUCKET"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() not in ours and not name.upper().startswith("PROVIDERS__")
    }
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(_ROOT / "server"), str(_ROOT)]),
        "NO_PROXY": "127.0.0.1",
    }


def _processes_about(text: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
