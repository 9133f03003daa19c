"""*outline* as a maker: writes stories and shortens narrations, and nothing else, on this machine at no
cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from rushes.providers.makers.protocol import FREE, Shape, Use, WriterModel, WritingOrder, Written
from rushes.providers.makers.shortening import Narration, Shortening
from rushes.providers.makers.story import USUAL_SCENES, Story, StoryBrief, StoryScene, speaking_seconds
from rushes.providers.outline import pictures
from rushes.providers.outline.beats import beats_of
from rushes.providers.outline.english import capital, is_english
from rushes.providers.outline.premise import read_premise
from rushes.providers.outline.script import Part, divide, is_script, sentences_of
from rushes.providers.outline.shortening import shorten
from rushes.providers.protocol import Refused

MODEL = WriterModel(
    name="writer",
    label="Free outline",
    description="Divides a script into scenes, or tells a prompt in plain words. No AI, no cost.",
    shapes=(Story.__name__, Narration.__name__),
    price=FREE,
)

_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "of",
        "in",
        "on",
        "at",
        "to",
        "by",
        "for",
        "with",
        "from",
        "as",
        "through",
        "into",
        "over",
        "under",
    ]
)
_LONGEST_TITLE = 9  # words


class OutlineWriter:
    """The embedded `Writer`: a `Story` from the `StoryBrief` among an order's facts, a `Narration` from a
    `Shortening`."""

    name = "outline"
    embedded = True
    models = (MODEL,)

    async def probe(self) -> None:
        """Nothing can be missing."""
        return

    async def write(self, order: WritingOrder[Shape]) -> Written[Shape]:
        """What was ordered. Raises Refused for anything else: `unsupported_shape`."""
        if order.shape is Narration and isinstance(order.facts, Shortening):
            shorter = Narration(narration=shorten(order.facts))
            return Written(cast(Shape, shorter), Use(cost=0.0))
        if order.shape is not Story or not isinstance(order.facts, StoryBrief):
            raise Refused(
                "The free outline writes stories and shortens them. Choose a language model for this.",
                code="unsupported_shape",
            )
        # Of a script of 100,000 characters it is a few hundredths of a second.
        story = await asyncio.to_thread(tell, order.facts)
        return Written(cast(Shape, story), Use(cost=0.0))


def tell(brief: StoryBrief) -> Story:
    """The story of a brief. The same brief gives the same story."""
    if brief.is_script or is_script(brief.text):
        return _divided(brief)
    if not _speaks_english(brief):
        return _divided(brief if brief.scenes else brief.model_copy(update={"scenes": USUAL_SCENES}))
    return _told(brief)


def _told(brief: StoryBrief) -> Story:
    first, *more = sentences_of(brief.text) or [brief.text]
    premise = read_premise(first)
    beats = beats_of(premise, brief.scenes or USUAL_SCENES, more=more)
    scenes = [
        StoryScene(
            narration=beat.narration,
            frame_prompt=pictures.frame_of(premise, beat, style=brief.style, mood=brief.mood),
            motion_prompt=pictures.motion_of(beat),
            seconds=speaking_seconds(beat.narration),
        )
        for beat in beats
    ]
    overview = " ".join(
        (f"{capital(premise.whole.rstrip('?'))}{'?' if premise.whole.endswith('?') else '.'}", *more)
    )
    return Story(title=_title(premise.whole), overview=overview[:4000], scenes=_timed(scenes, brief.seconds))


def _divided(brief: StoryBrief) -> Story:
    script = divide(brief.text, brief.scenes)
    scenes = [_scene(number, part, brief) for number, part in enumerate(script.parts)]
    first = next((sentence for part in script.parts for sentence in sentences_of(part.narration)), brief.text)
    return Story(
        title=script.title[:200] or _title(first),
        overview=first[:4000],
        scenes=_timed(scenes, brief.seconds),
    )


def _scene(number: int, part: Part, brief: StoryBrief) -> StoryScene:
    frame = pictures.frame_of_words(part.seen, part.narration, style=brief.style, mood=brief.mood)
    return StoryScene(
        narration=part.narration if any(sign.isalnum() for sign in part.narration) else "",
        frame_prompt=frame[:4000],
        motion_prompt=part.motion[:4000] or pictures.motion_of_part(number),
        seconds=speaking_seconds(part.narration),
    )


def _speaks_english(brief: StoryBrief) -> bool:
    """What is added to a prompt is English, so it is added to English alone."""
    if brief.language is not None and not brief.language.lower().startswith("en"):
        return False
    return is_english(brief.text)


def _timed(scenes: Sequence[StoryScene], total: float | None) -> list[StoryScene]:
    """The scenes with `total` seconds shared out among them, in halves of a second, by how long each would
    take by itself."""
    if total is None:
        return list(scenes)
    own = sum(scene.seconds for scene in scenes)
    shares = [min(60.0, max(1.0, round(scene.seconds * total / own * 2) / 2)) for scene in scenes]
    # What rounding has left over goes to the longest.
    longest = max(range(len(shares)), key=lambda number: shares[number])
    shares[longest] = min(60.0, max(1.0, shares[longest] + round((total - sum(shares)) * 2) / 2))
    return [
        scene.model_copy(update={"seconds": seconds}) for scene, seconds in zip(scenes, shares, strict=True)
    ]


def _title(text: str) -> str:
    words = text.rstrip(" .!").split()
    cut = words[:_LONGEST_TITLE]
    while len(cut) < len(words) and len(cut) > 1 and cut[-1].lower().strip(",;:") in _SMALL:
        cut.pop()
    titled = [word if number and word.lower() in _SMALL else capital(word) for number, word in enumerate(cut)]
    return " ".join(titled).rstrip(",;:–—")[:199] or "Untitled"
