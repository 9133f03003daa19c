"""What the servers' video objects say, as a `Job`: a pure reader that forgives every dialect met so far.

Facts behind it: OpenAI's own object (openai SDK, `types/video.py`); vLLM-Omni's `error.code` may be an
integer; SGLang's `error` may be a string or lack `code`; LiteLLM's ids are opaque; progress may be absent, a
float, null or past 100; unknown status words mean that work goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rushes.providers.protocol import Job, JobError, JobState
from rushes.providers.wire.reading import Unreadable, is_moderation, read_number, read_text, read_time

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
_OVERLOAD = re.compile(
    r"internal|server[_ ]error|timeout|timed out|overload|unavailable|capacity", re.IGNORECASE
)
_SLUG = re.compile(r"[a-z][a-z0-9_.-]{1,59}", re.IGNORECASE)


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
        prompt=read_text(data.get("prompt")),
        model=read_text(data.get("model")),
        size=_size(data),
        seconds=read_number(data.get("seconds")),
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


def _state(value: object) -> JobState:
    return _STATES.get(value.strip().lower(), "in_progress") if isinstance(value, str) else "in_progress"


def _error(data: Mapping[Any, Any]) -> JobError:
    error = data.get("error")
    code: str | None = None
    message: str | None = None
    if isinstance(error, Mapping):
        message = read_text(error.get("message")) or read_text(error.get("detail"))
        code = next((text for key in ("code", "type") if (text := read_text(error.get(key)))), None)
    else:
        message = read_text(error)
    if is_moderation(code, message):
        return JobError("moderation_blocked", message or "The provider's content rules refused it.")
    # A number such as vLLM-Omni's 500 says nothing to people and is no stable code.
    plain = code.lower() if code and _SLUG.fullmatch(code) else "provider_failed"
    retryable = bool(_OVERLOAD.search(f"{code} {message}")) or bool(code and re.fullmatch(r"5\d\d", code))
    return JobError(plain, message or "The provider gave no reason.", retryable=retryable)


def _progress(value: object) -> int | None:
    number = read_number(value.rstrip(" %")) if isinstance(value, str) else read_number(value)
    return None if number is None else int(min(100.0, max(0.0, number)))


def _size(data: Mapping[Any, Any]) -> str | None:
    size = read_text(data.get("size"))
    if size:
        return size.lower().replace("*", "x").replace(" ", "")
    width, height = read_number(data.get("width")), read_number(data.get("height"))
    return f"{int(width)}x{int(height)}" if width and height else None
