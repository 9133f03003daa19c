"""Streaming a result's file: its length checked, and followed to wherever the server sends it.

A server is trusted with its own host, but may not send the studio into somebody's private network: other
addresses must be public and https.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import unquote_to_bytes

import aiohttp
from yarl import URL

from rushes.providers.protocol import Down, Gone
from rushes.providers.wire.answers import Answer, question_error, read_retry_after
from rushes.providers.wire.outside import Outside, elsewhere
from rushes.providers.wire.questions import Questions

CHUNK = 256 << 10

_MOST_HOPS = 5
_LARGEST_REFUSAL = 64 << 10
# Counted bytes are compared with Content-Length by aiohttp, which needs them as they were sent.
_HEADERS = {"Accept": "video/mp4, */*", "Accept-Encoding": "identity"}

# Asked about a refusal: the URL to go to instead, or None. It may raise Down or Gone.
OnRefusal = Callable[[Answer, URL], Awaitable[str | None]]


class Fetching:
    """Files of one server. `stall` is how many seconds may pass without a byte."""

    def __init__(self, questions: Questions, outside: Outside, *, stall: float) -> None:
        self._questions = questions
        self._outside = outside
        self.stall = stall

    def is_own(self, url: URL) -> bool:
        """Whether the URL leads to the server itself."""
        return url.raw_host == self._questions.address.host and url.scheme in ("http", "https")

    async def stream(self, address: str, *, on_refusal: OnRefusal | None = None) -> AsyncIterator[bytes]:
        """The file at an address, as a vendor writes it, in chunks. Raises Down (also for a body that ends
        early) or Gone."""
        if address.startswith("data:"):
            yield await asyncio.to_thread(_inline, address)
            return
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=self.stall)
        url = self._allowed(address, None)
        for _ in range(_MOST_HOPS):
            asker = self._questions if self.is_own(url) else self._outside
            async with asker.request("GET", url, timeout=timeout, headers=_HEADERS) as response:
                if response.status == 200:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        yield chunk
                    return
                url = await self._next_url(response, on_refusal)
        raise Down("The provider sends the download in circles.", code="provider_result_elsewhere")

    async def _next_url(self, response: aiohttp.ClientResponse, on_refusal: OnRefusal | None) -> URL:
        """Where the file is instead. Raises Down or Gone."""
        body = await response.content.read(_LARGEST_REFUSAL)
        answer = Answer(response.status, body, read_retry_after(response.headers))
        if answer.status in (301, 302, 303, 307, 308) and "location" in response.headers:
            return self._allowed(response.headers["location"], response.url)
        instead = await on_refusal(answer, response.url) if on_refusal else None
        if instead is not None:
            return self._allowed(instead, response.url)
        if answer.status in (404, 410):
            raise Gone("The provider no longer has the file.", code="result_gone")
        if answer.status in (401, 403) and not self.is_own(response.url):
            # A signed address whose time is over; a fresh one may still work.
            raise Down("The address of the result has expired.", code="result_expired")
        raise question_error(answer)

    def _allowed(self, text: str, seen_at: URL | None) -> URL:
        """The URL that a server names, relative to where it does. Raises Down if it may not be followed."""
        try:
            url = URL(text, encoded=True)
            url = seen_at.join(url) if seen_at is not None else url
            # Host and port are only looked at when they are asked for.
            is_fine = bool(url.host) and url.port is not None and (self.is_own(url) or url.scheme == "https")
        except ValueError as error:
            raise elsewhere() from error
        if not is_fine:
            raise elsewhere()
        return url


def _inline(url: str) -> bytes:
    """The bytes of a `data:` URL. Raises Down."""
    head, comma, payload = url.partition(",")
    try:
        if not comma:
            raise ValueError("no comma")
        return base64.b64decode(payload) if head.endswith(";base64") else unquote_to_bytes(payload)
    except (binascii.Error, ValueError) as error:
        raise Down("The result cannot be read.", code="provider_garbage") from error
