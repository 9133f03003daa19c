"""JSON that a language model is asked for: the schema as servers take it, and the object in what they
answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

_THOUGHTS = re.compile(r"<think(ing)?>.*?</think(ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = "```"
# Not all servers take these, so the answer alone is held to them.
_LEFT_OUT = ("title", "default", "minLength", "maxLength", "pattern", "format", "examples")
_MOST_COMPLAINTS = 8


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a model as `strict` wants it: every field required, no others allowed."""
    schema: dict[str, Any] = _strict(shape.model_json_schema())
    return schema


def schema_in_words(shape: type[BaseModel]) -> str:
    """For a server that takes no schema: the same as part of the instructions."""
    return "Answer with one JSON object that fits this JSON Schema, and with nothing else:\n" + json.dumps(
        strict_schema(shape), ensure_ascii=False
    )


def find_object(text: str) -> object:
    """The JSON object in an answer, also behind thoughts, in a fence, or among words. None if there is
    none."""
    text = _THOUGHTS.sub("", text).strip()
    for candidate in (text, _fenced(text), text[text.find("{") : text.rfind("}") + 1]):
        try:
            found = orjson.loads(candidate)
        except orjson.JSONDecodeError:
            continue
        if isinstance(found, dict):
            return found
    return None


def _fenced(text: str) -> str:
    """What stands in the first fence, below its first line; empty without a whole one."""
    begin = text.find("\n", text.find(_FENCE)) if _FENCE in text else -1
    end = text.find(_FENCE, begin + 1)
    return text[begin:end] if 0 <= begin < end else ""


def complaints_of(error: ValidationError) -> list[str]:
    """What does not fit, in sentences for the writer."""
    found = error.errors(include_url=False, include_input=False)[:_MOST_COMPLAINTS]
    return [f"{'.'.join(str(part) for part in each['loc']) or 'the object'}: {each['msg']}" for each in found]


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    kept: dict[str, Any] = {}
    for name, value in node.items():
        if name in ("properties", "$defs") and isinstance(value, Mapping):
            kept[name] = {field: _strict(inner) for field, inner in value.items()}
        elif name not in _LEFT_OUT:
            kept[name] = _strict(value)
    if kept.get("type") == "object" and "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept
