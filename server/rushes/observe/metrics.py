"""Everything that one process measures, in a registry of its own; `GET /metrics` shows it to Prometheus.

    studio.metrics.poll_lag.of("gpu").add(0.2)
    body, media_type = exposition(studio.metrics.registry, accept)

docs/watching.md describes each, and a test holds that table, the dashboard and the alerts to what is here.
What is the whole studio's (the queue, providers, workers) is not counted here but asked of the database when
somebody reads: see `rushes/watching.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Info
from prometheus_client.exposition import choose_encoder
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from rushes import __version__
from rushes.observe.times import Times

_INSTANTS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_ANSWERS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_WORK = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)
_LAGS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_RATIOS = (0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 10, 15, 20, 30)

# Third parties' adapters choose codes of their own; a code that holds an id would make a series a request.
_MOST_CODES = 50
_LAG_EVERY = 0.5


class Metrics:
    """The instruments. Those that are `Times` are for the event loop's thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.build = Info("rushes_build", "What runs here.", registry=registry)
        self.about(database="", broker="", storage="")

        def times(name: str, help_text: str, *labels: str, bounds: tuple[float, ...]) -> Times:
            return Times(f"rushes_{name}", help_text, labels, bounds=bounds, registry=registry)

        def count(name: str, help_text: str, *labels: str) -> Counter:
            return Counter(f"rushes_{name}", help_text, labels, registry=registry)

        self.http_requests = times(
            "http_request_seconds",
            "From a request to the end of its answer.",
            *("route", "method", "status"),
            bounds=_ANSWERS,
        )
        self.sockets = Gauge(
            "rushes_sockets", "Live connections of people who are signed in.", registry=registry
        )
        self.sockets_closed = count("sockets_closed", "Live connections that ended, by why.", "reason")
        self.event_lag = times(
            "event_lag_seconds", "From a commit to its event's being handed to sockets.", bounds=_LAGS
        )
        self.event_relay = times(
            "event_relay_seconds",
            "From another process's publishing an event to its being handed to the sockets of this one.",
            bounds=_LAGS,
        )
        self.moves = count("video_moves", "Videos that came to a stage.", "provider", "stage")
        self.poll_lag = times(
            "poll_lag_seconds",
            "How late a question about a job was, once it was due.",
            "provider",
            bounds=_LAGS,
        )
        self.provider_requests = times(
            "provider_request_seconds",
            "One call of a provider, however many requests it took.",
            *("provider", "operation", "outcome"),
            bounds=_WORK,
        )
        self.provider_errors = count(
            "provider_errors",
            "Calls of a provider that failed, by the error's code.",
            "provider",
            "operation",
            "code",
        )
        self.downloaded_bytes = count(
            "download_bytes", "Bytes of results fetched from providers.", "provider"
        )
        self.render_seconds = times(
            "render_seconds", "Drawing one video on this machine.", "provider", bounds=_WORK
        )
        self.render_speed = times(
            "render_speed_ratio", "Seconds of video drawn in one second.", "provider", bounds=_RATIOS
        )
        self.database_wait = times(
            "database_wait_seconds",
            "Waiting for a connection, and on SQLite for the one writer's turn.",
            "kind",
            bounds=_INSTANTS,
        )
        self.database_transactions = times(
            "database_transaction_seconds",
            "A transaction from its beginning to its end.",
            "kind",
            bounds=_INSTANTS,
        )
        self.tasks = times("task_seconds", "One run of a background task.", "task", "outcome", bounds=_WORK)
        self.tasks_running = Gauge(
            "rushes_tasks_running", "Background tasks that run in this process.", ["task"], registry=registry
        )
        self.storage_requests = times(
            "storage_request_seconds",
            "One request to the file storage.",
            "operation",
            "outcome",
            bounds=_ANSWERS,
        )
        self.storage_bytes = count(
            "storage_bytes", "Bytes written to and read from the storage.", "direction"
        )
        self.uploads = count("uploads", "Files that people brought and that were stored.")
        self.upload_bytes = count("upload_bytes", "Bytes of these files, as they are stored.")
        self.loop_lag = times(
            "event_loop_lag_seconds", "How late the event loop was to wake a sleeper.", bounds=_LAGS
        )
        self._codes: set[str] = set()

    def about(self, *, database: str, broker: str, storage: str) -> None:
        """What kinds of parts this process stands on."""
        told = {"version": __version__, "database": database, "broker": broker, "storage": storage}
        self.build.info(told)

    def provider_failed(self, provider: str, operation: str, code: str) -> None:
        """Counts an error by its code, unless there are too many codes to tell apart."""
        if code not in self._codes:
            if len(self._codes) >= _MOST_CODES:
                code = "other"
            self._codes.add(code)
        self.provider_errors.labels(provider, operation, code).inc()


def exposition(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """Everything in the registry, with its media type: OpenMetrics for whoever accepts it, else Prometheus's
    text. It takes milliseconds: call it in a thread."""
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


@asynccontextmanager
async def watching_the_loop(metrics: Metrics) -> AsyncIterator[None]:
    """Measures how late the running event loop is, twice a second."""
    spread = metrics.loop_lag.of()

    async def measure() -> None:
        while True:
            due = time.perf_counter() + _LAG_EVERY
            await asyncio.sleep(_LAG_EVERY)
            spread.add(max(0.0, time.perf_counter() - due))

    measuring = asyncio.create_task(measure(), name="loop lag")
    try:
        yield
    finally:
        measuring.cancel()
        await asyncio.gather(measuring, return_exceptions=True)
