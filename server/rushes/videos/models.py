"""The public shapes of videos: what requests may say and what answers look like."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from rushes.http.fields import NotTrue, has_no_nul
from rushes.providers.model import Role
from rushes.videos.fields import (
    AskedSeconds,
    Line,
    Name,
    Options,
    Prompt,
    Search,
    Size,
    Tag,
    Tags,
    distinct,
)
from rushes.videos.lifecycle import Stage, Status


class Request(BaseModel):
    """The base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Reference(Request):
    """A file of one's own that a video is made from, and what for: its first or last frame, who or what is to
    be seen in it (`subject`), how it is to look (`style`), a video to change, a sound to follow."""

    asset_id: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(has_no_nul)]
    role: Role = "first_frame"


MOST_LIKENESSES = 8


def _as_many_as_make_sense(references: list[Reference]) -> list[Reference]:
    roles = [reference.role for reference in references]
    for role in ("first_frame", "last_frame", "video", "audio"):
        if roles.count(role) > 1:
            raise ValueError(f"must name one {role} at most")
    if roles.count("subject") + roles.count("style") > MOST_LIKENESSES:
        raise ValueError(f"must name {MOST_LIKENESSES} of subject and style together at most")
    return references


# What every model's bounds lie within: one of each, and several likenesses.
References = Annotated[
    list[Reference], Field(max_length=MOST_LIKENESSES + 4), AfterValidator(_as_many_as_make_sense)
]


class VideoCreate(Request):
    """A generation to make. `input_reference` may come as a file in a multipart body: it is a first frame.

    `audio` asks a model that can choose for sound. `options` are the model's own, by the schema that
    `GET /api/models/{id}` shows. In a form, `references` and `options` are JSON.
    """

    prompt: Prompt
    model: Name | None = None
    provider: Annotated[str, Field(max_length=40)] | None = None
    size: Size | None = None
    seconds: AskedSeconds | None = None
    seed: Annotated[int, NotTrue, Field(ge=0, le=2**53 - 1)] | None = None
    n: Annotated[int, NotTrue, Field(ge=1, le=50)] = 1
    priority: Annotated[int, NotTrue, Field(ge=-10, le=10)] = 0
    title: Line | None = None
    tags: Tags = []
    references: References = []
    audio: bool | None = None
    options: Options = {}
    max_cost_usd: Annotated[float, NotTrue, Field(ge=0, allow_inf_nan=False)] | None = None
    deadline: Annotated[float, NotTrue, Field(gt=0, allow_inf_nan=False)] | None = None


class VideoRemix(Request):
    """A new video from an existing one with what the prompt changes.

    `references`, `audio` and `options` are those of the existing one, as far as the model takes them, unless
    given anew.
    """

    prompt: Prompt
    model: Name | None = None
    size: Size | None = None
    seconds: AskedSeconds | None = None
    seed: Annotated[int, NotTrue, Field(ge=0, le=2**53 - 1)] | None = None
    title: Line | None = None
    tags: Tags | None = None
    priority: Annotated[int, NotTrue, Field(ge=-10, le=10)] = 0
    references: References | None = None
    audio: bool | None = None
    options: Options | None = None
    max_cost_usd: Annotated[float, NotTrue, Field(ge=0, allow_inf_nan=False)] | None = None
    deadline: Annotated[float, NotTrue, Field(gt=0, allow_inf_nan=False)] | None = None


class VideoChange(Request):
    """What may be changed about a video; what is left out stays."""

    title: Line | None = None
    tags: Tags = []
    favourite: bool = False
    is_published: bool = False


Ids = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64), AfterValidator(has_no_nul)]],
    Field(min_length=1, max_length=200),
    AfterValidator(distinct),
]


class VideosChange(Request):
    """One thing to do to many videos. `tags` go with `tag` and `untag`; `delete` is for good."""

    ids: Ids
    action: Literal[
        "trash",
        "restore",
        "delete",
        "publish",
        "unpublish",
        "tag",
        "untag",
        "favourite",
        "unfavourite",
        "cancel",
        "retry",
    ]
    tags: Tags = []


class QueueOrder(Request):
    """Waiting videos in the order in which they are to be made."""

    ids: Ids


class VideoFilter(Request):
    """Which videos to list. `status` may name several, divided by commas."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    cursor: Annotated[str, Field(max_length=200)] | None = None
    status: Annotated[str, Field(max_length=100)] | None = None
    q: Search | None = None
    tag: Tag | None = None
    favourite: bool | None = None
    sort: Literal["new", "old"] = "new"
    after: Annotated[float, Field(allow_inf_nan=False)] | None = None
    before: Annotated[float, Field(allow_inf_nan=False)] | None = None
    provider: Annotated[str, Field(max_length=40)] | None = None
    model: Annotated[str, Field(max_length=200)] | None = None
    kind: Literal["text", "image", "remix", "cut", "upload"] | None = None
    collection: Annotated[str, Field(max_length=64)] | None = None
    production: Annotated[str, Field(max_length=64)] | None = None
    space: Annotated[str, Field(max_length=64)] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it asks for everything that is not in the trash, newest first."""
        asked = self.model_fields_set - {"limit", "cursor", "space"}
        return all(getattr(self, name) in (VideoFilter.model_fields[name].default, "all") for name in asked)


