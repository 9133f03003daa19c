"""Measures every call of a provider: how long, how it ended, how many bytes came; and is the edge at which an
adapter's own faults end.

An adapter that breaks in a way that nobody thought of has not said anything: of a submit nobody knows then
whether it was accepted, and every other question is asked again.

    providers = [watched(provider, metrics) for provider in …]

It stands around a provider and is one itself, so neither adapters nor their callers know of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import structlog

from rushes.observe.metrics import Metrics
from rushes.providers.protocol import (
    Ambiguous,
    Busy,
    Down,
    EmbeddedProvider,
    Gone,
    Job,
    Provider,
    ProviderError,
    Refused,
    RemoteProvider,
    Submission,
)

log = structlog.get_logger(__name__)

# Up to what the column takes, and without what no address and no terminal would.
_NAMES_A_JOB = re.compile(r"[^\x00-\x1f\x7f]{1,512}")
# Shorter ones are words of any sentence.
_SHORTEST_SECRET = 8

_OUTCOMES: tuple[tuple[type[ProviderError], str], ...] = (
    (Refused, "refused"),
    (Busy, "busy"),
    (Ambiguous, "ambiguous"),
    (Down, "down"),
    (Gone, "gone"),
)


def watched(provider: Provider, metrics: Metrics) -> Provider:
    """The provider, measured."""
    if provider.capabilities.embedded:
        return cast(Provider, _WatchedEmbedded(cast(EmbeddedProvider, provider), metrics))
    return cast(Provider, _WatchedRemote(cast(RemoteProvider, provider), metrics))


def calls_under_way(provider: Provider) -> int:
    """How many calls of it have not ended, as far as it is watched."""
    return int(getattr(provider, "calls", 0))


class _Watched:
    """What is not measured is the provider's own."""

    def __init__(self, provider: Provider, metrics: Metrics) -> None:
        self.calls = 0
        self._provider = provider
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        self.calls += 1
        try:
            with measured(self._metrics, self._provider.name, operation):
                yield
        finally:
            self.calls -= 1

    @contextmanager
    def _asked(self, operation: str) -> Iterator[None]:
        """One call of a provider elsewhere. What its adapter did not foresee is `Ambiguous` or `Down`."""
        try:
            with self._call(operation):
                yield
        except ProviderError as error:
            error.message = self._masked(error.message)
            raise
        except Exception as error:
            log.exception("adapter_broke", provider=self._provider.name, operation=operation)
            what = f"The adapter of {self._provider.name} broke ({type(error).__name__}); the log says more."
            raise (
                Ambiguous(what) if operation == "submit" else Down(what, code="provider_broken")
            ) from error


@contextmanager
def measured(metrics: Metrics, name: str, operation: str) -> Iterator[None]:
    """Counts the block as one call of the provider of that name."""
    began, outcome = time.perf_counter(), "cancelled"
    try:
        yield
        outcome = "ok"
    except ProviderError as error:
        outcome = next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "error")
        metrics.provider_failed(name, operation, error.code)
        raise
    except Exception:
        outcome = "error"
        raise
    finally:
        metrics.provider_requests.of(name, operation, outcome).add(time.perf_counter() - began)


class _WatchedRemote(_Watched):
    """See `RemoteProvider`."""

    _provider: RemoteProvider

    def _masked(self, text: str) -> str:
        """The text without the provider's key, which some repeat when they refuse it."""
        secret = getattr(self._provider, "secret", None)
        if not secret or len(secret) < _SHORTEST_SECRET:
            return text
        return text.replace(secret, "…").replace(quote(secret, safe=""), "…")

    def _without_key(self, job: Job) -> Job:
        if job.error is None or (message := self._masked(job.error.message)) == job.error.message:
            return job
        return replace(job, error=replace(job.error, message=message))

    async def submit(self, submission: Submission) -> Job:
        with self._asked("submit"):
            job = await self._provider.submit(submission)
        if not _NAMES_A_JOB.fullmatch(job.id):
            raise Ambiguous("The provider took the job, and gave it a name that cannot be one.")
        return self._without_key(job)

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        with self._asked("poll"):
            jobs = await self._provider.poll(ids)
        return {job_id: self._without_key(job) for job_id, job in jobs.items()}

    async def find(self, since: float) -> list[Job]:
        with self._asked("find"):
            return await self._provider.find(since)

    async def download(self, job_id: str) -> AsyncIterator[bytes]:
        received = self._metrics.downloaded_bytes.labels(self._provider.name)
        with self._asked("download"):
            async with aclosing(cast(Any, self._provider.download(job_id))) as chunks:
                async for chunk in chunks:
                    received.inc(len(chunk))
                    yield chunk

    async def cancel(self, job_id: str) -> None:
        with self._asked("cancel"):
            await self._provider.cancel(job_id)

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        with self._asked("webhook"):
            return await self._provider.verify_webhook(headers, body, now=now)

    async def probe(self) -> None:
        with self._asked("probe"):
            await self._provider.probe()

    async def refresh(self) -> None:
        with self._asked("models"):
            await self._provider.refresh()


class _WatchedEmbedded(_Watched):
    """See `EmbeddedProvider`."""

    _provider: EmbeddedProvider

    async def render(
        self, submission: Submission, into: Path, progress: Callable[[float], Awaitable[None]]
    ) -> None:
        began = time.perf_counter()
        with self._call("render"):
            await self._provider.render(submission, into, progress)
        took = time.perf_counter() - began
        self._metrics.render_seconds.of(self._provider.name).add(took)
        self._metrics.render_speed.of(self._provider.name).add(submission.seconds / max(took, 1e-6))
