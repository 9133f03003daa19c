"""What an answer says that it has used: tokens, and money where a gateway tells it."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.providers.makers.protocol import Use
from rushes.providers.wire.reading import read_number


def read_use(data: object, cost: float | None = None) -> Use:
    """`usage` in OpenAI's words (of images `input_tokens`, of chat `prompt_tokens`), with OpenRouter's
    `cost`; `cost` in USD is what a header says."""
    usage = data.get("usage") if isinstance(data, Mapping) else None
    if not isinstance(usage, Mapping):
        return Use(cost=cost)
    said = read_number(usage.get("cost"))
    return Use(
        cost=cost if cost is not None else said if said is not None and said >= 0 else None,
        tokens_in=_count(usage, "prompt_tokens", "input_tokens"),
        tokens_out=_count(usage, "completion_tokens", "output_tokens"),
    )


def _count(usage: Mapping[str, object], *names: str) -> int | None:
    for name in names:
        count = read_number(usage.get(name))
        if count is not None and count >= 0:
            return int(count)
    return None
