"""Several processes as on several machines: web servers and workers on one PostgreSQL and one Redis, their
files in one folder (or bucket), their provider outside all of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.faults.studio_process import (
    RushesProcess,
    StandInProcess,
    StudioProcess,
    standin_process,
    studio_environment,
)
from tests.servers import PostgreSQL, Redis, postgresql, redis


class Cluster:
    """`web("a")` and `worker("b")` are processes that are not started yet; they end with the test."""

    def __init__(
        self,
        folder: Path,
        stack: ExitStack,
        *,
        provider: StandInProcess,
        database: PostgreSQL,
        broker: Redis,
    ) -> None:
        self.folder = folder
        self.provider = provider
        self.database = database
        self.broker = broker
        self.settings = {
            "DATABASE_URL": database.empty_database(),
            "REDIS_URL": broker.url,
            "JWT_SECRET": "s" * 32,
            "ENCRYPTION_KEY": "e" * 16,
            "DATA_DIR": str(folder / "data"),
            "VIDEOS_DIR": str(folder / "videos"),
        }
        self._stack = stack

    def web(self, name: str, **more: str) -> StudioProcess:
        folder = self.folder / f"web-{name}"
        web = StudioProcess(folder, self.provider.url, "--no-worker", **{**self.settings, **more})
        self._stack.callback(web.close)
        return web

    def worker(self, name: str, **more: str) -> Worker:
        folder = self.folder / f"worker-{name}"
        worker = Worker(folder, studio_environment(folder, self.provider.url, **{**self.settings, **more}))
        self._stack.callback(worker.close)
        return worker


class Worker(RushesProcess):
    """`rushes worker`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        super().__init__(folder, environment, "worker", greeting="is working")

    def start(self) -> None:
        self.begin()
        self.greeted()

    def pause(self) -> None:
        """It stands still, as in a machine that swaps, or one that was suspended."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def wake_up(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def open_cluster(folder: Path) -> Iterator[Cluster]:
    """Servers of its own, for as long as the block lasts."""
    with ExitStack() as stack:
        provider = stack.enter_context(standin_process(folder))
        database, broker = stack.enter_context(postgresql()), stack.enter_context(redis())
        yield Cluster(folder, stack, provider=provider, database=database, broker=broker)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One for the test alone, because tests end and empty its servers."""
    with open_cluster(tmp_path) as opened:
        yield opened
