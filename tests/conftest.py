"""What most tests stand on: a real studio in a temporary folder, served on a real socket.

    async def test_it(client, signed_in): ...

`server` runs the whole application, middleware and all, with uvicorn in the test's own loop; `client` talks
to it; `signed_in` does so as an administrator, and `member("ada")` makes more people.

Whatever stands on a studio runs twice: `alone` on SQLite with everything in this process, and `shared` on a
real PostgreSQL and a real Redis, as one of many machines. `pytest --only alone` is the quicker half.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp
from tests.servers import S3, PostgreSQL, Redis, postgresql, redis, s3

from rushes.accounts.service import create_user
from rushes.actor import Role
from rushes.app import build_app
from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio, open_studio

_PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine that runs the tests gets in."""
    names = {name.upper() for name in Settings.model_fields} | {"CLIENT_URL", "AWS_S3_BUCKET"}
    for name in list(os.environ):
        if name.upper() in names or name.upper().startswith("PROVIDERS__"):
            monkeypatch.delenv(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only", choices=["alone", "shared"], help="run a studio's tests in this way alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if wanted := config.getoption("--only"):
        other = {"alone": "[shared", "shared": "[alone"}[wanted]
        dropped = [item for item in items if other in item.name]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if other not in item.name]


@pytest.fixture(scope="session")
def database_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this test process."""
    with postgresql() as running:
        yield running


@pytest.fixture(scope="session")
def broker() -> Iterator[Redis]:
    """A Redis of this test process."""
    with redis() as running:
        yield running


@pytest.fixture(scope="session")
def object_store() -> Iterator[S3]:
    """An S3 of this test process."""
    with s3() as running:
        yield running


@pytest.fixture(params=["alone", "shared"])
def standing(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The settings that choose a studio's database and broker, both empty but for the tables."""
    if request.param == "alone":
        yield {}
        return
    server: PostgreSQL = request.getfixturevalue("database_server")
    broker: Redis = request.getfixturevalue("broker")
    broker.flush()
    yield {
        "database_url": server.ready_database(),
        "redis_url": broker.url,
        "jwt_secret": SecretStr("s" * 32),
        "encryption_key": SecretStr("e" * 16),
    }


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket on a free port, held so that nobody else takes it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def settings(tmp_path: Path, listener: socket.socket, standing: dict[str, Any]) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        port=listener.getsockname()[1],
        data_dir=tmp_path / "data",
        videos_dir=tmp_path / "videos",
        bcrypt_rounds=4,  # the least that bcrypt allows
        signin_limit="off",
        register_limit="off",
        **standing,
    )


@pytest.fixture
async def studio(settings: Settings) -> AsyncIterator[Studio]:
    async with open_studio(settings) as opened:
        yield opened
        opened.stopping.set()


@pytest.fixture
def app(studio: Studio) -> ASGIApp:
    return build_app(studio)


@pytest.fixture
async def server(app: ASGIApp, listener: socket.socket, studio: Studio) -> AsyncIterator[Serving]:
    """The application on `server.url`, up and listening."""
    async with Serving.start(app, studio, listener) as serving:
        yield serving


@pytest.fixture
async def client(server: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that nobody is signed in with."""
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as made:
        yield made


MakeMember = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def member(studio: Studio, server: Serving) -> AsyncIterator[MakeMember]:
    """`await member("ada")` is a client of a new person, signed in by a bearer token and by no cookie."""
    async with AsyncExitStack() as stack:

        async def join(username: str, *, role: Role = "member") -> httpx2.AsyncClient:
            password_hash = await studio.passwords.hash(_PASSWORD)
            now = studio.clock.now()
            async with studio.transaction() as work:
                await create_user(work, username=username, password_hash=password_hash, now=now, role=role)
            made = await stack.enter_async_context(httpx2.AsyncClient(base_url=server.url, timeout=30))
            answer = await made.post("/api/auth/login", json={"username": username, "password": _PASSWORD})
            assert answer.status_code == 200, answer.text
            made.cookies.clear()
            made.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            return made

        yield join


@pytest.fixture
async def signed_in(member: MakeMember) -> httpx2.AsyncClient:
    """A client that is signed in as an administrator."""
    return await member("boss", role="admin")


Until = Callable[..., Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """`await until(lambda: condition, "what is waited for")`; the condition may be a coroutine function."""

    async def wait(condition: Callable[[], object], what: str = "the condition", seconds: float = 10) -> None:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    holds = condition()
                    if asyncio.iscoroutine(holds):
                        holds = await holds
                    if holds:
                        return
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(f"waited {seconds} s in vain for {what}")

    return wait
