"""JSON bodies and queries: what is read, and what each kind of nonsense is answered with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from tests.http.conftest import Served

from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint


class Reference(BaseModel):
    model_config = ConfigDict(extra="forbid")
    asset_id: str = Field(min_length=1)


class Ask(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: str = Field(min_length=1, max_length=10_000)
    n: int = Field(default=1, ge=1, le=10)
    seconds: str | int | None = None
    cost: float | None = None
    mode: str = Field(default="fast", pattern="^(fast|slow)$")
    references: list[Reference] = []
    code: str | None = None


class Find(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: int = Field(default=50, ge=1, le=200)
    tag: list[str] = []


@endpoint("POST", "/api/ask", who="anyone", body=Ask, limit=20_000)
async def ask(call: Call) -> Response:
    """Says what was read."""
    return answer(call.body)


@endpoint("POST", "/api/maybe", who="anyone", body=Find, body_optional=True)
async def maybe(call: Call) -> Response:
    """Says what was read, if anything."""
    return answer(call.body)


@endpoint("GET", "/api/find", who="anyone", query=Find)
async def find(call: Call) -> Response:
    """Says what was asked for."""
    return answer(call.query)


async def test_reads_json_in_any_of_its_spellings(served: Served) -> None:
    client = await served(ask)
    for kind in (
        "application/json",
        "application/json; charset=UTF-8",
        "Application/JSON",
        "application/x+json",
    ):
        got = await client.post("/api/ask", content='{"prompt": "ä cat"}', headers={"Content-Type": kind})
        assert got.status_code == 200, got.text
        assert got.json()["prompt"] == "ä cat"


async def test_a_byte_order_mark_is_forgiven(served: Served) -> None:
    client = await served(ask)
    body = b'\xef\xbb\xbf{"prompt": "x"}'
    got = await client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert got.status_code == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no body"),
        (b'{"prompt": }', "line 1, column 12"),
        (b'{"prompt": "x"', "line 1"),
        (b'{"prompt": NaN}', "line 1"),
        (b'{"prompt": "x", "cost": 1e999}', "infinity"),
        (b'{"prompt": "\\ud800"}', "surrogate"),
        (b'{"prompt": "\xff"}', "UTF-8"),
        (b'{"prompt": "a\\u0000b"}', "NUL character stands at position 1 of body.prompt"),
        (b'{"a\\u0000": 1}', "NUL"),
        (b"[" * 15_000, "depth"),
        (b"[" * 1020 + b"]" * 1020, "nests too deeply"),
        (b'{"n": ' + b"9" * 5000 + b"}", "infinity"),
    ],
)
async def test_what_cannot_be_read_is_400_and_says_where(served: Served, body: bytes, says: str) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert got.status_code == 400, got.text
    assert got.json()["code"] == "bad_request"
    assert says in got.json()["error"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", {"prompt": "is required"}),
        ('{"prompt": ""}', {"prompt": "must not be empty"}),
        ('{"prompt": 7}', {"prompt": "must be text"}),
        ('{"prompt": "x", "promt": "y"}', {"promt": "is not a known field"}),
        (
            '{"prompt": "x", "self": 1, "message": 2}',
            {"self": "is not a known field", "message": "is not a known field"},
        ),
        ('{"prompt": "x", "prompt": "y"}', {"prompt": "was given more than once"}),
        ('{"prompt": "x", "n": 0}', {"n": "must be at least 1"}),
        ('{"prompt": "x", "n": 11}', {"n": "must be at most 10"}),
        ('{"prompt": "x", "n": 1.5}', {"n": "must be a whole number"}),
        ('{"prompt": "x", "seconds": []}', {"seconds": "must be text or a whole number"}),
        ('{"prompt": "x", "mode": "wild"}', {"mode": "does not have the right form"}),
        ('{"prompt": "x", "references": {}}', {"references": "must be a list"}),
        ('{"prompt": "x", "references": [{"asset_id": ""}]}', {"references.0.asset_id": "must not be empty"}),
        ('{"prompt": "x", "references": [3]}', {"references.0": "must be an object"}),
        ("[]", {"body": "must be an object"}),
        ("null", {"body": "must be an object"}),
    ],
)
async def test_what_is_wrong_is_422_and_names_the_field(
    served: Served, body: str, fields: dict[str, str]
) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert got.status_code == 422, got.text
    assert got.json()["code"] == "validation_failed"
    assert got.json()["details"]["fields"] == fields


async def test_a_long_text_is_told_its_limit_in_words(served: Served) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", json={"prompt": "x" * 10_001})
    assert got.json()["details"]["fields"] == {"prompt": "must be at most 10,000 characters"}
    assert got.json()["error"] == "prompt must be at most 10,000 characters."


async def test_numbers_that_no_column_holds_are_refused(served: Served) -> None:
    client = await served(ask)
    got = await client.post(
        "/api/ask",
        content='{"prompt": "x", "seconds": 123456789012345678901234567890}',
        headers={"Content-Type": "application/json"},
    )
    assert got.status_code == 422
    assert got.json()["details"]["fields"] == {"seconds": "is too large a number"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_another_kind_of_body_is_415(served: Served, headers: dict[str, str]) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", content=b'{"prompt": "x"}', headers=headers)
    assert got.status_code == 415, got.text
    assert got.json()["code"] == "unsupported_media_type"


async def test_too_much_is_413_whether_announced_or_not(served: Served) -> None:
    client = await served(ask)

    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 1000

    announced = await client.post("/api/ask", json={"prompt": "x" * 30_000})
    chunked = await client.post(
        "/api/ask", content=without_end(), headers={"Content-Type": "application/json"}
    )
    assert announced.status_code == chunked.status_code == 413
    assert announced.json()["error"] == "The body is larger than 20 kB."


async def test_an_optional_body_may_be_left_out(served: Served) -> None:
    client = await served(maybe)
    assert (await client.post("/api/maybe")).json() == {"limit": 50, "tag": []}
    assert (await client.post("/api/maybe", json={"limit": 3})).json()["limit"] == 3


async def test_a_query_is_validated_like_a_body(served: Served) -> None:
    client = await served(find)
    assert (await client.get("/api/find?limit=7&tag=a&tag=b")).json() == {"limit": 7, "tag": ["a", "b"]}
    for query, fields in {
        "limit=-1": {"limit": "must be at least 1"},
        "limit=x": {"limit": "must be a whole number"},
        "limit=1&limit=2": {"limit": "was given more than once"},
        "limt=1": {"limt": "is not a known field"},
        "limit=" + "9" * 4000: {"limit": "must be at most 200"},
    }.items():
        got = await client.get(f"/api/find?{query}")
        assert got.status_code == 422, query
        assert got.json()["details"]["fields"] == fields
    assert (await client.get("/api/find?tag=%00")).status_code == 400


async def test_a_client_that_leaves_in_the_middle_harms_nobody(served: Served, listener: object) -> None:
    client = await served(ask)
    host, port = client.base_url.host, client.base_url.port
    assert port is not None
    _, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await client.post("/api/ask", json={"prompt": "still here"})).status_code == 200
