"""`POST /api/public/generate-video`: a whole film from one sentence, as a production that runs."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from pydantic import field_validator
from starlette.responses import Response

from rushes.dialects.clip_maker import pictures
from rushes.dialects.clip_maker.asking import (
    USUAL_SHAPE,
    Address,
    AskedHeaders,
    Folder,
    Shape,
    Spoken,
    folder_of,
    size_of_shape,
)
from rushes.dialects.clip_maker.refusals import ERRORS
from rushes.dialects.clip_maker.stories import StoryAsked, written
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.http.fields import on_one_line
from rushes.productions import reading, service
from rushes.productions.request_models import (
    ProductionChange,
    ProductionCreate,
    Script,
    ScriptScene,
)
from rushes.productions.shapes import ASPECT_RATIOS, AspectRatio
from rushes.productions.styles import continuity_of
from rushes.providers.makers.story import Story, StoryBrief
from rushes.transaction import Transaction
from rushes.uploads import keeping
from rushes.uploads import service as bringing
from rushes.videos import idempotency
from rushes.videos.idempotency import repeatable

_PATH = "/api/public/generate-video"


class FilmAsked(StoryAsked):
    """A film from one sentence; with `image`, its pictures are made after that one."""

    frame_aspect_ratio: Shape = USUAL_SHAPE
    image: Address | None = None

    @field_validator("duration")
    @classmethod
    def _is_a_film(cls, value: float | None) -> float | None:
        if value is not None and value < 3:
            raise ValueError("must be at least 3")
        return value


class FilmBegun(Spoken):
    success: bool
    request_id: str
    production_id: str
    status: str
    status_url: str


@endpoint(
    "POST",
    _PATH,
    body=FilmAsked,
    headers=AskedHeaders,
    json_limit=pictures.JSON_LIMIT,
    answers={202: FilmBegun, **ERRORS},
    tag="Dialects",
)
async def generate_video(call: Call) -> Response:
    """Make a whole film by the studio's default models: it runs, and `statusUrl` tells how far it is."""
    asked: FilmAsked = call.body
    studio, folder = call.studio, await folder_of(call, asked)
    wanted: dict[str, Any] = {
        "aspect_ratio": _nearest(asked.frame_aspect_ratio),
        "style": asked.style,
        "mood": asked.mood,
        "seconds": asked.seconds if asked.seconds >= 3 else None,
        "quality": "final",
        "run": True,
    }
    reference = await _reference(call, folder, asked)
    again = repeatable(
        _PATH,
        {**asked.model_dump(mode="json", exclude={"image"}), "file": reference},
        key=call.headers.idempotency_key,
        is_retry=call.headers.retry_count > 0,
    )
    async with studio.transaction() as work:
        before = await idempotency.first_answer(work, folder.actor, again, now=studio.clock.now())
    story: Story | None = None
    if reference is None or before is not None:
        film = ProductionCreate(prompt=asked.prompt, scenes=asked.frame_count, **wanted)
    else:
        # Its scenes must be there for the picture to be theirs.
        story = await _story(call, folder, asked)
        film = ProductionCreate(script=_script(story), **wanted)
    production_id = ""

    async def write(work: Transaction) -> None:
        nonlocal production_id
        now = studio.clock.now()
        production_id = await service.create(
            work, folder.actor, wanted=film, asked=again, reference_asset_id=reference, now=now
        )
        if story is not None:
            told = ProductionChange(overview=story.overview, continuity=continuity_of(story))
            await service.change(work, folder.actor, production_id=production_id, wanted=told, now=now)

    # The story may be paid for.
    await keeping.written(studio, write)
    async with studio.reading() as session:
        status = await reading.status_of(session, folder.actor, production_id)
    return answer(
        {
            "success": True,
            "requestId": folder.request_id,
            "productionId": production_id,
            "status": status,
            "statusUrl": f"{studio.settings.effective_public_url}/api/productions/{production_id}",
        },
        202,
    )


async def _reference(call: Call, folder: Folder, asked: FilmAsked) -> str | None:
    """The asset that the picture of a request is."""
    if asked.image is None:
        return None
    async with AsyncExitStack() as stack:
        path = await stack.enter_async_context(pictures.inline(call.studio, asked.image, field="image"))
        coming = bringing.incoming(
            call.studio, folder.actor, path, name="Reference", field="image", only="image"
        )
        file = await stack.enter_async_context(coming)
        async with call.studio.transaction() as work:
            return await bringing.keep(work, folder.actor, file, now=call.studio.clock.now())


async def _story(call: Call, folder: Folder, asked: FilmAsked) -> Story:
    brief = StoryBrief(
        text=asked.prompt,
        scenes=asked.frame_count,
        seconds=asked.seconds,
        style=asked.style,
        mood=asked.mood,
    )
    return await written(call.studio, folder.actor, brief)


def _script(story: Story) -> Script:
    return Script(
        title=on_one_line(story.title)[:200],
        scenes=[
            ScriptScene(
                narration=scene.narration[:4000],
                frame_prompt=scene.frame_prompt,
                motion_prompt=scene.motion_prompt,
                seconds=scene.seconds,
            )
            for scene in story.scenes
        ],
    )


def _nearest(shape: str) -> AspectRatio:
    width, height = size_of_shape(shape)

    def distance(ratio: str) -> float:
        across, down = (int(part) for part in ratio.split(":"))
        asked, own = width / height, across / down
        return max(asked / own, own / asked)

    return min(ASPECT_RATIOS, key=distance)
