"""Tries the makers that orders without a model go to: what works on this machine makes something small, a
server is asked what costs nothing.

    for part, look in trials(makers):
        print(part, await look())        # a sentence, or an error of `providers.protocol`
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rushes.errors import Invalid
from rushes.media.images import check_image
from rushes.media.probe import probe
from rushes.providers.makers.protocol import ImageOrder, MakerKind, SpeechOrder
from rushes.providers.makers.registry import KINDS, AnyOffer, Makers
from rushes.providers.makers.story import StoryBrief, story_order
from rushes.providers.protocol import Refused

PARTS: dict[MakerKind, str] = {"image": "stills", "speech": "narration", "writer": "stories"}

KIND_OF = {part: kind for kind, part in PARTS.items()}

Look = Callable[[], Awaitable[str]]


def trials(makers: Makers) -> list[tuple[str, Look]]:
    """A look at each kind, by its name for people. Looks raise Down and Refused."""
    return [(PARTS[kind], partial(_tried, makers, kind)) for kind in KINDS]


async def _tried(makers: Makers, kind: MakerKind) -> str:
    name = makers.default(kind)
    try:
        offer = makers.resolve(kind, name)
    except Invalid:
        # It was chosen by a name that only its server's list can explain.
        await makers.refresh()
        try:
            offer = makers.resolve(kind, name)
        except Invalid as error:
            raise Refused(f"No provider offers {name} just now.", code="unknown_model") from error
    if not offer.maker.embedded:
        await offer.maker.probe()
        return f"{offer.id}, whose server answers"
    with TemporaryDirectory(prefix="rushes-doctor-") as folder:
        return f"{offer.id}, which {await _made(makers, kind, offer, Path(folder) / 'made')}"


async def _made(makers: Makers, kind: MakerKind, offer: AnyOffer, into: Path) -> str:
    """What came of a small order, as the end of a sentence."""
    if kind == "image":
        order = ImageOrder("doctor", offer.model.name, "a lighthouse", width=128, height=128)
        still = await makers.image(offer.id).maker.make(order, into)
        await check_image(still.path)
        return "draws"
    if kind == "speech":
        said = SpeechOrder("doctor", offer.model.name, "Rushes is well.")
        speech = await makers.speech(offer.id).maker.say(said, into)
        await probe(speech.path, expect="audio")
        many = {each.language for each in await makers.speech(offer.id).maker.voices(offer.model.name)}
        return f"speaks {len(many)} languages"
    brief = StoryBrief(text="a lighthouse keeper finds a bottle", scenes=2)
    await makers.writer(offer.id).maker.write(story_order(brief, model=offer.model.name, key="doctor"))
    return "writes"
