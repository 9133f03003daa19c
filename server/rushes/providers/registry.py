"""The providers that this studio has, and which of their models a name means.

offer = providers.resolve("sora-2")     # an alias: whatever stands in for it here
offer = providers.resolve("gpu/wan-2.2")
offer = providers.resolve(None)         # the default model: nobody spends money unasked

They change while the studio runs: `put` and `drop`. Whoever keeps a provider for longer than a call asks for
it by `get` again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import structlog

from rushes.errors import Invalid, Unavailable
from rushes.extras import MissingExtra
from rushes.observe.metrics import Metrics
from rushes.providers.animatic.adapter import Animatic
from rushes.providers.kinds import Setup, kinds
from rushes.providers.masking import masked
from rushes.providers.protocol import EmbeddedProvider, Offer, Provider, RemoteProvider
from rushes.providers.replaced import Finishing, Replaced
from rushes.providers.retirement import retired
from rushes.providers.watched import watched
from rushes.settings import BadSetting, ProviderSettings, Settings

log = structlog.get_logger(__name__)

ANIMATIC = "animatic/animatic"

# What OpenAI called its models before it shut the API on 2026-09-24. Old clients still ask for them.
_SORA = ("sora-2", "sora-2-pro")
_SORAS_END = " by OpenAI on 24 September 2026"
_OPENAI_HOST = "api.openai.com"


class Providers:
    """Providers by name, in the order in which they were named; `animatic` is always there."""

    def __init__(
        self,
        providers: dict[str, Provider],
        *,
        default: str | None,
        aliases: dict[str, str],
        metrics: Metrics | None = None,
    ) -> None:
        self._providers = providers
        self._off: dict[str, Provider] = {}
        self._default = default
        self._chosen: str | None = None
        self._aliases = aliases
        self._metrics = metrics
        self._replaced = Replaced()
        self._changed = asyncio.Event()

    def names(self) -> list[str]:
        return list(self._providers)

    def get(self, name: str) -> Provider | None:
        """The provider, also one that is switched off, or None when its settings are gone."""
        return self._providers.get(name) or self._off.get(name)

    def all(self) -> list[Provider]:
        """All but those that are switched off."""
        return list(self._providers.values())

    def put(self, provider: Provider, *, enabled: bool = True) -> None:
        """Takes a provider up, in the place of any of its name, which is closed once its calls have ended.
        One that is not `enabled` offers nothing and takes nothing new, but finishes what it has."""
        before = self.get(provider.name)
        provider = watched(provider, self._metrics)
        if enabled:
            self._off.pop(provider.name, None)
            self._providers[provider.name] = provider
        else:
            self._providers.pop(provider.name, None)
            self._off[provider.name] = cast(Provider, Finishing(provider))
        self._let_go(before)

    def drop(self, name: str) -> None:
        """Lets a provider go, if there is one of that name."""
        self._let_go(self._providers.pop(name, None) or self._off.pop(name, None))

    def _let_go(self, provider: Provider | None) -> None:
        if provider is not None:
            self._replaced.add(provider)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def close(self) -> None:
        """Closes them all, in reverse."""
        await self._replaced.close()
        for provider in reversed([*self._providers.values(), *self._off.values()]):
            await provider.close()

    @property
    def changed(self) -> asyncio.Event:
        """Is set when providers have come or gone since it was asked for."""
        return self._changed

    def choose_default(self, model: str | None) -> None:
        """Makes `model`, as `provider/model`, the default in the place of the settings'; None undoes it."""
        self._chosen = model

    def offers(self) -> list[Offer]:
        """Every model of every provider."""
        return [
            Offer(provider.name, model, provider.capabilities)
            for provider in self._providers.values()
            for model in provider.capabilities.models
        ]

    @property
    def default_model(self) -> str:
        return self._stated_default or ANIMATIC

    @property
    def _stated_default(self) -> str | None:
        """What was chosen while the studio runs, unless its provider is gone; else the settings'."""
        if self._chosen is not None and self._chosen.partition("/")[0] in self._providers:
            return self._chosen
        return self._default

    def check_default(self, *, later: Collection[str]) -> None:
        """Sees to it that the chosen default is offered, or may yet be: of the providers in `later` the
        models are only known once they are asked. One that is retired stops nobody from starting: whoever
        relies on it is told. Raises `BadSetting`."""
        if self._default is None:
            return
        found = self._matches(self._default, None)
        if len(found) == 1:
            return
        named = self._default.partition("/")[0]
        may_come = named in later if named in self._providers else bool(later)
        if not found and may_come:
            log.warning("default_model_not_known_yet", model=self._default, asked_later=sorted(later))
            return
        if not found and _is_sora(self._default):
            return
        why = "is offered by several providers" if found else "is not offered here"
        choices = ", ".join(offer.id for offer in found or self.offers())
        raise BadSetting(f"DEFAULT_VIDEO_MODEL {self._default} {why}. Choose from: {choices}.")

    def resolve(self, name: str | None, *, provider: str | None = None) -> Offer:
        """The offer that `name` means, within `provider` if one is named.

        Raises `Invalid` with code `unknown_model`, `model_retired` or `unknown_provider`.
        """
        if provider is not None and provider in self._off:
            raise Invalid(provider="is switched off just now", code="provider_off")
        if provider is not None and provider not in self._providers:
            known = ", ".join(self._providers)
            raise Invalid(
                provider=f"is not one of this studio's providers ({known})", code="unknown_provider"
            )
        if name is None and provider is None:
            return self._by_default()
        if name is None:
            return self._first_of(cast(str, provider))
        wanted = self._aliased(name, provider)
        return self._exactly(wanted, asked=name, provider=provider)

    def _by_default(self) -> Offer:
        name = self.default_model
        if _is_sora(name) and not self._matches(name, None):
            for provider in self._providers.values():
                _must_have_said(provider)
            instead = self._instead_of_sora()
            raise retired(name, setting="DEFAULT_VIDEO_MODEL", when=_SORAS_END, replacement=instead)
        try:
            return self._exactly(name, asked=name)
        except Invalid as error:
            if error.code != "unknown_model":
                raise
            raise Invalid(
                model=f"must be named: DEFAULT_VIDEO_MODEL is {name}, which is not offered here",
                code="default_not_offered",
            ) from error

    def _aliased(self, name: str, provider: str | None) -> str:
        if provider is not None or ("/" in name and name not in self._aliases):
            return name
        if name in self._aliases:
            return self._aliases[name]
        if name in _SORA and not self._matches(name, None):
            return self._stated_default or self._first_self_hosted() or ANIMATIC
        return name

    def _first_self_hosted(self) -> str | None:
        for provider in self._providers.values():
            if provider.kind == "openai" and not _is_openai_itself(provider) and provider.capabilities.models:
                return f"{provider.name}/{provider.capabilities.models[0].name}"
        return None

    def _instead_of_sora(self) -> str:
        """The default, as long as it is there and no sora itself, else what speaks its language, else what
        costs nothing."""
        default = self.default_model
        if default != ANIMATIC and not _is_sora(default) and len(self._matches(default, None)) == 1:
            return default
        return self._first_self_hosted() or ANIMATIC

    def _matches(self, name: str, provider: str | None) -> list[Offer]:
        within = [offer for offer in self.offers() if provider in (None, offer.provider)]
        exact = [offer for offer in within if offer.id == name]
        return exact or [offer for offer in within if offer.model.name == name]

    def _exactly(self, name: str, *, asked: str, provider: str | None = None) -> Offer:
        found = self._matches(name, provider)
        if len(found) == 1:
            return found[0]
        if found:
            choices = " or ".join(offer.id for offer in found)
            raise Invalid(model=f"is offered by several providers: say {choices}", code="unknown_model")
        if _is_sora(name):
            alias = asked if asked != name else None
            raise retired(name, alias=alias, when=_SORAS_END, replacement=self._instead_of_sora())
        named = self._providers.get(provider or name.partition("/")[0])
        if named is not None:
            _must_have_said(named)
        if name.partition("/")[0] in self._off:
            raise Invalid(model=f"{asked!r} is of a provider that is switched off", code="provider_off")
        raise Invalid(
            model=f"{asked!r} is not offered here: GET /api/models lists what is", code="unknown_model"
        )

    def _first_of(self, provider: str) -> Offer:
        models = self._providers[provider].capabilities.models
        models = tuple(model for model in models if model.lifecycle.state != "retired") or models
        if not models:
            raise Invalid(model=f"must be named: {provider} lists none of its own", code="unknown_model")
        return Offer(provider, models[0], self._providers[provider].capabilities)


