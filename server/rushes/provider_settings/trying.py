"""Asks a provider whether it is there, takes the key, and what it offers: free, and over within seconds."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from rushes.provider_settings.models import FoundModel, Tried
from rushes.provider_settings.opening import Problem
from rushes.providers.protocol import Down, Provider, ProviderError, Refused, RemoteProvider
from rushes.providers.registry import as_remote

_DEADLINE = 20.0
# How long an answer to a change waits for the models; they come by themselves later.
_SOON = 5.0


async def try_out(provider: Provider) -> Tried:
    """What it says; an answer that is no good is no error here."""
    remote = as_remote(provider)
    began = time.perf_counter()
    if remote is None:
        return _answered(provider, began, message="It draws on this machine, which costs nothing.")
    try:
        async with asyncio.timeout(_DEADLINE):
            await remote.probe()
            if not remote.capabilities.models:
                await remote.refresh()
    except (Down, Refused) as error:
        return _failed(error.code, error.message, began)
    except TimeoutError:
        return _failed("provider_timeout", "The provider does not answer in time.", began)
    if not remote.capabilities.models:
        none = "It answers, but says nothing of models: name them yourself."
        return _answered(provider, began, message=none, code="no_models")
    tried = _answered(provider, began, message="It answers.")
    with suppress(ProviderError, TimeoutError):
        async with asyncio.timeout(_SOON):
            tried.balance_usd = await remote.balance()
    return tried


def not_tried(problem: Problem) -> Tried:
    """One that cannot even be asked."""
    return Tried(ok=False, code=problem.code, message=problem.message, models=[], balance_usd=None, took_ms=0)


async def learn_models(provider: Provider) -> None:
    """Has the provider know its models, if it says them soon. What goes wrong is found out by whoever keeps
    them fresh."""
    remote: RemoteProvider | None = as_remote(provider)
    if remote is not None:
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(_SOON):
                await remote.refresh()


def _answered(provider: Provider, began: float, *, message: str, code: str | None = None) -> Tried:
    models = [
        FoundModel(name=model.name, label=model.label, price_per_second=model.price_per_second)
        for model in provider.capabilities.models
    ]
    return Tried(ok=True, code=code, message=message, models=models, balance_usd=None, took_ms=_since(began))


def _failed(code: str, message: str, began: float) -> Tried:
    return Tried(ok=False, code=code, message=message, models=[], balance_usd=None, took_ms=_since(began))


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
