"""What fal's errors mean: models' are typed (`detail` is a list), the platform's are flat (`error_type`).

Types: fal.ai/docs/documentation/model-apis/errors and …/request-errors. Who pays: server errors are never
charged, a 422 may be "if a runner spent GPU time" (…/model-apis/faq). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rushes.errors import Charged
from rushes.providers.protocol import Busy, JobError, ProviderError, Refused
from rushes.providers.wire.answers import Answer, read_refusal, submit_error
from rushes.providers.wire.reading import is_moderation, read_text

_CODES = {
    "content_policy_violation": "moderation_blocked",
    "file_too_large": "payload_too_large",
    "image_too_small": "invalid_image",
    "image_too_large": "invalid_image",
    "image_load_error": "invalid_image",
    "file_download_error": "invalid_image",
    "face_detection_error": "invalid_image",
    "unsupported_image_format": "invalid_image",
    "no_media_generated": "no_result",
}
# The platform's own troubles and those of whoever runs the model: the same request may well succeed later.
_PASSING = re.compile(
    r"internal_(server_)?error|generation_timeout|downstream_service_\w+|request_timeout|startup_timeout"
    r"|runner_\w+"
)
# How a request that somebody ended is told.
_CANCELLED = ("client_cancelled", "client_disconnected")
_FIELDS = (
    ("unsupported_seconds", re.compile(r"duration|seconds|num_frames|video_length")),
    ("unsupported_size", re.compile(r"aspect_ratio|resolution|size|width|height")),
    ("invalid_image", re.compile(r"image|frame")),
)
_SENTENCES = {
    "moderation_blocked": "The model's content rules refused this",
    "payload_too_large": "A file is too large for the model",
    "invalid_image": "The model does not take this image",
    "no_result": "The model made no video",
    "unsupported_seconds": "The model does not take this duration",
    "unsupported_size": "The model does not take this size",
    "provider_failed": "The model failed",
    "provider_refused": "The model refused this",
}
# "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing"
_NO_BALANCE = re.compile(r"exhausted balance|top.?up", re.IGNORECASE)
_LOCKED = re.compile(r"user is locked", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure in the studio's words. `is_certain` says that it is the model's or platform's own verdict,
    not some proxy's on the way."""

    code: str
    message: str
    passing: bool
    cancelled: bool
    is_certain: bool


def read_problem(answer: Answer) -> Problem:
    """What an answer that is no result says."""
    said, data = read_refusal(answer), answer.json()
    flat = data.get("error_type") if isinstance(data, Mapping) else None
    kind = said.kind or read_text(flat)
    passing = kind is not None and _PASSING.fullmatch(kind) is not None
    code = _code_of(kind, said.about or "", said.message, passing=passing)
    start = _SENTENCES[code]
    return Problem(
        code=code,
        message=f"{start}: {said.message}" if said.message else f"{start}.",
        passing=passing or answer.status >= 500,
        cancelled=kind in _CANCELLED,
        is_certain=kind is not None,
    )


def job_error(problem: Problem, *, status: int) -> JobError:
    """Why a job failed, whose answer has this HTTP status."""
    charged: Charged = "no" if status >= 500 or problem.passing else "unknown"
    return JobError(problem.code, problem.message, retryable=problem.passing, charged=charged)


def refusal(answer: Answer, *, model: str) -> ProviderError:
    """What a create that was not answered with 2xx means: Refused, Busy or Ambiguous."""
    said = read_refusal(answer)
    if answer.status == 403 and _LOCKED.search(said.message):
        if _NO_BALANCE.search(said.message):
            text = "The provider's account is out of credit: top it up at fal.ai/dashboard/billing."
            return Refused(text, code="no_credit", retryable=True)
        text = f"The provider has locked its account: {said.message}"
        return Refused(text, code="provider_key", retryable=True)
    if answer.status == 404 and answer.json() is not None:
        return Refused(f"The provider has no model {model}.", code="unknown_model")
    if answer.status in (400, 413, 422):
        problem = read_problem(answer)
        if problem.code == "provider_failed" and not problem.passing:
            return submit_error(answer, model=model)
        if problem.passing:
            return Busy(problem.message)
        # Nothing has run yet, but a checker may be charged for.
        charged: Charged = "unknown" if problem.code == "moderation_blocked" else "no"
        return Refused(problem.message, code=problem.code, charged=charged)
    return submit_error(answer, model=model)


def _code_of(kind: str | None, about: str, message: str, *, passing: bool) -> str:
    if kind in _CODES:
        return _CODES[kind]
    if passing:
        return "provider_failed"
    if is_moderation(kind, message):
        return "moderation_blocked"
    for code, fields in _FIELDS:
        if fields.search(about):
            return code
    return "provider_failed" if kind is None else "provider_refused"