def as_remote(provider: Provider) -> RemoteProvider | None:
    """The provider as one that takes jobs, or None if it draws on this machine."""
    return None if provider.capabilities.embedded else cast(RemoteProvider, provider)


def as_embedded(provider: Provider) -> EmbeddedProvider | None:
    """The provider as one that draws on this machine, or None."""
    return cast(EmbeddedProvider, provider) if provider.capabilities.embedded else None


@asynccontextmanager
async def open_providers(
    settings: Settings, *, ffmpeg: str, metrics: Metrics | None = None
) -> AsyncIterator[Providers]:
    """Builds what the settings name. Nothing is asked of the outside world before `yield`. Raises
    `BadSetting` for an address that is none, and for a default model that nobody offers."""
    providers = Providers(
        {}, default=settings.default_video_model, aliases=settings.model_aliases, metrics=metrics
    )
    try:
        providers.put(Animatic(ffmpeg=ffmpeg))
        later: set[str] = set()
        for name, wanted in configured(settings).items():
            remote = open_remote(name, wanted, settings)
            providers.put(remote)
            if not remote.capabilities.models and not _is_openai_itself(remote):
                later.add(name)
        providers.check_default(later=later)
        yield providers
    finally:
        await providers.close()


class Unusable(Exception):
    """Settings that no provider can be made of. `field` is the one to blame, `text` follows its name."""

    def __init__(self, field: Literal["kind", "api_key", "base_url"], text: str, *, code: str) -> None:
        super().__init__(f"{field} {text}")
        self.field = field
        self.text = text
        self.code = code


