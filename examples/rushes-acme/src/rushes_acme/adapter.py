"""Acme's wire, in the studio's words.

    POST   /jobs     {"text", "format", "length", "start_image"?} -> 201 {"job": "j1", "state": "waiting"}
    GET    /jobs/j1  -> {"job", "state", "percent", "file"?, "problem"?, "dollars"?}
    DELETE /jobs/j1  -> 204

Vendor words stop in this file: nobody outside of it knows what Acme calls a video.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.providers.hosted import Hosted
from rushes.providers.kinds import Setup
from rushes.providers.model import ImageRule, Lifecycle, Model, Price, Rate
from rushes.providers.protocol import (
    Capabilities,
    Job,
    JobError,
    JobState,
    ProviderError,
    Refused,
    Submission,
)
from rushes.providers.wire.address import bearer, quote_id
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.pictures import data_url
from rushes.providers.wire.reading import Unreadable, read_number, read_text

# What people choose (pixels) on the left, what Acme is told on the right. Nothing is cropped: a picture is
# padded to the size before the adapter gets it.
_FORMATS = {"1280x720": "wide", "720x1280": "tall", "720x720": "square"}

# Words that are not listed mean that work goes on. Never guess that something has failed.
_STATES: dict[str, JobState] = {
    "waiting": "queued",
    "drawing": "in_progress",
    "ready": "completed",
    "broken": "failed",
    "stopped": "cancelled",
}

_MODELS = (
    Model(
        name="motion-2",
        label="Motion 2",
        description="Acme's present model.",
        sizes=tuple(_FORMATS),
        default_size="1280x720",
        # A list where the vendor sells fixed lengths; `seconds=(2, 10)` where it sells any in between.
        seconds_values=("5", "10"),
        default_seconds=5,
        references=("first_frame",),
        image=ImageRule(max_bytes=8_000_000, aspect=(0.4, 2.5)),
        prompt_max=2000,
        seed=False,
        # A JSON Schema: what a request's `options` may hold. The studio checks it and the web app draws it.
        options={
            "type": "object",
            "properties": {
                "pace": {"type": "string", "enum": ["calm", "lively"], "default": "calm"},
            },
            "additionalProperties": False,
        },
        # Always with the date and place where it was read; None when nobody knows.
        price=Price(
            (Rate(per_second=0.08, size="1280x720"), Rate(per_second=0.06)),
            as_of="2026-11-01",
            source="https://acme.example/pricing",
        ),
    ),
    Model(
        name="motion-1",
        label="Motion 1",
        sizes=("1280x720",),
        seconds_values=("5",),
        default_seconds=5,
        seed=False,
        # Requests that still name it are told what to use instead.
        lifecycle=Lifecycle("retired", ends_on="2026-06-30", replacement="motion-2"),
    ),
)


class Acme(Hosted):
    """One Acme account. The base class asks, downloads and closes; what is here is what differs."""

    kind = "acme"

    def __init__(self, setup: Setup) -> None:
        super().__init__(
            setup,
            base_url="https://api.acme.example/v1",
            headers=bearer(setup.api_key),
            capabilities=Capabilities(
                models=_MODELS,
                concurrency=4,
                # `free`, `charged` or `none`: people are told before they cancel.
                cancel="free",
                # Can recent jobs be listed? Then `find` looks up a job whose answer was lost. Without it such
                # a video waits in the recovery inbox for its owner.
                findable=False,
                # Only where a second job costs nothing at all.
                resubmit_safe=False,
                # For how many seconds a finished file can be fetched.
                output_lifetime=24 * 3600.0,
            ),
        )

    async def submit(self, submission: Submission) -> Job:
        """One POST, never two. `_posting` raises Busy when nothing can have arrived and Ambiguous when nobody
        knows; do not catch either."""
        body: dict[str, Any] = {
            "text": submission.prompt,
            "format": _FORMATS[submission.size],
            "length": int(submission.seconds),
            "model": submission.model,
            **submission.options,
        }
        # Files are read before the POST: what fails here has cost nothing.
        if submission.first_frame is not None:
            body["start_image"] = await data_url(submission.first_frame, max_bytes=8_000_000)
        answer = await self._posting.post("/jobs", json=body, timeout=self.submit_timeout)
        return self._accepted(answer, submission)

    async def cancel(self, job_id: str) -> None:
        answer = await self._questions.ask(self._job_path(job_id), method="DELETE")
        if not answer.ok and not self._is_gone(answer) and answer.status != 409:
            raise question_error(answer)

    def _job_path(self, job_id: str) -> str:
        return f"/jobs/{quote_id(job_id)}"

    def _read_job(self, data: Any) -> Job:
        return parse_job(data)

    def _submit_error(self, answer: Answer, submission: Submission) -> ProviderError:
        """Acme's own words for a refusal come first; statuses that mean the same everywhere come after."""
        data = answer.json()
        problem = data.get("problem") if isinstance(data, Mapping) else None
        if isinstance(problem, str) and problem in _REFUSALS:
            code, sentence = _REFUSALS[problem]
            return Refused(sentence, code=code, retryable=code == "no_credit")
        return super()._submit_error(answer, submission)


_REFUSALS = {
    "empty_purse": ("no_credit", "The Acme account is out of credit: add some at acme.example/billing."),
    "bad_taste": ("moderation_blocked", "Acme's content rules refused this. Change the prompt."),
    "odd_format": ("unsupported_size", "Acme does not make this size."),
    "odd_image": ("invalid_image", "Acme cannot read this picture. Use a PNG or JPEG."),
}


def parse_job(data: object) -> Job:
    """The job in Acme's answer. Pure, so that saved answers test it. Raises Unreadable."""
    job_id = data.get("job") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(job_id, str):
        raise Unreadable("no job")
    state = _STATES.get(str(data.get("state")), "in_progress")
    percent = read_number(data.get("percent"))
    return Job(
        id=job_id,
        state=state,
        progress=None if percent is None else round(min(100.0, max(0.0, percent))),
        error=_read_problem(data.get("problem")) if state == "failed" else None,
        # What it really cost, in USD, if the vendor says so.
        cost=read_number(data.get("dollars")),
        result_url=read_text(data.get("file")),
    )


def _read_problem(problem: object) -> JobError:
    """Say truly whether it was charged, and whether trying again makes sense."""
    if problem == "bad_taste":
        return JobError("moderation_blocked", "Acme's content rules stopped it.", charged="yes")
    return JobError("provider_failed", "Acme could not make it.", retryable=True, charged="no")
