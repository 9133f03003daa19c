"""Keeps secrets out of logs, by the names of fields and by the looks of values.

Whoever writes a log line should not log secrets; this is for the line that does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

_MASK = "[redacted]"
_SHORT = 40
_NUMBERS = (int, float, bool, type(None))

_SECRET_NAMES = re.compile(
    r"(^|[_-])(authorization|cookie|set-cookie|password|passwd|passcode|secret|token|signature|credential|api[_-]?key"
    r"|jwt|refresh|private[_-]?key)s?($|[_-](hash|value|header))",
    re.IGNORECASE,
)
# What most texts of a log are, and no secret is: ids of ours and of requests, and addresses made of them.
_ID = r"(?:video|user|space|session|collection|asset|submission)_[0-9a-hjkmnp-tv-z]{26}"
_HARMLESS = re.compile(rf"(?:[0-9a-f]{{32}}|{_ID}|/api(?:/[a-z]{{1,20}}|/{_ID})*)")

_SECRET_TEXTS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a JWT
    r"|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}"
    r"|\b(?:sk|rk|rr|hf|r8|gsk|key|luma)[-_][\w-]{12,}|\bAIza[\w-]{20,}"  # API keys, ours and vendors'
    r"|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"  # bcrypt
    r"|(?<=://)[^\s:/@]*:[^\s@/]+(?=@)"  # user:password in an address
    r"|(?<=[?&])((?:signature|token|access_token|api_key|key|password|X-Amz-Signature)=)[^&\s\"']+",
    re.IGNORECASE,
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks what is, or looks like, a secret."""
    return {name: value if type(value) in _NUMBERS else _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if value and _is_secret_name(name):
            return _MASK
        if _HARMLESS.fullmatch(value):
            return value
        return _known_text(value) if len(value) <= _SHORT else without_secrets(value)
    if isinstance(value, Mapping):
        return {inner: _clean(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, held) for held in value]
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value


@lru_cache(maxsize=1024)
def _is_secret_name(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


@lru_cache(maxsize=1024)
def _known_text(text: str) -> str:
    """Most short texts of a log are always the same few: methods, states, addresses."""
    return without_secrets(text)


def without_secrets(text: str) -> str:
    """`text` with everything masked that looks like a secret."""
    return _SECRET_TEXTS.sub(lambda found: (found[1] or "") + _MASK, text)
