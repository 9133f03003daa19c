"""Checks a request against what its model can do and works out what will be made.

Pure: no database, no files. Everything that can be refused is refused here, before anything is stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from rushes.errors import Invalid, PaymentRequired
from rushes.providers.model import Model
from rushes.providers.protocol import Offer
from rushes.providers.retirement import check_lifecycle
from rushes.videos.inputs import Inputs, check_inputs, has_sound, with_defaults
from rushes.videos.present import seconds_text


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
    cost = None
    if model.price is not None:
        options = with_defaults(model, inputs.options)
        cost = model.price.of(size=chosen_size, seconds=chosen_seconds, audio=audio, options=options)
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
