"""`POST /api/generate_story`: a story with its scenes, by the studio's writer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from rushes.actor import Actor
from rushes.dialects.clip_maker.asking import Asked, AskedHeaders, Look, Seconds, Spoken, folder_of
from rushes.dialects.clip_maker.paying import paid
from rushes.dialects.clip_maker.refusals import ERRORS, said_plainly
from rushes.dialects.clip_maker.repeating import asked_once
from rushes.errors import Conflict
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.http.fields import NotTrue
from rushes.productions.prices import writing
from rushes.productions.styles import continuity_of, labelled_words
from rushes.providers.makers.story import MOST_SCENES, USUAL_SCENES, Story, StoryBrief, story_order
from rushes.studio import Studio
from rushes.tables import new_id
from rushes.videos.fields import Prompt

_PATH = "/api/generate_story"
_USUAL_SECONDS = 5.0  # of a scene


class StoryAsked(Asked):
    """`duration` is the whole story's in seconds, five a scene unless asked otherwise."""

    prompt: Prompt
    frame_count: Annotated[int, NotTrue, Field(ge=1, le=MOST_SCENES)] = USUAL_SCENES
    duration: Seconds | None = None
    style: Look | None = None
    mood: Look | None = None

    @model_validator(mode="after")
    def _every_scene_can_be_seen(self) -> StoryAsked:
        if self.duration is not None and self.duration < self.frame_count:
            raise ValueError("duration must give every frame a second at least")
        return self

    @property
    def seconds(self) -> float:
        return self.duration if self.duration is not None else self.frame_count * _USUAL_SECONDS


class StoryScene(Spoken):
    """`timestamp` is where the scene begins, `0:05`; `prompt` is for whoever draws its picture."""

    model_config = ConfigDict(alias_generator=None)

    frame_number: int
    timestamp: str
    description: str
    prompt: str


class ToldStory(Spoken):
    title: str
    overview: str
    scenes: list[StoryScene]


class StoryMade(Spoken):
    success: bool
    story: ToldStory


@endpoint(
    "POST",
    _PATH,
    body=StoryAsked,
    headers=AskedHeaders,
    answers={200: StoryMade, **ERRORS},
    tag="Dialects",
)
async def generate_story(call: Call) -> Response:
    """Write a story: title, overview, and its scenes with a prompt for each one's picture."""
    asked: StoryAsked = call.body
    folder = await folder_of(call, asked)
    brief = StoryBrief(
        text=asked.prompt,
        scenes=asked.frame_count,
        seconds=asked.seconds,
        style=asked.style,
        mood=asked.mood,
    )
    async with asked_once(call, folder, _PATH, asked.model_dump(mode="json"), count=0) as turn:
        if turn.is_repeated:
            raise Conflict(
                "This was asked for before under the same Idempotency-Key. Stories are not kept: use a new "
                "key to have another one written.",
                code="asked_before",
            )
        story = await written(call.studio, folder.actor, brief)
    shown = {
        "title": story.title,
        "overview": story.overview,
        "scenes": list(_scenes(story, asked)),
    }
    return answer({"success": True, "story": shown})


async def written(studio: Studio, actor: Actor, brief: StoryBrief) -> Story:
    """The story, paid by `actor` where its writer is. Raises `PaymentRequired` and what
    `refusals.said_plainly` does."""
    offer = studio.makers.writer()
    price = writing(offer.model.price, brief.text, brief.scenes or USUAL_SCENES)
    order = story_order(brief, model=offer.model.name, key=new_id("story"))
    with said_plainly():
        async with paid(studio, actor, "writer", offer, price) as bill:
            told = await offer.maker.write(order)
            bill.cost = told.use.cost
    return told.content


def _scenes(story: Story, asked: StoryAsked) -> Iterator[dict[str, Any]]:
    """Writers keep to the length more or less: the scenes are brought to it."""
    scale = asked.seconds / sum(scene.seconds for scene in story.scenes)
    at, continuity = 0.0, continuity_of(story)
    for number, scene in enumerate(story.scenes, 1):
        yield {
            "frame_number": number,
            "timestamp": f"{int(at) // 60}:{int(at) % 60:02}",
            "description": scene.narration or scene.frame_prompt,
            "prompt": labelled_words(
                scene.frame_prompt, style=asked.style, mood=asked.mood, continuity=continuity
            ),
        }
        at += scene.seconds * scale
