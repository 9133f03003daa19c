"""What the single fields of requests about videos may hold, and how what people write is read."""

from __future__ import annotations

import re
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from rushes.http.fields import has_no_nul, is_one_line

PROMPT_MAX = 10_000
_OPTIONS_MAX = 16_000
# Python's own reading would take `1_0`, `nan` and digits of every script as well.
_DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?", re.ASCII)
# Line breaks come as CR LF from forms.
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _is_text(value: str) -> str:
    if _CONTROL_IN_TEXT.search(value):
        raise ValueError("must not contain control characters other than line breaks and tabs")
    return value


def _seconds(value: Any) -> Any:
    """Requests say `8`, `8.5` or `"8"`."""
    if isinstance(value, bool):
        raise ValueError("must be a number of seconds")
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value.strip()):
            raise ValueError("must be a number of seconds")
        return float(value)
    return value


def _tags(value: Any) -> Any:
    """One string may carry several tags, divided by commas (as forms send them, in a list of one)."""
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list):
        return value
    parts = [part for entry in entries for part in (entry.split(",") if isinstance(entry, str) else [entry])]
    return [part for part in parts if not isinstance(part, str) or part.strip()]


def _is_small(options: dict[str, Any]) -> dict[str, Any]:
    """Each model has a schema of its own for them; this bounds what is looked at and stored at all."""
    try:
        text = orjson.dumps(options)
    except (TypeError, ValueError) as error:
        raise ValueError("must be plain JSON, and not nest too deeply") from error
    if len(text) > _OPTIONS_MAX:
        raise ValueError(f"must be at most {_OPTIONS_MAX:,} bytes of JSON")
    if b"\\u0000" in text:
        raise ValueError("must not contain NUL characters")
    return options


def distinct(values: list[str]) -> list[str]:
    """Each once, where it came first."""
    return list(dict.fromkeys(values))


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(is_one_line)]
# What is searched for may be a piece of a prompt.
Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(has_no_nul)]
Prompt = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=PROMPT_MAX),
    AfterValidator(_is_text),
]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(is_one_line)
]
Tags = Annotated[
    list[Tag],
    Field(max_length=20),
    BeforeValidator(_tags, json_schema_input_type=list[str] | str),
    AfterValidator(distinct),
]
AskedSeconds = Annotated[
    float,
    BeforeValidator(_seconds, json_schema_input_type=float | str),
    Field(gt=0, le=3600, allow_inf_nan=False),
]
# What a model itself can be told, by the names of its own schema.
Options = Annotated[dict[str, Any], AfterValidator(_is_small)]
Size = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[1-9]\d{1,4}[xX×][1-9]\d{1,4}$")
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(has_no_nul),
]
