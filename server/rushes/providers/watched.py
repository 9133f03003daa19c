"""Measures every call of a provider: how long, how it ended, how many bytes came; and is the edge at which an
adapter's own faults end.

An adapter that breaks in a way that nobody thought of has not said anything: of a submit nobody knows then
whether it was accepted, and every other question is asked again.

    providers = [watched(provider, metrics, key=…) for provider in …]

What it says is told without the key that it was given. It stands around a provider and is one itself, so
neither adapters nor their callers know of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import structlog

from rushes.observe.metrics import Metrics
from rushes.providers.masking import masked
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

# Up to what the column takes, and without what no address, no terminal and no database would.
_NAMES_A_JOB = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,512}")

_OUTCOMES: tuple[tuple[type[ProviderError], str], ...] = (
    (Refused, "refused"),
    (Busy, "busy"),
    (Ambiguous, "ambiguous"),
    (Down, "down"),
    (Gone, "gone"),
)


def watched(
    provider: Provider, metrics: Metrics | None, *, key: str | None = None, key_place: str | None = None
) -> Provider:
    """The provider, measured if there is anything to measure with; `key` is what it must not repeat, and
    `key_place` where that is set, as the end of a sentence. One that is watched already keeps both."""
    if isinstance(provider, _Watched):
        provider.metrics = metrics
        return cast(Provider, provider)
    if provider.capabilities.embedded:
        return cast(Provider, _WatchedEmbedded(provider, metrics))
    return cast(Provider, _WatchedRemote(provider, metrics, key, key_place))


def calls_under_way(provider: Provider) -> int:
    """How many calls of it have not ended, as far as it is watched."""
    return int(getattr(provider, "calls", 0))


class _Watched:
    """What is not measured is the provider's own."""

    _provider: Any

    def __init__(
        self,
        provider: Provider,
        metrics: Metrics | None,
        key: str | None = None,
        key_place: str | None = None,
    ) -> None:
        self.calls = 0
        self.metrics = metrics
        self._provider = provider
        self._key = key
        self._key_place = key_place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        self.calls += 1
        try:
            with measured(self.metrics, self._provider.name, operation):
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
            error.say(self._said(error))
            if isinstance(error, Down):
                error.learned = {job_id: self._without_key(job) for job_id, job in error.learned.items()}
            raise
        except Exception as error:
            log.exception("adapter_broke", provider=self._provider.name, operation=operation)
            what = f"The adapter of {self._provider.name} broke ({type(error).__name__}); the log says more."
            raise (
                Ambiguous(what) if operation == "submit" else Down(what, code="provider_broken")
            ) from error

    def _said(self, error: ProviderError) -> str:
        """Its words without the key; about the key, with whose it is and where to change it."""
        message = masked(error.message, self._key)
        if error.code != "provider_key" or self._key_place is None:
            return message
        message = message.replace("The provider", self._provider.name, 1).removesuffix(".")
        return f"{message}. It is set {self._key_place}."

    def _without_key(self, job: Job) -> Job:
        if job.error is None:
            return job
        code, message = (masked(text, self._key) for text in (job.error.code, job.error.message))
        if (code, message) == (job.error.code, job.error.message):
            return job
        return replace(job, error=replace(job.error, code=code, message=message))


@contextmanager
def measured(metrics: Metrics | None, name: str, operation: str) -> Iterator[None]:
    """Counts the block as one call of the provider of that name."""
    if metrics is None:
        yield
        return
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
            jobs = await self._provider.find(since)
        # What has no name that can be kept is nobody's to adopt.
        return [self._without_key(job) for job in jobs if _NAMES_A_JOB.fullmatch(job.id)]

    async def download(self, job_id: str) -> AsyncIterator[bytes]:
        received = self.metrics.downloaded_bytes.labels(self._provider.name) if self.metrics else None
        with self._asked("download"):
            async with aclosing(cast(Any, self._provider.download(job_id))) as chunks:
                async for chunk in chunks:
                    if received is not None:
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

    async def balance(self) -> float | None:
        with self._asked("balance"):
            return await self._provider.balance()

    def recall(self, models: Sequence[str]) -> None:
        with self._survived("recall"):
            self._provider.recall(models)

    async def close(self) -> None:
        with self._survived("close"):
            await self._provider.close()

    @contextmanager
    def _survived(self, operation: str) -> Iterator[None]:
        """What an adapter breaks at here is no reason to stop: models are learned anew, and whoever closes a
        provider has others to close."""
        try:
            yield
        except Exception:
            log.exception("adapter_broke", provider=self._provider.name, operation=operation)


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
        if self.metrics is not None:
            self.metrics.render_seconds.of(self._provider.name).add(took)
            self.metrics.render_speed.of(self._provider.name).add(submission.seconds / max(took, 1e-6))
