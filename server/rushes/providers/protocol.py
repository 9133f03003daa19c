"""What a provider is: declared capabilities and a small set of verbs.

The studio asks what a provider can do, never who it is. Two shapes exist: a `RemoteProvider` takes a job and
is asked about it later; an `EmbeddedProvider` draws the file on this machine. Vendor words stop here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from rushes.errors import Charged

JobState = Literal["queued", "in_progress", "completed", "failed", "cancelled", "missing"]


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Any size whose sides lie in `min`…`max` pixels and are multiples of `step`."""

    min: int
    max: int
    step: int


@dataclass(frozen=True, slots=True)
class Model:
    """What one model of a provider takes. `seconds` is a range, `seconds_values` a list of choices."""

    name: str
    label: str
    description: str = ""
    sizes: tuple[str, ...] = ()
    size_rule: SizeRule | None = None
    default_size: str = "1280x720"
    seconds: tuple[float, float] | None = None
    seconds_values: tuple[str, ...] | None = None
    default_seconds: float = 8
    image_input: bool = False
    remix: bool = False
    price_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the studio may rely on.

    `cancel`: `free` ends the job and its cost, `charged` ends it but is paid for, `none` cannot end it.
    `batch`: jobs can be asked about together. `findable`: recent jobs can be listed, so an uncertain submit
    can be looked up. `resubmit_safe`: submitting twice costs nothing. `output_lifetime`: seconds for which a
    result can be fetched, None if it stays.
    """

    models: tuple[Model, ...]
    concurrency: int
    embedded: bool = False
    cancel: Literal["free", "charged", "none"] = "none"
    batch: bool = False
    findable: bool = False
    resubmit_safe: bool = False
    webhooks: bool = False
    output_lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One generation to make. `prompts` is the chain of a remix, oldest first; the last is `prompt`."""

    key: str
    slate: str
    prompt: str
    prompts: tuple[str, ...]
    model: str
    width: int
    height: int
    seconds: float
    seed: int | None = None
    reference: Path | None = None
    reference_type: str | None = None
    remix_of: str | None = None

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed, in words for people."""

    code: str
    message: str
    retryable: bool = False
    charged: Charged = "unknown"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the provider tells it. `progress` is 0–100, None while unknown; times are Unix seconds."""

    id: str
    state: JobState
    progress: int | None = None
    error: JobError | None = None
    created_at: float | None = None
    expires_at: float | None = None
    prompt: str | None = None
    model: str | None = None
    size: str | None = None
    seconds: float | None = None
    cost: float | None = None


class ProviderError(Exception):
    """The base of what a provider can answer instead of a job."""

    def __init__(self, message: str, *, code: str = "provider_error") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Refused(ProviderError):
    """A definite no, for good: nothing was made. `charged` says whether it cost money all the same."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "provider_refused",
        retryable: bool = False,
        charged: Charged = "no",
    ) -> None:
        super().__init__(message, code=code)
        self.retryable = retryable
        self.charged: Charged = charged


class Busy(ProviderError):
    """A definite no, for now (429, 503 with Retry-After, connection refused): nothing was made."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, code: str = "provider_busy"
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Ambiguous(ProviderError):
    """Nobody knows whether the job was made: the answer was lost, late or unreadable."""


class Down(ProviderError):
    """A question (never a submit) that got no useful answer; asking again is free.

    One that was asked of many jobs keeps what was `learned` of some before, by their ids: dropping it would
    starve most jobs of a server that answers ten questions a minute.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, code: str = "provider_down"
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.learned: dict[str, Job] = {}


class Gone(ProviderError):
    """The job or its result no longer exists at the provider."""


class Provider(Protocol):
    """What both shapes share."""

    name: str
    kind: str
    capabilities: Capabilities

    async def close(self) -> None: ...


class RemoteProvider(Provider, Protocol):
    """Takes jobs and is asked about them. No method retries by itself."""

    submit_timeout: float

    async def submit(self, submission: Submission) -> Job:
        """One POST. Raises Refused, Busy or Ambiguous."""
        ...

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        """States by id; ids left out are asked about again. Raises Down, with what it has `learned`."""
        ...

    async def find(self, since: float) -> list[Job]:
        """Jobs created at or after `since`. Raises Down."""
        ...

    def download(self, job_id: str) -> AsyncIterator[bytes]:
        """The finished file, streamed. Raises Down or Gone."""
        ...

    async def cancel(self, job_id: str) -> None:
        """Asks for the job to end, best effort. Raises Down."""
        ...

    async def probe(self) -> None:
        """A free question that proves address and key. Raises Down or Refused."""
        ...

    def recall(self, models: Sequence[str]) -> None:
        """Offers these models, which it had before, until `refresh` learns better."""
        ...

    async def refresh(self) -> None:
        """Learns anew what `capabilities.models` are, where the provider says so. Raises Down or Refused."""
        ...


class EmbeddedProvider(Provider, Protocol):
    """Draws on this machine, so it can be begun again at no cost."""

    async def render(
        self, submission: Submission, into: Path, progress: Callable[[float], Awaitable[None]]
    ) -> None:
        """Writes the finished file. `progress` gets 0…1 and may raise to stop. Raises Refused."""
        ...


@dataclass(slots=True)
class Offer:
    """A provider's model under the name that people use."""

    provider: str
    model: Model
    capabilities: Capabilities = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.provider}/{self.model.name}"
