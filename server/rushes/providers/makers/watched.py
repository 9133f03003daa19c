"""Measures every call of a maker: how long it took and how it ended, as those of video providers are.

It stands around a maker and is one itself, so neither makers nor their callers know of it.
"""

from __future__ import annotations

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
    Voice,
    Writer,
    WritingOrder,
    Written,
)
from rushes.providers.watched import measured


def watched_image(maker: ImageMaker, metrics: Metrics | None) -> ImageMaker:
    """The maker, measured if there is anything to measure with."""
    return maker if metrics is None else _Images(maker, metrics)


def watched_speech(maker: SpeechMaker, metrics: Metrics | None) -> SpeechMaker:
    """As `watched_image`."""
    return maker if metrics is None else _Speeches(maker, metrics)


def watched_writer(maker: Writer, metrics: Metrics | None) -> Writer:
    """As `watched_image`."""
    return maker if metrics is None else _Writings(maker, metrics)


class _Watched:
    def __init__(self, maker: Maker, metrics: Metrics) -> None:
        self.name = maker.name
        self.embedded = maker.embedded
        self._any = maker
        self._metrics = metrics

    async def probe(self) -> None:
        with measured(self._metrics, self.name, "probe"):
            await self._any.probe()


class _Images(_Watched):
    def __init__(self, maker: ImageMaker, metrics: Metrics) -> None:
        super().__init__(maker, metrics)
        self._maker = maker

    async def make(self, order: ImageOrder, into: Path) -> Still:
        with measured(self._metrics, self.name, "image"):
            return await self._maker.make(order, into)


class _Speeches(_Watched):
    def __init__(self, maker: SpeechMaker, metrics: Metrics) -> None:
        super().__init__(maker, metrics)
        self._maker = maker

    async def say(self, order: SpeechOrder, into: Path) -> Speech:
        with measured(self._metrics, self.name, "speech"):
            return await self._maker.say(order, into)

    async def voices(self, model: str) -> list[Voice]:
        with measured(self._metrics, self.name, "voices"):
            return await self._maker.voices(model)


class _Writings(_Watched):
    def __init__(self, maker: Writer, metrics: Metrics) -> None:
        super().__init__(maker, metrics)
        self._maker = maker

    async def write(self, order: WritingOrder[Shape]) -> Written[Shape]:
        with measured(self._metrics, self.name, "writing"):
            return await self._maker.write(order)
