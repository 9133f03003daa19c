"""Vendors' SDKs that stand on httpx: the one client they are given, and what their exceptions mean.

SDKs wrap what happened in exceptions of their own; the first httpx error among the causes decides, as `lost`
in `posting` does it for aiohttp.
"""

from __future__ import annotations

import socket
import ssl

import httpx

from rushes.providers.protocol import Ambiguous, Busy
from rushes.providers.wire.answers import Answer, read_retry_after
from rushes.providers.wire.posting import broken, late

# Nothing of the request has left this machine when one of these is the reason.
_BEFORE_SENDING = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
    *(httpx.ProxyError, httpx.UnsupportedProtocol),
)
# Seconds; the whole is bounded by whoever calls.
TIMEOUT = httpx.Timeout(None, connect=10.0)


def http_client() -> httpx.AsyncClient:
    """A client for one SDK, to be closed with it. Each request has a connection of its own, which no server
    can have closed just before, and none is sent on to where a redirect leads."""
    return httpx.AsyncClient(
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=0),
        follow_redirects=False,
    )


def answer_of(response: httpx.Response) -> Answer:
    """The answer as it came, before an SDK made anything of it."""
    return Answer(response.status_code, response.content, read_retry_after(response.headers))


def lost_by_sdk(error: BaseException) -> Busy | Ambiguous:
    """What a create without an answer means: Busy if the connection never came to be, else Ambiguous."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _BEFORE_SENDING):
            return Busy(_why(cause), code="provider_unreachable")
        if isinstance(cause, (httpx.TimeoutException, TimeoutError)):
            return late()
        if isinstance(cause, httpx.HTTPError):
            break
        cause = cause.__cause__
    return broken()


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "The provider's certificate is not trusted."
        if isinstance(cause, socket.gaierror):
            return "The provider's name leads to no address."
        cause = cause.__cause__ or cause.__context__
    return "The provider cannot be reached."
