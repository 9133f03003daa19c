"""What cannot be made is refused with the documented error naming the field, and nothing is half stored."""

from __future__ import annotations

import asyncio
import io
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.conftest import MakeMember
from tests.videos.making import belongings, make
from tests.videos.test_creating import picture

from rushes.studio import Studio


@pytest.fixture
async def unchanged(studio: Studio, signed_in: httpx2.AsyncClient) -> AsyncIterator[None]:
    """Whatever the test asks for leaves neither rows nor files."""
    before = await belongings(studio)
    yield
    assert await belongings(studio) == before


pytestmark = pytest.mark.usefixtures("unchanged")


def fields_of(answer: httpx2.Response, status: int = 422) -> dict[str, str]:
    """The fields that a refusal names, in its documented shape."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is False
    assert body["error"]
    assert answer.headers["x-request-id"]
    fields: dict[str, str] = body["details"].get("fields", {})
    return fields


WRONG: list[tuple[dict[str, Any], str, str | None]] = [
    ({}, "prompt", "is required"),
    ({"prompt": ""}, "prompt", "must not be empty"),
    ({"prompt": " \n\t "}, "prompt", "must not be empty"),
    ({"prompt": "x" * 20_000}, "prompt", "must be at most 10,000 characters"),
    ({"prompt": 5}, "prompt", "must be text"),
    ({"prompt": None}, "prompt", "must be text"),
    ({"prompt": ["x"]}, "prompt", "must be text"),
    ({"prompt": "x", "colour": "red"}, "colour", "is not a known field"),
    ({"prompt": "x", "n": 0}, "n", "must be at least 1"),
    ({"prompt": "x", "n": 51}, "n", "must be at most 50"),
    ({"prompt": "x", "n": 1.5}, "n", "must be a whole number"),
    ({"prompt": "x", "n": 10**30}, "n", None),
    ({"prompt": "x", "priority": 11}, "priority", "must be at most 10"),
    ({"prompt": "x", "priority": -11}, "priority", "must be at least -10"),
    ({"prompt": "x", "seed": -1}, "seed", "must be at least 0"),
    ({"prompt": "x", "seed": 2**53}, "seed", None),
    ({"prompt": "x", "size": "big"}, "size", "does not have the right form"),
    ({"prompt": "x", "size": "-128x128"}, "size", "does not have the right form"),
    ({"prompt": "x", "size": "127x128"}, "size", None),
    ({"prompt": "x", "size": "129x128"}, "size", None),
    ({"prompt": "x", "size": "1922x128"}, "size", None),
    ({"prompt": "x", "seconds": 0}, "seconds", "must be more than 0"),
    ({"prompt": "x", "seconds": -4}, "seconds", "must be more than 0"),
    ({"prompt": "x", "seconds": 61}, "seconds", "must be between 1 and 60 for animatic"),
    ({"prompt": "x", "seconds": 0.5}, "seconds", "must be between 1 and 60 for animatic"),
    ({"prompt": "x", "seconds": "soon"}, "seconds", "must be a number of seconds"),
    ({"prompt": "x", "seconds": "nan"}, "seconds", "must be a number of seconds"),
    ({"prompt": "x", "seconds": "1e400"}, "seconds", "must be a number of seconds"),
    ({"prompt": "x", "seconds": "1_0"}, "seconds", "must be a number of seconds"),
    ({"prompt": "x", "seconds": True}, "seconds", "must be a number of seconds"),
    ({"prompt": "x", "seconds": [4]}, "seconds", "must be a number"),
    ({"prompt": "x", "title": "t" * 201}, "title", "must be at most 200 characters"),
    ({"prompt": "x", "tags": ["t" * 41]}, "tags.0", "must be at most 40 characters"),
    ({"prompt": "x", "tags": [f"t{i}" for i in range(21)]}, "tags", "must have at most 20 entries"),
    ({"prompt": "x", "tags": [1]}, "tags.0", "must be text"),
    ({"prompt": "x", "tags": 1}, "tags", "must be a list"),
    ({"prompt": "x", "title": "one\ntwo"}, "title", None),
    ({"prompt": "x", "title": "a\x1bb"}, "title", None),
    ({"prompt": "x", "title": "a\x7fb"}, "title", None),
    ({"prompt": "x", "title": "a\x85b"}, "title", None),
    ({"prompt": "x", "title": "a\u202egpj.mp4"}, "title", None),
    ({"prompt": "x", "title": "a\u2066b"}, "title", None),
    ({"prompt": "x", "tags": ["ok", "a\tb"]}, "tags.1", None),
    ({"prompt": "x", "tags": ["a\u2069b"]}, "tags.0", None),
    ({"prompt": "a\x1b[31mb"}, "prompt", None),
    ({"prompt": "a\x9fb"}, "prompt", None),
    ({"prompt": "x", "deadline": 1}, "deadline", "lies in the past"),
    ({"prompt": "x", "max_cost_usd": -1}, "max_cost_usd", None),
    (
        {"prompt": "x", "references": [{"asset_id": "asset_1", "role": "sideways"}]},
        "references.0.role",
        None,
    ),
    ({"prompt": "x", "references": [{"asset_id": "asset_1"}]}, "references", None),
    (
        {"prompt": "x", "references": [{"asset_id": "a"}] * 2},
        "references",
        "must name one first_frame at most",
    ),
    (
        {"prompt": "x", "references": [{"asset_id": "a", "role": "subject"}] * 9},
        "references",
        "must name 8 of subject and style together at most",
    ),
    ({"prompt": "x", "audio": "loud"}, "audio", "must be true or false"),
    ({"prompt": "x", "options": []}, "options", "must be an object"),
    ({"prompt": "x", "options": {"a": "b" * 20_000}}, "options", "must be at most 16,000 bytes of JSON"),
    ({"prompt": "x", "references": "asset_1"}, "references", "must be a list"),
    ({"prompt": "x", "input_reference": "cat.png"}, "input_reference", "is not a known field"),
]


async def test_a_wrong_field_is_named(signed_in: httpx2.AsyncClient, subtests: pytest.Subtests) -> None:
    for body, field, words in WRONG:
        with subtests.test(body=str(body)[:80]):
            fields = fields_of(await signed_in.post("/api/videos", json=body))
            assert list(fields) == [field]
            if words is not None:
                assert fields[field] == words


LACKING: list[tuple[dict[str, Any], str, str]] = [
    ({"prompt": "x", "model": "sora-9"}, "model", "unknown_model"),
    ({"prompt": "x", "model": "animatic/none"}, "model", "unknown_model"),
    ({"prompt": "x", "model": "openai/sora-2"}, "model", "model_retired"),
    ({"prompt": "x", "provider": "nobody"}, "provider", "unknown_provider"),
    ({"prompt": "x", "provider": "animatic", "model": "wan"}, "model", "unknown_model"),
    ({"prompt": "x", "size": "4000x4000"}, "size", "unsupported_size"),
    ({"prompt": "x", "seconds": 600}, "seconds", "unsupported_seconds"),
]


async def test_what_the_model_lacks_has_a_code_of_its_own(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    for body, field, code in LACKING:
        with subtests.test(body=str(body)):
            answer = await signed_in.post("/api/videos", json=body)
            assert list(fields_of(answer)) == [field]
            assert answer.json()["code"] == code


async def test_all_that_is_wrong_is_named_at_once(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.post("/api/videos", json={"n": 0, "priority": 99, "what": 1})
    assert set(fields_of(answer)) == {"prompt", "n", "priority", "what"}


UNREADABLE: list[tuple[bytes, str, int]] = [
    (b"{", "application/json", 400),
    (b'{"prompt": "x"', "application/json", 400),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'"x"', "application/json", 422),
    (b"", "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b'{"prompt": NaN}', "application/json", 400),
    (b'{"prompt": "\\ud800"}', "application/json", 400),
    (b'{"prompt": "a\\u0000b"}', "application/json", 400),
    (b'{"prompt": "a", "prompt": "b"}', "application/json", 422),
    (b"[" * 100_000, "application/json", 400),
    (b"prompt=x", "application/x-www-form-urlencoded", 415),
    (b"prompt=x", "text/plain", 415),
    (b"<prompt/>", "", 415),
    (b"--b\r\n", "multipart/form-data; boundary=b", 400),
    (b"nonsense", "multipart/form-data; boundary=b", 400),
    (b"--b--\r\n", "multipart/form-data", 400),
    (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b", 400),
    (
        b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\x00b\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
        400,
    ),
    (
        b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n\xff\xff\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
        400,
    ),
]


async def test_a_body_that_cannot_be_read(signed_in: httpx2.AsyncClient, subtests: pytest.Subtests) -> None:
    for content, content_type, status in UNREADABLE:
        with subtests.test(content=content[:80], content_type=content_type):
            headers = {"Content-Type": content_type} if content_type else {}
            fields_of(await signed_in.post("/api/videos", content=content, headers=headers), status)


async def test_a_key_must_be_one(signed_in: httpx2.AsyncClient) -> None:
    for key in ("", "k" * 201):
        answer = await signed_in.post("/api/videos", json={"prompt": "x"}, headers={"Idempotency-Key": key})
        assert list(fields_of(answer)) == ["Idempotency-Key"]


async def test_nobody_makes_videos_without_signing_in(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/videos", json={"prompt": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def bomb() -> bytes:
    """A few kilobytes of PNG that promise 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(2_000_000)))
        + chunk(b"IEND", b"")
    )


