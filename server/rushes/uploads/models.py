"""The public shapes of assets: what requests may say and what answers look like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rushes.uploads.names import AssetName, NameSearch

Kind = Literal["image", "video", "audio"]
Purpose = Literal["upload", "still", "voice", "music"]

# What can serve as what: a still is seen, voices and music are heard.
FITS: dict[Purpose, tuple[Kind, ...]] = {
    "upload": ("image", "video", "audio"),
    "still": ("image",),
    "voice": ("audio",),
    "music": ("audio",),
}


class Request(BaseModel):
    """The base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class AssetUpload(Request):
    """What may be said of a `file` that is brought. Without a name it keeps the file's own."""

    purpose: Purpose = "upload"
    name: AssetName | None = None


class AssetChange(Request):
    """What may be changed about an asset; what is left out stays."""

    name: AssetName = ""
    purpose: Purpose = "upload"


class AssetFilter(Request):
    """Which assets to list. `q` is looked for in their names: words in any order, case and accents aside."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=200)] | None = None
    kind: Kind | None = None
    purpose: Purpose | None = None
    q: NameSearch | None = None
    sort: Literal["new", "old"] = "new"
    space: Annotated[str, Field(max_length=64)] | None = None


class AssetContentQuery(Request):
    """Which of the files, and whether to save it rather than show it."""

    variant: Literal["file", "thumbnail"] = "file"
    download: bool = False


class Asset(BaseModel):
    """A file of one's own. `width` and `height` are pixels as shown, `duration` is in seconds, null where
    there is none; `used` counts the videos made from it. A sound's thumbnail is its waveform."""

    id: str
    space_id: str
    user_id: str
    kind: Kind
    purpose: Purpose
    name: str
    content_type: str
    file_size: int
    width: int | None
    height: int | None
    duration: float | None
    created_at: int
    content_url: str
    thumbnail_url: str | None
    used: int


class AssetPage(BaseModel):
    assets: list[Asset]
    next_cursor: str | None


class AssetDeleted(BaseModel):
    success: bool
