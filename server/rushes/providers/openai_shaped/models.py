"""What is known about a server's models. `/v1/models` tells names only, so limits are guessed wide and the
server has the last word: what it does not take it refuses, at no cost."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rushes.providers.model import Model, SizeRule, flat_price
from rushes.providers.openai_shaped.dialect import Dialect

RETIRED = "OpenAI retired its video models on 24 September 2026. Use a server that still speaks /v1/videos."

_SORA = re.compile(r"(^|/)sora-2(-|$)")
_SIZES = ("1280x720", "720x1280")
# The one family that vLLM-Omni and SGLang both document sound for.
_SOUND = re.compile(r"cosmos-?3", re.IGNORECASE)
_PRO_SIZES = (*_SIZES, "1792x1024", "1024x1792")


def is_sora(name: str) -> bool:
    """One of OpenAI's own, also behind a gateway's prefix (`azure/sora-2`)."""
    return _SORA.search(name) is not None


def describe_model(name: str, *, price_per_second: float | None, dialect: Dialect) -> Model:
    """Sora's documented limits where the name says so, else wide ones, and what its server adds."""
    if is_sora(name):
        return Model(
            name=name,
            label=name,
            sizes=_PRO_SIZES if "-pro" in name else _SIZES,
            seconds_values=("4", "8", "12"),
            default_seconds=4,
            references=("first_frame",),
            options=dialect.schema,
            remix=True,
            price=flat_price(price_per_second),
        )
    return Model(
        name=name,
        label=name.rsplit("/", 1)[-1],
        sizes=("1280x720", "720x1280", "832x480", "480x832", "1024x1024"),
        size_rule=SizeRule(min=128, max=4096, step=8),
        seconds=(1, 60),
        seconds_step=1.0 if dialect.whole_seconds else None,
        default_seconds=4,
        references=("first_frame",),
        audio="optional" if dialect.sound and _SOUND.search(name) else "none",
        options=dialect.schema,
        price=flat_price(price_per_second),
    )


def model_names(data: object) -> list[str] | None:
    """The names in an answer of `/v1/models`, in its order; None if it is no such answer."""
    listed = data.get("data") if isinstance(data, Mapping) else data
    if not isinstance(listed, list):
        return None
    names = (entry.get("id") if isinstance(entry, Mapping) else entry for entry in listed)
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name))
