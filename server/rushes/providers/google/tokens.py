"""Access tokens for Google Cloud: given as they are, or fetched for a service account before they run out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
from google.auth.exceptions import GoogleAuthError, MalformedError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from rushes.providers.protocol import Down, Refused

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class Tokens:
    """Tokens for one key: an access token, a service account's JSON, or the path of its file."""

    def __init__(self, key: str) -> None:
        self._key = key.strip()
        self._lock = asyncio.Lock()
        self._account: service_account.Credentials | None = None

    async def get(self) -> str:
        """A token that is good for minutes. Raises Down when none can be fetched now, Refused for a key that
        is of no use."""
        if not self._is_account():
            return self._key
        async with self._lock:
            if self._account is not None and self._account.valid:
                return str(self._account.token)
            # google-auth speaks HTTP by requests, which blocks.
            return await asyncio.to_thread(self._fetch)

    async def header(self) -> dict[str, str]:
        """The header that carries it. Raises as `get`."""
        return {"Authorization": f"Bearer {await self.get()}"}

    def _is_account(self) -> bool:
        return self._key.startswith("{") or self._key.endswith(".json")

    def _fetch(self) -> str:
        try:
            if self._account is None:
                self._account = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                    self._read(), scopes=[_SCOPE]
                )
            if not self._account.valid:
                self._account.refresh(Request())
        except TransportError as error:
            raise Down("Google's sign-in cannot be reached.", code="provider_unreachable") from error
        except RefreshError as error:
            if getattr(error, "retryable", False):
                raise Down("Google's sign-in does not answer just now.") from error
            # Its words may quote the account.
            raise Refused("Google does not accept the service account's key.", code="provider_key") from None
        except (MalformedError, ValueError, GoogleAuthError):
            raise _unusable() from None
        return str(self._account.token)

    def _read(self) -> dict[str, Any]:
        """Raises Refused."""
        try:
            text = self._key if self._key.startswith("{") else Path(self._key).read_text("utf-8")
            data = orjson.loads(text)
        except (OSError, ValueError):
            raise _unusable() from None
        if not isinstance(data, dict) or data.get("type") != "service_account":
            raise _unusable()
        return data


def _unusable() -> Refused:
    return Refused(
        "The API key is neither a service account's JSON nor the path of its file: make one in Google Cloud"
        " under IAM, Service accounts, Keys.",
        code="provider_key",
    )
