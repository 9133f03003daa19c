"""`/api/video/content … pipeline` and `/api/video/jobs/{id}`: a narrated film stage by stage.

The document behind it ran its stages one after the other, each by a request of its own, over a job that is a
production here. Everything is free: it is made by what works on this machine.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from starlette.responses import Response

from rushes.errors import BadRequest, Invalid, ProviderUnavailable, RushesError, UnsupportedMedia
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.fields import NotTrue, has_no_nul
from rushes.productions import reading, service, waiting
from rushes.productions.request_models import (
    Id,
    ProductionChange,
    ProductionCreate,
    ProductionRun,
    Request,
    VoiceName,
)
from rushes.productions.shapes import AspectRatio
from rushes.productions.state import Stage, State
from rushes.videos.idempotency import repeatable

PATHS = tuple(
    f"/api/video/{name}"
    for name in ("content", "scripts", "images", "voices", "captions", "edit", "pipeline", "jobs")
)
# Seconds that a request waits for its stage.
_PATIENCE = 300.0

Topic = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
    AfterValidator(has_no_nul),
]


class Content(Request):
    """What the film is about."""

    topic: Topic


class Job(Request):
    """The job that `content` or `pipeline` has begun."""

    job_id: Id


class Voices(Job):
    """`voice` is one of the speech model's; without it the language's own."""

    voice: VoiceName | None = None


class Pipeline(Request):
    """A whole film at once."""

    topic: Topic
    scenes: Annotated[int, NotTrue, Field(ge=1, le=40)] | None = None
    aspect_ratio: AspectRatio = "16:9"
    voice: VoiceName | None = None


class Outline(BaseModel):
    job_id: str
    title: str
    outline: str


class ScriptScene(BaseModel):
    index: int
    narration: str
    image_prompt: str


class Scripts(BaseModel):
    job_id: str
    scenes: list[ScriptScene]


class Artifact(BaseModel):
    """`scene` is a number, null for the whole film."""

    kind: str
    scene: int | None
    url: str


class Artifacts(BaseModel):
    job_id: str
    artifacts: list[Artifact]


class Begun(BaseModel):
    job_id: str
    status: str


class JobStage(BaseModel):
    """Times are Unix seconds; `seconds` is how long the stage took."""

    stage: str
    status: str
    started_at: int | None
    finished_at: int | None
    seconds: float | None
    artifacts: list[Artifact]
    error: str | None


class Manifest(BaseModel):
    """What each stage has made."""

    job_id: str
    title: str
    status: str
    created_at: int
    stages: list[JobStage]


class PipelineError(BaseModel):
    """The document's errors: `detail` is a sentence."""

    success: bool
    error: str
    code: str
    detail: str


_ERRORS = {400: PipelineError, 404: PipelineError, 409: PipelineError, 503: PipelineError}


@endpoint("POST", PATHS[0], body=Content, answers={200: Outline, 400: PipelineError}, tag="Dialects")
async def content(call: Call) -> Response:
    """Write the story: its title and an outline."""
    job_id = await _begin(call, ProductionCreate(prompt=call.body.topic))
    state = await _through(call, job_id, "story")
    lines = [f"{scene.number}. {scene.narration or scene.frame_prompt}" for scene in state.scenes]
    outline = "\n".join([state.production.overview, *lines]).strip()
    return answer({"job_id": job_id, "title": state.production.title, "outline": outline})


@endpoint("POST", PATHS[1], body=Job, answers={200: Scripts, **_ERRORS}, tag="Dialects")
async def scripts(call: Call) -> Response:
    """What is said and seen in each scene."""
    state = await _through(call, call.body.job_id, "story")
    shown = [
        {"index": scene.number, "narration": scene.narration, "image_prompt": scene.frame_prompt}
        for scene in state.scenes
    ]
    return answer({"job_id": call.body.job_id, "scenes": shown})


