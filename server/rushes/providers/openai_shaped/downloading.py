"""Fetching a finished file from a `/v1/videos` server, which may keep it in a bucket.

SGLang answers 400 with the bucket's address in its message.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from yarl import URL

from rushes.providers.openai_shaped.paths import job_path
from rushes.providers.openai_shaped.polling import Polling, no_video_server
from rushes.providers.protocol import Gone
from rushes.providers.wire.answers import Answer, read_refusal
from rushes.providers.wire.fetching import Fetching
from rushes.providers.wire.questions import Questions

_URL = re.compile(r"https?://[^\s\"'<>\\]+")


class Downloading:
    """Results of one server."""

    def __init__(self, questions: Questions, polling: Polling, fetching: Fetching) -> None:
        self._questions = questions
        self._polling = polling
        self._fetching = fetching

    def stream(self, job_id: str) -> AsyncIterator[bytes]:
        """The file in chunks. Raises Down (also for a body that ends early) or Gone."""
        url = self._questions.address.url(job_path(job_id, "/content"))
        return self._fetching.stream(str(url), on_refusal=self._instead)

    async def _instead(self, answer: Answer, url: URL) -> str | None:
        if answer.status == 400 and (found := _URL.search(read_refusal(answer).message)):
            return found[0].rstrip(".,;)")
        if answer.status in (404, 410):
            if not self._fetching.is_own(url) or await self._polling.is_job_gone(answer):
                raise Gone("The provider no longer has the file.", code="result_gone")
            raise no_video_server()
        return None
