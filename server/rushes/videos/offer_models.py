"""The public shapes of what can be made and by whom: models, their limits and prices, and providers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from rushes.providers.model import Role


class SizeRuleView(BaseModel):
    min: int
    max: int
    step: int


class SecondsRange(BaseModel):
    min: float
    max: float


class ImageRuleView(BaseModel):
    """What is sent to the model of a picture: others are scaled and padded to it, never cropped. Sides are
    pixels, `aspect` the least and the greatest width / height."""

    max_bytes: int | None
    aspect: tuple[float, float] | None
    min_side: int | None
    max_side: int | None
    types: list[str]


class RateView(BaseModel):
    """USD. It holds for the `size`, `audio` and `options` given here; null holds for any."""

    per_second: float
    per_video: float
    size: str | None
    audio: bool | None
    options: dict[str, Any]


class PriceView(BaseModel):
    """The first of the `rates` that fits holds. `as_of` is the date on which it was read at `source`."""

    as_of: str | None
    source: str | None
    rates: list[RateView]


class LifecycleView(BaseModel):
    """How long a model will be there. `ends_on` is a date, `replacement` the id of what to use instead."""

    state: Literal["active", "preview", "deprecated", "retired"]
    ends_on: str | None
    replacement: str | None


class ModelView(BaseModel):
    """What a model takes. `embedded` ones are drawn on this machine, free and without AI.

    `references` are the roles of files that it takes; with `needs_image` it makes nothing without a first
    frame. `audio` says whether its videos have sound. `options` is the JSON Schema of its own options.
    """

    id: str
    name: str
    provider: str
    label: str
    description: str
    embedded: bool
    sizes: list[str]
    size_rule: SizeRuleView | None
    seconds: SecondsRange | None
    seconds_values: list[str] | None
    seconds_step: float | None
    default_size: str
    default_seconds: str
    image_input: bool
    references: list[Role]
    needs_image: bool
    image: ImageRuleView | None
    audio: Literal["none", "always", "optional"]
    options: dict[str, Any]
    seed: bool
    prompt_max: int
    remix: bool
    cancel: Literal["free", "charged", "none"]
    price_per_second: float | None
    price: PriceView | None
    resubmit_safe: bool
    lifecycle: LifecycleView


class DefaultProblem(BaseModel):
    """Why what a request without a model would get cannot be used: the `setting` that names it, and the id of
    a `replacement`."""

    code: str
    message: str
    setting: str
    model: str
    replacement: str | None


class Models(BaseModel):
    """The models that can be used, and the one that a request without a model gets."""

    models: list[ModelView]
    default: str
    default_problem: DefaultProblem | None


class ProviderView(BaseModel):
    """A provider and how it is. `retry_at` is when it will be asked again."""

    id: str
    kind: str
    name: str
    models: list[str]
    health: Literal["ok", "down", "unknown"]
    circuit: Literal["closed", "open", "half_open"]
    concurrency: int
    running: int
    waiting: int
    paused: bool
    retry_at: int | None
    last_error: str | None


class ProvidersView(BaseModel):
    providers: list[ProviderView]
