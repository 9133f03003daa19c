"""The one POST that may cost money: sent once, and honest about what is not known afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from rushes.providers.protocol import Ambiguous, Busy, ProviderError
from rushes.providers.wire.address import Address, environment_proxy
from rushes.providers.wire.answers import Answer, read_retry_after
from rushes.providers.wire.questions import unreachable

# Nothing of the request has left this machine when one of these is the reason.
_BEFORE_SENDING = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
_CONNECT = 10.0


class Posting:
    """Creates at one server, whose `headers` carry the key. Nothing is ever sent a second time."""

    def __init__(self, address: Address, *, headers: Mapping[str, str]) -> None:
        self._address = address
        self._headers = {"Accept": "application/json", **headers}
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: aiohttp.FormData | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float,
    ) -> Answer:
        """One answer, whatever its status. `timeout` bounds all of it, in seconds.

        Raises Busy if nothing can have arrived, also for one that was closed, and Ambiguous if nobody knows.
        """
        try:
            async with asyncio.timeout(timeout):
                async with self._open().post(
                    self._address.url(path),
                    json=json,
                    data=data,
                    headers={**self._headers, **(headers or {})},
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(_CONNECT, timeout)),
                    allow_redirects=False,
                ) as response:
                    body = await response.read()
                    return Answer(response.status, body, read_retry_after(response.headers))
        except (aiohttp.ClientError, OSError) as error:
            # TimeoutError is an OSError as well.
            raise lost(error) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise Busy("The provider's settings have just been changed.", code="provider_closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # A kept connection may be closed by the server just as the POST goes out, which nobody could
                # tell from a lost answer; a new one costs milliseconds.
                connector=aiohttp.TCPConnector(force_close=True, limit=32),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=environment_proxy(self._address),
            )
        return self._session


def lost(error: BaseException) -> ProviderError:
    """Busy if the connection never came to be, else Ambiguous.

    SDKs wrap what happened, and do not name it right: the openai SDK's aiohttp transport calls a dropped
    connection a connect timeout. So the first aiohttp error among the causes decides.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _BEFORE_SENDING):
            return Busy(unreachable(cause), code="provider_unreachable")
        if isinstance(cause, aiohttp.ClientError):
            break
        if isinstance(cause, TimeoutError):
            return late()
        cause = cause.__cause__
    return broken()


def broken() -> Ambiguous:
    return Ambiguous("The connection to the provider broke, so nobody knows whether it took the job.")


def late() -> Ambiguous:
    return Ambiguous("The provider did not answer in time, so nobody knows whether it took the job.")


def nameless() -> Ambiguous:
    """A 2xx without a job in it."""
    return Ambiguous("The provider took the job, but its answer names none.")
