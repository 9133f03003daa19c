"""What requests about productions may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from rushes.http.fields import NotTrue, has_no_nul, is_one_line
from rushes.productions.models import Captions, ClipAudio, Fit, Status
from rushes.productions.shapes import AspectRatio, Resolution
from rushes.productions.state import Quality, Stage
from rushes.providers.makers.story import LONGEST_TEXT, MOST_SCENES

Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(has_no_nul)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(has_no_nul),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(is_one_line)]
Look = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(is_one_line),
]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
VoiceName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(is_one_line),
]
SceneSeconds = Annotated[float, NotTrue, Field(ge=1, le=60, allow_inf_nan=False)]
Speed = Annotated[float, NotTrue, Field(ge=0.5, le=2, allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(has_no_nul)]


class Request(BaseModel):
    """The base of all bodies and queries: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ScriptScene(Request):
    """A scene of a finished script. Without a frame prompt its narration is shown."""

    narration: Prose = ""
    frame_prompt: Prose = ""
    motion_prompt: Prose = ""
    seconds: SceneSeconds | None = None


class Script(Request):
    """A finished script as scenes."""

    scenes: Annotated[list[ScriptScene], Field(min_length=1, max_length=MOST_SCENES)]
    title: Line = ""


class ProductionCreate(Request):
    """A film to make: from an idea (`prompt`), or from a finished script, as text whose scenes are divided by
    blank lines or headings, or as scenes. `seconds` is the whole film's. With `run` it is begun at once."""

    prompt: Text | None = None
    script: Text | Script | None = None
    title: Line = ""
    scenes: Annotated[int, NotTrue, Field(ge=1, le=MOST_SCENES)] | None = None
    seconds: Annotated[float, NotTrue, Field(ge=3, le=3600, allow_inf_nan=False)] | None = None
    aspect_ratio: AspectRatio = "16:9"
    style: Look | None = None
    mood: Look | None = None
    voice: VoiceName | None = None
    language: Language | None = None
    quality: Quality = "animatic"
    run: bool = False


class CutChange(Request):
    """How the film is cut; what is left out stays as it was. `resolution` is the shorter side in pixels,
    `label` writes in a corner that the film was made by AI."""

    transition: Literal["none", "fade", "dissolve", "wipe"] = "none"
    captions: Captions | None = None
    music_asset_id: Id | None = None
    resolution: Resolution = 720
    label: bool = False


class ProductionChange(Request):
    """What may be changed about the whole film; what is left out stays. `continuity` is who and what looks
    the same in every picture, a line each: `Name: description`."""

    title: Line = ""
    overview: Prose = ""
    continuity: Prose = ""
    aspect_ratio: AspectRatio = "16:9"
    style: Look | None = None
    mood: Look | None = None
    voice: VoiceName | None = None
    language: Language | None = None
    seconds: Annotated[float, NotTrue, Field(ge=3, le=3600, allow_inf_nan=False)] | None = None
    cut: CutChange = CutChange()


class ProductionRun(Request):
    """`through` is the last stage to make, `pause_after` an earlier one after which to wait. An `animatic` is
    free; `final` takes the studio's default models, and replaces what was only sketched. With `retry_unknown`
    steps whose answer never came are asked for once more, which may be charged twice."""

    through: Stage = "cut"
    quality: Quality = "animatic"
    pause_after: Stage | None = None
    retry_unknown: bool = False


class CutRequest(CutChange):
    """See `CutChange`; and how well what is still missing is made."""

    quality: Quality | None = None


class ExportQuery(Request):
    """As what: a timeline (`otio`, `fcp7xml`, or `otioz` with its media), captions, `edit`, one zip with
    everything to go on editing with, or `bundle`, for another studio to import."""

    format: Literal["otio", "otioz", "fcp7xml", "srt", "vtt", "edit", "bundle"] = "edit"


class PreviewQuery(Request):
    """`v` tells one preview from the next, for caches alone."""

    v: Annotated[str, Field(max_length=64)] | None = None


class EstimateQuery(Request):
    """Up to which stage, and how well."""

    through: Stage = "cut"
    quality: Quality = "animatic"


class StepEstimateQuery(Request):
    """Which step of a scene, and how well."""

    stage: Literal["frames", "voices", "clips"] = "clips"
    quality: Quality = "animatic"


class ProductionFilter(Request):
    """Which productions to list, newest first."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=64), AfterValidator(has_no_nul)] | None = None
    status: Status | None = None
    space: Annotated[str, Field(max_length=64)] | None = None


class SceneInsert(Request):
    """A new scene after the one of that number; 0 puts it first."""

    after: Annotated[int, NotTrue, Field(ge=0, le=MOST_SCENES)]
    narration: Prose = ""
    frame_prompt: Prose = ""
    motion_prompt: Prose = ""
    seconds: SceneSeconds | None = None


class SceneChange(Request):
    """What may be changed about a scene; what is left out stays. `locked` alone may be changed of one that is
    locked. `reference_asset_id` is a picture that the still is made after, by models that can."""

    narration: Prose = ""
    frame_prompt: Prose = ""
    motion_prompt: Prose = ""
    seconds: SceneSeconds = 5
    locked: bool = False
    clip_audio: ClipAudio = "duck"
    fit: Fit = "hold"
    voice: VoiceName | None = None
    speed: Speed = 1
    reference_asset_id: Id | None = None


class SceneOrder(Request):
    """The present numbers of all scenes, in the order in which they are to be."""

    order: Annotated[list[Annotated[int, NotTrue]], Field(min_length=1, max_length=MOST_SCENES)]


class StepRequest(Request):
    """Make it anew, or take a file of one's own in its place."""

    quality: Quality = "animatic"
    asset_id: Id | None = None


class VoicePreview(Request):
    """Whose voice to hear, and how fast; what is left out is the scene's. `text` is heard in place of its
    first words."""

    quality: Quality = "animatic"
    voice: VoiceName | None = None
    speed: Speed = 1
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=300), AfterValidator(has_no_nul)
    ] = ""


class TakeRequest(Request):
    """Another take; or in its place a video of the library, or a film that was brought (an asset)."""

    quality: Quality = "animatic"
    video_id: Id | None = None
    asset_id: Id | None = None


class TakeChange(Request):
    """Which part of the take is shown, in seconds; null for its ends."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    in_point: Annotated[float, NotTrue, Field(ge=0, le=3600, allow_inf_nan=False)] | None = Field(
        None, alias="in"
    )
    out_point: Annotated[float, NotTrue, Field(gt=0, le=3600, allow_inf_nan=False)] | None = Field(
        None, alias="out"
    )
