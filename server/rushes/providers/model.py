"""What one model of a provider takes, and what it costs: plain data, in the studio's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# What a file that goes with a prompt is for.
Role = Literal["first_frame", "last_frame", "subject", "style", "video", "audio"]


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Any size whose sides lie in `min`…`max` pixels and are multiples of `step`."""

    min: int
    max: int
    step: int


@dataclass(frozen=True, slots=True)
class ImageRule:
    """What a model takes for a picture: `max_bytes` of the file, `aspect` as the least and greatest width /
    height, `min_side` and `max_side` in pixels. A picture is scaled and padded to fit, never cropped."""

    max_bytes: int | None = None
    aspect: tuple[float, float] | None = None
    min_side: int | None = None
    max_side: int | None = None
    types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class Rate:
    """USD for a second of video and for a video as a whole. It holds where `size`, `audio` and `options` are
    as given here; what is left out holds for any."""

    per_second: float = 0.0
    per_video: float = 0.0
    size: str | None = None
    audio: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, *, size: str, audio: bool | None, options: Mapping[str, Any]) -> bool:
        return (
            self.size in (None, size)
            and self.audio in (None, bool(audio))
            and all(options.get(name) == value for name, value in self.options.items())
        )


@dataclass(frozen=True, slots=True)
class Price:
    """A price table: the first of its `rates` that fits holds. `as_of` is the ISO date on which it was read
    at `source` (an address; None for one that the operator set)."""

    rates: tuple[Rate, ...]
    as_of: str | None = None
    source: str | None = None

    def of(
        self,
        *,
        size: str,
        seconds: float,
        audio: bool | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> float | None:
        """USD for one video, None when no rate is known for it."""
        for rate in self.rates:
            if rate.fits(size=size, audio=audio, options=options or {}):
                return round(rate.per_second * seconds + rate.per_video, 6)
        return None


# USD; nobody asks so much for one thing, so that a figure above it is none.
_MOST = 100_000.0


def plausible_cost(cost: float | None) -> float | None:
    """USD that a provider says something cost; None for what cannot be true, as for what it does not say. A
    negative sum would give people a larger budget."""
    return cost if cost is not None and 0 <= cost <= _MOST else None


def flat_price(per_second: float | None, *, as_of: str | None = None) -> Price | None:
    """One rate for everything a model makes; None for one that nobody knows."""
    return None if per_second is None else Price((Rate(per_second=per_second),), as_of=as_of)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How long a model will be there: `ends_on` is an ISO date, `replacement` another of its provider's."""

    state: Literal["active", "preview", "deprecated", "retired"] = "active"
    ends_on: str | None = None
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """What one model of a provider takes. `seconds` is a range, `seconds_values` a list of choices.

    `references` are the roles of files that it takes, `needs_image` says that it makes nothing without a
    first frame. `audio` says whether its videos have sound: `optional` may be chosen. `options` is a JSON
    Schema whose properties a request's `options` may set.
    """

    name: str
    label: str
    description: str = ""
    sizes: tuple[str, ...] = ()
    size_rule: SizeRule | None = None
    default_size: str = "1280x720"
    seconds: tuple[float, float] | None = None
    seconds_values: tuple[str, ...] | None = None
    seconds_step: float | None = None
    default_seconds: float = 8
    references: tuple[Role, ...] = ()
    needs_image: bool = False
    image: ImageRule = ImageRule()
    audio: Literal["none", "always", "optional"] = "none"
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: bool = True
    prompt_max: int | None = None
    remix: bool = False
    price: Price | None = None
    lifecycle: Lifecycle = Lifecycle()

    @property
    def image_input(self) -> bool:
        """Whether it can start from a picture."""
        return "first_frame" in self.references

    @property
    def price_per_second(self) -> float | None:
        """USD at its default size; None if that is unknown or not all of the price."""
        if self.price is None:
            return None
        base = self.price.of(size=self.default_size, seconds=0.0)
        with_a_second = self.price.of(size=self.default_size, seconds=1.0)
        return with_a_second if base == 0.0 else None
