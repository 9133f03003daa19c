"""The addresses of a production's scenes."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.productions import prices, queries, scenes
from rushes.productions.answering import asked_once, scene_number, shown
from rushes.productions.choices import Choices
from rushes.productions.models import Estimate, Production
from rushes.productions.plan import Due
from rushes.productions.request_models import (
    SceneChange,
    SceneInsert,
    SceneOrder,
    StepEstimateQuery,
    StepRequest,
    TakeChange,
    TakeRequest,
    VoicePreview,
)
from rushes.productions.state import Stage
from rushes.productions.voice_preview import sample
from rushes.videos.idempotency import RepeatHeaders

_SCENE = "/api/productions/{production_id}/scenes/{number}"
_MADE = (402, 404, 409, 422, 503)


@endpoint(
    "POST",
    "/api/productions/{production_id}/scenes",
    body=SceneInsert,
    answers={201: Production},
    errors=(404, 409, 422),
    tag="Productions",
)
async def insert_scene(call: Call) -> Response:
    """Insert a scene behind another."""
    async with call.studio.transaction() as work:
        await scenes.add(work, call.actor, wanted=call.body, **_here(call))
    return await shown(call, call.path["production_id"], status=201)


@endpoint(
    "POST",
    "/api/productions/{production_id}/scenes/reorder",
    body=SceneOrder,
    answers={200: Production},
    errors=(404, 422),
    tag="Productions",
)
async def reorder_scenes(call: Call) -> Response:
    """Put the scenes in another order."""
    async with call.studio.transaction() as work:
        await scenes.reorder(work, call.actor, order=call.body.order, **_here(call))
    return await shown(call, call.path["production_id"])


@endpoint(
    "PATCH", _SCENE, body=SceneChange, answers={200: Production}, errors=(404, 409, 422), tag="Productions"
)
async def change_scene(call: Call) -> Response:
    """Change a scene. What was made from it is stale then."""
    number = scene_number(call)
    async with call.studio.transaction() as work:
        await scenes.change(work, call.actor, number=number, wanted=call.body, **_here(call))
    return await shown(call, call.path["production_id"])


@endpoint("DELETE", _SCENE, answers={200: Production}, errors=(404, 409), tag="Productions")
async def delete_scene(call: Call) -> Response:
    """Delete a scene. What was made for it stays in the library."""
    number = scene_number(call)
    async with call.studio.transaction() as work:
        await scenes.remove(work, call.actor, number=number, **_here(call))
    return await shown(call, call.path["production_id"])


@endpoint(
    "GET",
    f"{_SCENE}/estimate",
    query=StepEstimateQuery,
    answers={200: Estimate},
    errors=(404, 422),
    tag="Productions",
)
async def estimate_step(call: Call) -> Response:
    """What it would cost to make one step of the scene once more."""
    number, wanted = scene_number(call), call.query
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, call.path["production_id"])
    due = Due(wanted.stage, scenes.scene_of(state, number))
    choices = Choices(call.studio.providers, call.studio.makers)
    return answer(prices.estimate_of_step(state, due, choices, wanted.quality))


@endpoint(
    "POST",
    f"{_SCENE}/frame",
    body=StepRequest,
    headers=RepeatHeaders,
    answers={202: Production},
    errors=_MADE,
    tag="Productions",
)
async def make_frame(call: Call) -> Response:
    """Make the scene's still anew, or take a picture of one's own."""
    return await _remake(call, "frames")


@endpoint(
    "POST",
    f"{_SCENE}/voice",
    body=StepRequest,
    headers=RepeatHeaders,
    answers={202: Production},
    errors=_MADE,
    tag="Productions",
)
async def make_voice(call: Call) -> Response:
    """Speak the scene's narration anew, or take a recording of one's own."""
    return await _remake(call, "voices")


@endpoint(
    "POST",
    f"{_SCENE}/voice/preview",
    body=VoicePreview,
    headers=RepeatHeaders,
    media=("audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/aac"),
    errors=_MADE,
    tag="Productions",
)
async def preview_voice(call: Call) -> Response:
    """Hear the scene's first words in a voice. Nothing is kept; a paid voice costs what those words do."""
    number = scene_number(call)
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, call.path["production_id"])
    heard = await sample(call.studio, call.actor, state, number, call.body, asked_once(call))
    return Response(heard.content, media_type=heard.content_type, headers={"Cache-Control": "no-store"})


@endpoint(
    "POST",
    f"{_SCENE}/takes",
    body=TakeRequest,
    headers=RepeatHeaders,
    answers={202: Production},
    errors=_MADE,
    tag="Productions",
)
async def make_take(call: Call) -> Response:
    """Make another take, or use a video of the library as one."""
    production_id, number = call.path["production_id"], scene_number(call)
    await scenes.take(
        call.studio,
        call.actor,
        production_id=production_id,
        number=number,
        wanted=call.body,
        asked=asked_once(call),
    )
    return await shown(call, production_id, status=202)


@endpoint(
    "PATCH",
    f"{_SCENE}/takes/{{video_id}}",
    body=TakeChange,
    answers={200: Production},
    errors=(404, 409, 422),
    tag="Productions",
)
async def trim_take(call: Call) -> Response:
    """Choose which part of a take is shown."""
    number, video_id = scene_number(call), call.path["video_id"]
    async with call.studio.transaction() as work:
        await scenes.trim(work, call.actor, number=number, video_id=video_id, wanted=call.body, **_here(call))
    return await shown(call, call.path["production_id"])


@endpoint(
    "POST",
    f"{_SCENE}/takes/{{video_id}}/circle",
    answers={200: Production},
    errors=(404, 409),
    tag="Productions",
)
async def circle_take(call: Call) -> Response:
    """Choose the take that the cut shows."""
    number, video_id = scene_number(call), call.path["video_id"]
    async with call.studio.transaction() as work:
        await scenes.circle(work, call.actor, number=number, video_id=video_id, **_here(call))
    return await shown(call, call.path["production_id"])


async def _remake(call: Call, stage: Stage) -> Response:
    production_id, number = call.path["production_id"], scene_number(call)
    await scenes.remake(
        call.studio,
        call.actor,
        production_id=production_id,
        number=number,
        stage=stage,
        wanted=call.body,
        asked=asked_once(call),
    )
    return await shown(call, production_id, status=202)


def _here(call: Call) -> dict[str, Any]:
    return {"production_id": call.path["production_id"], "now": call.studio.clock.now()}


ROUTES: list[Endpoint] = [
    insert_scene,
    reorder_scenes,
    change_scene,
    delete_scene,
    estimate_step,
    make_frame,
    make_voice,
    preview_voice,
    make_take,
    trim_take,
    circle_take,
]
