"""The public shapes of productions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rushes.media.captions.styles import STYLES, CaptionStyle
from rushes.productions.shapes import AspectRatio
from rushes.productions.state import Quality, Stage, Work
from rushes.videos.models import VideoError

ClipAudio = Literal["keep", "duck", "mute"]
Fit = Literal["trim", "hold", "slow", "rewrite"]
Status = Literal["draft", "running", "paused", "completed", "failed", "cancelled"]
StepStatus = Literal["empty", "waiting", "running", "done", "failed", "unknown"]


class Captions(BaseModel):
    """How captions look; with `burn` they are drawn into the picture, else they can be switched on."""

    model_config = ConfigDict(extra="forbid")

    style: str = "classic"
    burn: bool = False

    @field_validator("style")
    @classmethod
    def _is_known(cls, style: str) -> str:
        if style not in STYLES:
            raise ValueError(f"must be one of {', '.join(STYLES)}")
        return style


class Step(BaseModel):
    """How a thing is. `stale`: it was made from something else than it would be made from now. `progress` is
    0–100; `model` made what is there, `own` is somebody's own file."""

    status: StepStatus
    stale: bool
    progress: int
    error: VideoError | None
    model: str | None
    own: bool
    cost: float | None


class Frame(Step):
    """A scene's still."""

    url: str | None
    asset_id: str | None


class Voice(Step):
    """A scene's narration as sound; `duration` is in seconds."""

    url: str | None
    asset_id: str | None
    duration: float | None


class Take(BaseModel):
    """One attempt at a scene's clip: a video. `in` and `out` are seconds of it, null for its ends."""

    model_config = ConfigDict(populate_by_name=True)

    video_id: str
    status: str
    stage: str
    progress: int
    circled: bool
    stale: bool
    own: bool
    model: str
    seconds: float | None
    url: str | None
    thumbnail_url: str | None
    error: VideoError | None
    in_point: float | None = Field(alias="in")
    out_point: float | None = Field(alias="out")


class SceneCaptions(BaseModel):
    """The scene's captions: whether they are there, and as they are now."""

    status: StepStatus
    stale: bool


class Scene(BaseModel):
    """`starts_at` and `length` are its place on the timeline, in seconds; `seconds` is what it was meant to
    last. `former_narration` is what stood there before it was shortened to fit, null otherwise;
    `own_clip` is the film that somebody has brought, while it is made a take."""

    id: str
    number: int
    seconds: float
    starts_at: float
    length: float
    narration: str
    former_narration: str | None
    frame_prompt: str
    motion_prompt: str
    locked: bool
    clip_audio: ClipAudio
    fit: Fit
    voice_name: str | None
    speed: float
    reference_asset_id: str | None
    frame: Frame
    voice: Voice
    clip: Step
    own_clip: Step
    takes: list[Take]
    captions: SceneCaptions


class CutSettings(BaseModel):
    """See `CutRequest`."""

    transition: Literal["none", "fade", "dissolve", "wipe"]
    captions: Captions | None
    music_asset_id: str | None
    resolution: int
    label: bool


class ManifestArtifact(BaseModel):
    """`scene` is a number, null for the whole film."""

    kind: str
    scene: int | None
    url: str


class ManifestStage(BaseModel):
    """Times are Unix seconds; `seconds` is how long the stage took."""

    stage: Stage
    status: str
    started_at: int | None
    finished_at: int | None
    seconds: float | None
    artifacts: list[ManifestArtifact]
    error: str | None


class ProductionManifest(BaseModel):
    """What each stage has made, and when."""

    job_id: str
    title: str
    status: Status
    created_at: int
    stages: list[ManifestStage]


class Cut(Step):
    """The assembled film: a video of the library, and how it is cut."""

    settings: CutSettings

    video_id: str | None
    url: str | None
    thumbnail_url: str | None


class Preview(Step):
    """A rough cut of the film as it stood, 360 pixels on its shorter side; `duration` is in seconds."""

    url: str | None
    duration: float | None


class ProductionError(BaseModel):
    """Why a run ended before its time."""

    code: str
    message: str


class Production(BaseModel):
    """A film being made. Times are Unix seconds, `duration` is the film's length in seconds as it stands,
    `excess` by how many seconds its narrations are too long for the length that was asked for; costs are USD,
    `cost_estimate` null where a price is not known."""

    id: str
    space_id: str
    user_id: str
    title: str
    overview: str
    continuity: str
    idea: str
    is_script: bool
    status: Status
    stage: Stage
    progress: int
    quality: Quality
    aspect_ratio: AspectRatio
    style: str | None
    mood: str | None
    language: str | None
    voice: str | None
    seconds: float | None
    duration: float
    excess: float
    story: Step
    scenes: list[Scene]
    cut: Cut
    preview: Preview
    run: dict[str, Any] | None
    error: ProductionError | None
    cost_estimate: float | None
    cost_actual: float
    created_at: int
    updated_at: int
    seq: int


class Productions(BaseModel):
    """Newest first. `seq` is the space's present change number."""

    productions: list[Production]
    next_cursor: str | None
    seq: int


class ProductionDeleted(BaseModel):
    success: bool


class EstimateItem(BaseModel):
    """What one stage would cost: `count` things at a model. `amount` is null where the price is not known.
    `rewrite` is shortening narrations that do not fit."""

    stage: Work
    model: str
    count: int
    amount: float | None


class Estimate(BaseModel):
    """USD. `low` and `high` bound what nobody can know before. Null where a price is not known."""

    amount: float | None
    low: float | None
    high: float | None
    currency: Literal["USD"]
    items: list[EstimateItem]


class Looks(BaseModel):
    """What a film can look and feel like: names for `style` and `mood`, which take any other words, too; and
    the styles of captions."""

    styles: list[str]
    moods: list[str]
    aspect_ratios: list[AspectRatio]
    caption_styles: dict[str, CaptionStyle]
