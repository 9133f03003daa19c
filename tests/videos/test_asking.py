"""What a request comes to with a model's limits, and what is refused before anything is stored."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.errors import Invalid, PaymentRequired
from rushes.providers.model import Model, SizeRule, flat_price
from rushes.providers.protocol import Capabilities, Offer
from rushes.videos.asking import Plan, plan
from rushes.videos.inputs import Inputs

CHOICES = Model("choices", "Choices", sizes=("1280x720", "720x1280"), seconds_values=("4", "8", "12"))
RANGES = Model(
    "ranges",
    "Ranges",
    size_rule=SizeRule(128, 1920, 2),
    seconds=(1, 60),
    seconds_step=0.1,
    price=flat_price(0.1),
    references=("first_frame",),
)
ANYTHING = Model("anything", "Anything", default_seconds=5)


def planned(model: Model, **asked: Any) -> Plan:
    offer = Offer("gpu", model, Capabilities(models=(model,), concurrency=1))
    defaults: dict[str, Any] = {
        "asked_model": None,
        "size": None,
        "seconds": None,
        "inputs": Inputs("a fox"),
        "n": 1,
        "max_cost_usd": None,
        "deadline": None,
        "now": 1000.0,
    }
    return plan(offer, **{**defaults, **asked})


def test_what_is_left_out_is_the_models_own() -> None:
    assert (planned(ANYTHING).size, planned(ANYTHING).seconds) == ("1280x720", 5)
    assert planned(ANYTHING).model == "gpu/anything"
    assert planned(ANYTHING, asked_model="sora-2").model == "sora-2"


@pytest.mark.parametrize(
    ("model", "asked", "field", "code"),
    [
        (CHOICES, {"size": "640x480"}, "size", "unsupported_size"),
        (CHOICES, {"seconds": 5.0}, "seconds", "unsupported_seconds"),
        (RANGES, {"size": "127x720"}, "size", "unsupported_size"),
        (RANGES, {"size": "1922x720"}, "size", "unsupported_size"),
        (RANGES, {"size": "1281x720"}, "size", "unsupported_size"),
        (RANGES, {"seconds": 0.5}, "seconds", "unsupported_seconds"),
        (RANGES, {"seconds": 61.0}, "seconds", "unsupported_seconds"),
        (RANGES, {"seconds": 2.25}, "seconds", "unsupported_seconds"),
        (CHOICES, {"inputs": Inputs("x", ["first_frame"])}, "references", "unsupported_reference"),
        (RANGES, {"deadline": 999.0}, "deadline", "validation_failed"),
    ],
)
def test_what_the_model_lacks_is_refused_by_name(
    model: Model, asked: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        planned(model, **asked)
    assert refused.value.code == code
    assert list(refused.value.details["fields"]) == [field]


@pytest.mark.parametrize("size", ["128x128", "1920x1920", "1280x720", "1280×720"])
def test_sizes_within_the_rule_are_taken(size: str) -> None:
    assert planned(RANGES, size=size).size == size.replace("×", "x")


@pytest.mark.parametrize("seconds", [1.0, 1.1, 2.3, 59.9])
def test_a_step_of_a_tenth_is_met_by_every_tenth(seconds: float) -> None:
    assert planned(RANGES, seconds=seconds).seconds == seconds


def test_the_price_is_that_of_the_length_that_will_be_made() -> None:
    assert planned(RANGES, seconds=12.0).cost_estimate == pytest.approx(1.2)
    assert planned(CHOICES).cost_estimate is None


def test_a_dearer_one_is_refused_and_so_is_an_unknown_price() -> None:
    with pytest.raises(PaymentRequired) as over:
        planned(RANGES, seconds=10.0, n=2, max_cost_usd=1.99)
    assert over.value.code == "over_max_cost"
    assert planned(RANGES, seconds=10.0, n=2, max_cost_usd=2.0).cost_estimate == pytest.approx(1.0)
    with pytest.raises(PaymentRequired) as unknown:
        planned(CHOICES, max_cost_usd=100)
    assert unknown.value.code == "price_unknown"
