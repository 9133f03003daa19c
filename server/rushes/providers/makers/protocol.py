"""What a maker is: three verbs that take an order and come back with the thing itself.

Unlike videos these are made while one waits. Every verb raises the errors of `providers.protocol`: `Refused`
(a definite no), `Busy` (a no for now), `Ambiguous` (it may have been made and paid for; whoever asked decides
whether to ask again). None is tried again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from rushes.providers.model import SizeRule, plausible_cost
from rushes.providers.protocol import Reference

MakerKind = Literal["image", "speech", "writer"]

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class MakerPrice:
    """What a maker asks, in USD: for an image, for 1,000 characters that are spoken, for a million tokens
    that a writer reads and writes, for a minute that is transcribed. What is not known is None."""

    per_image: float | None = None
    per_1000_characters: float | None = None
    per_million_tokens_in: float | None = None
    per_million_tokens_out: float | None = None
    per_minute: float | None = None


FREE = MakerPrice(0.0, 0.0, 0.0, 0.0, 0.0)
UNKNOWN_PRICE = MakerPrice()


@dataclass(frozen=True, slots=True)
class Use:
    """What a call has used. `cost` is USD, None where nobody says it; tokens are None where none are counted;
    `requests` are the POSTs that were accepted."""

    cost: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    requests: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", plausible_cost(self.cost))

    def __add__(self, other: Use) -> Use:
        """Both together: a sum with an unknown part is unknown."""
        return Use(
            cost=_sum(self.cost, other.cost),
            tokens_in=_sum(self.tokens_in, other.tokens_in),
            tokens_out=_sum(self.tokens_out, other.tokens_out),
            requests=self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice by the `id` that an order names. `language` is a BCP 47 tag, None for one that speaks many;
    `gender` is told where it is known."""

    id: str
    label: str
    language: str | None = None
    gender: Literal["female", "male"] | None = None


@dataclass(frozen=True, slots=True)
class ImageModel:
    """A model that makes stills. An order may ask for any size; `sizes` and `size_rule` are what it can
    really make, without a crop of anything. `references` is how many pictures it takes to go by."""

    kind: ClassVar[MakerKind] = "image"

    name: str
    label: str
    description: str = ""
    sizes: tuple[str, ...] = ()
    size_rule: SizeRule | None = None
    references: int = 0
    seed: bool = False
    price: MakerPrice = UNKNOWN_PRICE


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """A model that speaks. `speeds` is the range that it takes, 1 being its own pace; `word_times` says
    whether it tells when each word is heard; `text_max` is in characters."""

    kind: ClassVar[MakerKind] = "speech"

    name: str
    label: str
    description: str = ""
    speeds: tuple[float, float] = (0.5, 2.0)
    text_max: int | None = None
    word_times: bool = False
    price: MakerPrice = UNKNOWN_PRICE


@dataclass(frozen=True, slots=True)
class WriterModel:
    """A model that writes. `shapes` names the only things that it can write; empty, it writes any."""

    kind: ClassVar[MakerKind] = "writer"

    name: str
    label: str
    description: str = ""
    shapes: tuple[str, ...] = ()
    price: MakerPrice = UNKNOWN_PRICE


@dataclass(frozen=True, slots=True)
class TranscriptionModel:
    """A model that tells when each word of a sound is heard."""

    name: str
    label: str
    price: MakerPrice = UNKNOWN_PRICE


MakerModel = ImageModel | SpeechModel | WriterModel


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """One still to make. With `references` it is made after those pictures (an edit); `key` is the same when
    the same order is sent again."""

    key: str
    model: str
    prompt: str
    width: int
    height: int
    seed: int | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Still:
    """A picture that was decoded to its end. Its size may not be the ordered one: nothing is cropped."""

    path: Path
    content_type: str
    width: int
    height: int
    use: Use


@dataclass(frozen=True, slots=True)
class SpeechOrder:
    """Words to say. Without a `voice` the model's own for the `language` (a BCP 47 tag; without it English);
    `speed` 1 is the voice's own pace; `manner` says how, to those that understand it."""

    key: str
    model: str
    text: str
    voice: str | None = None
    language: str | None = None
    speed: float = 1.0
    manner: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, punctuation and all, and when it is heard, in seconds from the start."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A sound file that was read to its end. `words` is None where nobody knows their times."""

    path: Path
    content_type: str
    duration: float
    voice: str
    words: tuple[Word, ...] | None
    use: Use


@dataclass(frozen=True, slots=True)
class TranscriptionOrder:
    """A sound of `seconds` whose words are wanted. `text` is what is said in it as far as that is known;
    `language` is a BCP 47 tag, None where nobody says."""

    key: str
    model: str
    sound: Path
    content_type: str
    seconds: float
    language: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words that were heard, in order; none where a server tells no times."""

    words: tuple[Word, ...]
    use: Use


@dataclass(frozen=True, slots=True)
class WritingOrder(Generic[Shape]):
    """Something to write, of one shape. `instructions` say how, `text` what about, both in words; `facts` is
    the same as data, for a writer that reads no instructions. `check` names what is wrong with one that fits
    the shape, in sentences for the writer."""

    key: str
    model: str
    instructions: str
    text: str
    shape: type[Shape]
    facts: BaseModel | None = None
    check: Callable[[Shape], Sequence[str]] = field(default=lambda written: ())


@dataclass(frozen=True, slots=True)
class Written(Generic[Shape]):
    """What was written: valid, and without complaint from the order's `check`."""

    content: Shape
    use: Use


class Maker(Protocol):
    """What all three share. `embedded` ones work on this machine, free and without a network."""

    name: str
    embedded: bool

    async def probe(self) -> None:
        """A free question that proves that it can work. Raises Down or Refused."""
        ...


class ImageMaker(Maker, Protocol):
    """Makes stills."""

    async def make(self, order: ImageOrder, into: Path) -> Still:
        """Writes the picture at `into`, which is left alone when it fails. Raises Refused, Busy,
        Ambiguous."""
        ...


class SpeechMaker(Maker, Protocol):
    """Speaks."""

    async def say(self, order: SpeechOrder, into: Path) -> Speech:
        """Writes the sound at `into`, which is left alone when it fails. Raises Refused, Busy, Ambiguous."""
        ...

    async def voices(self, model: str) -> list[Voice]:
        """The voices of a model, its own choice first; empty where nobody tells. Raises Down, Refused."""
        ...


class Transcriber(Maker, Protocol):
    """Listens."""

    async def hear(self, order: TranscriptionOrder) -> Transcript:
        """When each word is heard. Raises Refused, Busy, Ambiguous."""
        ...


class Writer(Maker, Protocol):
    """Writes."""

    async def write(self, order: WritingOrder[Shape]) -> Written[Shape]:
        """What was ordered. Raises Refused, Busy, Ambiguous."""
        ...


Number = TypeVar("Number", int, float)


def _sum(one: Number | None, other: Number | None) -> Number | None:
    return None if one is None or other is None else one + other
