"""Turns what a client sent into models, and pydantic's complaints into words that people use.

    validated(NewVideo, {"seconds": "x"})   # Invalid: seconds must be a whole number

`Invalid.details["fields"]` names each field by its dotted path (`references.0.asset_id`).
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

import orjson
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from rushes.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)

_INT64 = 2**63

# pydantic's error types, worded to follow the field's name; braces are filled from the error's context.
_WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "must be text",
    "string_too_long": "must be at most {max_length} characters",
    "string_pattern_mismatch": "does not have the right form",
    "string_unicode": "must be valid text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "list_type": "must be a list",
    "set_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "none_required": "must be null",
    "url_parsing": "must be a web address",
    "url_type": "must be a web address",
    "url_scheme": "must be a web address that begins with {expected_schemes}",
    "url_too_long": "must be at most {max_length} characters",
    "too_long": "must have at most {max_length} entries",
    "json_invalid": "must be valid JSON",
    "recursion_loop": "must not contain itself",
}


def validated(model: type[Model], data: Any) -> Model:
    """`data` as an instance of `model`. Raises `Invalid` naming each field."""
    try:
        instance = model.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from error
    _refuse_wild_numbers(instance)
    return instance


def from_pairs(model: type[Model], pairs: Iterable[tuple[str, str]]) -> Model:
    """An instance of `model` from the strings of a form or a query.

    A field that holds a list takes its name once for each entry (`tags=a&tags=b`, also as `tags[]`) or JSON
    once; one that holds an object takes JSON; any other may be given once. Raises `Invalid`.
    """
    takers = _takers(model)
    texts: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.endswith("[]") and takers.get(name[:-2]) == "list":
            name = name[:-2]
        texts.setdefault(name, []).append(value)
    data: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, values in texts.items():
        takes = takers.get(name, "text")
        if takes == "list" and not (len(values) == 1 and values[0].lstrip().startswith("[")):
            data[name] = values
        elif len(values) > 1:
            wrong[name] = "was given more than once"
        elif takes == "text":
            data[name] = values[0]
        else:
            try:
                data[name] = orjson.loads(values[0])
            except orjson.JSONDecodeError as error:
                wrong[name] = f"must be valid JSON: {error.msg}"
    if wrong:
        raise refused(wrong)
    return validated(model, data)


def invalid_from(error: ValidationError) -> Invalid:
    """The same complaint as `Invalid`. Several about one field (the arms of a union) become one."""
    by_field: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False):
        by_field.setdefault(_path(item["loc"]), []).append(_words(item))
    return refused({name: _joined(texts) for name, texts in by_field.items()})


def refused(fields: Mapping[str, str]) -> Invalid:
    """`Invalid` for fields whose names a client chose: one of them may be called `code` or `message`."""
    invalid = Invalid("; ".join(f"{name} {text}" for name, text in fields.items()) + ".")
    invalid.details = {"fields": dict(fields)}
    return invalid


def _path(location: tuple[int | str, ...]) -> str:
    """The dotted path, without the names of union arms that pydantic puts between (`str`, `list[int]`)."""
    kept = [part for i, part in enumerate(location) if i == 0 or not _is_union_arm(part)]
    return ".".join(str(part)[:100] for part in kept) or "body"


def _is_union_arm(part: int | str) -> bool:
    return isinstance(part, str) and (
        part in ("int", "str", "float", "bool", "none", "dict", "list", "url")
        or bool(re.match(r"[\w-]+\[|(constrained|function|lax|nullable)-|[A-Z]\w+$", part))
    )


def _words(item: ErrorDetails) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", item["msg"])).rstrip(".")
    if kind == "string_too_short":
        least = context["min_length"]
        return "must not be empty" if least == 1 else f"must be at least {least:,} characters"
    if kind == "too_short":
        least = context["min_length"]
        return "must not be empty" if least == 1 else f"must have at least {least:,} entries"
    words = _WORDS.get(kind)
    if words is None:
        return "is not valid: " + item["msg"][:1].lower() + item["msg"][1:]
    numbers = {name: f"{value:,}" if isinstance(value, int) else value for name, value in context.items()}
    return words.format_map(numbers)


def _joined(texts: list[str]) -> str:
    distinct = list(dict.fromkeys(texts))
    if len(distinct) > 1 and all(text.startswith("must be ") for text in distinct):
        return "must be " + " or ".join(text.removeprefix("must be ") for text in distinct)
    return distinct[0]


@cache
def _takers(model: type[BaseModel]) -> dict[str, str]:
    return {(info.alias or name): _takes(info) for name, info in model.model_fields.items()}


def _takes(info: FieldInfo) -> str:
    """`list`, `object` or `text`: how a string given for this field is to be read."""
    kinds = {_kind(part) for part in _arms(info.annotation)}
    return next((kind for kind in ("list", "object") if kind in kinds and "text" not in kinds), "text")


def _arms(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return [arm for part in get_args(annotation) for arm in _arms(part)]
    if hasattr(annotation, "__metadata__"):
        return _arms(get_args(annotation)[0])
    return [] if annotation is type(None) else [annotation]


def _kind(annotation: Any) -> str:
    plain = get_origin(annotation) or annotation
    if plain in (list, set, frozenset, tuple):
        return "list"
    if plain is dict or (isinstance(plain, type) and issubclass(plain, BaseModel | Mapping)):
        return "object"
    return "text"


def _refuse_wild_numbers(instance: BaseModel) -> None:
    """Numbers that no database column holds (10^30, infinity) are the client's mistake, not a crash later."""
    wrong: dict[str, str] = {}
    left: list[tuple[str, Any]] = [("", instance)]
    while left:
        path, value = left.pop()
        if isinstance(value, BaseModel):
            left += [(_under(path, name), inner) for name, inner in value.__dict__.items()]
        elif isinstance(value, Mapping):
            left += [(_under(path, str(name)), inner) for name, inner in value.items()]
        elif isinstance(value, list | tuple):
            left += [(_under(path, str(i)), inner) for i, inner in enumerate(value)]
        elif isinstance(value, int) and not -_INT64 <= value < _INT64:
            wrong[path] = "is too large a number"
        elif isinstance(value, float) and not math.isfinite(value):
            wrong[path] = "must be a finite number"
    if wrong:
        raise refused(wrong)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
