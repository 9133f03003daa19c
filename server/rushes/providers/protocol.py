"""What a provider is: declared capabilities and a small set of verbs.

The studio asks what a provider can do, never who it is. Two shapes exist: a `RemoteProvider` takes a job and
is asked about it later; an `EmbeddedProvider` draws the file on this machine. Vendor words stop here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from rushes.errors import Charged
from rushes.providers.model import Model, Role, plausible_cost

JobState = Literal["queued", "in_progress", "completed", "failed", "cancelled", "missing"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the studio may rely on.

    `cancel`: `free` ends the job and its cost, `charged` ends it but is paid for, `none` cannot end it.
    `batch`: jobs can be asked about together. `poll_every`: the least seconds between two questions about
    one job, where they are asked about singly. `findable`: recent jobs can be listed, so an uncertain submit
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
    poll_every: float = 1.0


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that goes with a prompt, readable while it is submitted."""

    role: Role
    path: Path
    content_type: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One generation to make. `prompts` is the chain of a remix, oldest first; the last is `prompt`.

    `options` fit the model's own schema. `webhook_url` is where the provider may send word, None when this
    studio cannot be reached from outside.
    """

    key: str
    slate: str
    prompt: str
    prompts: tuple[str, ...]
    model: str
    width: int
    height: int
    seconds: float
    seed: int | None = None
    references: tuple[Reference, ...] = ()
    audio: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    remix_of: str | None = None
    webhook_url: str | None = None

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def first_frame(self) -> Reference | None:
        """The picture that it starts from."""
        return self.of_role("first_frame")

    def of_role(self, role: Role) -> Reference | None:
        """The first reference of that role."""
        return next((reference for reference in self.references if reference.role == role), None)


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed, in words for people."""

    code: str
    message: str
    retryable: bool = False
    charged: Charged = "unknown"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the provider tells it. `progress` is 0–100, None while unknown; times are Unix seconds; `cost`
    is USD. `result_url` is where a completed one's file is, if the provider says so."""

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
    result_url: str | None = None

    def __post_init__(self) -> None:
        # Whatever a vendor sends, the ledger gets a sum.
        object.__setattr__(self, "cost", plausible_cost(self.cost))


class ProviderError(Exception):
    """The base of what a provider can answer instead of a job."""

    def __init__(self, message: str, *, code: str = "provider_error") -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def say(self, message: str) -> None:
        """Has it say something else from now on, to logs as well."""
        self.message, self.args = message, (message,)


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


class Unverified(ProviderError):
    """A webhook that is not proven to come from the provider."""


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

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        """The id of the job that a webhook speaks of, None for one about something else. It is a hint only.
        Raises Unverified, also for one that is more than 300 s old, and Down."""
        ...

    async def probe(self) -> None:
        """A free question that proves address and key. Raises Down or Refused."""
        ...

    async def balance(self) -> float | None:
        """USD that are left at the vendor; None where it does not say. Raises Down or Refused."""
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
