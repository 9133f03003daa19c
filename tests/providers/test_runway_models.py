"""What Runway's models are said to take, held against the types of its own SDK."""

from __future__ import annotations

import collections.abc
import typing
from pathlib import Path
from typing import Any

import pytest
import typing_extensions
from runwayml.types import (
    image_to_video_create_params,
    text_to_video_create_params,
    video_to_video_create_params,
)

from rushes.providers.model import Role
from rushes.providers.protocol import Reference, Submission
from rushes.providers.runway.bodies import Endpoint, endpoint_of, fields_of
from rushes.providers.runway.models import KNOWN, RETIRED, Known

_PARAMS: dict[Endpoint, Any] = {
    "text_to_video": text_to_video_create_params.TextToVideoCreateParams,
    "image_to_video": image_to_video_create_params.ImageToVideoCreateParams,
    "video_to_video": video_to_video_create_params.VideoToVideoCreateParams,
}
_ROLES: tuple[tuple[Role, ...], ...] = (
    *((), ("first_frame",), ("first_frame", "last_frame"), ("subject",)),
    *(("video",), ("audio",), ("video", "subject", "audio"), ("first_frame", "audio")),
)
_OPTIONS: dict[str, Any] = {"public_figure_threshold": "low", "negative_prompt": "rain", "cfg_scale": 0.7}


def hints_of(kind: Any) -> dict[str, Any]:
    return typing_extensions.get_type_hints(kind, include_extras=True)


def bare(hint: Any) -> Any:
    """Without `Required` and `Annotated`."""
    while typing.get_origin(hint) in (typing.Annotated, typing.Required, typing_extensions.Required):
        hint = typing.get_args(hint)[0]
    return hint


def is_required(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Required, typing_extensions.Required)


def params_of(endpoint: Endpoint, model: str) -> dict[str, Any] | None:
    """The SDK's types of a model's fields; None if it does not live at the endpoint."""
    for kind in typing.get_args(_PARAMS[endpoint]):
        hints = hints_of(kind)
        if model in typing.get_args(bare(hints["model"])):
            return hints
    return None


def complaints(value: Any, hint: Any, where: str) -> list[str]:
    """Where a value is not what the SDK's types say."""
    hint = bare(hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is object or hint is Any:
        return []
    if origin is typing.Literal:
        return [] if value in args else [f"{where}: {value!r} is none of {args}"]
    if origin is typing.Union:
        each = [complaints(value, arg, where) for arg in args]
        return min(each, key=len)
    if origin is collections.abc.Iterable:
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [text for n, item in enumerate(value) for text in complaints(item, args[0], f"{where}[{n}]")]
    if typing_extensions.is_typeddict(hint):
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        return wrong_fields(value, hints_of(hint), where)
    expected = (int, float) if hint is float else hint
    is_right = isinstance(value, expected) and (hint is bool or not isinstance(value, bool))
    return [] if is_right else [f"{where}: {value!r} is no {hint}"]


def wrong_fields(fields: dict[str, Any], hints: dict[str, Any], where: str = "") -> list[str]:
    missing = [name for name, hint in hints.items() if is_required(hint) and name not in fields]
    found = [f"{where}.{name} is missing" for name in missing]
    for name, value in fields.items():
        if name not in hints:
            found.append(f"{where}.{name} is unknown")
        else:
            found += complaints(value, hints[name], f"{where}.{name}")
    return found


def asking(known: Known, size: str, roles: tuple[Role, ...]) -> Submission:
    width, height = (int(side) for side in size.split("x"))
    return Submission(
        "key",
        "RX-1",
        "a fox",
        ("a fox",),
        known.model.name,
        width,
        height,
        known.model.default_seconds,
        seed=7,
        references=tuple(Reference(role, Path("x"), "image/png") for role in roles),
        audio=True,
        options={name: _OPTIONS[name] for name in known.model.options["properties"]},
    )


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model.name)
def test_whatever_may_be_asked_is_what_the_sdk_takes(known: Known) -> None:
    tried: set[Endpoint] = set()
    for roles in _ROLES:
        if not set(roles) <= set(known.model.references) or (known.model.needs_image and not roles):
            continue
        from_text = not {"first_frame"} & set(roles)
        sizes = known.text_sizes if from_text and known.text_sizes else known.model.sizes
        for size in sizes:
            submission = asking(known, size, roles)
            endpoint = endpoint_of(known, submission)
            files: dict[Role, list[str]] = {role: ["data:image/png;base64,eA=="] for role in roles}
            hints = params_of(endpoint, known.model.name)
            assert hints is not None, f"it is not at {endpoint}"
            assert wrong_fields(fields_of(known, submission, endpoint, files), hints) == []
            tried.add(endpoint)
    assert "image_to_video" in tried


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model.name)
def test_every_size_of_the_sdk_is_offered_and_no_other(known: Known) -> None:
    from_text, ever = set(), set()
    for endpoint in _PARAMS:
        hints = params_of(endpoint, known.model.name) or {}
        ratios = {ratio.replace(":", "x") for ratio in typing.get_args(bare(hints.get("ratio")))}
        ever |= ratios
        from_text |= ratios if endpoint == "text_to_video" else set()
    assert set(known.model.sizes) == ever
    assert set(known.text_sizes or known.model.sizes) == (from_text or ever)
    assert len(known.model.sizes) == len(set(known.model.sizes))
    # `needs_image` where the SDK has no way from text.
    assert known.model.needs_image is (params_of("text_to_video", known.model.name) is None)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model.name)
