"""Replicate: any video model of its collections, each with its own input schema.

Facts: its HTTP reference (replicate.com/docs/reference/http). Predictions are parsed as plain JSON since the
SDK's own model raises on the state `aborted`. Inputs, outputs and logs are deleted an hour after the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import structlog
from yarl import URL

from rushes.providers.hosted import Hosted
from rushes.providers.inputs import Inputs
from rushes.providers.kinds import Setup
from rushes.providers.model import Model, Role, flat_price
from rushes.providers.protocol import (
    Busy,
    Capabilities,
    Down,
    Job,
    JobError,
    JobState,
    Refused,
    Submission,
    Unverified,
)
from rushes.providers.wire.address import bearer, quote_id
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.pictures import data_url
from rushes.providers.wire.reading import (
    MAKES_NO_SENSE,
    Unreadable,
    is_moderation,
    kept,
    read_number,
    read_text,
    read_time,
)
from rushes.providers.wire.signatures import check_age, check_standard

log = structlog.get_logger(__name__)

_COLLECTIONS = ("text-to-video", "image-to-video")
_STATES: dict[str, JobState] = {
    "starting": "queued",
    "processing": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "canceled": "cancelled",
    "aborted": "cancelled",
}
# What progress bars of its models print: `45%|####`.
_PERCENT = re.compile(r"\b(\d{1,3})%\|")
_REFUSED_CONTENT = re.compile(r"\bnsfw\b|flagged as sensitive|\bE005\b", re.IGNORECASE)
_PASSING = re.compile(r"\b(E003|E004|E006|high demand|timed? ?out|unavailable|interrupted)\b", re.IGNORECASE)
# Pictures up to here go along in the request; its docs ask for addresses beyond.
_LARGEST_INLINE = 10_000_000
_MOST_PAGES = 20
# Seconds for which what webhooks are signed with is not asked for again.
_SECRET_KEPT = 300.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What was learned of a model: how it takes its inputs, and which version of it runs."""

    model: Model
    inputs: Inputs
    version: str | None
    official: bool


