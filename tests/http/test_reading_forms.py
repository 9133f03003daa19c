"""Multipart bodies: text fields become what the model wants, files go to disk and do not stay there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from tests.conftest import Until
from tests.http.conftest import Served

from rushes.http.answers import answer
from rushes.http.body import UploadedFile
from rushes.http.endpoint import Call, endpoint
from rushes.studio import Studio


class Ask(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: str = Field(min_length=1)
    n: int = 1
    wide: bool = False
    tags: list[str] = []
    options: dict[str, int] = {}
    seconds: str | int | None = None


@endpoint(
    "POST", "/api/ask", who="anyone", body=Ask, files=("picture", "sound"), limit=400_000, file_limit=200_000
)
async def ask(call: Call) -> Response:
    """Says what was read, and what came with it."""
    files: dict[str, UploadedFile] = dict(call.files)
    told = {
        name: {
            "filename": file.filename,
            "type": file.content_type,
            "size": file.size,
            "on_disk": file.path.stat().st_size,
        }
        for name, file in files.items()
    }
    return answer({"body": call.body, "files": told})


def left_over(studio: Studio) -> list[str]:
    return [path.name for path in studio.storage.scratch().iterdir()]


def part(name: str, content: bytes, *, filename: str | None = None) -> bytes:
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
    return b"--B\r\nContent-Disposition: " + disposition.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes, end: bytes = b"--B--\r\n") -> dict[str, object]:
    return {
        "content": b"".join(parts) + end,
        "headers": {"Content-Type": "multipart/form-data; boundary=B"},
    }


async def test_text_becomes_what_the_model_wants(served: Served) -> None:
    client = await served(ask)
    got = await client.post(
        "/api/ask",
        data={
            "prompt": "ä cat",
            "n": "3",
            "wide": "true",
            "tags": ["a", "b"],
            "options": '{"x": 1}',
            "seconds": "8",
        },
        files={"picture": ("../../Katze ä.png", b"\x89PNG" + b"x" * 100_000, "image/png")},
    )
    assert got.status_code == 200, got.text
    assert got.json()["body"] == {
        "prompt": "ä cat",
        "n": 3,
        "wide": True,
        "tags": ["a", "b"],
        "options": {"x": 1},
        "seconds": "8",
    }
    picture = got.json()["files"]["picture"]
    assert (picture["filename"], picture["type"]) == ("Katze ä.png", "image/png")
    assert picture["size"] == picture["on_disk"] == 100_004


async def test_json_is_read_at_the_same_address(served: Served) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", json={"prompt": "x"})
    assert got.status_code == 200
    assert got.json()["files"] == {}


@pytest.mark.parametrize("tags", [{"tags": '["a","b"]'}, {"tags[]": ["a", "b"]}, {"tags": ["a", "b"]}])
async def test_a_list_comes_repeated_or_as_json(served: Served, tags: dict[str, str | list[str]]) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", data={"prompt": "x", **tags}, files={"picture": ("a.png", b"1")})
    assert got.json()["body"]["tags"] == ["a", "b"]


async def test_files_are_gone_when_the_request_ends(served: Served, studio: Studio) -> None:
    client = await served(ask)
    fine = await client.post("/api/ask", data={"prompt": "x"}, files={"picture": ("a.png", b"1")})
    wrong = await client.post("/api/ask", data={"n": "x"}, files={"picture": ("a.png", b"1")})
    assert (fine.status_code, wrong.status_code) == (200, 422)
    assert left_over(studio) == []


async def test_a_file_input_left_empty_is_no_file(served: Served) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", **form(part("prompt", b"x"), part("picture", b"", filename="")))
    assert got.status_code == 200, got.text
    assert got.json()["files"] == {}


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ([part("prompt", b"x"), part("prompt", b"y")], {"prompt": "was given more than once"}),
        ([part("prompt", b"x"), part("colour", b"y")], {"colour": "is not a known field"}),
        ([part("prompt", b"x", filename="a.txt")], {"prompt": "does not take a file"}),
        ([part("prompt", b"x"), part("picture", b"text")], {"picture": "must be a file, with a file name"}),
        (
            [part("prompt", b"x"), *[part("picture", b"1", filename="a.png")] * 2],
            {"picture": "was given more than once"},
        ),
        ([part("prompt", b"x"), part("n", b"1e3")], {"n": "must be a whole number"}),
        ([part("prompt", b"x"), part("n", b"9" * 4000)], {"n": "is too large a number"}),
        (
            [part("prompt", b"x"), part("options", b"{")],
            {"options": "must be valid JSON: unexpected end of data"},
        ),
        ([part("n", b"1")], {"prompt": "is required"}),
    ],
)
async def test_what_is_wrong_is_422_and_names_the_field(
    served: Served, studio: Studio, parts: list[bytes], fields: dict[str, str]
) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", **form(*parts))
    assert got.status_code == 422, got.text
    assert got.json()["details"]["fields"] == fields
    assert left_over(studio) == []


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (form(part("prompt", b"x"), end=b""), "closing boundary"),
        (form(part("prompt", b"x"), part("picture", b"x" * 9000, filename="a"), end=b""), "closing boundary"),
        (form(b"nonsense"), "malformed near byte"),
        (form(b"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n"), "has no name"),
        (form(part("prompt", b"\xff")), "not UTF-8: byte 0 of prompt"),
        (form(part("prompt", b"a\0b")), "NUL character stands at position 1 of 'prompt'"),
        (form(*[part("prompt", b"x")] * 300), "more than 200 parts"),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, "no boundary"),
        (
            {"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=" + "b" * 500}},
            "boundary",
        ),
        (
            {"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=B; charset=utf-16"}},
            "UTF-8",
        ),
    ],
)
async def test_what_cannot_be_read_is_400_and_says_where(
    served: Served, studio: Studio, sent: dict[str, object], says: str
) -> None:
    client = await served(ask)
    got = await client.post("/api/ask", **sent)  # type: ignore[arg-type]
    assert got.status_code == 400, got.text
    assert says in got.json()["error"]
    assert left_over(studio) == []


async def test_too_large_a_file_or_body_is_413(served: Served, studio: Studio) -> None:
    client = await served(ask)

    async def chunked() -> AsyncIterator[bytes]:
        yield part("prompt", b"x") + part("picture", b"", filename="a.png")[:-2]
        for _ in range(50):
            yield b"x" * 10_000

    async def together() -> AsyncIterator[bytes]:
        yield b"".join([chunk async for chunk in chunked()])

    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    as_it_comes = await client.post("/api/ask", content=chunked(), headers=headers)
    at_once = await client.post("/api/ask", content=together(), headers=headers)
    announced = await client.post("/api/ask", data={"prompt": "x"}, files={"picture": ("a", b"x" * 500_000)})
    assert [got.status_code for got in (as_it_comes, at_once, announced)] == [413] * 3
    assert [got.json()["error"] for got in (as_it_comes, at_once)] == ["picture is larger than 200 kB."] * 2
    assert announced.json()["error"] == "The body is larger than 400 kB."
    assert left_over(studio) == []


async def test_a_client_that_leaves_in_the_middle_leaves_nothing(
    served: Served, studio: Studio, until: Until
) -> None:
    client: httpx2.AsyncClient = await served(ask)
    assert client.base_url.port is not None
    _, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(
        b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
        b"Content-Length: 300000\r\n\r\n" + part("picture", b"x" * 100_000, filename="a.png")
    )
    await writer.drain()
    await until(lambda: left_over(studio), "the file that is being written")
    writer.close()
    await writer.wait_closed()
    await until(lambda: not left_over(studio), "the file to be gone")
