"""Models end: which have, what to use instead, and how that is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rushes.errors import Invalid
from rushes.providers.model import Model
from rushes.providers.protocol import Offer


def has_ended(model: Model, *, now: float) -> bool:
    """Whether it is retired, by its provider's word or because its last day (of UTC) is over."""
    ends_on = _date_of(model.lifecycle.ends_on)
    return model.lifecycle.state == "retired" or (
        ends_on is not None and ends_on < datetime.fromtimestamp(now, UTC).date()
    )


def replacement_of(offer: Offer, *, now: float) -> str | None:
    """The id of what to use instead: what the provider names, else its first model that stays."""
    others = {model.name: model for model in offer.capabilities.models if not has_ended(model, now=now)}
    others.pop(offer.model.name, None)
    named = (offer.model.lifecycle.replacement or "").removeprefix(f"{offer.provider}/")
    stay = [model.name for model in others.values() if model.lifecycle.state == "active"]
    found = named if named in others else next(iter(stay), None)
    return None if found is None else f"{offer.provider}/{found}"


def check_lifecycle(offer: Offer, *, asked: str | None, now: float) -> None:
    """Raises `Invalid`, code `model_retired`, for a model that has ended. `asked` is the name that was asked
    for, None where a default stands in."""
    if not has_ended(offer.model, now=now):
        return
    stood_in = asked is not None and asked not in (offer.id, offer.model.name)
    ends_on = offer.model.lifecycle.ends_on
    raise retired(
        offer.id,
        alias=asked if stood_in else None,
        setting="DEFAULT_VIDEO_MODEL" if asked is None else None,
        when=f" on {ends_on}" if ends_on else "",
        replacement=replacement_of(offer, now=now),
    )


def retired(
    model: str,
    *,
    replacement: str | None,
    alias: str | None = None,
    setting: str | None = None,
    when: str = "",
) -> Invalid:
    """What to say of a model that is retired: under which name it was asked for, or by which setting, and
    what to use instead. `details` has `model`, `setting` and `replacement` too."""
    instead = f"use {replacement} instead" if replacement else "choose another, GET /api/models has them"
    if setting is not None:
        words = f"must be named: {setting} is {model}, which was retired{when}"
    elif alias is not None:
        words = f"{alias} stands for {model} here, which was retired{when}"
    else:
        words = f"{model} was retired{when}"
    invalid = Invalid(model=f"{words}: {instead}", code="model_retired")
    invalid.details |= {"model": model, "setting": setting, "replacement": replacement}
    return invalid


def _date_of(text: str | None) -> date | None:
    """None for what is no date: a vendor's words must not end a model."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
