"""What goes into a video beside size and length, checked against what its model takes.

    check_inputs(offer, Inputs("a fox", roles=("first_frame",), options={"style": "ink"}))

Pure: no database, no files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from rushes.errors import Invalid
from rushes.http.validation import refused
from rushes.providers.model import Model, Role
from rushes.providers.protocol import Offer
from rushes.videos.fields import PROMPT_MAX

_ROLES: dict[Role, str] = {
    "first_frame": "a first frame",
    "last_frame": "a last frame",
    "subject": "pictures of a subject",
    "style": "pictures for the style",
    "video": "a video",
    "audio": "a sound",
}
_KINDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was asked for. `roles` are those of the files; `uploaded` says that the first frame came with the
    request as `input_reference`."""

    prompt: str
    roles: Sequence[Role] = ()
    uploaded: bool = False
    seed: int | None = None
    audio: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def check_inputs(offer: Offer, asked: Inputs) -> None:
    """Raises `Invalid` for what the model does not take, naming the field and what it does take."""
    model = offer.model
    if len(asked.prompt) > longest_prompt(model):
        raise Invalid(
            prompt=f"must be at most {longest_prompt(model):,} characters for {offer.id}",
            code="prompt_too_long",
        )
    _check_roles(offer, asked)
    if asked.seed is not None and not model.seed:
        raise Invalid(seed=f"cannot be chosen: {offer.id} takes none. Leave it out", code="unsupported_seed")
    if asked.audio and model.audio == "none":
        raise Invalid(audio=f"cannot be made: videos of {offer.id} have no sound", code="unsupported_audio")
    if asked.audio is False and model.audio == "always":
        raise Invalid(
            audio=f"cannot be left out: videos of {offer.id} always have sound", code="unsupported_audio"
        )
    check_options(offer, asked.options)


def longest_prompt(model: Model) -> int:
    """In characters."""
    return min(PROMPT_MAX, model.prompt_max or PROMPT_MAX)


def has_sound(model: Model, asked: bool | None) -> bool | None:
    """Whether the video is to have sound: None for a model that makes none. One that can choose makes it only
    when it is asked, since it may cost more."""
    return {"none": None, "always": True, "optional": bool(asked)}[model.audio]


def with_defaults(model: Model, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options together with what the model takes for those that are left out."""
    properties = model.options.get("properties", {})
    defaults = {name: each["default"] for name, each in properties.items() if "default" in each}
    return {**defaults, **options}


def taken_options(offer: Offer, options: Mapping[str, Any]) -> dict[str, Any]:
    """Of options that were meant for another model, those that this one takes as well."""
    taken = {}
    for name, value in options.items():
        try:
            check_options(offer, {name: value}, whole=False)
        except Invalid:
            continue
        taken[name] = value
    return taken


def check_options(offer: Offer, options: Mapping[str, Any], *, whole: bool = True) -> None:
    """Raises `Invalid` naming each option that the model's schema does not allow. Unless they are the `whole`
    of them, others may be missing."""
    if not options and not offer.model.options:
        return
    try:
        complaints = list(_validator(orjson.dumps(offer.model.options)).iter_errors(dict(options)))
    except (SchemaError, Unresolvable) as error:
        raise Invalid(
            options=f"cannot be checked: what {offer.id} says of them makes no sense. Leave them out",
            code="unsupported_option",
        ) from error
    wrong: dict[str, str] = {}
    for complaint in complaints:
        if whole or complaint.absolute_path or complaint.validator == "additionalProperties":
            wrong.update(_told(offer, complaint))
    if wrong:
        invalid = refused(wrong)
        invalid.code = "unsupported_option"
        raise invalid


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Draft202012Validator:
    """Compiled once for each model. What it does not name is not allowed, unless it says so itself; nothing
    is fetched for it. Raises SchemaError."""
    rules = {"type": "object", "additionalProperties": False, **orjson.loads(schema)}
    Draft202012Validator.check_schema(rules)
    return Draft202012Validator(rules, registry=Registry())


def _check_roles(offer: Offer, asked: Inputs) -> None:
    model = offer.model
    for role in asked.roles:
        if role in model.references:
            continue
        if model.references:
            takes = _listed([_ROLES[each] for each in model.references])
            words = f"cannot have the role {role}: {offer.id} takes {takes}"
        else:
            words = f"cannot be used: {offer.id} makes videos from text alone"
        name = "input_reference" if asked.uploaded and role == "first_frame" else "references"
        raise Invalid(code="unsupported_reference", **{name: words})
    if model.needs_image and "first_frame" not in asked.roles:
        raise Invalid(
            references=f"must name a first frame: {offer.id} makes videos from a picture only",
            code="image_needed",
        )


def _told(offer: Offer, complaint: ValidationError) -> dict[str, str]:
    """The complaint by the names of the options that it is about."""
    known: Mapping[str, Any] = offer.model.options.get("properties", {})
    if complaint.absolute_path:
        name = str(complaint.absolute_path[0])
        allowed = _allowed(known.get(name, {}))
        return {f"options.{name[:100]}": f"must be {allowed}" if allowed else complaint.message[:200]}
    given, required = cast(Mapping[str, Any], complaint.instance), cast(list[str], complaint.validator_value)
    if complaint.validator == "additionalProperties":
        takes = f"it takes {_listed(list(known))}" if known else "it takes none"
        return {
            f"options.{name[:100]}": f"is no option of {offer.id}: {takes}"
            for name in given
            if name not in known
        }
    if complaint.validator == "required":
        return {f"options.{name}": "is required" for name in required if name not in given}
    return {"options": complaint.message[:200]}


def _allowed(rules: Any) -> str | None:
    """What a schema of a single value asks for, in words: `a number from 0 to 1`; None for what is more than
    a few words."""
    if not isinstance(rules, Mapping):
        return None
    if "const" in rules:
        return _said(rules["const"])
    if "enum" in rules:
        return _listed([_said(value) for value in rules["enum"]], "or")
    kinds = rules.get("type")
    if kinds is None or {"items", "properties", "pattern", "format"} & rules.keys():
        return None
    words = _listed([_KINDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)], "or")
    low, high = rules.get("minimum"), rules.get("maximum")
    if low is not None and high is not None:
        words += f" from {low:g} to {high:g}"
    elif low is not None or high is not None:
        words += f" of at least {low:g}" if low is not None else f" of at most {high:g}"
    if "multipleOf" in rules:
        words += f" in steps of {rules['multipleOf']:g}"
    if "maxLength" in rules:
        words += f" of at most {rules['maxLength']:,} characters"
    return words


def _said(value: Any) -> str:
    return value if isinstance(value, str) and value else orjson.dumps(value).decode()


def _listed(words: Sequence[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
