"""Checks a request against what its model can do and works out what will be made.

Pure: no database, no files. Everything that can be refused is refused here, before anything is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from rushes.errors import Invalid, PaymentRequired
from rushes.providers.model import Model
from rushes.providers.protocol import Offer
from rushes.providers.registry import Providers
from rushes.providers.retirement import check_lifecycle
from rushes.videos.inputs import Inputs, check_inputs, has_sound, with_defaults
from rushes.videos.present import seconds_text
from rushes.videos.queries import VideoRow


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request comes to: the model that serves it, and size, length, sound and price that it takes."""

    offer: Offer
    model: str
    size: str
    seconds: float
    audio: bool | None
    cost_estimate: float | None


def plan(
    offer: Offer,
    *,
    asked_model: str | None,
    size: str | None,
    seconds: float | None,
    inputs: Inputs,
    n: int,
    max_cost_usd: float | None,
    deadline: float | None,
    now: float,
) -> Plan:
    """Raises `Invalid` naming the field (`model_retired`, `unsupported_size`, `unsupported_seconds` and those
    of `check_inputs`), or `PaymentRequired`."""
    model = offer.model
    check_lifecycle(offer, asked=asked_model, now=now)
    chosen_size = _size(model, size)
    chosen_seconds = _seconds(model, seconds)
    check_inputs(offer, inputs)
    audio = has_sound(model, inputs.audio)
    if deadline is not None and deadline <= now:
        raise Invalid(deadline="lies in the past")
    cost = _price(model, size=chosen_size, seconds=chosen_seconds, audio=audio, options=inputs.options)
    if max_cost_usd is not None:
        if cost is None:
            raise PaymentRequired(
                f"The price of {offer.id} is not known, so max_cost_usd cannot be kept.", code="price_unknown"
            )
        if cost * n > max_cost_usd:
            raise PaymentRequired(
                f"This would cost about ${cost * n:.2f}, more than max_cost_usd (${max_cost_usd:.2f}).",
                code="over_max_cost",
            )
    return Plan(offer, asked_model or offer.id, chosen_size, chosen_seconds, audio, cost)


def price_again(providers: Providers, row: VideoRow, *, now: float) -> float | None:
    """What another attempt at a video costs by today's prices; what it was told to cost where its model is
    not offered any more, which its provider will say.

    Raises `Invalid` for a model that has ended since, or `PaymentRequired` when it has become dearer than the
    video may be.
    """
    provider = providers.get(row.provider)
    models = provider.capabilities.models if provider else ()
    model = next((model for model in models if model.name == row.provider_model), None)
    if provider is None or model is None:
        return cast("float | None", row.cost_estimate)
    check_lifecycle(Offer(row.provider, model, provider.capabilities), asked=row.model, now=now)
    cost = _price(model, size=row.size, seconds=row.seconds, audio=row.audio, options=row.options or {})
    if row.max_cost_usd is not None and cost is not None and cost > row.max_cost_usd:
        raise PaymentRequired(
            f"It has become dearer: about ${cost:.2f} now, more than its max_cost_usd "
            f"(${row.max_cost_usd:.2f}).",
            code="over_max_cost",
        )
    return cost


def _price(
    model: Model, *, size: str, seconds: float, audio: bool | None, options: Mapping[str, Any]
) -> float | None:
    if model.price is None:
        return None
    return model.price.of(size=size, seconds=seconds, audio=audio, options=with_defaults(model, options))


def _size(model: Model, asked: str | None) -> str:
    if asked is None:
        return model.default_size
    size = asked.lower().replace("×", "x")
    width, height = (int(side) for side in size.split("x"))
    rule = model.size_rule
    if size in model.sizes or (rule is None and not model.sizes):
        return size
    if rule is not None:
        if all(rule.min <= side <= rule.max and side % rule.step == 0 for side in (width, height)):
            return size
        kind = "even" if rule.step == 2 else f"multiples of {rule.step}"
        raise Invalid(
            size=f"{size} cannot be made: both sides must be {kind}, from {rule.min} to {rule.max} pixels",
            code="unsupported_size",
        )
    raise Invalid(
        size=f"{size} cannot be made by {model.name}: it makes {', '.join(model.sizes)}",
        code="unsupported_size",
    )


def _seconds(model: Model, asked: float | None) -> float:
    if asked is None:
        return model.default_seconds
    if model.seconds_values is not None and seconds_text(asked) not in model.seconds_values:
        raise Invalid(
            seconds=f"must be {', '.join(model.seconds_values)} for {model.name}", code="unsupported_seconds"
        )
    if model.seconds is not None and not model.seconds[0] <= asked <= model.seconds[1]:
        low, high = (seconds_text(bound) for bound in model.seconds)
        raise Invalid(
            seconds=f"must be between {low} and {high} for {model.name}", code="unsupported_seconds"
        )
    step = model.seconds_step
    # A step of a tenth is no exact number: what is meant must not fail by a rounding.
    if step is not None and abs(asked / step - round(asked / step)) > 1e-6:
        raise Invalid(
            seconds=f"must be a multiple of {seconds_text(step)} for {model.name}", code="unsupported_seconds"
        )
    return asked
