"""What the servers' video objects say, as a `Job`: a pure reader that forgives every dialect met so far.

Facts behind it: OpenAI's own object (openai SDK, `types/video.py`); vLLM-Omni's `error.code` may be an
integer; SGLang's `error` may be a string or lack `code`; LiteLLM's ids are opaque; progress may be absent, a
float, null or past 100; unknown status words mean that work goes on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rushes.providers.protocol import Job, JobError, JobState

_STATES: dict[str, JobState] = {
    "queued": "queued",
    "pending": "queued",
    "completed": "completed",
    "succeeded": "completed",
    "failed": "failed",
    "error": "failed",
    "expired": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_MODERATION = re.compile(r"moderat|content[_ ]?(policy|filter)|safety|sentinel|usage polic", re.IGNORECASE)
_OVERLOAD = re.compile(
    r"internal|server[_ ]error|timeout|timed out|overload|unavailable|capacity", re.IGNORECASE
)
_SLUG = re.compile(r"[a-z][a-z0-9_.-]{1,59}", re.IGNORECASE)


class Unreadable(ValueError):
    """It is no video object: not a JSON object, or one without an id."""


def parse_job(data: object) -> Job:
    """The job in one video object as decoded from JSON. Raises Unreadable."""
    if not isinstance(data, Mapping):
        raise Unreadable("not a JSON object")
    job_id = job_id_of(data)
    if job_id is None:
        raise Unreadable("no id")
    state = _state(data.get("status"))
    return Job(
        id=job_id,
        state=state,
        progress=100 if state == "completed" else _progress(data.get("progress")),
        error=_error(data) if state == "failed" else None,
        created_at=read_time(data.get("created_at")),
        expires_at=read_time(data.get("expires_at")),
        prompt=_text(data.get("prompt")),
        model=_text(data.get("model")),
        size=_size(data),
        seconds=_number(data.get("seconds")),
    )


def job_id_of(data: Mapping[Any, Any]) -> str | None:
    """The id, verbatim; some gateways name it otherwise or send a number."""
    for key in ("id", "video_id", "job_id"):
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def read_time(value: object) -> float | None:
    """Unix seconds from an integer, a float, milliseconds, digits or ISO 8601; None if it is none of them."""
    if isinstance(value, str) and not re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        try:
            moment = datetime.fromisoformat(value.strip())
        except (ValueError, OverflowError):
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    number = _number(value)
    if number is None or number <= 0:
        return None
    # Past the year 5000 in seconds, so these are milliseconds.
    return number / 1000 if number > 1e11 else number


def is_moderation(*texts: str | None) -> bool:
    """Does any of a refusal's code, type or message speak of content rules?"""
    return any(_MODERATION.search(text) for text in texts if text)


def _state(value: object) -> JobState:
    return _STATES.get(value.strip().lower(), "in_progress") if isinstance(value, str) else "in_progress"


def _error(data: Mapping[Any, Any]) -> JobError:
    error = data.get("error")
    code: str | None = None
    message: str | None = None
    if isinstance(error, Mapping):
        message = _text(error.get("message")) or _text(error.get("detail"))
        code = next((text for key in ("code", "type") if (text := _text(error.get(key)))), None)
    else:
        message = _text(error)
    if is_moderation(code, message):
        return JobError("moderation_blocked", message or "The provider's content rules refused it.")
    # A number such as vLLM-Omni's 500 says nothing to people and is no stable code.
    plain = code.lower() if code and _SLUG.fullmatch(code) else "provider_failed"
    retryable = bool(_OVERLOAD.search(f"{code} {message}")) or bool(code and re.fullmatch(r"5\d\d", code))
    return JobError(plain, message or "The provider gave no reason.", retryable=retryable)


def _progress(value: object) -> int | None:
    number = _number(value.rstrip(" %")) if isinstance(value, str) else _number(value)
    return None if number is None else int(min(100.0, max(0.0, number)))


def _size(data: Mapping[Any, Any]) -> str | None:
    size = _text(data.get("size"))
    if size:
        return size.lower().replace("*", "x").replace(" ", "")
    width, height = _number(data.get("width")), _number(data.get("height"))
    return f"{int(width)}x{int(height)}" if width and height else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value.strip().rstrip("s") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
