"""fal's queue as an adapter uses it, whoever's router leads there.

A deriving adapter says how paths are written (`_route`), which models there are (`_names`) and how one is
learned (`_learn`). Submits carry `x-fal-no-retry`, since the platform would run a failed request up to ten
times more (fal.ai/docs/documentation/model-apis/inference/reliability).
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from yarl import URL

from rushes.providers.fal.catalogue import FAMILIES, Family, price_of
from rushes.providers.fal.places import Place, app_of, is_request_id, place_of
from rushes.providers.fal.refusals import refusal
from rushes.providers.fal.results import parse_result, parse_status, parse_taken
from rushes.providers.fal.schemas import Endpoint, Offered, combine, parse_endpoint
from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import Model, Role, flat_price
from rushes.providers.protocol import Busy, Capabilities, Down, Gone, Job, ProviderError, Refused, Submission
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.pictures import data_url
from rushes.providers.wire.posting import nameless
from rushes.providers.wire.reading import Unreadable

FAL = "https://fal.ai"

# Its documents take data URIs of any size but call large ones slow; models' own limits start at 10 MB.
_LARGEST_INLINE = 10_000_000
# Seconds for which what was learned of a model holds.
_FRESH = 6 * 3600.0
_MOST_REMEMBERED = 10_000


class FalQueue(Hosted):
    """The base of adapters whose jobs lie in fal's queue."""

    def __init__(
        self,
        setup: Setup,
        *,
        base_url: str,
        headers: dict[str, str],
        capabilities: Capabilities,
        submit_timeout: float = 60.0,
    ) -> None:
        super().__init__(
            setup,
            base_url=base_url,
            headers=headers,
            capabilities=capabilities,
            submit_timeout=submit_timeout,
        )
        self._named: tuple[str, ...] = setup.models
        self._price = flat_price(setup.price_per_second)
        self._known: dict[str, Offered] = {}
        self._learned_at: dict[str, float] = {}
        # The jobs of requests that were seen, since webhooks name only the request.
        self._places: dict[str, str] = {}
        self._is_vendor = self._address.base == base_url
        # Nothing is known of a model before its schema was read.
        self.capabilities = replace(self.capabilities, models=())

    @abstractmethod
    def _route(self, path: str) -> str:
        """A path of the queue's, as this server is asked for it."""

    @abstractmethod
    def _names(self) -> tuple[str, ...]:
        """The models to offer."""

    @abstractmethod
    async def _learn(self, name: str) -> Offered:
        """Asks what a model takes; free. Raises Down or Refused."""

    async def submit(self, submission: Submission) -> Job:
        return await self._enqueue(await self._offered_for(submission), submission)

    async def _offered_for(self, submission: Submission) -> Offered:
        """The model, learned if need be. Raises Busy or Refused."""
        try:
            return await self._know(submission.model)
        except Down as error:
            # Nothing was sent that could have made a job.
            raise Busy(error.message, retry_after=error.retry_after, code=error.code) from error

    async def _enqueue(self, offered: Offered, submission: Submission) -> Job:
        endpoint = offered.endpoint(submission)
        files: dict[Role, list[str]] = {}
        for reference in submission.references:
            url = await data_url(reference, max_bytes=_LARGEST_INLINE)
            files.setdefault(reference.role, []).append(url)
        body = endpoint.inputs.fill(_silent_unless_asked(submission, offered.model), files=files)
        answer = await self._posting.post(
            self._submit_path(endpoint, submission),
            json=body,
            headers={"x-fal-no-retry": "1"},
            timeout=min(self.submit_timeout, 60.0),
        )
        if not answer.ok:
            raise self._submit_error(answer, submission)
        try:
            job = parse_taken(answer.json(), app=app_of(endpoint.id))
        except Unreadable as error:
            raise nameless() from error
        self._remember(job.id)
        return job

    async def poll(self, ids: Sequence[str]) -> dict[str, Job]:
        for job_id in ids:
            self._remember(job_id)
        return await super().poll(ids)

    async def cancel(self, job_id: str) -> None:
        place = place_of(job_id)
        if place is None:
            return
        answer = await self._questions.ask(self._route(place.cancel), method="PUT")
        # 400 says that it has ended, 404 that it is not there.
        if not answer.ok and answer.status not in (400, 404, 409, 410):
            raise question_error(answer)

    def recall(self, models: Sequence[str]) -> None:
        if not self.capabilities.models:
            self._offer([Model(name=name, label=name) for name in models])

    async def refresh(self) -> None:
        """Reads the schemas that are not fresh. A model that cannot be read is left out; raises Down or
        Refused when none can."""
        trouble: ProviderError | None = None
        for name in self._names():
            try:
                await self._know(name)
            except Refused as error:
                if error.code == "provider_key":
                    raise
                trouble = trouble or error
            except Down as error:
                trouble = trouble or error
        models = [self._known[name].model for name in self._names() if name in self._known]
        if not models and trouble is not None:
            raise trouble
        self._offer(models)

    def _offer(self, models: Sequence[Model]) -> None:
        priced = tuple(replace(model, price=self._price or model.price) for model in models)
        self.capabilities = replace(self.capabilities, models=priced)

    async def _know(self, name: str) -> Offered:
        """The model, learned anew when it is not fresh. Raises Down or Refused."""
        known = self._known.get(name)
        if known is not None and time.monotonic() - self._learned_at[name] < _FRESH:
            return known
        try:
            found = await self._learn(name)
        except Down:
            if known is not None:
                return known
            raise
        except Refused:
            self._known.pop(name, None)
            raise
        self._known[name], self._learned_at[name] = found, time.monotonic()
        return found

    async def _learn_family(self, family: Family) -> Offered:
        """One model of its endpoints' schemas, with its price. Raises Down or Refused."""
        text = await self._ask_endpoint(family.text) if family.text else None
        image = await self._ask_endpoint(family.image) if family.image else None
        offered = combine(family.name, family.label, text, image)
        model = offered.model
        if family.sizes:
            model = replace(model, sizes=family.sizes, size_rule=None, default_size=family.sizes[0])
        if family.seconds is not None:
            values = (f"{family.seconds:g}",)
            model = replace(model, seconds=None, seconds_values=values, default_seconds=family.seconds)
        endpoints = [endpoint for endpoint in (family.text, family.image) if endpoint]
        return replace(offered, model=replace(model, price=price_of(model, *endpoints)))

    async def _ask_endpoint(self, endpoint: str) -> Endpoint:
        base = FAL if self._is_vendor else self._address.base
        url = f"{base}/api/openapi/queue/openapi.json?endpoint_id={quote(endpoint, safe='')}"
        answer = await self._questions.ask_url(URL(url, encoded=True))
        if answer.status in (400, 404, 422) and answer.json() is not None:
            raise Refused(f"fal has no model {endpoint}.", code="unknown_model")
        if not answer.ok:
            raise question_error(answer)
        try:
            found = parse_endpoint(endpoint, answer.json())
        except Unreadable as error:
            raise Down("The model's description makes no sense.", code="provider_garbage") from error
        if found is None:
            raise Refused(f"fal's {endpoint} makes no videos.", code="unknown_model")
        return found

    def _submit_path(self, endpoint: Endpoint, submission: Submission) -> str:
        return self._route(endpoint.id)

    def _job_path(self, job_id: str) -> str:
        place = place_of(job_id) or Place("fal-ai/stable-video", job_id)
        return self._route(place.status)

    def _read_job(self, data: Any) -> Job:
        raise Unreadable("a request is read from two answers: see `_ask`")

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        return refusal(answer, model=submission.model)

    async def _ask(self, job_id: str) -> Job:
        place = place_of(job_id)
        if place is not None:
            return await self._ask_at(place, job_id)
        # People who look a request up on fal's pages find its bare id.
        if is_request_id(job_id):
            for app in self._apps():
                place = Place(app, job_id)
                try:
                    # From here on it goes by its whole name, by which it can be cancelled.
                    return await self._ask_at(place, place.id)
                except Gone:
                    continue
        raise Gone("The provider does not know this job.", code="job_gone")

    async def _ask_at(self, place: Place, job_id: str) -> Job:
        answer = await self._queue_says(place.status)
        try:
            job = parse_status(job_id, answer)
        except Unreadable as error:
            raise Down("The provider's answer makes no sense.", code="provider_garbage") from error
        if job.state not in ("completed", "failed"):
            return job
        result = await self._questions.ask(self._route(place.result))
        if job.state == "completed" and self._is_gone(result):
            raise Gone("The provider no longer has the result.", code="result_gone")
        if result.status in (401, 403, 429):
            raise question_error(result)
        return parse_result(job, result)

    async def _queue_says(self, path: str) -> Answer:
        answer = await self._questions.ask(self._route(path))
        if self._is_gone(answer):
            raise Gone("The provider no longer knows this job.", code="job_gone")
        if not answer.ok:
            raise question_error(answer)
        return answer

    def _apps(self) -> list[str]:
        """The apps that may own a request, those of models in use first."""
        used = [one.id for known in self._known.values() for one in (known.text, known.image) if one]
        others = [name for family in FAMILIES for name in (family.text, family.image) if name]
        return list(dict.fromkeys(map(app_of, (*used, *others))))

    def _remember(self, job_id: str) -> None:
        place = place_of(job_id)
        if place is not None:
            if len(self._places) >= _MOST_REMEMBERED:
                self._places.pop(next(iter(self._places)))
            self._places[place.request] = job_id


def _silent_unless_asked(submission: Submission, model: Model) -> Submission:
    """Where sound costs more, the models' default is to make it: that is said no to when nobody asked."""
    costs_more = model.price is not None and any(rate.audio for rate in model.price.rates)
    if submission.audio is None and model.audio == "optional" and costs_more:
        return replace(submission, audio=False)
    return submission