@endpoint("POST", PATHS[2], body=Job, answers={200: Artifacts, **_ERRORS}, tag="Dialects")
async def images(call: Call) -> Response:
    """Make each scene's picture."""
    return await _artifacts(call, "frames")


@endpoint("POST", PATHS[3], body=Voices, answers={200: Artifacts, **_ERRORS}, tag="Dialects")
async def voices(call: Call) -> Response:
    """Speak each scene's narration."""
    if call.body.voice is not None:
        change = ProductionChange(voice=call.body.voice)
        async with call.studio.transaction() as work:
            await service.change(
                work, call.actor, production_id=call.body.job_id, wanted=change, now=call.studio.clock.now()
            )
    return await _artifacts(call, "voices")


@endpoint("POST", PATHS[4], body=Job, answers={200: Artifacts, **_ERRORS}, tag="Dialects")
async def captions(call: Call) -> Response:
    """Time the captions."""
    return await _artifacts(call, "captions")


@endpoint("POST", PATHS[5], body=Job, answers={200: Artifacts, **_ERRORS}, tag="Dialects")
async def edit(call: Call) -> Response:
    """Cut the film."""
    return await _artifacts(call, "cut")


@endpoint("POST", PATHS[6], body=Pipeline, answers={202: Begun, 400: PipelineError}, tag="Dialects")
async def pipeline(call: Call) -> Response:
    """Make the whole film. Ask for `/api/video/jobs/{job_id}` how far it is."""
    asked: Pipeline = call.body
    wanted = ProductionCreate(
        prompt=asked.topic, scenes=asked.scenes, aspect_ratio=asked.aspect_ratio, voice=asked.voice, run=True
    )
    return answer({"job_id": await _begin(call, wanted), "status": "running"}, 202)


@endpoint("GET", f"{PATHS[7]}/{{job_id}}", answers={200: Manifest, 404: PipelineError}, tag="Dialects")
async def job(call: Call) -> Response:
    """What each stage has made so far, and when."""
    async with call.studio.reading() as session:
        return answer(await reading.manifest_of(session, call.actor, call.path["job_id"]))


def envelope(error: RushesError) -> Response:
    """The document's error bodies: what is wrong with a request is 400 here, never 422."""
    status = 400 if isinstance(error, Invalid | BadRequest | UnsupportedMedia) else error.status
    body = {"success": False, "error": error.message, "code": error.code, "detail": error.message}
    return answer(body, status=status, headers=error.headers)


async def _begin(call: Call, wanted: ProductionCreate) -> str:
    async with call.studio.transaction() as work:
        asked = repeatable(call.request.url.path, wanted.model_dump(mode="json"), key=None)
        return await service.create(work, call.actor, wanted=wanted, asked=asked, now=call.studio.clock.now())


async def _artifacts(call: Call, stage: Stage) -> Response:
    state = await _through(call, call.body.job_id, stage)
    return answer({"job_id": call.body.job_id, "artifacts": reading.artifacts(state, stage)})


async def _through(call: Call, job_id: str, stage: Stage) -> State:
    """The production with that stage made. Raises `NotFound`, `Conflict` while another run is under way, and
    `ProviderUnavailable` for a stage that failed or takes too long."""
    studio = call.studio
    async with studio.transaction() as work:
        await service.run(
            work,
            call.actor,
            production_id=job_id,
            wanted=ProductionRun(through=stage),
            now=studio.clock.now(),
        )
    state = await waiting.until_over(studio, job_id, seconds=_PATIENCE)
    error: dict[str, Any] = state.production.error or {}
    if state.production.status == "failed":
        raise ProviderUnavailable(
            str(error.get("message", "It could not be made.")), code=str(error.get("code", "step_failed"))
        )
    if state.production.status == "running":
        raise ProviderUnavailable(
            f"It is still being made; ask for {PATHS[7]}/{job_id} how far it is.", code="still_running"
        )
    return state


ROUTES: list[Endpoint] = [content, scripts, images, voices, captions, edit, pipeline, job]