def open_remote(name: str, wanted: ProviderSettings, settings: Settings) -> Provider:
    """The provider that `wanted` of the settings means, not asked anything yet. Raises `BadSetting`, and
    `MissingExtra` for a package that is not installed."""
    setup = Setup(
        name=name,
        base_url=wanted.base_url,
        api_key=wanted.api_key.get_secret_value() if wanted.api_key else None,
        concurrency=wanted.concurrency,
        models=tuple(wanted.models),
        price_per_second=wanted.price_per_second,
        bill_to=wanted.bill_to,
        key_place=f"as {key_variable_of(name, settings)} in the environment",
    )
    try:
        return open_kind(wanted.kind, setup)
    except Unusable as error:
        variable = f"{variables_of(name, settings)}{error.field.upper()}"
        raise BadSetting(f"{variable} {error.text}.") from error


def open_kind(kind_name: str, setup: Setup) -> RemoteProvider:
    """A provider of that kind, not asked anything yet. Raises `Unusable`, and `MissingExtra` for a package
    that is not installed."""
    known = kinds()
    kind = known.get(kind_name)
    if kind is None:
        raise Unusable("kind", f"{kind_name!r} is none of {', '.join(sorted(known))}", code="unknown_kind")
    if kind.needs_key and not setup.api_key:
        where = f". Get one at {kind.key_page}" if kind.key_page else ""
        raise Unusable("api_key", f"is missing: {kind.label} needs a key{where}", code="provider_key_missing")
    if kind.needs_address and not setup.base_url:
        raise Unusable(
            "base_url", f"is missing: {kind.label} needs an address", code="provider_address_missing"
        )
    try:
        # Whoever opens one has it watched, also to try it or to have the doctor look at it.
        provider = watched(kind.open(setup), None, key=setup.api_key, key_place=setup.key_place)
    except ValueError as error:
        text = f"cannot be used: {masked(str(error), setup.api_key)}"
        raise Unusable("base_url", text, code="provider_address") from error
    except MissingExtra:
        raise
    except Exception as error:
        # A package that adds a kind may do anything, which is the fault of this provider alone.
        log.exception("kind_broken", provider=setup.name, kind=kind_name)
        text = "cannot be used: its package does not work here; the server's log says more"
        raise Unusable("kind", text, code="kind_broken") from error
    return cast(RemoteProvider, provider)


# Providers that a vendor's own variable makes: their kind, and the setting that holds the key.
_BY_KEY = {
    "runway": "runwayml_api_secret",
    "google": "gemini_api_key",
    "replicate": "replicate_api_token",
    "fal": "fal_key",
    "huggingface": "hf_token",
    "luma": "luma_api_key",
}


def configured(settings: Settings) -> dict[str, ProviderSettings]:
    """The providers that the environment names, by their names."""
    named = dict(settings.providers)
    if "openai" not in named and (settings.openai_api_key or settings.openai_base_url):
        named["openai"] = ProviderSettings(base_url=settings.openai_base_url, api_key=settings.openai_api_key)
    for kind, variable in _BY_KEY.items():
        key = getattr(settings, variable)
        if key is not None and kind not in named:
            named[kind] = ProviderSettings(kind=kind, api_key=key)
    return named


def without(settings: Settings, names: Collection[str]) -> Settings:
    """The settings without the providers of these names."""
    update: dict[str, Any] = {variable: None for kind, variable in _BY_KEY.items() if kind in names}
    if "openai" in names:
        update |= {"openai_base_url": None, "openai_api_key": None}
    update["providers"] = {name: each for name, each in settings.providers.items() if name not in names}
    return settings.model_copy(update=update)


def variables_of(name: str, settings: Settings) -> str:
    """How the names of a provider's settings begin."""
    return f"PROVIDERS__{name.upper()}__" if name in settings.providers else f"{name.upper()}_"


def key_variable_of(name: str, settings: Settings) -> str:
    """The variable that holds the key of a provider in the environment."""
    kind = kinds().get(name)
    if name in settings.providers or kind is None or kind.key_variable is None:
        return f"{variables_of(name, settings)}API_KEY"
    return kind.key_variable


def _must_have_said(provider: Provider) -> None:
    """Raises `Unavailable` while nobody knows which models the provider has."""
    if not provider.capabilities.models and not _is_openai_itself(provider):
        raise Unavailable(
            f"{provider.name} has not said yet which models it has. Try again soon.",
            code="provider_models_unknown",
        )


def _is_sora(name: str) -> bool:
    return name.split("/")[-1] in _SORA


def _is_openai_itself(provider: Provider) -> bool:
    return urlsplit(getattr(provider, "base_url", "")).hostname == _OPENAI_HOST
