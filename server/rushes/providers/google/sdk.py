"""The google-genai client for creates: nothing is sent twice, nothing comes from the environment.

As it is, the SDK repeats a create four times, follows redirects with it, and on aiohttp sends it once more
after a broken connection; each of these could pay for a second video.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from google import genai
from google.genai import types

from rushes.providers.protocol import Busy, ProviderError
from rushes.providers.wire.posting import lost
from rushes.providers.wire.questions import unreachable

# A kept connection may be closed by the server just as the POST goes out, which nobody could tell from a lost
# answer. Interactions want it with each call: they leave the client's own headers out.
CLOSING = {"Connection": "close"}

# httpx's and httpx2's names for a connection that never came to be; the SDK takes whichever is installed.
_BEFORE_SENDING = ("ConnectError", "ConnectTimeout")


class Sdk:
    """A client that is made at the first create, off the event loop: it reads certificates from disk."""

    def __init__(self, make: Callable[[], genai.Client]) -> None:
        self._make = make
        self._lock = asyncio.Lock()
        self._client: genai.Client | None = None

    async def open(self) -> genai.Client:
        async with self._lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make)
            return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aio.aclose()
            self._client.close()


def http_options(*, root: str, version: str) -> types.HttpOptions:
    """Options for a client at `root` (`https://host`) that speaks `version` (`v1`)."""
    return types.HttpOptions(
        base_url=root,
        api_version=version,
        # With these set the SDK leaves its own repetition after a broken connection alone, too.
        retry_options=types.HttpRetryOptions(attempts=1),
        headers=CLOSING,
        # httpx's word and aiohttp's; each is dropped where it means nothing.
        async_client_args={"follow_redirects": False, "allow_redirects": False},
    )


def lost_in_sdk(error: BaseException) -> ProviderError:
    """Busy if the connection never came to be, else Ambiguous."""
    cause: BaseException | None = error
    while cause is not None:
        kind = type(cause)
        if kind.__name__ in _BEFORE_SENDING and kind.__module__.startswith("httpx"):
            return Busy(unreachable(cause), code="provider_unreachable")
        cause = cause.__cause__
    return lost(error)
