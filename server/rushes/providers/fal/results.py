"""What the queue says of a request: that it was taken, how far it is, what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rushes.providers.fal.places import place_of
from rushes.providers.fal.refusals import job_error, read_problem
from rushes.providers.protocol import Down, Job, JobError, JobState
from rushes.providers.wire.answers import Answer, question_error
from rushes.providers.wire.reading import Unreadable

_STATES: dict[str, JobState] = {
    "IN_QUEUE": "queued",
    "IN_PROGRESS": "in_progress",
    "COMPLETED": "completed",
}


def parse_taken(data: object, *, app: str) -> Job:
    """The job in the answer to a create at an endpoint of `app`. Raises Unreadable."""
    if not isinstance(data, Mapping):
        raise Unreadable("no request")
    place = place_of(data.get("response_url")) or place_of(data.get("status_url"))
    if place is None:
        # An answer without addresses: its app is a guess, but the request was taken.
        place = place_of(f"{app}/requests/{data.get('request_id') or ''}")
    if place is None:
        raise Unreadable("no request")
    return Job(id=place.id, state="queued")


def parse_status(job_id: str, answer: Answer) -> Job:
    """How far a request is. One that is completed may have failed: `error` tells. Raises Unreadable."""
    data = answer.json()
    status = data.get("status") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(status, str):
        raise Unreadable("no status")
    job = Job(id=job_id, state=_STATES.get(status, "in_progress"))
    if job.state == "completed" and (data.get("error") or data.get("error_type")):
        problem = read_problem(answer)
        if problem.cancelled:
            return replace(job, state="cancelled")
        return replace(job, state="failed", error=job_error(problem, status=answer.status))
    return job


def parse_result(job: Job, answer: Answer) -> Job:
    """A completed or failed request with what its result says. Raises Down if that is nothing certain."""
    if answer.ok:
        return _with_result(job, answer.json())
    problem = read_problem(answer)
    if job.state == "failed":
        # The status names only a category; the result has the model's own words, if any.
        detailed = job_error(problem, status=answer.status)
        return replace(job, error=detailed) if problem.is_certain else job
    if problem.cancelled:
        return replace(job, state="cancelled")
    if answer.status in (400, 413, 422) or (problem.is_certain and isinstance(_detail(answer), list)):
        return replace(job, state="failed", error=job_error(problem, status=answer.status))
    # It was said to be done, so this is more likely trouble on the way than a failure.
    raise question_error(answer)


def _with_result(job: Job, data: object) -> Job:
    if job.state != "completed":
        return job
    if not isinstance(data, Mapping):
        raise Down("The provider's answer makes no sense.", code="provider_garbage")
    url = _video_url(data)
    if url is None:
        error = JobError("no_result", "The model made no video.", retryable=False, charged="yes")
        return replace(job, state="failed", error=error)
    return replace(job, progress=100, result_url=url)


def _video_url(data: Mapping[str, object]) -> str | None:
    """Models answer with `video: {url}`, a list of them, or the address alone."""
    for name in ("video", "videos", "video_url", "output"):
        found = data.get(name)
        if isinstance(found, list):
            found = found[0] if found else None
        if isinstance(found, Mapping):
            found = found.get("url")
        if isinstance(found, str) and found:
            return found
    return None


def _detail(answer: Answer) -> object:
    data = answer.json()
    return data.get("detail") if isinstance(data, Mapping) else data
