"""Stored files over HTTP: whole, in part, not again, and not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest
from starlette.responses import Response
from tests.http.conftest import Served

from rushes.http.endpoint import Call, endpoint
from rushes.http.files import disposition, file_response
from rushes.studio import Studio

CONTENT = bytes(range(256)) * 12_000  # 3 MB, so that it takes several chunks
TAG = hashlib.sha256(CONTENT).hexdigest()


@endpoint("GET", "/api/file", who="anyone", media="video/mp4")
async def whole(call: Call) -> Response:
    """The file."""
    return await file_response(
        call.request,
        call.studio.storage,
        "user_1/request_1/video-clips/film.mp4",
        etag=TAG,
        media_type="video/mp4",
        filename="Über den Dächern.mp4",
        download="download" in call.request.query_params,
    )


@endpoint("GET", "/api/gone", who="anyone", media="video/mp4")
async def gone(call: Call) -> Response:
    """A file that somebody deleted, although its row says how large it is."""
    return await file_response(
        call.request,
        call.studio.storage,
        "user_1/r/video-clips/no.mp4",
        etag="x",
        size=9,
        media_type="video/mp4",
    )


@pytest.fixture
async def stored(studio: Studio) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield CONTENT

    await studio.storage.put("user_1/request_1/video-clips/film.mp4", chunks())


pytestmark = pytest.mark.usefixtures("stored")


async def test_the_whole_file(served: Served) -> None:
    client = await served(whole)
    got = await client.get("/api/file")
    assert (got.status_code, got.content) == (200, CONTENT)
    assert got.headers["content-type"] == "video/mp4"
    assert got.headers["etag"] == f'"{TAG}"'
    assert got.headers["accept-ranges"] == "bytes"
    assert got.headers["cache-control"] == "private, no-cache"
    assert got.headers["content-disposition"].startswith("inline; filename=")
    assert "filename*=UTF-8''%C3%9Cber%20den%20D%C3%A4chern.mp4" in got.headers["content-disposition"]
    assert (await client.get("/api/file?download=1")).headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=1000000-2500000", 1_000_000, 2_500_001),
        ("bytes=3071000-", 3_071_000, len(CONTENT)),
        ("bytes=-500", len(CONTENT) - 500, len(CONTENT)),
        ("bytes=-999999999", 0, len(CONTENT)),
        ("bytes=3071999-99999999999999999999", len(CONTENT) - 1, len(CONTENT)),
        ("BYTES= 5-9", 5, 10),
    ],
)
async def test_a_part(served: Served, asked: str, start: int, end: int) -> None:
    client = await served(whole)
    got = await client.get("/api/file", headers={"Range": asked})
    assert got.status_code == 206
    assert got.content == CONTENT[start:end]
    assert got.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert got.headers["content-length"] == str(end - start)


@pytest.mark.parametrize(
    "asked", ["bytes=5-3", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-5,7-9", "bytes", "bytes=--5"]
)
async def test_what_is_no_single_range_gets_the_whole(served: Served, asked: str) -> None:
    client = await served(whole)
    got = await client.get("/api/file", headers={"Range": asked})
    assert (got.status_code, len(got.content)) == (200, len(CONTENT))


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=99999999999999999999-", "bytes=-0"])
async def test_a_part_beyond_the_end_is_416(served: Served, asked: str) -> None:
    client = await served(whole)
    got = await client.get("/api/file", headers={"Range": asked})
    assert got.status_code == 416
    assert got.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert got.json()["code"] == "range_not_satisfiable"


async def test_what_the_client_has_is_not_sent_again(served: Served) -> None:
    client = await served(whole)
    for known in (f'"{TAG}"', f'"other", W/"{TAG}"', "*"):
        got = await client.get("/api/file", headers={"If-None-Match": known})
        assert (got.status_code, got.content) == (304, b"")
        assert got.headers["etag"] == f'"{TAG}"'
    assert (await client.get("/api/file", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_part_is_given_only_of_the_file_that_was_meant(served: Served) -> None:
    client = await served(whole)
    same = {"Range": "bytes=0-9", "If-Range": f'"{TAG}"'}
    assert (await client.get("/api/file", headers=same)).status_code == 206
    for other in ('"other"', f'W/"{TAG}"', "Wed, 21 Oct 2026 07:28:00 GMT"):
        got = await client.get("/api/file", headers={"Range": "bytes=0-9", "If-Range": other})
        assert (got.status_code, len(got.content)) == (200, len(CONTENT))


async def test_head_tells_the_length_and_sends_nothing(served: Served) -> None:
    client = await served(whole, gone)
    got = await client.head("/api/file", headers={"Range": "bytes=0-9"})
    assert (got.status_code, got.content) == (200, b"")
    assert got.headers["content-length"] == str(len(CONTENT))
    assert (await client.head("/api/gone")).status_code == 404


async def test_a_file_that_is_gone_is_a_404_and_no_broken_200(served: Served) -> None:
    client = await served(gone)
    got = await client.get("/api/gone")
    assert (got.status_code, got.json()["code"]) == (404, "not_found")


async def test_a_client_that_leaves_in_the_middle_harms_nobody(served: Served) -> None:
    client = await served(whole)
    assert client.base_url.port is not None
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"GET /api/file HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await reader.read(1000)
    writer.close()
    await writer.wait_closed()
    assert len((await client.get("/api/file")).content) == len(CONTENT)


def test_a_name_cannot_break_out_of_its_header() -> None:
    assert disposition('a"b\r\nX: y.mp4', download=False).count('"') == 2
    assert "\r" not in disposition("a\r\nb", download=True)
    assert disposition("plain.mp4", download=True) == 'attachment; filename="plain.mp4"'


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("../../etc/passwd", "_.._etc_passwd", None),
        ('a\\b:c*d?e"f<g>h|i.mp4', "a_b_c_d_e_f_g_h_i.mp4", None),
        ("tab\there\x7f\x85.mp4", "tab_here__.mp4", None),
        (" .. .hidden.mp4", "hidden.mp4", None),
        ("...", "file", None),
        ("", "file", None),
        ("Über/Unter\u202egpj.mp4", "_ber_Unter_gpj.mp4", "%C3%9Cber_Unter_gpj.mp4"),
        ("100%.mp4", "100_.mp4", "100%25.mp4"),
    ],
)
def test_a_name_is_one_that_every_system_takes(title: str, plain: str, full: str | None) -> None:
    longer = f"; filename*=UTF-8''{full}" if full else ""
    assert disposition(title, download=True) == f'attachment; filename="{plain}"{longer}'
