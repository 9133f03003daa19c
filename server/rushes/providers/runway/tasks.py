"""What Runway answers, read: tasks as jobs, and refused creates. Pure.

Facts: the SDK's task_retrieve_response.py, docs.dev.runwayml.com/errors/task-failures/ and /errors/errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.errors import Charged
from rushes.providers.model import plausible_cost
from rushes.providers.protocol import Job, JobError, JobState, ProviderError, Refused
from rushes.providers.runway.models import CREDIT
from rushes.providers.wire.answers import Answer, submit_error
from rushes.providers.wire.reading import Unreadable, read_number, read_text, read_time

_STATES: dict[str, JobState] = {
    "PENDING": "queued",
    # The account is at its limit; the task goes on by itself.
    "THROTTLED": "queued",
    "RUNNING": "in_progress",
    "SUCCEEDED": "completed",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}
# Fields of a create, and what a complaint about each of them means.
_ABOUT = {
    "model": ("unknown_model", "Runway does not offer this model"),
    "ratio": ("unsupported_size", "Runway does not take this size"),
    "resolution": ("unsupported_size", "Runway does not take this size"),
    "duration": ("unsupported_seconds", "Runway does not take this duration"),
    "promptImage": ("invalid_image", "Runway does not take this picture"),
    "references": ("invalid_image", "Runway does not take this reference picture"),
    "promptVideo": ("invalid_image", "Runway does not take this video"),
    "referenceAudio": ("invalid_image", "Runway does not take this sound"),
}


def parse_task(data: object) -> Job:
    """The job in a task, or in the answer to a create, which has no status yet. Raises Unreadable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str) or not data["id"]:
        raise Unreadable("no task")
    word = data.get("status")
    state = "queued" if word is None else _STATES.get(str(word), "in_progress")
    cost = _read_cost(data.get("cost"))
    url = _first_url(data.get("output"))
    share = read_number(data.get("progress"))
    error: JobError | None = None
    if state == "completed" and url is None:
        state = "failed"
        error = JobError(
            "no_result", "Runway finished but names no file.", retryable=True, charged=_charged(cost, "yes")
        )
    elif state == "failed":
        error = _read_failure(read_text(data.get("failureCode")), read_text(data.get("failure")), cost)
    elif state == "cancelled":
        error = JobError(
            "cancelled_at_provider",
            "The task was cancelled at Runway.",
            retryable=True,
            charged=_charged(cost, "unknown"),
        )
    return Job(
        id=data["id"],
        state=state,
        progress=_percent(share) if state == "in_progress" else 100 if state == "completed" else None,
        error=error,
        created_at=read_time(data.get("createdAt")),
        cost=_read_cost(data.get("estimatedCost")) if cost is None else cost,
        result_url=url,
    )


def read_submit_error(answer: Answer, *, model: str) -> ProviderError:
    """What a create that was refused means: `{error, issues: [{path, message}], docUrl}`."""
    data = answer.json()
    if answer.status == 400 and isinstance(data, Mapping):
        said = read_text(data.get("error")) or ""
        if "enough credits" in said:
            return Refused(
                "Runway's account is out of credits: add some at dev.runwayml.com.",
                code="no_credit",
                retryable=True,
            )
        field, text = _first_issue(data.get("issues"))
        if field is not None:
            code, sentence = _ABOUT.get(field, ("provider_refused", f"Runway refused {field}"))
            return Refused(f"{sentence}: {text}" if text else f"{sentence}.", code=code)
    return submit_error(answer, model=model)


def read_credits(data: object) -> float | None:
    """USD that are left, from the organisation's `creditBalance`."""
    credits = read_number(data.get("creditBalance")) if isinstance(data, Mapping) else None
    return None if credits is None else round(credits * CREDIT, 4)


def _read_failure(code: str | None, said: str | None, cost: float | None) -> JobError:
    """`SAFETY.INPUT.TEXT`, `INPUT_PREPROCESSING.SAFETY.TEXT`, `INTERNAL.BAD_OUTPUT.CODE01` …"""
    parts = (code or "").split(".")
    if "SAFETY" in parts:
        # Charged in full, and asking again and again gets an account suspended.
        what = "the result" if "OUTPUT" in parts else "what was asked for"
        return JobError(
            "moderation_blocked",
            _sentence(f"Runway's content rules refused {what}", said),
            charged=_charged(cost, "yes"),
        )
    charged = _charged(cost, "unknown")
    if parts[:2] == ["INTERNAL", "BAD_OUTPUT"]:
        text = "Runway threw its result away for its quality; text or graphics in a picture are a usual cause"
        return JobError("bad_output", _sentence(text, said), retryable=True, charged=charged)
    if parts[0] == "ASSET":
        return JobError("invalid_image", _sentence("Runway cannot use a reference", said), charged=charged)
    passing = code is None or parts[0] in ("INTERNAL", "INPUT_PREPROCESSING", "THIRD_PARTY")
    return JobError("provider_failed", _sentence("Runway failed", said), retryable=passing, charged=charged)


def _charged(cost: float | None, untold: Charged) -> Charged:
    """By the final cost, of which the SDK says that fully refunded tasks report 0."""
    if cost is None:
        return untold
    return "yes" if cost > 0 else "no"


def _read_cost(cost: object) -> float | None:
    credits = read_number(cost.get("credits")) if isinstance(cost, Mapping) else None
    return None if credits is None else plausible_cost(round(credits * CREDIT, 4))


def _first_url(output: Any) -> str | None:
    entries = output if isinstance(output, list) else []
    return next((url for url in entries if isinstance(url, str) and url.startswith("http")), None)


def _first_issue(issues: object) -> tuple[str | None, str | None]:
    """The field that the first complaint is about, and its words."""
    entries = issues if isinstance(issues, list) else []
    for issue in entries:
        path = issue.get("path") if isinstance(issue, Mapping) else None
        if isinstance(path, list) and path:
            return str(path[0]), read_text(issue.get("message"))
    return None, None


def _percent(share: float | None) -> int | None:
    return None if share is None else round(min(1.0, max(0.0, share)) * 100)


def _sentence(start: str, said: str | None) -> str:
    return f"{start}: {said}" if said else f"{start}."
