"""What a server's refusal means: an HTTP answer in, one of the studio's provider errors out. No network here.

A create that is answered with a definite no may be tried again or given up; one whose answer says nothing
certain is `Ambiguous`, because a second POST could pay for a second job.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from rushes.providers.protocol import Ambiguous, Busy, Down, ProviderError, Refused
from rushes.providers.wire.reading import is_moderation

LONGEST_WAIT = 3600.0

_MOVED = "The provider's address leads elsewhere: set its base URL to where it points."

# Neither says whether the request was taken: the server, or a proxy before it, stopped listening half-way.
_UNCERTAIN = (408, 499)
# Only codes and set phrases: an ordinary rate limit's advice also speaks of billing.
_NO_CREDIT = re.compile(r"insufficient_(quota|credit|funds|balance)|billing|budget_exceeded", re.IGNORECASE)
_NO_CREDIT_SAID = re.compile(
    r"exceeded your current quota|insufficient (credit|funds|balance)|budget has been exceeded", re.IGNORECASE
)
# Google answers 400 to a wrong key.
_NO_KEY = re.compile(r"api[ _]key (not valid|expired|not found)|API_KEY_INVALID", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"model_not_found|(unknown|invalid|unsupported) model|model mismatch"
    r"|model\b.{0,120}(not found|not exist|unknown)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `retry_after` is in seconds, at most an hour."""

    status: int
    body: bytes
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The decoded body, or None when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in the server's own words. `about` names the field it complains of."""

    message: str
    code: str | None = None
    kind: str | None = None
    about: str | None = None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `Retry-After-Ms` or `Retry-After` (seconds or an HTTP date), at most an hour.

    A date is measured against the server's own `Date`, so that a wrong clock on either side does no harm.
    """
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        try:
            seconds = float(text) * factor
        except ValueError:
            continue
        return _bounded(seconds) if math.isfinite(seconds) else None
    try:
        until = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    try:
        now = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        now = time.time()
    return _bounded(until.timestamp() - now)


def read_refusal(answer: Answer) -> Said:
    """The server's words in any of the envelopes in use: OpenAI's, FastAPI's, plain text, an HTML page."""
    data = answer.json()
    if isinstance(data, list) and len(data) == 1:
        # Google's OpenAI-shaped address wraps its errors in a list.
        data = data[0]
    if not isinstance(data, Mapping):
        text = answer.body[:4000].decode("utf-8", "replace")
        is_page = re.search(r"<(!doctype|html|head|body)\b", text, re.IGNORECASE) is not None
        return Said("" if is_page or data is not None else _shortened(text))
    error = data.get("error", data.get("detail", data))
    if isinstance(error, Mapping):
        message = error.get("message") or error.get("detail") or error.get("msg") or ""
        return Said(
            _shortened(str(message)),
            code=_word(error.get("code")),
            kind=_word(error.get("type")),
            about=_word(error.get("param")),
        )
    if isinstance(error, list):
        return _read_fields(error)
    return Said(_shortened(str(error)) if error else "", code=_word(data.get("code")))


def submit_error(answer: Answer, *, model: str, makes: str = "videos") -> ProviderError:
    """What a create that was not answered with 2xx means: Refused, Busy or Ambiguous. `makes` says what was
    to be made."""
    said, status = read_refusal(answer), answer.status
    if status == 402 or (400 <= status < 500 and _is_out_of_credit(said)):
        text = _sentence("The provider's account is out of credit", said)
        return Refused(text, code="no_credit", retryable=True)
    if status == 429:
        return Busy("The provider is limiting how much it takes.", retry_after=answer.retry_after)
    if status == 503 and answer.retry_after is not None:
        return Busy("The provider is too busy just now.", retry_after=answer.retry_after)
    if status >= 500 or status < 300 or status in _UNCERTAIN:
        return Ambiguous(f"The provider answered {status}, so nobody knows whether it took the job.")
    return _refused(status, said, model, makes)


def question_error(answer: Answer) -> Down:
    """What a question that was not answered with 2xx means: always Down, asking again is free."""
    status = answer.status
    if 300 <= status < 400:
        return Down(_MOVED, code="provider_address")
    if status == 401:
        return Down("The provider does not accept the API key.", code="provider_key")
    if status == 403:
        return Down("The provider's API key may not do this.", code="provider_key")
    if status == 429:
        text = "The provider asks for fewer questions."
        return Down(text, retry_after=answer.retry_after, code="provider_busy")
    return Down(f"The provider answered {status}.", retry_after=answer.retry_after)


def _refused(status: int, said: Said, model: str, makes: str) -> Refused:
    if 300 <= status < 400:
        return Refused(_MOVED, code="provider_address")
    if status == 401 or (status == 400 and _NO_KEY.search(said.message)):
        # Gateways quote the key that they were sent, so their words are not passed on.
        return Refused("The provider does not accept the API key.", code="provider_key", retryable=True)
    if is_moderation(said.code, said.kind, said.message):
        text = _sentence("The provider's content rules refused this", said)
        return Refused(text, code="moderation_blocked", charged="unknown")
    if said.about == "model" or _NO_MODEL.search(f"{said.code} {said.message}"):
        return Refused(_sentence(f"The provider has no model {model}", said), code="unknown_model")
    if status == 403:
        text = _sentence("The provider's API key may not do this", said)
        return Refused(text, code="provider_key", retryable=True)
    if status in (404, 405):
        text = _sentence(f"The provider makes no {makes} at this address", said)
        return Refused(text, code="provider_address", retryable=True)
    if status == 413:
        return Refused("The reference is too large for the provider.", code="payload_too_large")
    field = said.about or ""
    for name, code, sentence in (
        ("size", "unsupported_size", "The provider does not take this size"),
        ("seconds", "unsupported_seconds", "The provider does not take this duration"),
        ("input_reference", "invalid_image", "The provider does not take this image"),
    ):
        if field == name or (not field and re.search(rf"\b{name}\b", said.message)):
            return Refused(_sentence(sentence, said), code=code)
    if status == 409:
        return Refused(_sentence("The provider is at odds with another request", said), retryable=True)
    return Refused(_sentence("The provider refused this", said))


def _read_fields(errors: list[Any]) -> Said:
    """FastAPI's `detail: [{loc: ["body", "size"], msg, type}]`; `about` is "" for the body as a whole."""
    first = next((error for error in errors if isinstance(error, Mapping)), None)
    if first is None:
        return Said(_shortened("; ".join(str(error) for error in errors)))
    where = first.get("loc")
    names = [str(part) for part in where if part != "body"] if isinstance(where, list) else []
    about = names[0] if names else ("" if isinstance(where, list) else None)
    message = str(first.get("msg") or first.get("message") or "")
    return Said(
        _shortened(f"{about}: {message}" if about else message), kind=_word(first.get("type")), about=about
    )


def _sentence(start: str, said: Said) -> str:
    return f"{start}: {said.message}" if said.message else f"{start}."


def _shortened(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    return text if len(text) <= 300 else text[:299].rstrip() + "…"


def _is_out_of_credit(said: Said) -> bool:
    return bool(_NO_CREDIT.search(f"{said.code} {said.kind}") or _NO_CREDIT_SAID.search(said.message))


def _word(value: object) -> str | None:
    is_word = isinstance(value, (str, int)) and not isinstance(value, bool)
    return (str(value) or None) if is_word else None


def _bounded(seconds: float) -> float:
    return min(LONGEST_WAIT, max(0.0, seconds))
