"""Pictures that come inside a JSON body, in base64 or as a `data:` URL, or from an address outside."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

import aiohttp
from yarl import URL

from rushes.errors import Invalid, TooLarge
from rushes.http.multipart import in_words
from rushes.media.fitting import CannotFit, fit_image
from rushes.media.images import UnreadableImage, check_image
from rushes.providers.model import ImageRule
from rushes.providers.protocol import Down, Reference
from rushes.providers.wire.outside import Outside
from rushes.storage.incoming import disk_errors
from rushes.studio import Studio

# Bytes: of a picture, and of a body that carries one in base64.
PICTURE_LIMIT = 15_000_000
JSON_LIMIT = PICTURE_LIMIT * 4 // 3 + 1_000_000
_MOST_HOPS = 5
_PATIENCE = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=20)
_CHUNK = 256 << 10


def is_address(text: str) -> bool:
    """Whether it is an address, ours or another's, and not the picture itself."""
    return text.startswith(("http://", "https://", "/api/"))


@asynccontextmanager
async def inline(studio: Studio, text: str, *, field: str) -> AsyncIterator[Path]:
    """The picture as a file, which is gone after the block. Raises `Invalid` naming `field`."""
    content = await asyncio.to_thread(_decoded, text, field)
    async with _scratch(studio) as path:
        with disk_errors():
            await asyncio.to_thread(path.write_bytes, content)
        yield path


@asynccontextmanager
async def fetched(studio: Studio, address: str, *, field: str) -> AsyncIterator[Path]:
    """The file at an address outside, which is gone after the block. Only public https is asked, wherever it
    sends us. Raises `Invalid` naming `field`, and `TooLarge`."""
    async with _scratch(studio) as path:
        outside = Outside()
        try:
            await _fetch(outside, address, path, field)
        except Down as error:
            raise Invalid(**{field: f"cannot be fetched: {_public_words(error)}"}) from error
        finally:
            await outside.close()
        yield path


@asynccontextmanager
async def reference_of(
    studio: Studio, text: str, *, field: str, shape: tuple[int, int]
) -> AsyncIterator[Reference]:
    """The picture in that shape, with nothing of it cut off. Raises `Invalid` naming `field`."""
    async with inline(studio, text, field=field) as path:
        try:
            facts = await check_image(path, turn=studio.decoding)
            content_type = f"image/{facts.format.lower()}"
            with disk_errors():
                fitted = await fit_image(
                    path,
                    content_type,
                    path.with_name(f"{path.name}-fitted"),
                    rule=ImageRule(),
                    shape=shape,
                    turn=studio.decoding,
                )
        except UnreadableImage as error:
            raise Invalid(error.message, code="invalid_image", **{field: error.message}) from error
        except CannotFit as error:
            raise Invalid(**{field: "cannot be brought to that shape"}) from error
        if fitted is None:
            yield Reference("style", path, content_type)
        else:
            yield Reference("style", fitted.path, fitted.content_type)


@asynccontextmanager
async def _scratch(studio: Studio) -> AsyncIterator[Path]:
    path = studio.storage.scratch() / f"picture-{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        await asyncio.to_thread(_remove, path)


def _remove(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink(missing_ok=True)


def _decoded(text: str, field: str) -> bytes:
    head, comma, payload = text.partition(",")
    if text.startswith("data:"):
        if not comma or not head.lower().startswith("data:image/"):
            raise Invalid(**{field: "must be a data: URL of a picture, such as data:image/png;base64,…"})
        if not head.lower().endswith(";base64"):
            return unquote_to_bytes(payload)
        text = payload
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(
            **{field: "is no valid base64. Send the picture in base64, or as a data: URL"}
        ) from error
    if len(content) > PICTURE_LIMIT:
        raise TooLarge(f"{field} is a picture larger than {in_words(PICTURE_LIMIT)}.")
    return content


async def _fetch(outside: Outside, address: str, path: Path, field: str) -> None:
    url = _public(address, None, field)
    for _ in range(_MOST_HOPS):
        async with outside.request("GET", url, timeout=_PATIENCE, headers={"Accept": "image/*"}) as response:
            if response.status == 200:
                await _write(response, path, field)
                return
            there = response.headers.get("location")
            if response.status not in (301, 302, 303, 307, 308) or not there:
                raise Invalid(**{field: f"cannot be fetched: the address answers {response.status}"})
            url = _public(there, url, field)
    raise Invalid(**{field: "cannot be fetched: the address leads in circles"})


async def _write(response: aiohttp.ClientResponse, path: Path, field: str) -> None:
    size = 0
    with disk_errors(), path.open("wb") as file:
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > PICTURE_LIMIT:
                raise TooLarge(f"{field} leads to a file larger than {in_words(PICTURE_LIMIT)}.")
            await asyncio.to_thread(file.write, chunk)


def _public(address: str, seen_at: URL | None, field: str) -> URL:
    try:
        url = URL(address)
        url = seen_at.join(url) if seen_at is not None else url
        is_fine = bool(url.host) and url.port is not None and url.scheme == "https"
    except ValueError:
        is_fine = False
    if not is_fine:
        raise Invalid(**{field: "must be an https address, a data: URL or base64"})
    return url


def _public_words(error: Down) -> str:
    if error.code == "provider_result_elsewhere":
        return "the address is in a private network, where nothing is fetched from"
    return error.message.rstrip(".")
