"""How a model's own schema is read, and how a request is written in its words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.standins.replicate import MODELS

from rushes.providers.inputs import Inputs
from rushes.providers.protocol import Refused, Submission


def inputs_of(properties: dict[str, Any], *, required: list[str] | None = None) -> Inputs:
    return Inputs({"properties": properties, "required": required or []}, {})


def asking(width: int = 1280, height: int = 720, seconds: float = 5.0, **more: Any) -> Submission:
    return Submission("key", "RX-1", "a fox", ("a fox",), "m", width, height, seconds, **more)


def test_choices_behind_references_become_sizes() -> None:
    schemas = MODELS["acme/waves-1"]["latest_version"]["openapi_schema"]["components"]["schemas"]
    inputs = Inputs(schemas["Input"], schemas)
    model = inputs.model("acme/waves-1", label="waves 1")
    assert model.sizes == ("1280x720", "854x480", "720x1280", "480x854", "720x720", "480x480")
    assert model.default_size == "1280x720"
    assert (model.seconds, model.seconds_step, model.default_seconds) == ((2.0, 10.0), 1.0, 5.0)
    assert (model.references, model.needs_image, model.seed) == (("first_frame",), False, True)
    assert model.prompt_max == 2500
    assert set(model.options["properties"]) == {"camera_fixed", "guidance"}
    assert inputs.fill(asking(480, 854, 3, seed=7, options={"guidance": 3}), files={}) == {
        "prompt": "a fox",
        "aspect_ratio": "9:16",
        "resolution": "480p",
        "duration": 3,
        "seed": 7,
        "guidance": 3,
    }


def test_frames_are_counted_where_seconds_are_not_known() -> None:
    schemas = MODELS["somebody/frames"]["latest_version"]["openapi_schema"]["components"]["schemas"]
    inputs = Inputs(schemas["Input"], schemas)
    model = inputs.model("somebody/frames", label="frames")
    assert model.needs_image
    assert model.seconds == (1.062, 7.562)
    assert model.size_rule is not None
    assert (model.size_rule.min, model.size_rule.max, model.size_rule.step) == (256, 1280, 16)
    assert model.default_size == "832x480"
    filled = inputs.fill(asking(832, 480, 5), files={"first_frame": ["https://x/1.png"]})
    assert filled == {
        "prompt": "a fox",
        "num_frames": 80,
        "width": 832,
        "height": 480,
        "start_image": "https://x/1.png",
    }


@pytest.mark.parametrize(
    ("field", "values", "sent"),
    [
        ({"enum": [5, 10]}, ("5", "10"), 10),
        ({"enum": ["5", "10"], "default": "10"}, ("5", "10"), "10"),
        ({"enum": ["5s", "10s"]}, ("5", "10"), "10s"),
    ],
)
def test_durations_are_sent_as_they_are_listed(
    field: dict[str, Any], values: tuple[str, ...], sent: Any
) -> None:
    inputs = inputs_of({"prompt": {"type": "string"}, "duration": field})
    assert inputs.model("m", label="m").seconds_values == values
    assert inputs.fill(asking(seconds=10), files={})["duration"] == sent


def test_sizes_that_are_listed_in_pixels() -> None:
    inputs = inputs_of({"size": {"enum": ["832*480", "1280*720"], "default": "1280*720"}})
    model = inputs.model("m", label="m")
    assert model.sizes == ("1280x720", "832x480")
    assert inputs.fill(asking(832, 480), files={}) == {"size": "832*480"}


def test_sound_is_a_switch_only_where_it_is_one() -> None:
    spoken = inputs_of({"audio": {"type": "boolean", "default": True}})
    assert spoken.model("m", label="m").audio == "optional"
    assert spoken.fill(asking(audio=False), files={}) == {"audio": False}
    assert spoken.fill(asking(), files={}) == {}
    driven = inputs_of({"audio_url": {"type": "string", "format": "uri"}})
    model = driven.model("m", label="m")
    assert (model.audio, model.references) == ("none", ("audio",))


def test_lists_of_pictures_are_lists() -> None:
    inputs = inputs_of({"reference_images": {"type": "array", "items": {"type": "string"}}})
    assert inputs.model("m", label="m").references == ("subject",)
    assert inputs.fill(asking(), files={"subject": ["a", "b"]}) == {"reference_images": ["a", "b"]}
    with pytest.raises(Refused) as refused:
        inputs.fill(asking(), files={"first_frame": ["a"]})
    assert refused.value.code == "invalid_image"


def test_nullable_choices_count_as_choices() -> None:
    inputs = inputs_of({"resolution": {"anyOf": [{"enum": ["720p", "4K"]}, {"type": "null"}]}})
    assert inputs.model("m", label="m").sizes == ("1280x720", "3840x2160")


def test_a_schema_that_says_nothing_still_makes_a_model() -> None:
    model = Inputs({}, {}).model("m", label="m")
    assert (model.sizes, model.seconds_values, model.references) == (("1280x720",), ("5",), ())