def gif() -> bytes:
    buffer = io.BytesIO()
    Image.new("P", (96, 96)).save(buffer, "GIF")
    return buffer.getvalue()


PICTURES = {
    "text called png": (b"hello, this is no picture", "cat.png"),
    "nothing at all": (b"", "cat.png"),
    "cut in the middle": (picture(512, 512, "JPEG")[:800], "cat.jpg"),
    "a png cut short": (picture(512, 512)[:-40], "cat.png"),
    "a decompression bomb": (bomb(), "cat.png"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200), "cat.heic"),
    "gif": (gif(), "cat.gif"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "cat.svg"),
    "html called jpg": (b"<html><script>alert(1)</script></html>", "cat.jpg"),
    "an icon": (picture(16, 16), "cat.png"),
    "an mp4": (b"\x00\x00\x00\x20ftypisom" + bytes(200), "cat.mp4"),
}


async def test_a_reference_that_is_no_usable_picture(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    for name, (data, filename) in PICTURES.items():
        with subtests.test(name):
            answer = await signed_in.post(
                "/api/videos", data={"prompt": "x"}, files={"input_reference": (filename, data, "image/png")}
            )
            assert list(fields_of(answer)) == ["input_reference"]
            assert answer.json()["code"] == "invalid_image"


async def test_a_good_picture_with_a_bad_request_is_not_kept(signed_in: httpx2.AsyncClient) -> None:
    file = ("cat.png", picture(), "image/png")
    for data, field in (
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x", "size": "1x1"}, "size"),
        ({"prompt": "x", "model": "none"}, "model"),
        ({"prompt": "x", "references": '[{"asset_id": "a"}]'}, "references"),
        ({"prompt": "x", "what": "y"}, "what"),
    ):
        answer = await signed_in.post("/api/videos", data=data, files={"input_reference": file})
        assert list(fields_of(answer)) == [field]


async def test_a_file_where_none_is_taken(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.post(
        "/api/videos", data={"prompt": "x"}, files={"avatar": ("a.png", picture(), "image/png")}
    )
    assert list(fields_of(answer)) == ["avatar"]
    answer = await signed_in.post("/api/videos", files={"prompt": ("a.txt", b"x", "text/plain")})
    assert list(fields_of(answer)) == ["prompt"]


async def test_100_megabytes_are_refused_as_they_come(
    signed_in: httpx2.AsyncClient, listener: socket.socket
) -> None:
    """By what is announced, and where nothing is, once too much has come: never after reading it all."""
    megabyte = 1024 * 1024
    for how in (f"Content-Length: {100 * megabyte}", "Transfer-Encoding: chunked"):
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        head = (
            "POST /api/videos HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Authorization: {signed_in.headers['authorization']}\r\n{how}\r\n\r\n"
        )
        part = b'--b\r\nContent-Disposition: form-data; name="input_reference"; filename="a.png"\r\n\r\n'
        writer.write(head.encode())
        answered = asyncio.create_task(reader.readline())
        sent = 0
        while not answered.done() and sent < 100:
            data = part.ljust(megabyte, b"x") if sent == 0 else bytes(megabyte)
            writer.write(b"%x\r\n%s\r\n" % (len(data), data) if "chunked" in how else data)
            await writer.drain()
            sent += 1
        assert b" 413 " in await answered
        assert sent < 100
        writer.close()


class TestOthersFiles:
    @pytest.fixture
    async def foreign(self, member: MakeMember) -> str:
        """The id of another person's asset."""
        ada = await member("ada")
        answer = await ada.post(
            "/api/videos",
            data={"prompt": "mine"},
            files={"input_reference": ("mine.png", picture(), "image/png")},
        )
        found: str = answer.json()["reference"]["asset_id"]
        return found

    @pytest.fixture
    async def unchanged(self, studio: Studio, foreign: str) -> AsyncIterator[None]:
        before = await belongings(studio)
        yield
        assert await belongings(studio) == before

    async def test_another_persons_picture_is_as_unknown_as_none(
        self, signed_in: httpx2.AsyncClient, foreign: str
    ) -> None:
        for asset_id in (foreign, "asset_nothing"):
            answer = await signed_in.post(
                "/api/videos", json={"prompt": "x", "references": [{"asset_id": asset_id}]}
            )
            assert "not one of your assets" in fields_of(answer)["references"]


class TestRemixes:
    @pytest.fixture
    async def unfinished(self, signed_in: httpx2.AsyncClient) -> str:
        return str((await make(signed_in))["id"])

    @pytest.fixture
    async def unchanged(self, studio: Studio, unfinished: str) -> AsyncIterator[None]:
        before = await belongings(studio)
        yield
        assert await belongings(studio) == before

    async def test_what_is_not_completed_cannot_be_remixed(
        self, signed_in: httpx2.AsyncClient, unfinished: str
    ) -> None:
        answer = await signed_in.post(f"/api/videos/{unfinished}/remix", json={"prompt": "bluer"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_completed")

    async def test_a_bad_remix_names_its_field(
        self, signed_in: httpx2.AsyncClient, unfinished: str, subtests: pytest.Subtests
    ) -> None:
        for body, field in (
            ({}, "prompt"),
            ({"prompt": ""}, "prompt"),
            ({"prompt": "x", "n": 2}, "n"),
            ({"prompt": "x", "tags": 3}, "tags"),
        ):
            with subtests.test(body=str(body)):
                answer = await signed_in.post(f"/api/videos/{unfinished}/remix", json=body)
                assert list(fields_of(answer)) == [field]


async def test_json_is_small_even_where_files_may_be_large(signed_in: httpx2.AsyncClient) -> None:
    large = b"{" + b",".join(b'"k%d":1' % number for number in range(200_000)) + b"}"
    answer = await signed_in.post("/api/videos", content=large, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    many = {f"k{number}": 1 for number in range(1000)}
    answer = await signed_in.post("/api/videos", json=many)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("field", ["seed", "n", "priority", "max_cost_usd", "deadline", "seconds"])
async def test_true_is_no_number(signed_in: httpx2.AsyncClient, field: str) -> None:
    answer = await signed_in.post("/api/videos", json={"prompt": "a cat", field: True})
    assert answer.status_code == 422
    assert "must be a number" in answer.json()["details"]["fields"][field]
