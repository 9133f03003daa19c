"""Saying less without a language model."""

from __future__ import annotations

import pytest

from rushes.providers.makers.shortening import Narration, Shortening, length_of, shortening_order
from rushes.providers.outline.shortening import shorten
from rushes.providers.outline.writer import MODEL, OutlineWriter


def wanted(text: str, *, share: float) -> Shortening:
    return Shortening(text=text, seconds=10.0, room=10.0 * share)


@pytest.mark.parametrize(
    ("text", "share", "left"),
    [
        ("The sea is calm. A boat comes in. Nobody is aboard.", 0.8, "The sea is calm. A boat comes in."),
        # A later, shorter sentence finds room where a longer one does not.
        ("He waits. The lamp burns all through the night. It rains.", 0.5, "He waits. It rains."),
        ("At dawn, when the fog lifts, the keeper sees a bottle.", 0.7, "At dawn, when the fog lifts."),
        ("The keeper (who is old) climbs the stairs.", 0.9, "The keeper climbs the stairs."),
        ("Where has everybody gone on such a night?", 0.5, "Where has everybody?"),
        ("灯台守は瓶を見つけた。中には手紙が入っていた。", 0.6, "灯台守は瓶を見つけた。"),
    ],
)
def test_what_is_left_are_its_own_words(text: str, share: float, left: str) -> None:
    assert shorten(wanted(text, share=share)) == left


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9])
def test_it_never_says_more_than_there_is_room_for(share: float) -> None:
    text = "Far out, beyond the last buoy, a light blinks twice; then it is dark again. Nobody saw it."
    asked = wanted(text, share=share)
    assert 0 < length_of(shorten(asked), asked.unit) <= asked.most


async def test_the_outline_writer_takes_the_order() -> None:
    order = shortening_order(
        wanted("The sea is calm. A boat comes in.", share=0.6), model=MODEL.name, key="step_1:1"
    )
    written = await OutlineWriter().write(order)
    assert written.content == Narration(narration="The sea is calm.")
    assert order.check(written.content) == []
    assert order.check(Narration(narration="one two three four five")) == [
        "there may be 4 words at most, not 5"
    ]
