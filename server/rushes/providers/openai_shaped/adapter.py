"""The provider: what it can do, and each verb handed to the part that does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from rushes.providers.openai_makers.naming import may_make_videos
from rushes.providers.openai_shaped.downloading import Downloading
from rushes.providers.openai_shaped.models import RETIRED, describe_model, is_sora, model_names
from rushes.providers.openai_shaped.paths import is_openai_itself, job_path, videos_address
from rushes.providers.openai_shaped.polling import Polling
from rushes.providers.openai_shaped.recognising import Recognising
from rushes.providers.openai_shaped.submitting import Submitting
from rushes.providers.protocol import Busy, Capabilities, Down, Job, Refused, Submission
from rushes.providers.wire.address import bearer
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.fetching import Fetching
from rushes.providers.wire.outside import Outside
from rushes.providers.wire.questions import Questions
from rushes.providers.wire.signatures import no_webhooks

# What a server answers that knows the job but cannot, or need not, end it.
_NOT_ENDED = (400, 404, 405, 409, 410, 422, 501)


class OpenAIShaped:
    """A `/v1/videos` server by its base URL. Implements `RemoteProvider`.

    `models` names what it serves; empty, `/v1/models` is asked by `open`, `refresh` and `probe`. Which server
    it is, and so what its habits are, is asked once, and again after it was away. Timeouts are in seconds:
    `submit_timeout` bounds a create, `poll_timeout` one question, `stall_timeout` a download's pause. Raises
    ValueError when `base_url` is no address.
    """

    kind = "openai"

    def __init__(
        self,
        *,
        name: str,
        base_url: str | None,
        api_key: str | None,
        concurrency: int,
        models: Sequence[str] = (),
        price_per_second: float | None = None,
        submit_timeout: float = 60.0,
        poll_timeout: float = 15.0,
        stall_timeout: float = 60.0,
    ) -> None:
        address = videos_address(base_url)
        self.name = name
        self.base_url = address.base
        self.submit_timeout = submit_timeout
        self._address = address
        self._named = tuple(models)
        self._price = price_per_second
        self._questions = Questions(address, headers=bearer(api_key), timeout=poll_timeout)
        self._outside = Outside()
        self._recognising = Recognising(self._questions)
        self._polling = Polling(self._questions)
        self._submitting = Submitting(address, api_key=api_key)
        fetching = Fetching(self._questions, self._outside, stall=stall_timeout)
        self._downloading = Downloading(self._questions, self._polling, fetching)
        self.capabilities = Capabilities(
            models=(),
            concurrency=concurrency,
            cancel=self._cancelling(),
            batch=True,
            findable=True,
        )
        self._offer(models)

    async def open(self) -> None:
        """Learns the models if settings name none. A server that is away is no reason not to start."""
        try:
            await self.refresh()
        except (Down, Refused):
            return

    async def close(self) -> None:
        await self._submitting.close()
        await self._questions.close()
        await self._outside.close()

    async def refresh(self) -> None:
        """Asks for the models again, unless settings name them and the server is known. Raises Down or
        Refused."""
        if not is_openai_itself(self._address) and not (self._named and self._recognising.is_settled):
            await self.probe()

    def recall(self, models: Sequence[str]) -> None:
        """Offers what it had before, where neither settings nor the server have said anything yet."""
        if not self.capabilities.models:
            self._offer(models)

    async def probe(self) -> None:
        """Asks for the models, which proves address and key, and keeps them unless settings name some.

        Raises Down, or Refused for a wrong key, a wrong address, or OpenAI itself, which has no models left.
        """
        try:
            answer = await self._questions.ask("/models")
            names = model_names(answer.json()) if answer.ok else None
            if names is None:
                await self._probe_list(answer)
            if not is_openai_itself(self._address):
                await self._recognising.learn(answer)
        except Down:
            self._recognising.doubt()
            raise
        offered = [model.name for model in self.capabilities.models]
        self._offer(offered if names is None or self._named else names)
        if is_openai_itself(self._address) and not self.capabilities.models:
            raise Refused(RETIRED, code="model_retired")

    async def submit(self, submission: Submission) -> Job:
        """One accepted POST at most. Raises Refused, Busy or Ambiguous."""
        if is_openai_itself(self._address) and not self._sells(submission.model):
            raise Refused(RETIRED, code="model_retired")
        await self._settle()
        try:
            if submission.remix_of and self._remixes(submission.model):
                job = await self._submitting.remix(submission, timeout=self.submit_timeout)
            else:
                job = await self._submitting.create(submission, timeout=self.submit_timeout)
        except Busy as busy:
            if busy.code == "provider_unreachable":
                self._recognising.doubt()
            raise
        self._polling.remember(job)
        return self._recognising.dialect.understood(job)

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        """States by id; ids that could not be asked about this time are left out. Raises Down, with what it
        has learned."""
        try:
            return await self._polling.poll(ids)
        except Down as down:
            if down.code == "provider_unreachable":
                self._recognising.doubt()
            raise

    async def find(self, since: float) -> list[Job]:
        """Jobs made at or after `since`; those that do not say when are included. Raises Down."""
        return await self._polling.find(since)

    def download(self, job_id: str) -> AsyncIterator[bytes]:
        """The finished file, streamed. Raises Down (also for a body that ends early) or Gone."""
        return self._downloading.stream(job_id)

    async def cancel(self, job_id: str) -> None:
        """DELETE, best effort: some servers stop at once, some finish what they began. Where it ends no work
        nothing is sent: it would only lose what comes of it. Raises Down."""
        if self.capabilities.cancel == "none":
            return
        answer = await self._questions.ask(job_path(job_id), method="DELETE")
        if not answer.ok and answer.status not in _NOT_ENDED:
            raise question_error(answer)

    async def balance(self) -> float | None:
        """None of these servers tells."""
        return None

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        """These servers send none. Raises Unverified."""
        raise no_webhooks(self.name)

    async def _settle(self) -> None:
        """Finds out which server it is before it is first spoken to; if it does not say so soon, it is spoken
        to as before."""
        if self._recognising.is_settled or is_openai_itself(self._address):
            return
        try:
            # Whoever waits for a lost answer counts on the POST, not on questions that precede it.
            async with asyncio.timeout(self._questions.timeout):
                await self.probe()
        except (Down, Refused, TimeoutError):
            return

    async def _probe_list(self, answer: Answer) -> None:
        """For servers without `/models`: their list proves the same. Raises Down or Refused."""
        if answer.status in (401, 403):
            raise Refused("The provider does not accept the API key.", code="provider_key")
        if not answer.ok and answer.status not in (404, 405, 501):
            raise question_error(answer)
        listed = await self._questions.ask("/videos?limit=1")
        if listed.status in (401, 403):
            raise Refused("The provider does not accept the API key.", code="provider_key")
        if listed.status in (404, 405, 501) or (listed.ok and listed.json() is None):
            raise Refused(f"There is no /v1/videos at {self.base_url}.", code="provider_address")
        if not listed.ok:
            raise question_error(listed)

    def _offer(self, names: Sequence[str]) -> None:
        """Offers these models, as the server that was recognised serves them."""
        dialect = self._recognising.dialect
        self._submitting.speak(dialect)
        self._polling.dialect = dialect
        sold = [name for name in names if self._sells(name) and (self._named or may_make_videos(name))]
        # OpenAI lists its language models, none of which makes videos.
        if is_openai_itself(self._address) and not self._named:
            sold = []
        models = tuple(describe_model(name, price_per_second=self._price, dialect=dialect) for name in sold)
        self.capabilities = replace(self.capabilities, models=models, cancel=self._cancelling())

    def _sells(self, model: str) -> bool:
        return not (is_openai_itself(self._address) and is_sora(model))

    def _remixes(self, model: str) -> bool:
        return any(offered.name == model and offered.remix for offered in self.capabilities.models)

    def _cancelling(self) -> Literal["free", "charged", "none"]:
        """OpenAI's own API and some servers cannot; one's own hardware is free; who takes money keeps it."""
        if is_openai_itself(self._address) or not self._recognising.dialect.cancels:
            return "none"
        return "charged" if self._price else "free"
