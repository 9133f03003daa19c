"""One server of OpenAI's shape: its address, its client, and what every call to it has in common.

A call is one accepted POST at most. A field that the server says it does not know is left out from then on:
that refusal is definite, so asking again without it pays once.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import httpx2
import openai

from rushes.providers.makers.leftovers import remove
from rushes.providers.makers.protocol import UNKNOWN_PRICE, MakerPrice
from rushes.providers.openai_shaped.models import model_names
from rushes.providers.openai_shaped.submitting import open_client
from rushes.providers.protocol import Ambiguous, Down, Refused
from rushes.providers.wire.address import Address, bearer, read_address
from rushes.providers.wire.answers import Answer, question_error, read_refusal, read_retry_after
from rushes.providers.wire.fetching import Fetching
from rushes.providers.wire.outside import Outside
from rushes.providers.wire.posting import late, lost
from rushes.providers.wire.questions import Questions
from rushes.providers.wire.reading import is_moderation, read_number

OPENAI = "https://api.openai.com/v1"
GROQ = "https://api.groq.com/openai/v1"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai"

_CONNECT = 10.0
_STALL = 60.0
# What the SDK lets through of a connection that broke, while it is read.
BROKEN = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)
_UNKNOWN_FIELD = re.compile(
    r"unknown|unrecogni[sz]ed|unexpected|unsupported|not supported|not support|not permitted|not allowed"
    r"|extra (inputs|fields)|cannot find field|no such",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what it has cost in USD by a gateway's header, None where none says."""

    answer: Answer
    cost: float | None = None


