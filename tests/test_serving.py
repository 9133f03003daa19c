"""The `rushes` command as a process: how it starts, what it says when it cannot, and how it stops."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text
from tests.conftest import Until

from rushes import __version__
from rushes.cli import ALREADY_RUNNING, BAD_SETTINGS, NO_DATABASE, PORT_TAKEN, TOO_NEW

_ROOT = Path(__file__).resolve().parents[1]


class Process:
    """A running `rushes` and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        self.complained = ""
        self.reading = asyncio.gather(self._read_out(), self._read_err())

    async def _read_out(self) -> None:
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(2**16):
            self.said += chunk.decode()

    async def _read_err(self) -> None:
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(2**16):
            self.complained += chunk.decode()

    @property
    def url(self) -> str:
        found = re.search(r"http://[\w.:]+", self.said)
        return found[0] if found else ""

    async def ended(self) -> int:
        async with asyncio.timeout(30):
            await self.reading
            return await self.process.wait()

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


Rushes = Callable[..., Awaitable[Process]]


@pytest.fixture
async def rushes(tmp_path: Path) -> AsyncIterator[Rushes]:
    """`await rushes("serve", PORT="0")` in an empty folder."""
    started: list[Process] = []

    async def start(*arguments: str, **environment: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from rushes.cli import main; main()",
            *arguments,
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT / "server"), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(Process(process))
        return started[-1]

    yield start
    for process in started:
        if process.process.returncode is None:
            process.process.kill()
        await process.ended()


async def test_it_says_where_it_is_and_how_to_sign_in_once(rushes: Rushes, until: Until) -> None:
    first = await rushes("serve", PORT="0")
    await until(lambda: "Ctrl+C" in first.said, "the greeting", seconds=60)
    password = re.search(r"Sign in as admin with password (\S+)", first.said)
    assert password, first.said
    async with httpx2.AsyncClient(base_url=first.url) as client:
        answer = await client.post("/api/auth/login", json={"username": "admin", "password": password[1]})
        assert answer.status_code == 200

        async def is_ready() -> bool:
            return (await client.get("/ready")).status_code == 200

        await until(is_ready, "the worker")
    first.tell(signal.SIGTERM)
    assert await first.ended() == 0
    assert "Traceback" not in first.complained
    assert password[1] not in first.complained

    second = await rushes("serve", PORT="0")
    await until(lambda: "Ctrl+C" in second.said, "the greeting", seconds=60)
    assert "password" not in second.said
    second.tell(signal.SIGINT)
    assert await second.ended() == 0
    assert "Traceback" not in second.complained


