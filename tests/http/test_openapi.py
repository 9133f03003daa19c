"""The OpenAPI document: everything that is served is in it, and it is a sound one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel, Field
from starlette.responses import Response
from tests.http.conftest import Served

from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.openapi import build_document
from rushes.parts import ENDPOINTS


class Inner(BaseModel):
    x: int


class Outer(BaseModel):
    model_config = {"extra": "forbid"}
    prompt: str
    inner: Inner | None = None


class Query(BaseModel):
    limit: int = 50


class Headers(BaseModel):
    colour: str | None = Field(None, alias="X-Colour", description="Of the thing.")


@endpoint(
    "POST",
    "/api/things/{thing_id}",
    body=Outer,
    query=Query,
    headers=Headers,
    files=("picture",),
    answers={201: Outer},
    errors=(409,),
    tag="Things",
)
async def make(call: Call) -> Response:
    """Make a thing.

    It takes a while.
    """
    raise NotImplementedError


@endpoint("GET", "/api/files/{key:path}", who="anyone", media="video/mp4")
async def stream(call: Call) -> Response:
    """A file."""
    raise NotImplementedError


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(item) for item in node)) if isinstance(node, list) else set()


def test_a_declared_endpoint_is_described_in_full() -> None:
    document = build_document([make, stream])
    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/api/things/{thing_id}"]["post"]
    assert operation["summary"] == "Make a thing."
    assert operation["description"] == "It takes a while."
    assert operation["tags"] == ["Things"]
    assert operation["security"] == [{"bearer": []}, {"cookie": []}]
    assert set(operation["responses"]) == {
        *("201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "503")
    }
    assert {(p["name"], p["in"]) for p in operation["parameters"]} == {
        ("thing_id", "path"),
        ("limit", "query"),
        ("X-Colour", "header"),
    }
    content = operation["requestBody"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Outer"}
    form = content["multipart/form-data"]["schema"]
    assert form["properties"]["picture"] == {"type": "string", "format": "binary"}
    assert form["required"] == ["prompt"]
    assert set(document["components"]["schemas"]) >= {"Outer", "Inner", "Error"}
    file = document["paths"]["/api/files/{key}"]["get"]
    assert file["security"] == []
    assert list(file["responses"]["200"]["content"]) == ["video/mp4"]
    assert [p["name"] for p in file["parameters"]] == ["key"]


def test_a_file_is_described_with_all_that_one_may_ask_of_it() -> None:
    file = Endpoint(
        "GET",
        "/api/files/{name}",
        stream.handler,
        media=("video/mp4", "image/jpeg"),
        serves_file=True,
        query=Query,
    )
    operation = build_document([file])["paths"]["/api/files/{name}"]["get"]
    assert {(p["name"], p["in"], p["required"]) for p in operation["parameters"]} == {
        ("name", "path", True),
        ("limit", "query", False),
        ("Range", "header", False),
        ("If-Range", "header", False),
        ("If-None-Match", "header", False),
    }
    assert all(p["description"] for p in operation["parameters"] if p["in"] == "header")
    answers = operation["responses"]
    assert list(answers["200"]["content"]) == list(answers["206"]["content"]) == ["video/mp4", "image/jpeg"]
    assert "content" not in answers["304"]
    assert "application/json" in answers["416"]["content"]


def test_two_models_of_one_name_are_refused() -> None:
    other = type("Outer", (BaseModel,), {"__annotations__": {"y": int}})
    twice = Endpoint("POST", "/api/other", make.handler, body=other)
    with pytest.raises(ValueError, match="two models are called Outer"):
        build_document([make, twice])


def test_the_studio_s_own_document_is_whole_and_sound() -> None:
    document = build_document(ENDPOINTS)
    for declared in ENDPOINTS:
        if declared.hidden:
            continue
        path = re.sub(r":\w+\}", "}", declared.path)
        operation = document["paths"][path][declared.method.lower()]
        # Without a docstring the summary is made up: `name <METHOD>`.
        assert not operation["summary"].endswith(">"), f"{path} has no docstring"
        assert operation["tags"], f"{path} has no tag"
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
    ids = [op["operationId"] for methods in document["paths"].values() for op in methods.values()]
    assert len(ids) == len(set(ids))
    for reference in references(document):
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        assert node


async def test_it_is_served(served: Served) -> None:
    client = await served(make)
    got = await client.get("/openapi.json")
    assert got.headers["content-type"] == "application/json"
    assert "/api/things/{thing_id}" in got.json()["paths"]


def test_every_error_says_whether_to_try_again_and_whether_it_cost_money() -> None:
    error = build_document(ENDPOINTS)["components"]["schemas"]["Error"]
    assert {"retryable", "charged"} <= set(error["required"])
    assert error["properties"]["retryable"]["type"] == "boolean"
    assert error["properties"]["charged"]["enum"] == ["yes", "no", "unknown"]


def test_whatever_may_cost_money_can_be_asked_twice() -> None:
    repeatable = {
        f"{method.upper()} {path}"
        for path, methods in build_document(ENDPOINTS)["paths"].items()
        for method, operation in methods.items()
        if {"Idempotency-Key", "x-stainless-retry-count"} <= {p["name"] for p in operation["parameters"]}
    }
    costly = {f"{declared.method} {declared.path}" for declared in ENDPOINTS if 402 in declared.errors}
    assert costly | {"POST /api/videos/{video_id}/retry"} <= repeatable