class Replicate(Hosted):
    """See `RemoteProvider`. `setup.models` are `owner/name`s; empty, its video collections are offered."""

    kind = "replicate"

    def __init__(self, setup: Setup) -> None:
        super().__init__(
            setup,
            base_url="https://api.replicate.com/v1",
            headers=bearer(setup.api_key),
            capabilities=Capabilities(
                models=(),
                concurrency=8,
                # What has run by then is paid for.
                cancel="charged",
                findable=True,
                webhooks=True,
                output_lifetime=3600.0,
            ),
        )
        self._named = setup.models
        self._price = flat_price(setup.price_per_second)
        self._known: dict[str, _Known] = {}
        self._secret: str | None = None
        self._secret_asked_at = 0.0
        # Nothing is known of a model before its schema was read.
        self.capabilities = replace(self.capabilities, models=())

    async def submit(self, submission: Submission) -> Job:
        known = await self._learn_for(submission)
        files: dict[Role, list[str]] = {}
        for reference in submission.references:
            url = await data_url(reference, max_bytes=_LARGEST_INLINE)
            files.setdefault(reference.role, []).append(url)
        body: dict[str, Any] = {"input": known.inputs.fill(submission, files=files)}
        if submission.webhook_url:
            body |= {"webhook": submission.webhook_url, "webhook_events_filter": ["completed"]}
        path = f"/models/{submission.model}/predictions" if known.official else "/predictions"
        if not known.official:
            body["version"] = known.version
        answer = await self._posting.post(path, json=body, timeout=self.submit_timeout)
        if answer.status == 404 and answer.json() is not None:
            # Its own words for a model that is gone, and no wrong address, which answers no JSON.
            raise _no_model(submission.model)
        return self._accepted(answer, submission)

    async def find(self, since: float) -> list[Job]:
        """Its list, newest first, as far back as `since`. Raises Down."""
        found: list[Job] = []
        url = self._address.url("/predictions")
        for _ in range(_MOST_PAGES):
            answer = await self._questions.ask_url(url)
            if not answer.ok:
                raise question_error(answer)
            jobs, following = _read_page(answer.json())
            found += [job for job in jobs if job.created_at is None or job.created_at >= since]
            if following is None or any((job.created_at or since) < since for job in jobs):
                break
            try:
                url = URL(following, encoded=True)
                is_own = self._address.is_same_origin(url)
            except ValueError:
                is_own = False
            if not is_own:
                raise Down("The provider's list goes on somewhere else.", code="provider_garbage")
        return found

    async def cancel(self, job_id: str) -> None:
        answer = await self._questions.ask(f"{self._job_path(job_id)}/cancel", method="POST")
        # One that has ended cannot be cancelled.
        if not answer.ok and answer.status not in (404, 409, 410, 422):
            raise question_error(answer)

    async def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str | None:
        check_age(headers.get("webhook-timestamp"), now=now)
        try:
            check_standard(headers, body, secret=await self._webhook_secret(now), now=now)
        except Unverified:
            if now - self._secret_asked_at < _SECRET_KEPT:
                # Forged ones must not make the studio ask for the secret each time.
                raise
            # It may have been changed since.
            self._secret = None
            check_standard(headers, body, secret=await self._webhook_secret(now), now=now)
        try:
            return parse_prediction(orjson.loads(body)).id
        except (orjson.JSONDecodeError, Unreadable) as error:
            raise Unverified("The webhook speaks of no prediction.", code="bad_webhook") from error

    async def probe(self) -> None:
        answer = await self._questions.ask("/account")
        self._check_key(answer)

    def recall(self, models: Sequence[str]) -> None:
        if not self.capabilities.models:
            self._offer([Model(name=name, label=_label(name)) for name in models])

    async def refresh(self) -> None:
        """Reads the schemas of the named models, else of its collections'. Raises Down or Refused."""
        if self._named:
            entries = [await self._ask_model(name) for name in self._named]
        else:
            entries = []
            for slug in _COLLECTIONS:
                answer = await self._questions.ask(f"/collections/{slug}")
                self._check_key(answer)
                entries += _listed(answer.json(), "models")
            entries.sort(key=lambda entry: -(read_number(entry.get("run_count")) or 0))
        for entry in entries:
            self._keep(entry)
        names = self._named or tuple(dict.fromkeys(_name_of(entry) for entry in entries))
        self._offer([self._known[name].model for name in names if name in self._known])

    def _offer(self, models: Sequence[Model]) -> None:
        priced = tuple(replace(model, price=self._price or model.price) for model in models)
        self.capabilities = replace(self.capabilities, models=priced)

    def _job_path(self, job_id: str) -> str:
        return f"/predictions/{quote_id(job_id)}"

    def _read_job(self, data: Any) -> Job:
        return parse_prediction(data)

    async def _learn_for(self, submission: Submission) -> _Known:
        """The model's schema, asked for if it is only known by name. Raises Busy or Refused."""
        if submission.model not in self._known:
            try:
                self._keep(await self._ask_model(submission.model))
            except Down as error:
                # Nothing was sent that could have made a job.
                raise Busy(error.message, retry_after=error.retry_after, code=error.code) from error
        known = self._known.get(submission.model)
        if known is None:
            raise Refused(f"Replicate's {submission.model} makes no videos.", code="unknown_model")
        return known

    async def _ask_model(self, name: str) -> dict[str, Any]:
        answer = await self._questions.ask(f"/models/{name}")
        if answer.status == 404 and answer.json() is not None:
            raise _no_model(name)
        self._check_key(answer)
        data = answer.json()
        if not isinstance(data, dict):
            raise Down("The provider's answer makes no sense.", code="provider_garbage")
        return data

    def _keep(self, entry: dict[str, Any]) -> None:
        try:
            known = read_model(entry)
        except MAKES_NO_SENSE as error:
            # One model's schema must not keep the others from being offered.
            log.warning("model_not_understood", provider=self.name, model=_name_of(entry), reason=repr(error))
            return
        if known is not None:
            self._known[known.model.name] = known

    async def _webhook_secret(self, now: float) -> str:
        """What its webhooks are signed with, asked for once. Raises Down."""
        if self._secret is None:
            self._secret = await self._ask_secret()
            self._secret_asked_at = now
        return self._secret

    async def _ask_secret(self) -> str:
        answer: Answer = await self._questions.ask("/webhooks/default/secret")
        data = answer.json()
        if not answer.ok or not isinstance(data, dict) or not isinstance(data.get("key"), str):
            raise question_error(answer)
        return str(data["key"])


