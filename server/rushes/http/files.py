"""Answers with a stored file, or the part of it that was asked for, never holding more than a chunk.

    return await file_response(call.request, studio.storage, key, etag=sha256, media_type="video/mp4")

A web server in front that can read the files itself (X_ACCEL_REDIRECT) is told which one, and sends it.

One range is served as RFC 9110 §14 describes. Several at once are answered with the whole file, as the RFC
allows: players never ask for them, and a list of tiny ranges is a cheap way to exhaust a server.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rushes.errors import RangeNotSatisfiable
from rushes.storage import Storage

# What clients may ask with, for those who write it down.
FILE_HEADERS = {
    "Range": "The part that is wanted, such as `bytes=0-1023`. Several at once get the whole file.",
    "If-Range": "The ETag that `Range` is meant for: another one gets the whole file.",
    "If-None-Match": "The ETag of the copy that one has: the same one gets 304.",
}

# Enough for a browser's own player or viewer when the file is opened by itself, and for nothing in the file.
_POLICY = (
    "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)
# What Windows refuses, what separates folders, and control characters, those of direction among them: they
# make `gpj.exe` look like `exe.jpg`.
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')
_ONE_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` up to, not including, `end`."""

    start: int
    end: int


async def file_response(
    request: Request,
    storage: Storage,
    key: str,
    *,
    media_type: str,
    etag: str,
    size: int | None = None,
    filename: str | None = None,
    download: bool = False,
    max_age: int = 0,
    more_headers: Mapping[str, str] | None = None,
) -> Response:
    """The file under `key` for a GET or HEAD.

    `etag` is anything that is another for other bytes (the file's SHA-256). `size` in bytes saves asking the
    storage. With `filename` the file has that name when it is saved, and with `download` it is saved rather
    than shown. Browsers may keep it for `max_age` seconds, and ask whether it changed after that; nobody in
    between may. Raises `RangeNotSatisfiable`, and MissingFile when it is gone.
    """
    tag = f'"{etag}"'
    headers = {
        "Content-Security-Policy": _POLICY,
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={max_age}" if max_age else "private, no-cache",
        "Vary": "Cookie, Authorization",
        **(more_headers or {}),
    }
    if filename is not None:
        headers["Content-Disposition"] = disposition(filename, download=download)
    if file_tag_matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if getattr(request.state, "by_proxy", False) and (place := await storage.for_proxy(key)):
        # It sees to Range by itself.
        return Response(headers={**headers, "Content-Type": media_type, "X-Accel-Redirect": place})
    if size is None:
        size = await storage.size(key)
    part = _asked_part(request, tag, size)
    headers["Content-Type"] = media_type
    headers["Content-Length"] = str(part.end - part.start if part else size)
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    if request.method == "HEAD":
        if not await storage.exists(key):
            await storage.size(key)  # raises
        return _Head(headers)
    chunks = storage.open(key, start=part.start if part else 0, end=part.end if part else size)
    # The first chunk is read before the answer begins: a file that is gone is a 404, not a broken 200.
    first = await anext(chunks, b"")
    return _Streaming(first, chunks, status=206 if part else 200, headers=headers)


def disposition(filename: str, *, download: bool) -> str:
    """The Content-Disposition for a name in any script (RFC 6266), with a plain one for old clients. What no
    file can be called on one system or another is replaced."""
    kind = "attachment" if download else "inline"
    name = _NOT_IN_NAMES.sub("_", filename).lstrip(". ") or "file"
    plain = re.sub(r"[^\x20-\x7e]|%", "_", name)
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def file_tag_matches(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names the file; a weak tag of the same file is good enough to be spared it."""
    if header is None:
        return False
    return header.strip() == "*" or tag in (
        candidate.strip().removeprefix("W/") for candidate in header.split(",")
    )


def _asked_part(request: Request, tag: str, size: int) -> Part | None:
    """The part to answer with, or None for the whole file. Raises `RangeNotSatisfiable`."""
    header = request.headers.get("range")
    if header is None or request.method != "GET":
        return None
    condition = request.headers.get("if-range")
    if condition is not None and condition.strip() != tag:  # strong comparison; dates never match
        return None
    found = _ONE_RANGE.fullmatch(header.strip())
    if not found or found[1] == found[2] == "":
        return None
    first, last = found[1][:18], found[2][:18]
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise RangeNotSatisfiable(size)
        return Part(size - length, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise RangeNotSatisfiable(size)
    return Part(int(first), min(int(last) + 1, size) if last else size)


def archive_response(chunks: AsyncIterator[bytes], *, size: int, filename: str, media_type: str) -> Response:
    """What is made while it is sent, as a download; `chunks` are closed when the client goes."""
    headers = {
        "Content-Type": media_type,
        "Content-Length": str(size),
        "Content-Disposition": disposition(filename, download=True),
        "Cache-Control": "no-store",
    }
    return _Streaming(b"", chunks, status=200, headers=headers)


class _Head(Response):
    """Headers alone, with the Content-Length that the body would have."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=200)
        self.raw_headers = _raw(headers)


class _Streaming(Response):
    """Sends chunks as the client takes them, and stops reading when it has gone."""

    def __init__(
        self, first: bytes, rest: AsyncIterator[bytes], *, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(status_code=status)
        self.raw_headers = _raw(headers)
        self._first = first
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The server drops in silence what is sent to a client that has left, so somebody must listen.
        leaving = asyncio.create_task(_wait_for_leaving(receive))
        try:
            async with aclosing(self._rest):  # type: ignore[type-var]  # storages give generators
                await send(
                    {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
                )
                await send({"type": "http.response.body", "body": self._first, "more_body": True})
                async for chunk in self._rest:
                    if leaving.done():
                        return
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            leaving.cancel()


async def _wait_for_leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
