"""What Google's refusals mean: its error envelopes in, the studio's provider errors out. No network here.

Two envelopes are in use: `{"error": {"code": "invalid_request", "message"}}` of the Interactions API, and
google.rpc.Status (`{"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": […]}}`, from its front
end sometimes within a list).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from rushes.providers.protocol import Busy, ProviderError, Refused, Submission
from rushes.providers.wire.answers import Answer, read_refusal, submit_error
from rushes.providers.wire.reading import read_number

# A wrong key is a 400 to Google's front end.
_WRONG_KEY = re.compile(r"API_KEY_INVALID|API key (not valid|expired|not found)", re.IGNORECASE)
# An ordinary rate limit speaks of quota, plan and billing as well; these do not pass by waiting.
_NO_CREDIT = re.compile(
    r"credits? (are|is|have been) (depleted|exhausted)|spend(ing)? cap|billing (is )?(not enabled|disabled)|"
    r"only accessible to billed|billing account|budget_exceeded|BILLING_DISABLED",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(blocked|violat\w*|filtered|refused)\b.{0,120}\b(safety|polic\w+|guidelines?|prohibited)\b|"
    r"sensitive words|responsible ai|\bPROHIBITED_CONTENT\b|\b(IMAGE_)?SAFETY\b",
    re.IGNORECASE | re.DOTALL,
)
_NO_MODEL = re.compile(r"model\b.{0,160}(not found|not exist|no longer available|not supported)", re.I)
_ABOUT: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"previous_interaction|interaction\b.{0,80}(not found|invalid)", re.I),
        "remix_source_gone",
        "Google no longer has the video that this remixes",
    ),
    (
        re.compile(r"aspect_?ratio|resolution", re.I),
        "unsupported_size",
        "Google does not take this size",
    ),
    (re.compile(r"duration", re.I), "unsupported_seconds", "Google does not take this duration"),
    (re.compile(r"\bimages?\b|mime_?type", re.I), "invalid_image", "Google does not take this picture"),
)


def google_error(answer: Answer, submission: Submission) -> ProviderError:
    """What a create that was not answered with 2xx means: Refused, Busy or Ambiguous."""
    answer = _unlisted(answer)
    said = read_refusal(answer)
    details = read_details(answer.json())
    text = f"{said.code} {details} {said.message}"
    ending = f": {said.message}" if said.message else "."
    if not 400 <= answer.status < 500 or answer.status in (408, 499):
        return submit_error(answer, model=submission.model)
    if _WRONG_KEY.search(text):
        # Google quotes no key, but its words tell nothing more either.
        return Refused("The provider does not accept the API key.", code="provider_key", retryable=True)
    if _NO_CREDIT.search(text):
        return Refused(f"The provider's account is out of credit{ending}", code="no_credit", retryable=True)
    if answer.status == 429:
        wait = answer.retry_after or read_retry_delay(answer.json())
        return Busy("The provider is limiting how much it takes.", retry_after=wait)
    if answer.status in (401, 403):
        return submit_error(answer, model=submission.model)
    if _CONTENT.search(text):
        return Refused(
            f"The provider's content rules refused this{ending}", code="moderation_blocked", charged="unknown"
        )
    if _NO_MODEL.search(said.message):
        return Refused(f"The provider has no model {submission.model}{ending}", code="unknown_model")
    if answer.status == 400:
        for pattern, code, start in _ABOUT:
            # What is wrong with a remix is only said of one.
            if pattern.search(said.message) and (code != "remix_source_gone" or submission.remix_of):
                return Refused(f"{start}{ending}", code=code)
    return submit_error(answer, model=submission.model)


def is_wrong_key(answer: Answer) -> bool:
    """Whether an answer says that the API key is none."""
    return (
        answer.status in (400, 401) and _WRONG_KEY.search(answer.body.decode("utf-8", "replace")) is not None
    )


def is_content_refusal(*texts: str | None) -> bool:
    """Do Google's words about a failure speak of content rules?"""
    return any(_CONTENT.search(text) for text in texts if text)


def read_retry_delay(data: Any) -> float | None:
    """Seconds by google.rpc.RetryInfo: `"retryDelay": "37s"`."""
    for detail in _details(data):
        if "retryDelay" in detail:
            return read_number(detail["retryDelay"])
    return None


def read_details(data: Any) -> str:
    """The status and reasons in a google.rpc.Status, as words."""
    error = data.get("error") if isinstance(data, Mapping) else None
    status = error.get("status") if isinstance(error, Mapping) else None
    words = [str(status or ""), *(str(detail.get("reason") or "") for detail in _details(data))]
    return " ".join(word for word in words if word)


def _unlisted(answer: Answer) -> Answer:
    data = answer.json()
    is_listed = isinstance(data, list) and bool(data) and isinstance(data[0], Mapping)
    return replace(answer, body=orjson.dumps(data[0])) if is_listed else answer


def _details(data: Any) -> list[Mapping[str, Any]]:
    error = data.get("error") if isinstance(data, Mapping) else None
    listed = error.get("details") if isinstance(error, Mapping) else None
    return [detail for detail in listed if isinstance(detail, Mapping)] if isinstance(listed, list) else []