def parse_prediction(data: object) -> Job:
    """The job in a prediction. Raises Unreadable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str) or not data["id"]:
        raise Unreadable("no prediction")
    state = _STATES.get(str(data.get("status")), "in_progress")
    asked = data.get("input")
    url = _first_url(data.get("output"))
    error: JobError | None = None
    if state == "completed" and url is None:
        # Emptied an hour after the end.
        removed = data.get("data_removed") is True
        state = "failed"
        error = JobError(
            "result_gone" if removed else "no_result",
            "Replicate has deleted the result." if removed else "Replicate's model made no file.",
            retryable=True,
            charged="yes",
        )
    elif state == "failed":
        error = _read_error(read_text(data.get("error")))
    return Job(
        id=data["id"],
        state=state,
        progress=100 if state == "completed" else _read_percent(data.get("logs")),
        error=error,
        created_at=read_time(data.get("created_at")),
        prompt=read_text(asked.get("prompt")) if isinstance(asked, Mapping) else None,
        model=read_text(data.get("model")),
        result_url=url,
    )


def read_model(entry: Mapping[str, Any]) -> _Known | None:
    """A model in its catalogue; None for one whose schema is not to be had, or that makes no file."""
    version = entry.get("latest_version")
    api = version.get("openapi_schema") if isinstance(version, Mapping) else None
    components = api.get("components") if isinstance(api, Mapping) else None
    schemas = components.get("schemas") if isinstance(components, Mapping) else None
    schema = schemas.get("Input") if isinstance(schemas, Mapping) else None
    if not isinstance(schema, Mapping):
        return None
    inputs = Inputs(schema, schemas or {})
    name = _name_of(entry)
    model = inputs.model(name, label=_label(name), description=read_text(entry.get("description")) or "")
    return _Known(model, inputs, read_text((version or {}).get("id")), entry.get("is_official") is True)


def _read_error(said: str | None) -> JobError:
    text = said or "Replicate gave no reason."
    if is_moderation(text) or _REFUSED_CONTENT.search(text):
        return JobError("moderation_blocked", text, charged="unknown")
    return JobError("provider_failed", text, retryable=bool(_PASSING.search(text)), charged="unknown")


def _read_page(data: object) -> tuple[list[Job], str | None]:
    jobs = []
    for entry in _listed(data, "results"):
        try:
            jobs.append(kept(parse_prediction(entry)))
        except MAKES_NO_SENSE:
            continue
    following = data.get("next") if isinstance(data, Mapping) else None
    return jobs, following if isinstance(following, str) and following else None


def _listed(data: object, name: str) -> list[dict[str, Any]]:
    """Raises Down."""
    listed = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(listed, list):
        raise Down("The provider's answer makes no sense.", code="provider_garbage")
    return [entry for entry in listed if isinstance(entry, dict)]


def _first_url(output: object) -> str | None:
    """Models answer with an address, a list of them, or an object of them."""
    if isinstance(output, str):
        return output if re.match(r"(https?|data):", output) else None
    entries = output.values() if isinstance(output, Mapping) else output if isinstance(output, list) else ()
    return next((url for entry in entries if (url := _first_url(entry))), None)


def _read_percent(logs: object) -> int | None:
    found = _PERCENT.findall(logs) if isinstance(logs, str) else []
    return min(100, int(found[-1])) if found else None


def _name_of(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('owner')}/{entry.get('name')}"


def _label(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("-", " ")


def _no_model(name: str) -> Refused:
    return Refused(f"Replicate has no model {name}.", code="unknown_model")
