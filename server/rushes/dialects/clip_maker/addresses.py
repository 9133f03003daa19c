"""Addresses of stored files: those that answers give, and what an address of our own leads to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from rushes.http.endpoint import Call
from rushes.storage.signing import Signer
from rushes.studio import Studio

FILES = "/api/files/"
IMAGES = "/api/proxy_s3_image/"
VIDEOS = "/api/proxy_s3_video/"
_ASSETS, _LIBRARY, _CONTENT = "/api/assets/", "/api/videos/", "/content"


@dataclass(frozen=True, slots=True)
class Own:
    """What one of our addresses leads to: a stored file by its key, an asset or a video."""

    key: str | None = None
    asset_id: str | None = None
    video_id: str | None = None


async def signed(studio: Studio, key: str, expires_in: int) -> str:
    """Where anybody who holds the address gets the file for `expires_in` seconds."""
    return await studio.storage.signed_url(key, expires_in)


def proxy(studio: Studio, prefix: str, key: str, expires_in: int) -> str:
    """The same by way of this studio, wherever the file is kept."""
    query = urlsplit(signer(studio).url(key, expires_in)).query
    return f"{studio.settings.effective_public_url}{prefix}{quote(key)}?{query}"


def signer(studio: Studio) -> Signer:
    """What signs addresses for the local store, and for proxies whatever the store is."""
    return Signer(studio.jwt_secret, studio.settings.effective_public_url, now=studio.clock.now)


async def own(call: Call, address: str) -> Own | None:
    """What the address leads to, None where it is nobody's of ours."""
    try:
        url = urlsplit(address)
    except ValueError:
        return None
    if url.netloc and await _is_of_the_store(call, url.netloc, url.path):
        prefix = urlsplit(await signed(call.studio, "x", 60)).path.removesuffix("x")
        return Own(key=unquote(url.path.removeprefix(prefix)))
    public = urlsplit(call.studio.settings.effective_public_url).netloc
    if url.netloc not in ("", public, call.request.headers.get("host", "")):
        return None
    for prefix in (FILES, IMAGES, VIDEOS):
        if url.path.startswith(prefix):
            return Own(key=unquote(url.path.removeprefix(prefix)))
    inside = url.path.removesuffix(_CONTENT)
    if url.path.startswith(_ASSETS) and inside != url.path:
        return Own(asset_id=inside.removeprefix(_ASSETS))
    if url.path.startswith(_LIBRARY) and inside != url.path:
        return Own(video_id=inside.removeprefix(_LIBRARY))
    return None


async def _is_of_the_store(call: Call, netloc: str, path: str) -> bool:
    sample = urlsplit(await signed(call.studio, "x", 60))
    return sample.netloc == netloc and path.startswith(sample.path.removesuffix("x"))
