"""What people see of models: what each takes and costs, how long it will be there, and what is wrong with the
default."""

from __future__ import annotations

from typing import Any

import structlog

from rushes.errors import Invalid, Unavailable
from rushes.providers.model import ImageRule, Lifecycle, Model, Price
from rushes.providers.protocol import Offer
from rushes.providers.registry import Providers
from rushes.providers.retirement import check_lifecycle, has_ended, replacement_of
from rushes.studio import Studio
from rushes.videos.inputs import longest_prompt
from rushes.videos.present import seconds_text

log = structlog.get_logger(__name__)


def models_view(studio: Studio) -> dict[str, Any]:
    """`offer_models.Models`: those that have not ended."""
    now, providers = studio.clock.now(), studio.providers
    return {
        "models": [
            model_view(offer, now=now) for offer in providers.offers() if not has_ended(offer.model, now=now)
        ],
        "default": providers.default_model,
        "default_problem": default_problem(providers, now=now),
    }


def default_problem(providers: Providers, *, now: float) -> dict[str, Any] | None:
    """`offer_models.DefaultProblem` when what stands in where no model is named has ended, else None. May be
    unable to say, as long as a provider's models are not known: then None too."""
    try:
        check_lifecycle(providers.resolve(None), asked=None, now=now)
    except Invalid as error:
        if error.code == "model_retired":
            named = {name: error.details[name] for name in ("setting", "model", "replacement")}
            return {"code": error.code, "message": error.message, **named}
        if error.code == "default_not_offered":
            named = {"setting": "DEFAULT_VIDEO_MODEL", "model": providers.default_model, "replacement": None}
            return {"code": error.code, "message": error.message, **named}
    except Unavailable:
        return None
    return None


def warn_of_ended(studio: Studio) -> None:
    """Says in the log which settings name a model that has ended. They are no reason not to start: requests
    that need them are answered with what to use instead."""
    now, providers = studio.clock.now(), studio.providers
    problem = default_problem(providers, now=now)
    if problem is not None:
        log.warning("default_model_retired", **problem)
    for alias in studio.settings.model_aliases:
        try:
            check_lifecycle(providers.resolve(alias), asked=alias, now=now)
        except Invalid as error:
            if error.code == "model_retired":
                log.warning("alias_of_retired_model", alias=alias, message=error.message)
        except Unavailable:
            continue


def model_view(offer: Offer, *, now: float) -> dict[str, Any]:
    """`offer_models.ModelView`."""
    model, can = offer.model, offer.capabilities
    rule = model.size_rule
    return {
        "id": offer.id,
        "name": model.name,
        "provider": offer.provider,
        "label": model.label,
        "description": model.description,
        "embedded": can.embedded,
        "sizes": list(model.sizes),
        "size_rule": {"min": rule.min, "max": rule.max, "step": rule.step} if rule else None,
        "seconds": {"min": model.seconds[0], "max": model.seconds[1]} if model.seconds else None,
        "seconds_values": list(model.seconds_values) if model.seconds_values else None,
        "seconds_step": model.seconds_step,
        "default_size": model.default_size,
        "default_seconds": seconds_text(model.default_seconds),
        "image_input": model.image_input,
        "references": list(model.references),
        "needs_image": model.needs_image,
        "image": _image_view(model.image) if _takes_pictures(model) else None,
        "audio": model.audio,
        "options": dict(model.options),
        "seed": model.seed,
        "prompt_max": longest_prompt(model),
        "remix": model.remix,
        "cancel": can.cancel,
        "price_per_second": model.price_per_second,
        "price": _price_view(model.price) if model.price else None,
        "resubmit_safe": can.resubmit_safe,
        "lifecycle": _lifecycle_view(offer, now=now),
    }


def _takes_pictures(model: Model) -> bool:
    return bool({"first_frame", "last_frame", "subject", "style"}.intersection(model.references))


def _image_view(rule: ImageRule) -> dict[str, Any]:
    return {
        "max_bytes": rule.max_bytes,
        "aspect": rule.aspect,
        "min_side": rule.min_side,
        "max_side": rule.max_side,
        "types": list(rule.types),
    }


def _price_view(price: Price) -> dict[str, Any]:
    rates = [
        {
            "per_second": rate.per_second,
            "per_video": rate.per_video,
            "size": rate.size,
            "audio": rate.audio,
            "options": dict(rate.options),
        }
        for rate in price.rates
    ]
    return {"as_of": price.as_of, "source": price.source, "rates": rates}


def _lifecycle_view(offer: Offer, *, now: float) -> dict[str, Any]:
    life: Lifecycle = offer.model.lifecycle
    goes = life.state in ("deprecated", "retired") or life.ends_on is not None
    return {
        "state": "retired" if has_ended(offer.model, now=now) else life.state,
        "ends_on": life.ends_on,
        "replacement": replacement_of(offer, now=now) if goes else None,
    }
