"""What a bundle says of itself."""

from __future__ import annotations

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from rushes.media.bundle.trust import BadBundle

FORMAT = "rushes.production"
VERSION = 1
MANIFEST = "manifest.json"
# Bytes: 200 scenes with all their takes make some hundred thousand. In memory it is many times as much.
MOST_MANIFEST = 8 * 1024 * 1024


class Listed(BaseModel):
    """A file of the bundle: its size in bytes and its SHA-256 in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """`manifest.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: str
    version: int
    files: list[Listed]
    content: dict[str, JsonValue]


def written(files: list[Listed], content: dict[str, JsonValue]) -> bytes:
    """The manifest's bytes. Raises TypeError for content that JSON has no form for."""
    plain = {
        "format": FORMAT,
        "version": VERSION,
        "files": [file.model_dump() for file in files],
        "content": content,
    }
    return orjson.dumps(plain)


def parsed(raw: bytes) -> Manifest:
    """The manifest, of a version that we know. Raises BadBundle."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadBundle("not_a_bundle") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadBundle("not_a_bundle")
    # First of all: what comes after is another version's business.
    version = found.get("version")
    if type(version) is int and version > VERSION:
        raise BadBundle("too_new")
    if type(version) is not int or version < 1:
        raise BadBundle("not_a_bundle")
    try:
        return Manifest.model_validate(found)
    except ValidationError:
        raise BadBundle("not_a_bundle") from None
