"""Keeps a provider's key out of what the provider says: some repeat what they were sent when they refuse it.

masked("Bad key sk-live-1234.", "sk-live-1234")     # "Bad key …."
"""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

# Shorter ones are words of any sentence.
_SHORTEST = 8
_MASK = "…"


def masked(text: str, key: str | None) -> str:
    """The text without the key, however it is written: as it is, in an address, in JSON, or cut off where the
    text ends."""
    if not key or len(key) < _SHORTEST:
        return text
    escaped = json.dumps(key)[1:-1]
    spellings = {key, quote(key, safe=""), quote_plus(key), quote(key), escaped, escaped.replace("/", "\\/")}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, _MASK)
    return _without_beginning(text, key)


def _without_beginning(text: str, key: str) -> str:
    """Long texts are shortened, which may cut through the key."""
    end = text.removesuffix(_MASK)
    for length in range(min(len(key) - 1, len(end)), _SHORTEST - 1, -1):
        if end.endswith(key[:length]):
            return end[:-length] + _MASK
    return text