def test_sound_and_seeds_are_promised_where_the_sdk_has_them(known: Known) -> None:
    hints = params_of("image_to_video", known.model.name) or {}
    assert known.model.audio == ("optional" if "audio" in hints else "none")
    assert known.model.seed is ("seed" in hints)


@pytest.mark.parametrize("known", RETIRED, ids=lambda known: known.model.name)
def test_retired_models_are_gone_from_the_sdk_and_their_successors_are_not(known: Known) -> None:
    assert all(params_of(endpoint, known.model.name) is None for endpoint in _PARAMS)
    assert known.model.lifecycle.replacement in {other.model.name for other in KNOWN}


@pytest.mark.parametrize(
    ("model", "asked", "usd"),
    [
        ("gen4.5", {"size": "1280x720", "seconds": 5}, 0.6),
        ("gen4_turbo", {"size": "1280x720", "seconds": 10}, 0.5),
        ("veo3.1", {"size": "1280x720", "seconds": 8, "audio": True}, 3.2),
        ("veo3.1", {"size": "1280x720", "seconds": 8}, 1.6),
        ("veo3.1_fast", {"size": "1080x1920", "seconds": 4, "audio": True}, 0.6),
        ("seedance2", {"size": "640x640", "seconds": 4}, 1.44),
        ("seedance2", {"size": "1920x1080", "seconds": 4}, 1.6),
        ("seedance2", {"size": "3840x2160", "seconds": 4}, 6.0),
        ("seedance2_mini", {"size": "1280x720", "seconds": 4}, 0.64),
        ("seedance2_5", {"size": "854x480", "seconds": 4}, 0.8),
        ("seedance2_5", {"size": "1920x1080", "seconds": 4}, None),
        ("kling3.0_standard", {"size": "1280x720", "seconds": 3, "audio": True}, 0.39),
        ("kling3.0_pro", {"size": "1920x1080", "seconds": 5, "audio": True}, 0.85),
        ("kling3.0_pro", {"size": "1920x1080", "seconds": 5}, 0.6),
        ("klingO3_pro", {"size": "1920x1080", "seconds": 5}, None),
        ("happyhorse_1_0", {"size": "1440x1440", "seconds": 3}, 0.9),
    ],
)
def test_prices(model: str, asked: dict[str, Any], usd: float | None) -> None:
    [known] = [known for known in KNOWN if known.model.name == model]
    price = known.model.price
    assert (price.of(**asked) if price else None) == usd
    assert price is None or (price.as_of and price.source)
