"""Reads a request's body, query and headers: sizes limited, forms and JSON told apart, everything validated.

    async with reading_body(request, endpoint, storage.scratch) as (body, files): ...

What cannot be read is 400 saying where, too much of it 413, another kind 415, and what is read but wrong 422
naming the field. Uploaded files (`UploadedFile`) are gone when the block ends, unless they were moved.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.requests import Request

from rushes.errors import BadRequest, TooLarge, UnsupportedMedia
from rushes.http.endpoint import Endpoint
from rushes.http.multipart import Form, UploadedFile, in_words, read_multipart, remove
from rushes.http.validation import from_pairs, refused, validated

__all__ = ["UploadedFile", "read_headers", "read_query", "read_raw", "reading_body"]

Read = tuple[BaseModel | None, dict[str, UploadedFile]]


_JSON_LIMIT = 1_000_000
_MOST_FIELDS = 200


@asynccontextmanager
async def reading_body(
    request: Request, endpoint: Endpoint, folder: Callable[[], Path]
) -> AsyncIterator[Read]:
    """The body as the endpoint declares it, and its files, written in the folder that `folder` gives.

    An endpoint that declares no body gets none, whatever was sent. An empty body counts as `{}` where
    `body_optional`. Raises `BadRequest`, `TooLarge`, `UnsupportedMedia` or `Invalid`.
    """
    if endpoint.body is None and not endpoint.files:
        yield None, {}
        return
    _check_encoding(request)
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if endpoint.files and media_type == "multipart/form-data":
        form = await _read_form(request, endpoint, folder)
        try:
            yield _form_model(form, endpoint), form.files
        finally:
            remove(form.files.values())
        return
    # The endpoint's own limit may be for its files: JSON is read and looked at as a whole.
    data = await _read_all(request, endpoint.json_limit or min(endpoint.limit, _JSON_LIMIT))
    yield _json_model(data, media_type, parameters, endpoint), {}


def read_query(request: Request, model: type[BaseModel] | None) -> BaseModel | None:
    """The query as `model`, or None where the endpoint declares none. Raises `Invalid`, `BadRequest`."""
    if model is None:
        return None
    pairs = request.query_params.multi_items()
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise BadRequest(f"A NUL character stands in the query, at {name[:100]!r}.")
    return from_pairs(model, pairs)


def read_headers(request: Request, model: type[BaseModel] | None) -> BaseModel | None:
    """The headers that `model` has fields for, or None where the endpoint declares none. Raises `Invalid`."""
    if model is None:
        return None
    names = [info.alias or name for name, info in model.model_fields.items()]
    return validated(model, {name: request.headers[name] for name in names if name in request.headers})


async def read_raw(request: Request, limit: int) -> bytes:
    """The body as it was sent, for what is signed. Raises `TooLarge` beyond `limit` bytes."""
    return await _read_all(request, limit)


async def _read_form(request: Request, endpoint: Endpoint, folder: Callable[[], Path]) -> Form:
    async with aclosing(_limited(request, endpoint.limit)) as chunks:
        return await read_multipart(
            chunks,
            request.headers["content-type"],
            file_fields=endpoint.files,
            file_limit=endpoint.file_limit or endpoint.limit,
            folder=await asyncio.to_thread(folder),
        )


def _form_model(form: Form, endpoint: Endpoint) -> BaseModel | None:
    for name, _ in form.fields:
        known = endpoint.body.model_fields if endpoint.body else {}
        if name in endpoint.files and name not in known:
            raise refused({name: "must be a file, with a file name"})
    return from_pairs(endpoint.body, form.fields) if endpoint.body else None


def _json_model(data: bytes, media_type: str, parameters: str, endpoint: Endpoint) -> BaseModel | None:
    if not data:
        if endpoint.body is None:
            raise refused(dict.fromkeys(endpoint.files, "is required"))
        if not endpoint.body_optional:
            raise BadRequest("The request has no body. Send a JSON object.")
        return validated(endpoint.body, {})
    is_json = media_type == "application/json" or media_type.endswith("+json")
    if not is_json or endpoint.body is None:
        raise UnsupportedMedia(_accepted(endpoint, media_type))
    charset = parameters.lower().partition("charset=")[2].strip(' "').split(";")[0].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMedia(f"JSON is read as UTF-8 only, not as {charset[:40]}.")
    value = _parsed(data)
    if isinstance(value, dict) and len(value) > _MOST_FIELDS:
        raise BadRequest(f"The body has {len(value):,} fields, which is more than anything here takes.")
    return validated(endpoint.body, value)


def _accepted(endpoint: Endpoint, media_type: str) -> str:
    kinds = [
        *(["application/json"] if endpoint.body else []),
        *(["multipart/form-data"] if endpoint.files else []),
    ]
    return f"Send {' or '.join(kinds)}, not {media_type[:80] or 'a body without a Content-Type'}."


def _check_encoding(request: Request) -> None:
    # A compressed body could unpack to any size; nobody needs one here.
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise UnsupportedMedia(
            f"Bodies with Content-Encoding {encoding[:40]} are not read: send it uncompressed."
        )


async def _read_all(request: Request, limit: int) -> bytes:
    data = bytearray()
    async with aclosing(_limited(request, limit)) as chunks:
        async for chunk in chunks:
            data += chunk
    return bytes(data)


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body's chunks, `limit` bytes at most. What announces more is refused at once."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > limit:
        raise TooLarge(f"The body is larger than {in_words(limit)}.")
    size = 0
    async with aclosing(request.stream()) as stream:
        async for chunk in stream:
            room, size = limit - size, size + len(chunk)
            if size > limit:
                # What fits may hold a field that is too large itself, which is the better answer.
                yield chunk[:room]
                raise TooLarge(f"The body is larger than {in_words(limit)}.")
            yield chunk


def _parsed(data: bytes) -> Any:
    """JSON, strictly: no NaN, no number beyond a double, no lone surrogate, no NUL, no name given twice."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        orjson.loads(data)
        # orjson keeps the last of two equal names in silence, and rounds long integers.
        value = json.loads(data, object_pairs_hook=_object)
    except json.JSONDecodeError as error:  # orjson's is one
        where = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not valid JSON: {error.msg} ({where}).") from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(
            "The body is not JSON that can be read: it nests too deeply or holds too long a number."
        ) from error
    if b"\\u0000" in data:
        _refuse_nul(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise refused({name[:100]: "was given more than once"})
        found[name] = value
    return found


def _refuse_nul(value: Any) -> None:
    left: list[tuple[str, Any]] = [("body", value)]
    while left:
        path, item = left.pop()
        if isinstance(item, str) and "\0" in item:
            raise BadRequest(f"A NUL character stands at position {item.index(chr(0))} of {path}.")
        if isinstance(item, dict):
            left += [(path, name) for name in item]
            left += [(f"{path}.{name}"[:200], inner) for name, inner in item.items()]
        elif isinstance(item, list):
            left += [(f"{path}.{i}", inner) for i, inner in enumerate(item)]
