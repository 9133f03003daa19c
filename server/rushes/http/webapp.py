"""Serves the built web app: its assets for ever, its pages always fresh, under a strict policy.

Every address of the app (`/videos/abc`) is the same page, so that a reload or a shared link works. Only GETs
that accept HTML get it; a wrong address of the API stays a JSON error.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from rushes.errors import NotFound
from rushes.http.files import file_tag_matches
from rushes.http.protection import PAGE_POLICY

_NOT_PAGES = ("/api", "/v1", "/mcp", "/assets", "/socket.io")
_PAGES = {"/": "index.html", "/index.html": "index.html", "/docs": "docs.html", "/docs/": "docs.html"}
_SQUEEZED = {".html", ".js", ".mjs", ".css", ".svg", ".json", ".webmanifest", ".txt", ".xml", ".map"}

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Rushes</title>
<body style="font: 1.1rem/1.6 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The web app is not built</h1>
<p>The studio is running and its API answers, but this checkout has no web app yet.
Run <code>make setup</code>, or <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>,
then reload this page.</p></body></html>"""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the build as it is sent, plain and squeezed."""

    stamp: tuple[int, int]
    content: bytes
    squeezed: bytes | None
    etag: str
    media_type: str


def find_build() -> Path | None:
    """The folder of the built web app: in the installed package, else in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "webapp", package.parents[1] / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


class WebApp:
    """The ASGI application for whatever no other route answers. Raises `NotFound`.

    Without `folder` it looks for the build at each page, so that building needs no restart.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        # A handful of files, a megabyte or two together.
        self._read: dict[Path, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            raise NotFound()
        page = _PAGES.get(path)
        if page is None:
            file = await self._find(path)
            if file is not None:
                return _respond_with(request, file, for_ever=path.startswith("/assets/"))
            if _is_of_api(path) or "text/html" not in request.headers.get("accept", ""):
                raise NotFound()
            page = "index.html"
        file = await self._find(page)
        if file is None:
            return HTMLResponse(
                _NOT_BUILT,
                status_code=503,
                headers={
                    "Content-Security-Policy": PAGE_POLICY,
                    "Cache-Control": "no-store",
                    "Retry-After": "30",
                },
            )
        response = _respond_with(request, file, for_ever=False)
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response

    async def _find(self, path: str) -> _File | None:
        folder = self._folder or await asyncio.to_thread(find_build)
        parts = path.strip("/").split("/")
        if folder is None or not all(_is_plain(part) for part in parts):
            return None
        return await asyncio.to_thread(self._load, folder.joinpath(*parts))

    def _load(self, path: Path) -> _File | None:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._read.get(path)
            if known is None or known.stamp != stamp:
                known = self._read[path] = _load(path, stamp)
        except (OSError, ValueError):
            return None
        return known


def _load(path: Path, stamp: tuple[int, int]) -> _File:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".webmanifest":
        media_type = "application/manifest+json"
    if path.suffix in (".js", ".mjs"):
        media_type = "text/javascript"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    worth_it = path.suffix in _SQUEEZED and len(content) > 1000
    return _File(
        stamp=stamp,
        content=content,
        squeezed=gzip.compress(content, 9, mtime=0) if worth_it else None,
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        media_type=media_type,
    )


def _briefly(file: _File) -> str:
    """Icons may be a day old: the one of a running job turns once a second. Pages are asked for anew."""
    return "public, max-age=86400" if file.media_type.startswith("image/") else "no-cache"


def _respond_with(request: Request, file: _File, *, for_ever: bool) -> Response:
    squeeze = file.squeezed is not None and _takes_gzip(request.headers)
    # The squeezed form is another representation, and a strong tag tells the two apart.
    etag = f'{file.etag[:-1]}-gz"' if squeeze else file.etag
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable" if for_ever else _briefly(file),
        "Vary": "Accept-Encoding",
    }
    if file_tag_matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if squeeze:
        headers["Content-Encoding"] = "gzip"
    content = file.squeezed if squeeze and file.squeezed is not None else file.content
    return Response(content, headers={**headers, "Content-Type": file.media_type})


def _is_plain(part: str) -> bool:
    """Not hidden, not a way out of the folder, and no name that a system reads in its own way."""
    return part[:1] not in ("", ".") and not {"\\", "\0", ":"} & set(part)


def _takes_gzip(headers: Headers) -> bool:
    for entry in headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = entry.strip().partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _is_of_api(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _NOT_PAGES)
