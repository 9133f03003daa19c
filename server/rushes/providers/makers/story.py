"""A story as productions have it, and the order for one, which every writer understands.

    order = story_order(StoryBrief(prompt="a lighthouse keeper finds a bottle", scenes=6), model=…, key=…)
    story = (await writer.write(order)).content

The brief is put into words for a language model, and goes along as data for the outline writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rushes.providers.makers.protocol import WritingOrder

MOST_SCENES = 40
USUAL_SCENES = 6

# Words a second of an unhurried narrator, and the pause that a scene takes beside its words.
PACE = 2.4
PAUSE = 1.0

# A whole script, if it is told in one scene.
LONGEST_TEXT = 100_000

Prose = Annotated[str, Field(max_length=4000)]


class Person(BaseModel):
    """Somebody who is seen more than once, and looks the same each time."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1, max_length=80)
    looks: str = Field(max_length=600)


class StoryScene(BaseModel):
    """One scene: what is said, the still that it begins with, how it moves, how many seconds it lasts.
    Without narration it is silent."""

    model_config = ConfigDict(extra="ignore")

    narration: str = Field(max_length=LONGEST_TEXT)
    frame_prompt: Prose = Field(min_length=1)
    motion_prompt: Prose
    seconds: float = Field(ge=1, le=60)


class Story(BaseModel):
    """A whole film in words. `characters` and `setting` are what stays the same in all of its pictures."""

    model_config = ConfigDict(extra="ignore")

    title: str = Field(min_length=1, max_length=200)
    overview: Prose
    characters: list[Person] = Field(default_factory=list, max_length=12)
    setting: Annotated[str, Field(max_length=600)] = ""
    scenes: list[StoryScene] = Field(min_length=1, max_length=MOST_SCENES)


class StoryBrief(BaseModel):
    """What a story is asked for with. `text` is a prompt, or a finished script. `scenes` None leaves the
    number to a script, else it is 6; `seconds` is the whole film's length, None as long as the words take;
    `language` is a BCP 47 tag, None for the text's own."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    scenes: int | None = Field(default=None, ge=1, le=MOST_SCENES)
    seconds: float | None = Field(default=None, ge=1)
    language: str | None = None
    style: str | None = None
    mood: str | None = None
    is_script: bool = False


def story_order(brief: StoryBrief, *, model: str, key: str) -> WritingOrder[Story]:
    """The order for the story that `brief` asks for."""

    def check(story: Story) -> Sequence[str]:
        if brief.scenes is not None and len(story.scenes) != brief.scenes:
            return [f"there must be {brief.scenes} scenes, not {len(story.scenes)}"]
        return []

    return WritingOrder(
        key=key,
        model=model,
        instructions=_instructions(brief),
        text=brief.text,
        shape=Story,
        facts=brief,
        check=check,
    )


def speaking_seconds(narration: str) -> float:
    """How long a scene with these words lasts, to half a second; three at least, so that it can be seen."""
    seconds = len(narration.split()) / PACE + PAUSE
    return min(60.0, max(3.0, round(seconds * 2) / 2))


def _instructions(brief: StoryBrief) -> str:
    lines = [
        "You write short narrated films. Answer with one JSON object and nothing else.",
        "narration is what the narrator says in a scene: spoken prose, without stage directions or markdown.",
        "characters has everybody who is seen in more than one scene: looks is what never changes about them"
        " (age, build, hair, clothes). setting is where and when the film happens. The image model gets both"
        " with every picture.",
        "frame_prompt describes the still picture that the scene begins with, for an image model that knows"
        " nothing of the other scenes: name whoever is in it, describe place and light each time, and alike.",
        "motion_prompt says in a few words how camera and subject move. It names no cuts.",
        f"seconds is how long the scene lasts: about {PACE:g} spoken words a second, 3 to 15 seconds.",
    ]
    if brief.is_script:
        lines.append("The text is a finished script: keep its words as narration, and divide it into scenes.")
    else:
        lines.append("The text says what the film is about.")
    if brief.scenes is not None:
        lines.append(f"Write exactly {brief.scenes} scenes.")
    elif not brief.is_script:
        lines.append(f"Write {USUAL_SCENES} scenes unless the text asks for another number.")
    if brief.seconds is not None:
        lines.append(f"All scenes together last about {brief.seconds:g} seconds.")
    language = brief.language or "the language of the text"
    lines.append(
        f"Write narration, title and overview in {language}; frame_prompt and motion_prompt in English."
    )
    if brief.style:
        lines.append(f"Visual style of every frame_prompt: {brief.style}.")
    if brief.mood:
        lines.append(f"Mood: {brief.mood}.")
    return "\n".join(lines)
