"""The makers that this studio has, and which of their models a name means.

    async with open_makers(settings) as makers:
        still = await makers.image("openai/gpt-image-2").maker.make(order, into)
        makers.writer(None)            # DEFAULT_WRITER_MODEL, else the outline writer: nobody spends money
        unasked

The embedded ones are always there. Every OpenAI-shaped server among the settings may make all three kinds;
which of its models makes what is learned from its list by `refresh`, unless the settings say it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import structlog

from rushes.errors import Invalid
from rushes.observe.metrics import Metrics
from rushes.providers.animatic.still import AnimaticStill
from rushes.providers.espeak.maker import EspeakMaker
from rushes.providers.makers.configured import MakerServer, servers
from rushes.providers.makers.protocol import (
    ImageMaker,
    ImageModel,
    MakerKind,
    SpeechMaker,
    SpeechModel,
    Transcriber,
    TranscriptionModel,
    Writer,
    WriterModel,
)
from rushes.providers.makers.watched import (
    watched_image,
    watched_speech,
    watched_transcriber,
    watched_writer,
)
from rushes.providers.openai_makers.chat import ChatWriter, describe_writer
from rushes.providers.openai_makers.images import OpenAIImages, describe_image_model
from rushes.providers.openai_makers.naming import makes
from rushes.providers.openai_makers.server import Server
from rushes.providers.openai_makers.speech import OpenAISpeech, describe_speech_model
from rushes.providers.openai_makers.transcription import OpenAITranscription, describe_transcription_model
from rushes.providers.outline.writer import OutlineWriter
from rushes.providers.protocol import Down, Refused
from rushes.settings import BadSetting, Settings
from rushes.stopping import rest

log = structlog.get_logger(__name__)

DEFAULTS: Mapping[MakerKind, str] = {
    "image": "animatic/still",
    "speech": "espeak/voice",
    "writer": "outline/writer",
}
KINDS: tuple[MakerKind, ...] = ("image", "speech", "writer")

# Seconds between two questions for a server's models.
_ASK_AGAIN = 300.0

AMaker = TypeVar("AMaker", ImageMaker, SpeechMaker, Writer, Transcriber)
AModel = TypeVar("AModel", ImageModel, SpeechModel, WriterModel, TranscriptionModel)


@dataclass(frozen=True, slots=True)
class MakerOffer(Generic[AMaker, AModel]):
    """A model, and the maker that it is ordered from by `model.name`."""

    provider: str
    maker: AMaker
    model: AModel

    @property
    def id(self) -> str:
        return f"{self.provider}/{self.model.name}"


AnyOffer = (
    MakerOffer[ImageMaker, ImageModel]
    | MakerOffer[SpeechMaker, SpeechModel]
    | MakerOffer[Writer, WriterModel]
)


class _Remote:
    """A server's three makers, and what is known of its models."""

    def __init__(self, wanted: MakerServer, server: Server, metrics: Metrics | None) -> None:
        self.server = server
        self.is_known = wanted.is_complete
        self._wanted = wanted
        self._names: list[str] = []
        self.image = watched_image(OpenAIImages(server), metrics, wanted.api_key)
        self.speech = watched_speech(OpenAISpeech(server), metrics, wanted.api_key)
        self.writer = watched_writer(ChatWriter(server), metrics, wanted.api_key)
        self.transcriber = watched_transcriber(OpenAITranscription(server), metrics, wanted.api_key)

    async def refresh(self) -> None:
        """Asks for the models. Raises Down or Refused."""
        if not self._wanted.is_complete:
            self._names = await self.server.names()
        self.is_known = True

    def offers(self, kind: MakerKind) -> list[AnyOffer]:
        named = self._wanted.models[kind]
        elsewhere = {name for other, names in self._wanted.models.items() if other != kind for name in names}
        guessed = [
            name
            for name in self._names
            if makes(name) == kind and name not in elsewhere and name not in self._wanted.videos
        ]
        # Named ones are the choice; those that a default names are beside it.
        names = list(dict.fromkeys([*(named or guessed), *self._wanted.beside[kind]]))
        return [self._offer(kind, name) for name in names]

    def _offer(self, kind: MakerKind, name: str) -> AnyOffer:
        provider = self.server.name
        if kind == "image":
            return MakerOffer(provider, self.image, describe_image_model(name, self.server))
        if kind == "speech":
            return MakerOffer(provider, self.speech, describe_speech_model(name, self.server))
        return MakerOffer(provider, self.writer, describe_writer(name, self.server))


