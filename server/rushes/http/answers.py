"""JSON answers: dicts and pydantic models in, bytes out.

    return answer(video)                       # a model, its fields by their aliases
    return answer({"videos": rows}, status=201)

orjson writes NaN and the infinities as null, so no answer can break a client's parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.responses import Response


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response of `data`: a model, or anything made of dicts, lists, models and plain values.

    Answers are about one person's things as they are now, so nobody on the way may keep them.
    """
    response = Response(to_json(data), status_code=status, media_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def to_json(data: Any) -> bytes:
    """`data` as JSON bytes. Raises TypeError for what JSON has no form for."""
    if isinstance(data, BaseModel):
        data = _plain(data)
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
