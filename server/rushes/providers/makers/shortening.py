"""A narration that has to become shorter, and the order for it, which every writer understands.

order = shortening_order(Shortening(text="…", seconds=8.1, room=6.0), model=…, key=…)
narration = (await writer.write(order)).content.narration
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rushes.providers.makers.protocol import WritingOrder
from rushes.providers.makers.story import LONGEST_TEXT

# Words are not equally long: this much of the room is aimed at.
_AIM = 0.94
# Letters of a word, where a language divides its words by spaces.
_USUAL_WORD = 20

Unit = Literal["words", "characters"]


class Narration(BaseModel):
    """What is said in a scene."""

    model_config = ConfigDict(extra="ignore")

    narration: str = Field(min_length=1, max_length=LONGEST_TEXT)


class Shortening(BaseModel):
    """`text` takes `seconds` to say and there is room for `room`. `language` is a BCP 47 tag, None for the
    text's own."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    seconds: float = Field(gt=0)
    room: float = Field(gt=0)
    language: str | None = None

    @property
    def unit(self) -> Unit:
        """What its length is counted in: not every script divides words."""
        return "words" if len(self.text) <= _USUAL_WORD * len(self.text.split()) else "characters"

    @property
    def most(self) -> int:
        """How many of its `unit` there may be."""
        return max(1, int(length_of(self.text, self.unit) * _AIM * self.room / self.seconds))


def length_of(text: str, unit: Unit) -> int:
    """How many there are in the text."""
    return len(text.split()) if unit == "words" else len("".join(text.split()))


def shortening_order(wanted: Shortening, *, model: str, key: str) -> WritingOrder[Narration]:
    """The order for the narration in fewer words."""
    most, unit = wanted.most, wanted.unit
    language = wanted.language or "its own language"

    def check(written: Narration) -> Sequence[str]:
        found = length_of(written.narration, unit)
        return [] if found <= most else [f"there may be {most} {unit} at most, not {found}"]

    instructions = "\n".join(
        [
            "You shorten what a narrator says in a film. Answer with one JSON object and nothing else.",
            f"narration is the text in {language}, in at most {most} {unit}: the same facts, names and tone,"
            " in whole sentences that can be spoken. Add nothing.",
        ]
    )
    return WritingOrder(
        key=key,
        model=model,
        instructions=instructions,
        text=wanted.text,
        shape=Narration,
        facts=wanted,
        check=check,
    )