class Makers:
    """All makers; the embedded ones first."""

    def __init__(
        self,
        embedded: Sequence[AnyOffer],
        remotes: Sequence[_Remote],
        *,
        defaults: Mapping[MakerKind, str | None],
        transcription: str | None = None,
    ) -> None:
        self._embedded = list(embedded)
        self._remotes = list(remotes)
        self._defaults = defaults
        self._transcription = transcription

    def default(self, kind: MakerKind) -> str:
        """The model that an order without one gets, as `provider/model`."""
        return self._defaults.get(kind) or DEFAULTS[kind]

    def offers(self, kind: MakerKind) -> list[AnyOffer]:
        """Every model of that kind that is known."""
        own = [offer for offer in self._embedded if offer.model.kind == kind]
        return [*own, *(offer for remote in self._remotes for offer in remote.offers(kind))]

    def image(self, name: str | None = None) -> MakerOffer[ImageMaker, ImageModel]:
        """The offer that `name` means: `provider/model`, a model's own name where it is unique, or None for
        the default. Raises `Invalid`, code `unknown_model`."""
        return cast(MakerOffer[ImageMaker, ImageModel], self.resolve("image", name))

    def speech(self, name: str | None = None) -> MakerOffer[SpeechMaker, SpeechModel]:
        """As `image`."""
        return cast(MakerOffer[SpeechMaker, SpeechModel], self.resolve("speech", name))

    def writer(self, name: str | None = None) -> MakerOffer[Writer, WriterModel]:
        """As `image`."""
        return cast(MakerOffer[Writer, WriterModel], self.resolve("writer", name))

    def transcriber(self) -> MakerOffer[Transcriber, TranscriptionModel] | None:
        """What tells when words are heard, None unless the settings name one: nothing here can do it."""
        provider, _, name = (self._transcription or "").partition("/")
        for remote in self._remotes:
            if remote.server.name == provider and name:
                model = describe_transcription_model(name, remote.server)
                return MakerOffer(provider, remote.transcriber, model)
        return None

    def resolve(self, kind: MakerKind, name: str | None) -> AnyOffer:
        """As `image`, for any kind."""
        wanted = name or self.default(kind)
        offers = self.offers(kind)
        found = [offer for offer in offers if offer.id == wanted]
        found = found or [offer for offer in offers if offer.model.name == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            choices = " or ".join(offer.id for offer in found)
            raise Invalid(model=f"is offered by several providers: say {choices}", code="unknown_model")
        raise Invalid(
            model=f"{wanted!r} is no {kind} model here: GET /api/models?kind={kind} lists what is",
            code="unknown_model",
        )

    def check_defaults(self) -> None:
        """Raises `BadSetting` for a default that nobody offers. One that names a server is known at once; a
        bare name may yet be found in a server's list."""
        if self._transcription is not None and self.transcriber() is None:
            raise BadSetting(
                f"DEFAULT_TRANSCRIPTION_MODEL {self._transcription} cannot be used: name a model of an"
                " OpenAI-shaped provider that is set up, as provider/model."
            )
        for kind, name in self._defaults.items():
            offers = self.offers(kind)
            if name is None or any(name in (offer.id, offer.model.name) for offer in offers):
                continue
            if "/" in name or all(remote.is_known for remote in self._remotes):
                choices = ", ".join(offer.id for offer in offers)
                raise BadSetting(
                    f"DEFAULT_{kind.upper()}_MODEL {name} is not offered here. Choose from: {choices}, "
                    "or a model of a provider that is set up, as provider/model."
                )
            log.warning("default_model_not_known_yet", kind=kind, model=name)

    async def refresh(self) -> dict[str, str]:
        """Asks every server for its models once; gives what went wrong, in sentences by its name."""
        wrong: dict[str, str] = {}

        async def ask(remote: _Remote) -> None:
            try:
                await remote.refresh()
            except (Down, Refused) as error:
                wrong[remote.server.name] = error.message

        await asyncio.gather(*(ask(remote) for remote in self._remotes))
        return wrong

    async def keep_fresh(self, stopping: asyncio.Event) -> None:
        """Asks every server for its models now and then until `stopping`, sooner while one does not
        answer."""
        failures, said = 0, ""
        while not stopping.is_set() and self._remotes:
            wrong = await self.refresh()
            failures = failures + 1 if wrong else 0
            told = "; ".join(f"{name}: {message}" for name, message in sorted(wrong.items()))
            if told and told != said:
                log.warning("maker_models_unknown", reason=told)
            said = told
            wait = min(_ASK_AGAIN, 2.0**failures) if wrong else _ASK_AGAIN
            await rest(wait * random.uniform(0.9, 1.1), stopping=stopping)


@asynccontextmanager
async def open_makers(settings: Settings, *, metrics: Metrics | None = None) -> AsyncIterator[Makers]:
    """Builds what the settings name. Nothing is asked of the outside world before `yield`. Raises
    `BadSetting` for an address that is none, and for a default model of a provider that there is not."""
    async with AsyncExitStack() as stack:
        still, voice, outline = AnimaticStill(), EspeakMaker(), OutlineWriter()
        embedded: list[AnyOffer] = [
            *(MakerOffer(still.name, watched_image(still, metrics), model) for model in still.models),
            *(MakerOffer(voice.name, watched_speech(voice, metrics), model) for model in voice.models),
            *(MakerOffer(outline.name, watched_writer(outline, metrics), model) for model in outline.models),
        ]
        defaults: dict[MakerKind, str | None] = {
            "image": settings.default_image_model,
            "speech": settings.default_speech_model,
            "writer": settings.default_writer_model,
        }
        wanted = servers(settings, defaults)
        remotes = []
        for each in wanted:
            try:
                server = Server(
                    name=each.name, base_url=each.base_url, api_key=each.api_key, price=each.price
                )
            except ValueError as error:
                raise BadSetting(f"{each.variables}BASE_URL cannot be used: {error}.") from error
            stack.push_async_callback(server.close)
            remotes.append(_Remote(each, server, metrics))
        transcription = settings.default_transcription_model
        makers = Makers(embedded, remotes, defaults=defaults, transcription=transcription)
        makers.check_defaults()
        yield makers
