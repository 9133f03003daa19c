"""Making jobs: the one place where money can be spent. Every call is one accepted POST at most.

It goes through the openai SDK's client with its retries off, by its generic `post` rather than
`client.videos`: OpenAI marked that resource as retired, and the bytes on the wire are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import openai
import orjson

from rushes.providers.openai_shaped.dialect import UNKNOWN, Dialect, Encoding
from rushes.providers.openai_shaped.jobs import parse_job
from rushes.providers.openai_shaped.paths import job_path
from rushes.providers.openai_shaped.refusals import names_the_job, other_encoding
from rushes.providers.protocol import Job, Refused, Submission
from rushes.providers.wire.address import Address
from rushes.providers.wire.answers import Answer, read_retry_after, submit_error
from rushes.providers.wire.pictures import read_reference
from rushes.providers.wire.posting import late, lost, nameless
from rushes.providers.wire.reading import Unreadable

_CONNECT = 10.0


class _NotTaken(Exception):
    """The server answered, but not with 2xx."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


class Submitting:
    """Creates and remixes at one server; remembers whether it reads text-to-video as multipart or JSON, where
    it has refused what its dialect says."""

    def __init__(self, address: Address, *, api_key: str | None) -> None:
        self._dialect = UNKNOWN
        self._encoding = UNKNOWN.encoding
        self._address = address
        self._api_key = api_key
        self._client: openai.AsyncOpenAI | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    def speak(self, dialect: Dialect) -> None:
        """Speaks so from now on; what was learned of the same server stays."""
        if dialect != self._dialect:
            self._dialect, self._encoding = dialect, dialect.encoding

    async def create(self, submission: Submission, *, timeout: float) -> Job:
        """A new job. `timeout` bounds all of it, in seconds. Raises Refused, Busy or Ambiguous."""
        fields: dict[str, object] = {
            "prompt": submission.prompt,
            "model": submission.model,
            # vLLM-Omni makes a single frame when it is not told.
            "seconds": f"{submission.seconds:g}",
            "size": submission.size,
        }
        if submission.seed is not None:
            fields["seed"] = str(submission.seed)
        fields |= self._dialect.extras(submission)
        image = await _read_image(submission)
        encoding: Encoding = "multipart" if image else self._encoding
        try:
            async with asyncio.timeout(timeout):
                try:
                    return await self._post("/videos", fields, encoding, image, submission.key, timeout)
                except _NotTaken as refusal:
                    other = None if image else other_encoding(refusal.answer, sent=encoding)
                    if other is None:
                        raise
                    try:
                        job = await self._post("/videos", fields, other, None, submission.key, timeout)
                    except _NotTaken as second:
                        # Two refusals: the one that is not about the encoding says what is wrong.
                        raise (refusal if other_encoding(second.answer, sent=other) else second) from None
                    self._encoding = other
                    return job
        except _NotTaken as refusal:
            raise submit_error(refusal.answer, model=submission.model) from None
        except TimeoutError as error:
            raise late() from error

    async def remix(self, submission: Submission, *, timeout: float) -> Job:
        """A job made from another by the server itself, which keeps that one's model, size and duration."""
        path = job_path(submission.remix_of or "", "/remix")
        try:
            async with asyncio.timeout(timeout):
                return await self._post(
                    path, {"prompt": submission.prompt}, "json", None, submission.key, timeout
                )
        except _NotTaken as refusal:
            if refusal.answer.status == 404 and names_the_job(refusal.answer):
                raise Refused(
                    "The provider no longer has the video that this remixes.", code="remix_source_gone"
                ) from None
            raise submit_error(refusal.answer, model=submission.model) from None
        except TimeoutError as error:
            raise late() from error

    async def _post(
        self,
        path: str,
        fields: Mapping[str, object],
        encoding: Encoding,
        image: tuple[str, bytes, str] | None,
        key: str,
        timeout: float,
    ) -> Job:
        # Not promised by anyone, but whoever honours it (another Rushes does) makes one job of two requests.
        headers: dict[str, str | openai.Omit] = {"Idempotency-Key": key}
        if not self._api_key:
            headers["Authorization"] = openai.omit
        if encoding == "multipart":
            headers["Content-Type"] = "multipart/form-data"
            # A form has texts only. An object goes as JSON too: its parts would be fields of their own else.
            fields = {
                name: value if isinstance(value, str) else _json(value) for name, value in fields.items()
            }
        try:
            text = await self._open().post(
                path,
                cast_to=str,
                body=fields,
                files={"input_reference": image} if image else None,
                options={
                    "headers": headers,
                    "timeout": openai.Timeout(timeout, connect=min(_CONNECT, timeout)),
                    "max_retries": 0,
                },
            )
        except openai.APIStatusError as error:
            response = error.response
            raise _NotTaken(
                Answer(response.status_code, response.content, read_retry_after(response.headers))
            ) from None
        except (openai.OpenAIError, aiohttp.ClientError, OSError) as error:
            raise lost(error) from error
        try:
            return parse_job(orjson.loads(text))
        except (orjson.JSONDecodeError, Unreadable) as error:
            raise nameless() from error

    def _open(self) -> openai.AsyncOpenAI:
        if self._client is None:
            self._client = open_client(self._address, self._api_key)
        return self._client


def open_client(address: Address, api_key: str | None) -> openai.AsyncOpenAI:
    """The SDK's client on aiohttp, without retries, redirects or anyone's account from the environment."""
    headers: dict[str, Any] = {
        # A kept connection may be closed by the server just as the POST goes out, which nobody could tell
        # from a lost answer; a new one costs milliseconds.
        "Connection": "close",
        "OpenAI-Organization": openai.omit,
        "OpenAI-Project": openai.omit,
    }
    return openai.AsyncOpenAI(
        api_key=api_key or "none",
        base_url=address.base,
        max_retries=0,
        default_headers=headers,
        http_client=openai.DefaultAioHttpClient(follow_redirects=False),
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


async def _read_image(submission: Submission) -> tuple[str, bytes, str] | None:
    first = submission.first_frame
    if first is None:
        return None
    return first.path.name, await read_reference(first), first.content_type
