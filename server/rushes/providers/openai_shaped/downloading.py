"""Fetching a finished file: streamed, its length checked, and followed to cloud storage where it must be.

The server may redirect, or (SGLang) answer 400 with the address of a bucket. A server is trusted with its own
host, but may not send the studio into somebody's private network: other addresses must be public and https.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
from yarl import URL

from rushes.providers.openai_shaped.address import job_path
from rushes.providers.openai_shaped.answers import Answer, question_error, read_refusal, read_retry_after
from rushes.providers.openai_shaped.outside import Outside, elsewhere
from rushes.providers.openai_shaped.polling import Polling, no_video_server
from rushes.providers.openai_shaped.questions import Questions
from rushes.providers.protocol import Down, Gone

CHUNK = 256 << 10

_MOST_HOPS = 5
_LARGEST_REFUSAL = 64 << 10
_URL = re.compile(r"https?://[^\s\"'<>\\]+")


class Downloading:
    """Results of one server. `stall` is how many seconds may pass without a byte."""

    def __init__(self, questions: Questions, polling: Polling, outside: Outside, *, stall: float) -> None:
        self._questions = questions
        self._polling = polling
        self._outside = outside
        self.stall = stall

    async def stream(self, job_id: str) -> AsyncIterator[bytes]:
        """The file in chunks. Raises Down (also for a body that ends early) or Gone."""
        url = self._questions.address.url(job_path(job_id, "/content"))
        # Counted bytes are compared with Content-Length by aiohttp, which needs them as they were sent.
        headers = {"Accept": "video/mp4, */*", "Accept-Encoding": "identity"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=self.stall)
        for _ in range(_MOST_HOPS):
            asker = self._questions if self._is_own(url) else self._outside
            async with asker.request("GET", url, timeout=timeout, headers=headers) as response:
                if response.status == 200:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        yield chunk
                    return
                url = await self._next_url(response)
        raise Down("The provider sends the download in circles.", code="provider_result_elsewhere")

    async def _next_url(self, response: aiohttp.ClientResponse) -> URL:
        """Where the file is instead. Raises Down or Gone."""
        body = await response.content.read(_LARGEST_REFUSAL)
        answer = Answer(response.status, body, read_retry_after(response.headers))
        if answer.status in (301, 302, 303, 307, 308) and "location" in response.headers:
            return self._allowed(response.headers["location"], response.url)
        if answer.status == 400 and (found := _URL.search(read_refusal(answer).message)):
            return self._allowed(found[0].rstrip(".,;)"), response.url)
        if answer.status in (404, 410):
            if not self._is_own(response.url) or await self._polling.is_job_gone(answer):
                raise Gone("The provider no longer has the file.", code="result_gone")
            raise no_video_server()
        raise question_error(answer)

    def _allowed(self, text: str, seen_at: URL) -> URL:
        """The URL that a server names, relative to where it does. Raises Down if it may not be followed."""
        try:
            url = seen_at.join(URL(text, encoded=True))
        except ValueError as error:
            raise elsewhere() from error
        if not self._is_own(url) and url.scheme != "https":
            raise elsewhere()
        return url

    def _is_own(self, url: URL) -> bool:
        return url.host == self._questions.address.host and url.scheme in ("http", "https")
