"""Which OpenAI-shaped servers the settings name for images, speech and writing, and which models of
theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rushes.providers.makers.protocol import MakerKind, MakerPrice
from rushes.providers.openai_makers.server import GEMINI, GROQ
from rushes.settings import ProviderSettings, Settings

_NOTHING = ProviderSettings()


@dataclass(frozen=True, slots=True)
class MakerServer:
    """One server. `models` are the operator's choice by kind, empty where the server's own list decides;
    `beside` what the default settings name; `videos` its video models. `variables` is how the names of its
    settings begin."""

    name: str
    base_url: str | None
    api_key: str | None
    variables: str
    models: Mapping[MakerKind, tuple[str, ...]]
    beside: Mapping[MakerKind, tuple[str, ...]]
    videos: tuple[str, ...]
    price: MakerPrice

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to ask it."""
        return all(self.models.values())


def servers(settings: Settings, defaults: Mapping[MakerKind, str | None]) -> list[MakerServer]:
    """Every provider of kind `openai`, Google by its OpenAI-shaped address, and Groq."""
    found = []
    for name, wanted in _named(settings).items():
        key = wanted.api_key.get_secret_value() if wanted.api_key else None
        found.append(
            MakerServer(
                name=name,
                base_url=wanted.base_url,
                api_key=key,
                variables=f"PROVIDERS__{name.upper()}__"
                if name in settings.providers
                else f"{name.upper()}_",
                models={
                    "image": tuple(wanted.image_models),
                    "speech": tuple(wanted.speech_models),
                    "writer": tuple(wanted.writer_models),
                },
                beside={kind: _of(name, default) for kind, default in defaults.items()},
                videos=tuple(wanted.models),
                price=MakerPrice(
                    per_image=wanted.price_per_image,
                    per_1000_characters=wanted.price_per_1000_characters,
                    per_million_tokens_in=wanted.price_per_million_tokens_in,
                    per_million_tokens_out=wanted.price_per_million_tokens_out,
                    per_minute=wanted.price_per_minute,
                ),
            )
        )
    return found


def _named(settings: Settings) -> dict[str, ProviderSettings]:
    named: dict[str, ProviderSettings] = {}
    for name, wanted in settings.providers.items():
        if wanted.kind == "openai":
            named[name] = wanted
        elif wanted.kind == "google" and wanted.api_key:
            # Its BASE_URL is that of the other API.
            named[name] = wanted.model_copy(update={"base_url": GEMINI})
    if "openai" not in settings.providers and (settings.openai_api_key or settings.openai_base_url):
        named["openai"] = _NOTHING.model_copy(
            update={"base_url": settings.openai_base_url, "api_key": settings.openai_api_key}
        )
    if "google" not in settings.providers and settings.gemini_api_key:
        named["google"] = _NOTHING.model_copy(update={"base_url": GEMINI, "api_key": settings.gemini_api_key})
    if "groq" not in settings.providers and settings.groq_api_key:
        named["groq"] = _NOTHING.model_copy(update={"base_url": GROQ, "api_key": settings.groq_api_key})
    return named


def _of(name: str, default: str | None) -> tuple[str, ...]:
    """The model of this provider that a default names, if it does."""
    provider, slash, model = (default or "").partition("/")
    return (model,) if slash and provider == name and model else ()
