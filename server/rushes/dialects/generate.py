"""`POST /api/video/generate`: one request in, the MP4 itself out.

The document behind it made everything with Stable Video Diffusion at Hugging Face, at 512×512, 24 frames and
12 frames a second. Here the provider is Hugging Face where `HF_TOKEN` is set, else the free sketch; the video
is one like any other, in the library and the queue.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from rushes.errors import BadRequest, Conflict, Invalid, ProviderUnavailable, RushesError, UnsupportedMedia
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.fields import NotTrue
from rushes.http.files import file_response
from rushes.providers.model import Model
from rushes.providers.protocol import Offer
from rushes.providers.registry import Providers
from rushes.videos import creation, room, waiting
from rushes.videos.fields import AskedSeconds, Name, Prompt
from rushes.videos.idempotency import RepeatHeaders, repeatable
from rushes.videos.models import Request, VideoCreate

PATH = "/api/video/generate"

_SIZE = "512x512"
_FRAMES, _FPS = 24, 12
# Seconds that a request waits for its video.
_PATIENCE = 300.0

_NO_PROMPT = 'Invalid request. Please provide a "prompt" field in the request body.'
_EXAMPLE = {"prompt": "A beautiful sunset over the ocean"}
_LOADING = "Model is currently loading. Please wait 1-2 minutes and try again."
_SUGGESTION = (
    "The model might be in sleep mode. Try again after 1–2 minutes or duplicate the model space on "
    "Hugging Face."
)


class Generate(Request):
    """What is asked for. The document sets all but the prompt by itself; here they may be chosen.

    `resolution` is width × height in pixels. `motion_bucket_id` and `noise_aug_strength` are Stable Video
    Diffusion's own and go to models that know them.
    """

    prompt: Prompt
    model: Name | None = None
    resolution: Annotated[str, Field(pattern=r"^[1-9]\d{1,4}x[1-9]\d{1,4}$")] | None = None
    seconds: AskedSeconds | None = None
    num_frames: Annotated[int, NotTrue, Field(ge=1, le=1000)] | None = None
    fps: Annotated[int, NotTrue, Field(ge=1, le=120)] | None = None
    seed: Annotated[int, NotTrue, Field(ge=0, le=2**53 - 1)] | None = None


class GenerateError(BaseModel):
    """The document's errors: `details` is a sentence, `suggestion` what to do, `example` a good body."""

    success: bool
    error: str
    code: str
    details: str | None = None
    suggestion: str | None = None
    example: dict[str, str] | None = None


@endpoint(
    "POST",
    PATH,
    body=Generate,
    headers=RepeatHeaders,
    media="video/mp4",
    answers={400: GenerateError, 503: GenerateError},
    tag="Dialects",
)
async def generate(call: Call) -> Response:
    """Make a video and wait for it: the answer is the MP4.

    It takes up to 300 seconds. After that the answer is 503 while the video goes on, to the library.
    """
    studio, actor, now = call.studio, call.actor, call.studio.clock.now()
    asked: Generate = call.body
    headers: RepeatHeaders = call.headers
    request = _as_request(studio.providers, asked)
    again = repeatable(
        PATH,
        asked.model_dump(mode="json"),
        key=headers.idempotency_key,
        is_retry=headers.retry_count > 0,
    )
    free = await room.free_bytes(studio)
    async with studio.transaction() as work:
        [row] = await creation.create(
            work,
            actor,
            studio.providers,
            request=request,
            asked=again,
            picture=None,
            free_bytes=free,
            now=now,
        )
    done = await waiting.until_over(studio, row.id, seconds=_PATIENCE)
    if done.stage != "completed":
        raise _not_made(done)
    took = max(0.0, (done.completed_at or now) - done.created_at)
    return await file_response(
        call.request,
        studio.storage,
        done.file_path,
        size=done.file_size,
        etag=done.sha256,
        media_type="video/mp4",
        filename=f"generated-video-{int(done.created_at * 1000)}.mp4",
        download=True,
        more_headers={
            "X-Generation-Time": f"{took:.2f}",
            "X-Video-Size": f"{done.file_size / 1_000_000:.2f}",
            "X-Video-Id": done.id,
        },
    )


