"""Measures every call of a maker: how long it took and how it ended, as those of video providers are.

What it says is told without the key that it was given. It stands around a maker and is one itself, so neither
makers nor their callers know of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.observe.metrics import Metrics
from rushes.providers.makers.protocol import (
    ImageMaker,
    ImageOrder,
    Maker,
    Shape,
    Speech,
    SpeechMaker,
    SpeechOrder,
    Still,
    Transcriber,
    Transcript,
    TranscriptionOrder,
    Voice,
    Writer,
    WritingOrder,
    Written,
)
from rushes.providers.masking import masked
from rushes.providers.protocol import ProviderError
from rushes.providers.watched import measured


def watched_image(maker: ImageMaker, metrics: Metrics | None, key: str | None = None) -> ImageMaker:
    """The maker, measured if there is anything to measure with; `key` is what it must not repeat."""
    return _Images(maker, metrics, key)


def watched_speech(maker: SpeechMaker, metrics: Metrics | None, key: str | None = None) -> SpeechMaker:
    """As `watched_image`."""
    return _Speeches(maker, metrics, key)


def watched_writer(maker: Writer, metrics: Metrics | None, key: str | None = None) -> Writer:
    """As `watched_image`."""
    return _Writings(maker, metrics, key)


def watched_transcriber(maker: Transcriber, metrics: Metrics | None, key: str | None = None) -> Transcriber:
    """As `watched_image`."""
    return _Transcriptions(maker, metrics, key)


class _Watched:
    def __init__(self, maker: Maker, metrics: Metrics | None, key: str | None) -> None:
        self.name = maker.name
        self.embedded = maker.embedded
        self._any = maker
        self._metrics = metrics
        self._key = key

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        try:
            with measured(self._metrics, self.name, operation):
                yield
        except ProviderError as error:
            error.say(masked(error.message, self._key))
            raise

    async def probe(self) -> None:
        with self._call("probe"):
            await self._any.probe()


class _Images(_Watched):
    def __init__(self, maker: ImageMaker, metrics: Metrics | None, key: str | None) -> None:
        super().__init__(maker, metrics, key)
        self._maker = maker

    async def make(self, order: ImageOrder, into: Path) -> Still:
        with self._call("image"):
            return await self._maker.make(order, into)


class _Speeches(_Watched):
    def __init__(self, maker: SpeechMaker, metrics: Metrics | None, key: str | None) -> None:
        super().__init__(maker, metrics, key)
        self._maker = maker

    async def say(self, order: SpeechOrder, into: Path) -> Speech:
        with self._call("speech"):
            return await self._maker.say(order, into)

    async def voices(self, model: str) -> list[Voice]:
        with self._call("voices"):
            return await self._maker.voices(model)


class _Writings(_Watched):
    def __init__(self, maker: Writer, metrics: Metrics | None, key: str | None) -> None:
        super().__init__(maker, metrics, key)
        self._maker = maker

    async def write(self, order: WritingOrder[Shape]) -> Written[Shape]:
        with self._call("writing"):
            return await self._maker.write(order)


class _Transcriptions(_Watched):
    def __init__(self, maker: Transcriber, metrics: Metrics | None, key: str | None) -> None:
        super().__init__(maker, metrics, key)
        self._maker = maker

    async def hear(self, order: TranscriptionOrder) -> Transcript:
        with self._call("transcription"):
            return await self._maker.hear(order)
