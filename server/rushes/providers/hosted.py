"""What the adapters of hosted vendors share: jobs asked one by one, results at an address.

An adapter derives from `Hosted`, says what it offers, and fills in what differs: `submit`, `_job_path` and
`_read_job` at least.

    class Acme(Hosted):
        kind = "acme"

        async def submit(self, submission): ...      # one POST
        def _job_path(self, job_id): ...             # where to ask about a job
        def _read_job(self, data): ...               # what the answer says: pure
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rushes.providers.kinds import Setup
from rushes.providers.model import Model, Price, Rate
from rushes.providers.protocol import (
    Capabilities,
    Down,
    Gone,
    Job,
    ProviderError,
    Refused,
    Submission,
)
from rushes.providers.wire.address import read_address
from rushes.providers.wire.answers import Answer, question_error, read_refusal, submit_error
from rushes.providers.wire.fetching import Fetching
from rushes.providers.wire.outside import Outside
from rushes.providers.wire.posting import Posting, nameless
from rushes.providers.wire.questions import Questions
from rushes.providers.wire.reading import MAKES_NO_SENSE, kept
from rushes.providers.wire.signatures import no_webhooks

_AT_ONCE = 8
# Seconds for which a vendor that was there is taken to be there.
_BELIEVED = 10.0


class Hosted(ABC):
    """The base of adapters for vendors on the web. Implements `RemoteProvider` but for `submit`.

    `headers` carry the key. Timeouts are in seconds: `submit_timeout` bounds a create, `poll_timeout` one
    question, `stall_timeout` a download's pause. Raises ValueError when the base URL is no address.
    """

    kind: str

    def __init__(
        self,
        setup: Setup,
        *,
        base_url: str,
        headers: Mapping[str, str],
        capabilities: Capabilities,
        submit_timeout: float = 60.0,
        poll_timeout: float = 15.0,
        stall_timeout: float = 60.0,
    ) -> None:
        address = read_address(setup.base_url or base_url)
        self.name = setup.name
        self.base_url = address.base
        self.submit_timeout = setup.submit_timeout or submit_timeout
        self._address = address
        self._questions = Questions(address, headers=headers, timeout=setup.poll_timeout or poll_timeout)
        self._posting = Posting(address, headers=headers)
        self._outside = Outside()
        self._fetching = Fetching(self._questions, self._outside, stall=setup.stall_timeout or stall_timeout)
        self.capabilities = _as_set_up(capabilities, setup)
        self._was_there_at = -_BELIEVED

    async def close(self) -> None:
        await self._posting.close()
        await self._questions.close()
        await self._outside.close()

    @abstractmethod
    async def submit(self, submission: Submission) -> Job:
        """One POST. Raises Refused, Busy or Ambiguous."""

    @abstractmethod
    def _job_path(self, job_id: str) -> str:
        """Where a job is asked about."""

    @abstractmethod
    def _read_job(self, data: Any) -> Job:
        """The job in a decoded answer. Pure. Raises Unreadable."""

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        """States by id, each asked singly, a few at a time; ids whose answer makes no sense are left out.
        Raises Down, with what it has learned."""
        seen: dict[str, Job] = {}
        waiting = iter(dict.fromkeys(ids))
        troubles: list[Down] = []
        in_vain: list[Down] = []

        async def ask_next() -> None:
            for job_id in waiting:
                if troubles or len(in_vain) >= _AT_ONCE:
                    return
                try:
                    seen[job_id] = await self._ask(job_id)
                except Gone:
                    seen[job_id] = Job(id=job_id, state="missing")
                except Down as down:
                    # One job's record may be broken: the others must not wait for it.
                    (in_vain if _is_about_one(down) else troubles).append(down)
                else:
                    in_vain.clear()

        await asyncio.gather(*(ask_next() for _ in range(min(_AT_ONCE, len(ids)))))
        if in_vain and (not seen or len(in_vain) >= _AT_ONCE):
            troubles.append(in_vain[-1])
        if troubles:
            troubles[0].learned = seen
            raise troubles[0]
        return seen

    async def find(self, since: float) -> list[Job]:
        """Nothing: most vendors cannot list their jobs. Raises Down."""
        raise Down("The provider cannot list its jobs.", code="provider_has_no_list")

    async def download(self, job_id: str) -> AsyncIterator[bytes]:
        """The finished file, streamed, from the address that the provider names now: older ones expire.
        Raises Down or Gone."""
        job = await self._ask(job_id)
        if job.state in ("failed", "cancelled"):
            raise Gone("The provider says now that the job failed.", code="result_gone")
        if job.result_url is None:
            raise Down("The provider has not said where the result is.", code="result_missing")
        async for chunk in self._file(job, job.result_url):
            yield chunk

    async def cancel(self, job_id: str) -> None:
        """Does nothing where a job cannot be ended."""
        return

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        """Raises Unverified where none are sent."""
        raise no_webhooks(self.name)

    async def probe(self) -> None:
        """Asks about a job that cannot exist, which proves address and key. Raises Down or Refused."""
        self._check_key(await self._questions.ask(self._job_path("00000000-0000-4000-8000-000000000000")))

    async def balance(self) -> float | None:
        """USD that are left at the vendor; None where it does not say. Raises Down or Refused."""
        return None

    def recall(self, models: Sequence[str]) -> None:
        """The models are known from the start."""
        return

    async def refresh(self) -> None:
        """The models are known from the start."""
        return

    async def _ask(self, job_id: str) -> Job:
        """What the provider says of one job. Raises Down or Gone."""
        answer = await self._inquire(job_id)
        if self._is_gone(answer):
            await self._be_sure(answer)
            raise Gone("The provider no longer knows this job.", code="job_gone")
        if not answer.ok:
            raise question_error(answer)
        try:
            return self._read_job(answer.json())
        except MAKES_NO_SENSE as error:
            raise Down("The provider's answer makes no sense.", code="provider_garbage") from error

    async def _be_sure(self, answer: Answer) -> None:
        """A gateway before the vendor says "not found" to everything when it is set wrong: believing that
        would write off every job at once. Raises Down unless the vendor is there otherwise."""
        said = read_refusal(answer).message.lower().rstrip(".")
        now = asyncio.get_running_loop().time()
        if said not in ("", "not found") or now < self._was_there_at + _BELIEVED:
            return
        try:
            await self.probe()
        except Refused as error:
            raise Down(error.message, code=error.code) from error
        self._was_there_at = now

    async def _inquire(self, job_id: str) -> Answer:
        """The answer to the question about a job. Raises Down when there is none."""
        return await self._questions.ask(self._job_path(job_id))

    async def _file(self, job: Job, url: str) -> AsyncIterator[bytes]:
        """A finished job's file, from the `result_url` that it was just told with. Raises Down or Gone."""
        async for chunk in self._fetching.stream(url):
            yield chunk

    def _is_gone(self, answer: Answer) -> bool:
        """Whether an answer says that there is no such job. A page of a proxy's is no such word."""
        return answer.status in (404, 410) and answer.json() is not None

    def _check_key(self, answer: Answer) -> None:
        """Raises Down, or Refused for a wrong key; a 404 about the job is fine."""
        if answer.status in (401, 403):
            raise Refused("The provider does not accept the API key.", code="provider_key")
        if not answer.ok and not self._is_gone(answer) and answer.status not in (400, 422):
            raise question_error(answer)

    def _accepted(self, answer: Answer, submission: Submission) -> Job:
        """The job in the answer to a create. Raises Refused, Busy or Ambiguous."""
        if not answer.ok:
            raise self._submit_error(answer, submission)
        try:
            return kept(self._read_job(answer.json()))
        except MAKES_NO_SENSE as error:
            raise nameless() from error

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        """What a create that was refused means, where the vendor has no words of its own."""
        return submit_error(answer, model=submission.model)

    def _model(self, name: str) -> Model:
        """The model that is offered under `name`. Raises Refused."""
        for model in self.capabilities.models:
            if model.name == name:
                return model
        raise Refused(f"{self.name} has no model {name}.", code="unknown_model")


def _is_about_one(down: Down) -> bool:
    """Whether it may be the one job's fault: its answer makes no sense, or the server fails at it."""
    return down.retry_after is None and down.code in ("provider_garbage", "provider_down")


def _as_set_up(capabilities: Capabilities, setup: Setup) -> Capabilities:
    """With the operator's own choice of models, number at once and price."""
    models = capabilities.models
    if setup.models:
        known = {model.name: model for model in models}
        models = tuple(known.get(name, Model(name=name, label=name)) for name in setup.models)
    if setup.price_per_second is not None:
        price = Price((Rate(per_second=setup.price_per_second),))
        models = tuple(replace(model, price=price) for model in models)
    return replace(capabilities, models=models, concurrency=setup.concurrency or capabilities.concurrency)