def envelope(error: RushesError) -> Response:
    """The document's error bodies: what is wrong with a request is 400 here, never 422."""
    status, suggestion = error.status, error.details.get("suggestion")
    body: dict[str, Any] = {"success": False, "error": error.message, "code": error.code}
    if isinstance(error, Invalid | BadRequest | UnsupportedMedia):
        fields = error.details.get("fields", {})
        status = 400
        if not fields or fields.keys() & {"prompt", "body"}:
            body["error"] = _NO_PROMPT
        body |= {"details": error.message, "example": _EXAMPLE}
    elif status == 503:
        body |= {"error": _LOADING, "details": error.message, "suggestion": suggestion or _SUGGESTION}
    elif suggestion:
        body["suggestion"] = suggestion
    return answer(body, status=status, headers=error.headers)


def _as_request(providers: Providers, asked: Generate) -> VideoCreate:
    """The request in the studio's words; what the document leaves to the server is fitted to the model."""
    name = asked.model or _default_model(providers)
    model = providers.resolve(name).model
    seconds = asked.seconds
    if seconds is None and (asked.num_frames or asked.fps):
        seconds = (asked.num_frames or _FRAMES) / (asked.fps or _FPS)
    return VideoCreate(
        prompt=asked.prompt,
        model=name,
        size=asked.resolution or (_SIZE if _takes_size(model) else None),
        seconds=seconds if seconds is not None else _nearest(model, _FRAMES / _FPS),
        seed=asked.seed,
    )


def _default_model(providers: Providers) -> str | None:
    """Hugging Face's first model that needs no picture; None where it is not set up, which means the default.
    Raises `ProviderUnavailable` while it has not said which models it has."""
    named = [provider for provider in providers.all() if provider.kind == "huggingface"]
    for offer in providers.offers():
        if any(offer.provider == provider.name for provider in named) and not _needs_more(offer):
            return offer.id
    if named:
        raise ProviderUnavailable(
            "Hugging Face has not said yet which models it has.", code="provider_models_unknown"
        )
    return None


def _needs_more(offer: Offer) -> bool:
    return offer.model.needs_image or offer.model.lifecycle.state == "retired"


def _takes_size(model: Model) -> bool:
    rule = model.size_rule
    side = int(_SIZE.split("x")[0])
    return _SIZE in model.sizes or (
        rule is not None and rule.min <= side <= rule.max and side % rule.step == 0
    )


def _nearest(model: Model, seconds: float) -> float:
    """The length that comes closest among those that the model makes."""
    if model.seconds_values:
        return min((float(value) for value in model.seconds_values), key=lambda value: abs(value - seconds))
    low, high = model.seconds or (seconds, seconds)
    return min(max(seconds, low), high)


def _not_made(row: Any) -> RushesError:
    """What became of a video that is not completed."""
    error = row.error or {}
    if row.stage == "cancelled":
        return Conflict("The video was cancelled.", code="cancelled")
    if row.stage == "failed":
        failure = ProviderUnavailable(
            str(error.get("message") or "The video could not be made."),
            code=str(error.get("code") or "generation_failed"),
            details={} if error.get("retryable") else {"suggestion": "Change the request and try again."},
            retryable=bool(error.get("retryable")),
            charged=error.get("charged", "unknown"),
        )
        failure.status = _STATUS.get(failure.code, 503 if error.get("retryable") else 502)
        return failure
    return ProviderUnavailable(
        f"The video is still being made; it will be at /api/videos/{row.id}.",
        code="still_running",
        details={"suggestion": f"Ask for /api/videos/{row.id} in a minute: it is not lost."},
        retryable=False,
    )


# By the document's table of errors: what its reader can do something about.
_STATUS = {"provider_key": 502, "no_credit": 502, "unknown_model": 404, "moderation_blocked": 502}

ROUTES: list[Endpoint] = [generate]
