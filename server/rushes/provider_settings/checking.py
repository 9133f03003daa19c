"""Sees before anything is saved that a provider can be made of what an administrator gives."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rushes.encryption import Encryption
from rushes.errors import Invalid
from rushes.provider_settings import queries
from rushes.provider_settings.models import ProviderChange, ProviderCreate, ProviderTry, ProviderValues
from rushes.provider_settings.opening import Problem, key_of, open_values
from rushes.provider_settings.queries import SavedRow
from rushes.providers.kinds import Setup
from rushes.providers.protocol import RemoteProvider
from rushes.studio import Studio


async def check_create(wanted: ProviderCreate) -> None:
    """Raises `Invalid`, naming the field."""
    await _check(wanted.kind, _setup(wanted, wanted.name or wanted.kind, _text_of(wanted)))


async def check_change(studio: Studio, row: SavedRow, wanted: ProviderChange) -> None:
    """Raises `Invalid`, naming the field. What concerns neither address nor key can always be changed."""
    given = wanted.model_fields_set
    if not given & {"base_url", "api_key"}:
        return
    base_url = (wanted.base_url or None) if "base_url" in given else row.base_url
    if "api_key" in given:
        key = _text_of(wanted)
    else:
        key = await _saved_key(row, studio.encryption, base_url)
    setup = Setup(name=row.name, base_url=base_url, api_key=key, models=tuple(row.models))
    await _check(row.kind, setup)


async def opened_to_try(studio: Studio, wanted: ProviderTry) -> RemoteProvider:
    """The provider of these values, for the caller to close. Raises `Invalid`, and `NotFound` for a name that
    none has."""
    key = _text_of(wanted)
    if key is None and wanted.name is not None:
        async with studio.reading() as session:
            row = await queries.one(session, wanted.name)
        if row.kind != wanted.kind:
            raise Invalid(
                api_key="must be given: the saved one belongs to another kind", code="provider_key_again"
            )
        key = await _saved_key(row, studio.encryption, wanted.base_url or None)
    return await _opened(wanted.kind, _setup(wanted, wanted.name or wanted.kind, key))


async def _check(kind: str, setup: Setup) -> None:
    await (await _opened(kind, setup)).close()


async def _opened(kind: str, setup: Setup) -> RemoteProvider:
    try:
        return await open_values(kind, setup)
    except Problem as problem:
        raise _invalid(problem) from problem


async def _saved_key(row: SavedRow, encryption: Encryption, base_url: str | None) -> str | None:
    """The saved key, which goes nowhere but to where it was given for. Raises `Invalid`."""
    if row.api_key is not None and _place(base_url) != _place(row.base_url):
        raise Invalid(
            api_key="must be given again: the saved one belongs to the other address",
            code="provider_key_again",
        )
    try:
        return await key_of(row, encryption)
    except Problem as problem:
        raise _invalid(problem) from problem


def _place(base_url: str | None) -> tuple[Any, ...]:
    """Where an address leads; for one that is none, which is refused later, its own words."""
    try:
        parts = urlsplit(base_url or "")
    except ValueError:
        return (base_url,)
    return parts.scheme, parts.netloc.lower()


def _setup(wanted: ProviderValues, name: str, key: str | None) -> Setup:
    return Setup(
        name=name,
        base_url=wanted.base_url or None,
        api_key=key,
        concurrency=wanted.concurrency,
        models=tuple(wanted.models),
        price_per_second=wanted.price_per_second,
    )


def _text_of(wanted: ProviderValues | ProviderChange) -> str | None:
    return (wanted.api_key.get_secret_value() or None) if wanted.api_key is not None else None


def _invalid(problem: Problem) -> Invalid:
    return Invalid(None, code=problem.code, **{problem.field: problem.text})