async def test_what_keeps_it_from_starting_is_one_line(rushes: Rushes, tmp_path: Path, until: Until) -> None:
    async def refused(*arguments: str, **environment: str) -> tuple[int, str]:
        process = await rushes(*arguments, **environment)
        code = await process.ended()
        line = process.complained.strip()
        assert line.count("\n") == 0, line
        return code, line

    code, line = await refused("serve", PORT="banana", SIGNIN_LIMIT="many")
    assert code == BAD_SETTINGS
    assert "PORT must be a whole number" in line
    assert "SIGNIN_LIMIT" in line
    code, line = await refused("serve", MODEL_ALIASES="{")
    assert (code, "MODEL_ALIASES must be valid JSON" in line) == (BAD_SETTINGS, True)
    code, line = await refused("serve", PROVIDERS__GPU__KIND="magic")
    assert (code, "PROVIDERS__GPU__KIND 'magic' is none of" in line) == (BAD_SETTINGS, True)
    code, line = await refused("serve", PORT="0", JWT_SECRET="short")
    assert (code, "JWT_SECRET must have at least 32 characters" in line) == (BAD_SETTINGS, True)
    code, line = await refused("serve", "--demo", HOST="0.0.0.0", PORT="0")
    assert (code, "this machine alone" in line) == (BAD_SETTINGS, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, line = await refused("serve", PORT=str(taken.getsockname()[1]))
    assert (code, "is in use" in line) == (PORT_TAKEN, True)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        away = f"postgresql://nobody:hush@127.0.0.1:{gone.getsockname()[1]}/none"
    code, line = await refused("serve", PORT="0", DATABASE_URL=away)
    assert (code, "JWT_SECRET must be given" in line) == (BAD_SETTINGS, True)
    code, line = await refused("serve", PORT="0", DATABASE_URL=away, JWT_SECRET="s" * 32)
    assert (code, "ENCRYPTION_KEY must be given" in line) == (BAD_SETTINGS, True)
    secrets = {"JWT_SECRET": "s" * 32, "ENCRYPTION_KEY": "e" * 16}
    code, line = await refused("serve", PORT="0", DATABASE_URL=away, **secrets)
    assert code == NO_DATABASE
    assert "hush" not in line

    running = await rushes("serve", PORT="0")
    await until(lambda: "Ctrl+C" in running.said, "the greeting", seconds=60)
    code, line = await refused("serve", PORT="0")
    assert (code, str(running.process.pid) in line) == (ALREADY_RUNNING, True)
    running.tell(signal.SIGTERM)
    assert await running.ended() == 0

    engine = create_engine(f"sqlite:///{tmp_path / 'data' / 'rushes.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    engine.dispose()
    code, line = await refused("serve", PORT="0")
    assert (code, "newer than this Rushes" in line) == (TOO_NEW, True)


_TEXT = "notes.txt"
_UNUSABLE: list[tuple[dict[str, str], str]] = [
    ({"DATA_DIR": "/proc/nope"}, "DATA_DIR /proc/nope cannot be made"),
    ({"VIDEOS_DIR": "/proc/nope"}, "VIDEOS_DIR /proc/nope cannot be made"),
    ({"VIDEOS_DIR": _TEXT}, f"VIDEOS_DIR {_TEXT} is a file, not a folder"),
    ({"FFMPEG_PATH": "/nope"}, "FFMPEG_PATH names no program"),
    ({"DATABASE_PATH": _TEXT}, f"{_TEXT} is not a SQLite database"),
    ({"DATABASE_PATH": "."}, "is a folder, not a SQLite database"),
    ({"DATABASE_PATH": "/proc/nope/rushes.db"}, "DATABASE_PATH /proc/nope/rushes.db cannot be made"),
    ({"DATABASE_URL": f"sqlite:///{_TEXT}"}, f"DATABASE_URL {_TEXT} is not a SQLite database"),
    ({"DATABASE_URL": "mysql://x:hush@y/z"}, "DATABASE_URL must begin with postgresql:// or sqlite:///"),
    ({"DATABASE_URL": "postgresql://x:hush@y:port/z"}, "DATABASE_URL must look like postgresql://"),
    ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL must name a file"),
    ({"PROVIDERS__X__BASE_URL": "notaurl"}, "PROVIDERS__X__BASE_URL cannot be used: 'notaurl' is not an"),
    ({"OPENAI_BASE_URL": "notaurl"}, "OPENAI_BASE_URL cannot be used: 'notaurl' is not an address"),
    ({"PUBLIC_URL": "rushes.example"}, "PUBLIC_URL must be an address such as https://rushes.example"),
    ({"ALLOWED_ORIGINS": "https://a.example,b.example"}, "'b.example' must be an origin"),
    ({"REDIS_URL": "hush@localhost"}, "REDIS_URL must begin with redis://"),
    ({"STORAGE": "s3"}, "STORAGE s3 needs a bucket: set S3_BUCKET"),
    ({"JWT_TTL": "abc"}, "JWT_TTL must be a number of seconds, or a duration"),
    ({"DEFAULT_VIDEO_MODEL": "animatic/nope"}, "Choose from: animatic/animatic."),
    ({"ADMIN_PASSWORD": "short"}, "ADMIN_PASSWORD must have at least 8 characters"),
]


@pytest.mark.parametrize(("environment", "words"), _UNUSABLE, ids=lambda value: str(value)[:40])
async def test_a_setting_that_cannot_be_used_is_named(
    rushes: Rushes, tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    (tmp_path / _TEXT).write_text("Not a database, however long one looks at it.\n" * 100)
    process = await rushes("serve", PORT="0", **environment)
    code = await process.ended()
    (line,) = process.complained.strip().splitlines()
    assert code == BAD_SETTINGS
    assert line.startswith(f"rushes: {next(iter(environment))} ")
    assert words in line
    assert "hush" not in line
    assert process.said == ""


async def test_an_env_file_that_is_no_text_is_named(rushes: Rushes, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=0\n\xff\xfe=1\n")
    process = await rushes("serve")
    assert await process.ended() == BAD_SETTINGS
    assert process.complained.strip() == "rushes: .env is not UTF-8 text."


async def test_a_second_ctrl_c_leaves_at_once(rushes: Rushes, until: Until) -> None:
    process = await rushes("serve", PORT="0", SHUTDOWN_GRACE="10m")
    await until(lambda: "Ctrl+C" in process.said, "the greeting", seconds=60)
    host, port = process.url.removeprefix("http://").split(":")
    # An answer that nobody takes keeps the server from ending by itself.
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
    await writer.drain()
    process.tell(signal.SIGINT)
    await until(lambda: "stopping" in process.complained, "the first to be heard")
    process.tell(signal.SIGINT)
    assert await process.ended() == 130
    writer.close()


async def test_a_worker_without_redis_says_so_and_waits(rushes: Rushes, until: Until) -> None:
    process = await rushes("worker")
    await until(lambda: "Without REDIS_URL" in process.said, "the explanation", seconds=60)
    assert process.process.returncode is None
    process.tell(signal.SIGTERM)
    assert await process.ended() == 0


async def test_the_version_and_the_document_can_be_printed(rushes: Rushes) -> None:
    version = await rushes("version")
    assert (await version.ended(), version.said.strip()) == (0, __version__)
    document = await rushes("openapi")
    assert await document.ended() == 0
    assert document.said.startswith('{"openapi":"3.1')


async def test_the_doctor_says_what_is_wrong_by_its_exit_code(rushes: Rushes, tmp_path: Path) -> None:
    well = await rushes("doctor")
    assert await well.ended() == 0, well.complained
    assert "All is well." in well.said
    assert list(tmp_path.iterdir()) == []
    ill = await rushes("doctor", "--json", FFMPEG_PATH="/nowhere/ffmpeg")
    assert await ill.ended() == 1
    findings = [json.loads(line) for line in ill.said.splitlines()]
    assert [each["part"] for each in findings if each["state"] == "fault"] == ["ffmpeg"]
    assert all(set(each) == {"part", "state", "text", "mend"} for each in findings)