class Raw(Protocol):
    """What of the SDK's raw response is used."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


# Sends the fields that it is given; the second argument holds what every call says.
Send = Callable[[openai.AsyncOpenAI, dict[str, Any], dict[str, Any]], Awaitable[Raw]]


class Server:
    """A server by its base URL, None for OpenAI itself. `price` is what the operator says that it asks;
    `poll_timeout`, in seconds, bounds what costs nothing. Raises ValueError for what is no address."""

    def __init__(
        self,
        *,
        name: str,
        base_url: str | None,
        api_key: str | None,
        price: MakerPrice = UNKNOWN_PRICE,
        poll_timeout: float = 15.0,
    ) -> None:
        self.name = name
        self.price = price
        self.address = maker_address(base_url)
        self._api_key = api_key
        self._questions = Questions(self.address, headers=bearer(api_key), timeout=poll_timeout)
        self._outside = Outside()
        self._fetching = Fetching(self._questions, self._outside, stall=_STALL)
        self._client: openai.AsyncOpenAI | None = None
        # By model: the fields that the server has said it does not know.
        self._unknown: dict[str, set[str]] = {}

    @property
    def is_openai(self) -> bool:
        return self.address.host == "api.openai.com"

    @property
    def is_google(self) -> bool:
        return self.address.host == "generativelanguage.googleapis.com"

    @property
    def is_groq(self) -> bool:
        return self.address.host == "api.groq.com"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
        await self._questions.close()
        await self._outside.close()

    async def names(self) -> list[str]:
        """The models that it lists; empty for one that has no list. Raises Down, or Refused for a wrong
        key."""
        answer = await self._questions.ask("/models")
        if answer.ok:
            names = model_names(answer.json())
            if names is None:
                raise Down("The provider's answer makes no sense.", code="provider_garbage")
            # Google's are resource names.
            return [name.removeprefix("models/") for name in names]
        if answer.status in (401, 403) or "api key" in read_refusal(answer).message.lower():
            raise Refused("The provider does not accept the API key.", code="provider_key", retryable=True)
        if answer.status in (404, 405, 501):
            return []
        raise question_error(answer)

    async def question(self, path: str) -> Answer:
        """The answer to a GET that costs nothing, whatever its status. Raises Down."""
        return await self._questions.ask(path)

    async def post(
        self,
        send: Send,
        fields: Mapping[str, Any],
        *,
        key: str,
        timeout: float,
        dispensable: Collection[str] = (),
    ) -> Told:
        """The answer to one POST, whatever its status, sent again only without a `dispensable` field that the
        server has refused. Raises Busy when nothing can have arrived, Ambiguous when nobody knows."""
        unknown = self._unknown.setdefault(str(fields["model"]), set())
        async with _bounded(timeout):
            while True:
                sent = {name: value for name, value in fields.items() if name not in unknown}
                told = await self._sent(send, sent, key=key, timeout=timeout)
                named = _unknown_field(told.answer, [name for name in dispensable if name in sent])
                if named is None:
                    return told
                unknown.add(named)

    async def stream(
        self,
        start: Callable[[openai.AsyncOpenAI, dict[str, Any], dict[str, Any]], Any],
        fields: Mapping[str, Any],
        into: Path,
        *,
        key: str,
        timeout: float,
        dispensable: Collection[str] = (),
    ) -> Told:
        """Like `post`, for an answer that is a file: written to `into` as it comes, and then without a
        body."""

        async def send(client: openai.AsyncOpenAI, sent: dict[str, Any], said: dict[str, Any]) -> Raw:
            async with start(client, sent, said) as response:
                with saving():
                    file = await asyncio.to_thread(into.open, "wb")
                try:
                    async for chunk in response.iter_bytes(1 << 16):
                        with saving():
                            await asyncio.to_thread(file.write, chunk)
                finally:
                    with saving():
                        await asyncio.to_thread(file.close)
                return _Streamed(response.status_code, response.headers)

        try:
            return await self.post(send, fields, key=key, timeout=timeout, dispensable=dispensable)
        except BaseException:
            remove(into)
            raise

    def fetch(self, url: str) -> AsyncIterator[bytes]:
        """The file at an address that an answer names. Raises Down or Gone."""
        return self._fetching.stream(url)

    async def _sent(self, send: Send, fields: dict[str, Any], *, key: str, timeout: float) -> Told:
        # Not promised by anyone, but whoever honours it makes one of two requests.
        headers: dict[str, str | openai.Omit] = {"Idempotency-Key": key}
        if not self._api_key:
            headers["Authorization"] = openai.omit
        if self._client is None:
            self._client = open_client(self.address, self._api_key)
        said = {"extra_headers": headers, "timeout": openai.Timeout(timeout, connect=min(_CONNECT, timeout))}
        try:
            raw = await send(self._client, fields, said)
        except openai.APIStatusError as error:
            response = error.response
            retry_after = read_retry_after(response.headers)
            return Told(Answer(response.status_code, response.content, retry_after))
        except BROKEN as error:
            raise lost(error) from error
        return Told(Answer(raw.status_code, raw.content), _cost(raw.headers))


@dataclass(frozen=True, slots=True)
class _Streamed:
    status_code: int
    headers: Mapping[str, str]
    content: bytes = b""


def maker_address(base_url: str | None) -> Address:
    """Accepts `http://gpu:8000`, `…/v1` and whatever has a version in its path, such as Google's
    `…/v1beta/openai/`; None means OpenAI itself. Raises ValueError, with a sentence for the operator."""
    address = read_address(base_url or OPENAI)
    base = re.sub(r"/videos$", "", address.base)
    if not re.search(r"/v\d+[a-z0-9]*(/|$)", base.partition("://")[2]):
        base += "/v1"
    return replace(address, base=base)


@contextmanager
def saving() -> Iterator[None]:
    """Raises Refused for a result that is paid for and cannot be written."""
    try:
        yield
    except OSError as error:
        raise Refused(
            "The disk is full, so what the provider made could not be saved. Free some space and retry."
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else f"What the provider made could not be saved: {error.strerror}.",
            code="disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "not_saved",
            retryable=True,
            charged="yes",
        ) from error


def unreadable(what: str) -> Ambiguous:
    """A 2xx that nobody understands."""
    return Ambiguous(
        f"The provider answered, but {what} cannot be read, so nobody knows whether it was paid for.",
        code="provider_garbage",
    )


@asynccontextmanager
async def _bounded(timeout: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(timeout):
            yield
    except TimeoutError as error:
        raise late() from error


def _unknown_field(answer: Answer, names: Collection[str]) -> str | None:
    """Which of the fields the server refuses to know, if that is what it says."""
    if answer.status not in (400, 415, 422) or not names:
        return None
    said = read_refusal(answer)
    if is_moderation(said.code, said.kind) or not _UNKNOWN_FIELD.search(
        f"{said.message} {said.code} {said.kind}"
    ):
        return None
    if said.about in names:
        return said.about
    return next((name for name in names if re.search(rf"\b{re.escape(name)}\b", said.message)), None)


def _cost(headers: Mapping[str, str]) -> float | None:
    """What LiteLLM says that a call has cost."""
    cost = read_number(headers.get("x-litellm-response-cost"))
    return cost if cost is not None and cost >= 0 else None
