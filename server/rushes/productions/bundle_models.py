"""What a bundle says of a production: its rows without what only its studio knows, under the ids that they
had there.

Somebody else may have written it, so all of it is bounded here, and `bundle_checks` looks whether it holds
together. A field that is added needs a default, and raises `media.bundle.manifest.VERSION`: a studio that
does not know it would drop something.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints

from rushes.http.fields import has_no_nul, is_one_line
from rushes.productions.models import Captions, ClipAudio, Fit, Status
from rushes.productions.request_models import Language, Look, VoiceName
from rushes.productions.shapes import AspectRatio, Resolution
from rushes.productions.state import Quality, Stage
from rushes.providers.makers.story import LONGEST_TEXT, MOST_SCENES
from rushes.providers.model import Role
from rushes.uploads.models import Purpose
from rushes.videos.fields import PROMPT_MAX, Options, Tags

# Of each: more than 40 scenes with 50 takes of different stills.
MOST_FILES = 2000
# A script without a single space is one word.
_MOST_WORDS = LONGEST_TEXT

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Long = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(has_no_nul)]
Prose = Annotated[str, Field(max_length=4000), AfterValidator(has_no_nul)]
Prompt = Annotated[str, Field(max_length=PROMPT_MAX), AfterValidator(has_no_nul)]
Line = Annotated[str, Field(max_length=200), AfterValidator(is_one_line)]
Model = Annotated[str, Field(max_length=240), AfterValidator(is_one_line)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Cost = Annotated[float, Field(ge=0, le=100_000)]
# Of a whole film or any video; what is imported is measured.
Length = Annotated[float, Field(ge=0, le=1_000_000)]
Time = Annotated[float, Field(ge=0, le=1e11)]
Side = Annotated[int, Field(ge=1, le=100_000)]
# Voices tell their words as they like; `media.captions.timing` brings them into the sound.
Moment = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Word = Annotated[tuple[Long, Moment, Moment], Strict(False)]
Words = Annotated[list[Word], Field(max_length=_MOST_WORDS)]


class Shape(BaseModel):
    """The base: nothing that is not known, and nothing that merely looks like what it should be."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Failure(Shape):
    """Why a step or a video has failed."""

    code: Annotated[str, Field(max_length=200), AfterValidator(has_no_nul)]
    message: Annotated[str, Field(max_length=2000), AfterValidator(has_no_nul)]
    retryable: bool
    charged: Literal["yes", "no", "unknown"]


class RunFailure(Shape):
    """Why a run ended before its time."""

    code: Annotated[str, Field(max_length=200), AfterValidator(has_no_nul)]
    message: Annotated[str, Field(max_length=4000), AfterValidator(has_no_nul)]


class BundledRun(Shape):
    """What was asked of the last run."""

    through: Stage
    quality: Quality
    pause_after: Stage | None
    retry_unknown: bool = False
    started_at: Annotated[int, Field(ge=0, le=10**11)]


class BundledCut(Shape):
    """How the film is cut."""

    transition: Literal["none", "fade", "dissolve", "wipe"]
    captions: Captions | None
    resolution: Resolution
    label: bool


class BundledProduction(Shape):
    """What holds for the whole film. `created_at` is when it was begun where it comes from."""

    id: Id
    idea: Long
    is_script: bool
    wanted_scenes: Annotated[int, Field(ge=1, le=MOST_SCENES)] | None
    wanted_seconds: Annotated[float, Field(ge=1, le=3600)] | None
    aspect_ratio: AspectRatio
    style: Look | None
    mood: Look | None
    language: Language | None
    voice: VoiceName | None
    seed: Seed
    title: Line
    overview: Prose
    continuity: Prose
    cut_settings: BundledCut
    music_asset_id: Id | None
    status: Status
    quality: Quality
    run: BundledRun | None
    runs: Count
    error: RunFailure | None
    created_at: Time


class BundledScene(Shape):
    """Scenes are in their order, the first one's number is 1."""

    id: Id
    seconds: Annotated[float, Field(ge=1, le=60)]
    narration: Long
    frame_prompt: Prose
    motion_prompt: Prose
    locked: bool
    clip_audio: ClipAudio
    fit: Fit
    voice: VoiceName | None
    speed: Annotated[float, Field(ge=0.5, le=2)]
    reference_asset_id: Id | None
    seed: Seed


