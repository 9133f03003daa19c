"""What goes into a video beside size and length: what a model does not take is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.errors import Invalid
from rushes.providers.model import Model, Price, Rate
from rushes.providers.protocol import Capabilities, Offer
from rushes.videos.asking import plan
from rushes.videos.inputs import Inputs, check_inputs, has_sound, taken_options

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "resolution": {"enum": ["720p", "1080p"], "default": "720p"},
        "loop": {"type": "boolean"},
        "guidance": {"type": "number", "minimum": 0, "maximum": 1},
        "steps": {"type": "integer", "minimum": 1},
        "negative": {"type": "string", "maxLength": 10},
        "tone": {"type": ["string", "null"]},
        "points": {"type": "array", "items": {"type": "number"}},
    },
}


def offer(**changes: Any) -> Offer:
    given: dict[str, Any] = {"references": ("first_frame", "last_frame"), "options": SCHEMA, **changes}
    model = Model("veo", "Veo", **given)
    return Offer("google", model, Capabilities(models=(model,), concurrency=1))


def refusal(to: Offer, inputs: Inputs) -> tuple[str, dict[str, str]]:
    with pytest.raises(Invalid) as refused:
        check_inputs(to, inputs)
    return refused.value.code, refused.value.details["fields"]


@pytest.mark.parametrize(
    ("changes", "asked", "code", "fields"),
    [
        (
            {},
            {"roles": ["style"]},
            "unsupported_reference",
            {"references": "cannot have the role style: google/veo takes a first frame and a last frame"},
        ),
        (
            {"references": ()},
            {"roles": ["first_frame"]},
            "unsupported_reference",
            {"references": "cannot be used: google/veo makes videos from text alone"},
        ),
        (
            {"references": ()},
            {"roles": ["first_frame"], "uploaded": True},
            "unsupported_reference",
            {"input_reference": "cannot be used: google/veo makes videos from text alone"},
        ),
        (
            {"needs_image": True},
            {"roles": ["last_frame"]},
            "image_needed",
            {"references": "must name a first frame: google/veo makes videos from a picture only"},
        ),
        (
            {},
            {"audio": True},
            "unsupported_audio",
            {"audio": "cannot be made: videos of google/veo have no sound"},
        ),
        (
            {"audio": "always"},
            {"audio": False},
            "unsupported_audio",
            {"audio": "cannot be left out: videos of google/veo always have sound"},
        ),
        (
            {"seed": False},
            {"seed": 7},
            "unsupported_seed",
            {"seed": "cannot be chosen: google/veo takes none. Leave it out"},
        ),
        (
            {"prompt_max": 5},
            {},
            "prompt_too_long",
            {"prompt": "must be at most 5 characters for google/veo"},
        ),
    ],
)
def test_what_the_model_does_not_take(
    changes: dict[str, Any], asked: dict[str, Any], code: str, fields: dict[str, str]
) -> None:
    assert refusal(offer(**changes), Inputs("a fox in snow", **asked)) == (code, fields)


@pytest.mark.parametrize(
    ("options", "name", "words"),
    [
        ({"resolution": "4k"}, "resolution", "must be 720p or 1080p"),
        ({"loop": "yes"}, "loop", "must be true or false"),
        ({"loop": 1}, "loop", "must be true or false"),
        ({"guidance": 1.5}, "guidance", "must be a number from 0 to 1"),
        ({"guidance": True}, "guidance", "must be a number from 0 to 1"),
        ({"steps": 0}, "steps", "must be a whole number of at least 1"),
        ({"steps": 2.5}, "steps", "must be a whole number of at least 1"),
        ({"negative": "far too many words"}, "negative", "must be text of at most 10 characters"),
        ({"tone": 3}, "tone", "must be text or null"),
        ({"points": [1, "x"]}, "points", "'x' is not of type 'number'"),
        (
            {"turbo": True},
            "turbo",
            "is no option of google/veo: it takes resolution, loop, guidance, steps, negative, tone and "
            "points",
        ),
    ],
)
def test_an_option_says_what_is_allowed(options: dict[str, Any], name: str, words: str) -> None:
    assert refusal(offer(), Inputs("x", options=options)) == (
        "unsupported_option",
        {f"options.{name}": words},
    )


def test_every_wrong_option_is_named() -> None:
    _, fields = refusal(offer(), Inputs("x", options={"loop": 3, "a": 1, "code": 2, "steps": 0}))
    assert sorted(fields) == ["options.a", "options.code", "options.loop", "options.steps"]


def test_what_is_allowed_passes() -> None:
    options = {"resolution": "1080p", "loop": False, "guidance": 0.5, "steps": 30, "tone": None}
    check_inputs(offer(), Inputs("x", roles=["first_frame", "last_frame"], seed=1, options=options))
    check_inputs(offer(options={}), Inputs("x"))


def test_a_model_without_options_takes_none() -> None:
    code, fields = refusal(offer(options={}), Inputs("x", options={"loop": True}))
    assert (code, fields) == (
        "unsupported_option",
        {"options.loop": "is no option of google/veo: it takes none"},
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "nonsense"}}},
        {"properties": {"a": {"$ref": "https://vendor.example/schema.json"}}},
        {"properties": {"a": {"$ref": "#/nowhere"}}},
    ],
)
def test_a_schema_that_makes_no_sense_is_no_crash(schema: dict[str, Any]) -> None:
    code, fields = refusal(offer(options=schema), Inputs("x", options={"a": 1}))
    assert code == "unsupported_option"
    assert fields["options"].startswith("cannot be checked")


def test_required_options() -> None:
    needs = offer(options={**SCHEMA, "required": ["steps"]})
    assert refusal(needs, Inputs("x")) == ("unsupported_option", {"options.steps": "is required"})
    assert taken_options(needs, {"loop": True}) == {"loop": True}


def test_of_options_for_another_model_those_stay_that_this_one_takes() -> None:
    assert taken_options(offer(), {"loop": True, "steps": 0, "turbo": 3, "guidance": 1}) == {
        "loop": True,
        "guidance": 1,
    }


@pytest.mark.parametrize(
    ("model", "asked", "made"),
    [
        ("none", None, None),
        ("always", None, True),
        ("optional", None, False),
        ("optional", True, True),
        ("optional", False, False),
    ],
)
def test_sound_is_made_when_it_is_asked_for(model: Any, asked: bool | None, made: bool | None) -> None:
    assert has_sound(Model("m", "M", audio=model), asked) is made


def test_the_price_is_that_of_the_sound_and_the_options_even_if_left_out() -> None:
    rates = (
        Rate(per_second=0.4, options={"resolution": "1080p"}, audio=True),
        Rate(per_second=0.3, options={"resolution": "1080p"}),
        Rate(per_second=0.2, options={"resolution": "720p"}, audio=True),
        Rate(per_second=0.1, options={"resolution": "720p"}),
    )
    dear = offer(price=Price(rates), audio="optional")

    def cost(**asked: Any) -> float | None:
        return plan(
            dear,
            asked_model=None,
            size=None,
            seconds=10,
            inputs=Inputs("x", **asked),
            n=1,
            max_cost_usd=None,
            deadline=None,
            now=0.0,
        ).cost_estimate

    assert cost() == pytest.approx(1)
    assert cost(audio=True) == pytest.approx(2)
    assert cost(audio=True, options={"resolution": "1080p"}) == pytest.approx(4)
    assert cost(options={"resolution": "1080p"}) == pytest.approx(3)