class ContentQuery(Request):
    """Which of a video's files, and whether as a download."""

    variant: Literal["video", "thumbnail", "spritesheet"] = "video"
    download: bool = False
    # Part of the addresses that answers carry, so that caches never show an older attempt's file.
    v: Annotated[str, Field(max_length=64)] | None = None


class DeleteQuery(Request):
    """`permanent` purges what would else go to the trash."""

    permanent: bool = False


class VideoError(BaseModel):
    """Why a video failed or cannot go on."""

    code: str
    message: str
    retryable: bool
    charged: Literal["yes", "no", "unknown"]


class Outcome(BaseModel):
    """What became of one of many."""

    id: str
    ok: bool
    error: VideoError | None = None


class Outcomes(BaseModel):
    results: list[Outcome]


class ServedBy(BaseModel):
    provider: str
    model: str


class Lineage(BaseModel):
    root_id: str
    parent_id: str | None


class ReferenceView(BaseModel):
    asset_id: str
    role: Role
    url: str


class Eta(BaseModel):
    """Seconds until it is done, as a range learned from the studio's own history."""

    low: int
    high: int


class SpriteSheet(BaseModel):
    """How the frames of a sprite sheet lie: `interval` is the time between two of them in seconds."""

    columns: int
    rows: int
    count: int
    frame_width: int
    frame_height: int
    interval: float


class Video(BaseModel):
    """One generation and its file. Times are Unix seconds, money is USD.

    `reference` is the first frame among the `references`, `production_id` the production that it is a take or
    the cut of; a `cut` was assembled and not generated. `audio` says whether it is to have sound, null for
    a model that makes none. `cost_lost` is what was, or may have been, charged for attempts that gave
    nothing.
    """

    id: str
    number: int
    code: str
    user_id: str
    space_id: str
    openai_video_id: str | None
    provider_video_id: str | None
    prompt: str
    title: str | None
    tags: list[str]
    favourite: bool
    is_published: bool
    model: str
    provider: str
    served_by: ServedBy
    kind: Literal["text", "image", "remix", "cut", "upload"]
    size: str
    seconds: str
    seed: int | None
    priority: int
    status: Status
    stage: Stage
    progress: int
    progress_known: bool
    needs_attention: bool
    created_at: int
    updated_at: int
    started_at: int | None
    completed_at: int | None
    trashed_at: int | None
    attempts: int
    error: VideoError | None
    remixed_from_video_id: str | None
    lineage: Lineage
    reference: ReferenceView | None
    references: list[ReferenceView]
    production_id: str | None
    audio: bool | None
    options: dict[str, Any]
    eta: Eta | None
    cost_estimate: float | None
    cost_actual: float | None
    cost_lost: float
    duration: float | None
    width: int | None
    height: int | None
    fps: float | None
    file_size: int | None
    file_path: str | None
    content_url: str | None
    thumbnail_url: str | None
    spritesheet_url: str | None
    spritesheet: SpriteSheet | None
    seq: int


class Videos(BaseModel):
    """Several videos made by one request."""

    videos: list[Video]


class Created(RootModel[Video | Videos]):
    """The video, or `{videos}` where several were asked for."""


class VideoPage(BaseModel):
    """A page of the library. `seq` is the space's present change number."""

    videos: list[Video]
    limit: int
    offset: int
    next_cursor: str | None
    seq: int


class Family(BaseModel):
    """A video's relatives, oldest first."""

    root_id: str
    videos: list[Video]


class CancelTerms(BaseModel):
    """What cancelling would mean. `amount` is what is charged all the same and `saves` what is not, in USD
    where they are known."""

    can_cancel: bool
    charged: Literal["yes", "no", "unknown"]
    message: str
    amount: float | None
    saves: float | None


class Deleted(BaseModel):
    success: bool


class WaitingVideo(Video):
    """`position` counts from 1 in the order in which the provider will take them."""

    position: int | None


class QueueCounts(BaseModel):
    running: int
    waiting: int
    failed: int
    done: int


class OthersCounts(BaseModel):
    running: int
    waiting: int


class Queue(BaseModel):
    """One's own queue. Other people's work shows as counts only."""

    running: list[WaitingVideo]
    waiting: list[WaitingVideo]
    counts: QueueCounts
    paused: bool
    others: OthersCounts