class MediaResult(Shape):
    """What came of a still or a narration. `words` are [text, start, end] in seconds of the sound."""

    width: Side | None = None
    height: Side | None = None
    duration: Seconds | None = None
    words: Words | None = None
    voice: Annotated[str, Field(max_length=400), AfterValidator(has_no_nul)] | None = None
    heard: bool = False


class CaptionsResult(Shape):
    """By scene: its words, and the sound in which they were heard."""

    words: Annotated[dict[Id, Words], Field(max_length=MOST_SCENES)]
    sounds: Annotated[dict[Id, Id | None], Field(max_length=MOST_SCENES)]


class RewriteResult(Shape):
    """What was shortened, to what, and how often."""

    former: Long
    narration: Long
    tries: Count


class BundledStep(Shape):
    """Something that is made once. `fresh`: what is there was made from what it would be made from now."""

    scene_id: Id | None
    stage: Stage | Literal["rewrite", "own_clip"]
    status: Literal["empty", "done", "failed"]
    attempt: Count
    run: Count
    made_from: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None
    fresh: bool
    model: Model | None
    made_by: Model | None
    is_own: bool
    asset_id: Id | None
    video_id: Id | None
    result: MediaResult | CaptionsResult | RewriteResult | None
    progress: Annotated[int, Field(ge=0, le=100)]
    error: Failure | None
    cost_estimate: Cost | None
    cost_actual: Cost | None
    started_at: Time | None
    finished_at: Time | None


class BundledTake(Shape):
    """A video as an attempt at a scene's clip; takes are in their order, the oldest first."""

    scene_id: Id
    video_id: Id
    circled: bool
    in_point: Length | None
    out_point: Length | None
    made_from: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None
    fresh: bool
    is_own: bool


class BundledAsset(Shape):
    """A still, a sound or a picture that something was made after, and its file in the bundle."""

    id: Id
    file: Annotated[str, Field(max_length=512)]
    name: Line | None
    purpose: Purpose


class BundledReference(Shape):
    """What a video was made from, and as what."""

    asset_id: Id
    role: Role


class BundledVideo(Shape):
    """A take or the cut; `file` is null for one that has failed. What it was made from may be in the bundle
    or not (`remixed_from_video_id`): its prompts, oldest first, are here in any case. `created_at` and
    `completed_at` are when it was made where it comes from."""

    id: Id
    file: Annotated[str, Field(max_length=512)] | None
    kind: Literal["text", "image", "remix", "cut", "upload"]
    prompt: Prompt
    prompts: Annotated[list[Prompt], Field(max_length=1000)]
    title: Line | None
    tags: Tags
    model: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(is_one_line)]
    provider: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(is_one_line)]
    provider_model: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(is_one_line)]
    size: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,4}x[1-9]\d{0,4}$")]
    seconds: Length
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None
    options: Options | None
    audio: bool | None
    references: Annotated[list[BundledReference], Field(max_length=100)]
    remixed_from_video_id: Id | None
    of_this_film: bool
    stage: Literal["completed", "failed", "cancelled"]
    progress: Annotated[int, Field(ge=0, le=100)]
    attempts: Annotated[int, Field(ge=1, le=1_000_000)]
    error: Failure | None
    cost_estimate: Cost | None
    cost_actual: Cost | None
    cost_lost: Cost
    created_at: Time
    completed_at: Time | None


class Content(Shape):
    """The whole of it."""

    production: BundledProduction
    scenes: Annotated[list[BundledScene], Field(max_length=MOST_SCENES)]
    steps: Annotated[list[BundledStep], Field(max_length=10 * (MOST_SCENES + 1))]
    takes: Annotated[list[BundledTake], Field(max_length=MOST_FILES)]
    assets: Annotated[list[BundledAsset], Field(max_length=MOST_FILES)]
    videos: Annotated[list[BundledVideo], Field(max_length=MOST_FILES)]
