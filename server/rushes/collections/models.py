"""The public shapes of collections."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from rushes.http.fields import has_no_nul, is_one_line

_LONGEST = 80


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST),
    AfterValidator(is_one_line),
]
VideoIds = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64), AfterValidator(has_no_nul)]],
    Field(max_length=1000),
]


class Request(BaseModel):
    """The base of all bodies and queries: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class CollectionCreate(Request):
    """A new collection, with the videos that it begins with."""

    name: Name
    video_ids: VideoIds = []


class CollectionChange(Request):
    """What changes; what is left out stays. Adding what is there, and removing what is not, is no error."""

    name: Name = ""
    add: VideoIds = []
    remove: VideoIds = []


class CollectionFilter(Request):
    """Which collections: all of the space, or those that hold `video`."""

    space: Annotated[str, Field(max_length=64)] | None = None
    video: Annotated[str, Field(max_length=64)] | None = None


class Collection(BaseModel):
    """`count` is of the videos that are not in the trash. `cover_url` is the thumbnail of the one that was
    added last, and changes without a number."""

    id: str
    space_id: str
    name: str
    count: int
    cover_url: str | None
    created_at: int
    updated_at: int
    seq: int


class Collections(BaseModel):
    """By name. `seq` is the space's present change number."""

    collections: list[Collection]
    seq: int


class CollectionDeleted(BaseModel):
    success: bool
