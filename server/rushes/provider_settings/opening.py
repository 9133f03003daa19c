"""Makes providers of what administrators have set, and says in a sentence why one cannot be made."""

from __future__ import annotations

import asyncio

from rushes.encryption import CannotOpen, Encryption
from rushes.extras import MissingExtra
from rushes.provider_settings.queries import SavedRow
from rushes.provider_settings.queries import saved as saved_providers
from rushes.providers.kinds import Setup
from rushes.providers.protocol import RemoteProvider
from rushes.providers.registry import Unusable, open_kind

__all__ = ["Problem", "SavedRow", "key_of", "masked", "open_saved", "open_values", "saved_providers"]

_CALLED = {"kind": "The kind", "api_key": "The key", "base_url": "The address"}


class Problem(Exception):
    """Why a provider cannot be in force: a stable `code` and a sentence. `field` is the one to blame, and
    `text`, which follows its name, says what is wrong with it."""

    def __init__(self, code: str, message: str, *, field: str, text: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.text = text


async def open_saved(row: SavedRow, encryption: Encryption) -> RemoteProvider:
    """The provider that is saved in the row, not asked anything yet. Raises `Problem`."""
    key = await key_of(row, encryption)
    setup = Setup(
        name=row.name,
        base_url=row.base_url,
        api_key=key,
        concurrency=row.concurrency,
        models=tuple(row.models),
        price_per_second=row.price_per_second,
        key_place="under Settings, Providers",
    )
    return await open_values(row.kind, setup)


async def open_values(kind: str, setup: Setup) -> RemoteProvider:
    """The same from values that are not saved. Raises `Problem`."""
    try:
        # In a thread: the first of a kind imports its vendor's SDK.
        return await asyncio.to_thread(open_kind, kind, setup)
    except Unusable as error:
        raise Problem(
            error.code, f"{_CALLED[error.field]} {error.text}.", field=error.field, text=error.text
        ) from error
    except MissingExtra as error:
        # It names the package and the line that installs it.
        raise Problem(
            "extra_missing", f"{error}.", field="kind", text=f"cannot be used yet: {error}"
        ) from error


async def key_of(row: SavedRow, encryption: Encryption) -> str | None:
    """The key, decrypted in a thread: the first time it is derived. Raises `Problem`."""
    if row.api_key is None:
        return None
    try:
        return await asyncio.to_thread(encryption.open, row.api_key)
    except CannotOpen as error:
        text = "was encrypted with another ENCRYPTION_KEY: set that one again, or give the key anew"
        raise Problem("key_unreadable", f"Its key {text}.", field="api_key", text=text) from error


def masked(key: str | None) -> str | None:
    """What may be shown of a key: its last four characters, where enough of it stays hidden."""
    if not key:
        return None
    return f"…{key[-4:]}" if len(key) >= 16 else "…"
