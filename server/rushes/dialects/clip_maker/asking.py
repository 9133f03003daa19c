"""What the requests share: the fields that most have, whom they are for, and in which folder things lie.

folder = await folder_of(call, body)
folder.stem("video-clips", "generated_clip_0")  # "user123/req-abc123/video-clips/generated_clip_0"
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from rushes.accounts import service as accounts
from rushes.actor import Actor
from rushes.errors import Forbidden, NotFound
from rushes.http.endpoint import Call
from rushes.http.fields import NotTrue, has_no_nul, is_one_line
from rushes.productions.shapes import size_of
from rushes.storage import Folder as Shelf
from rushes.tables import new_id
from rushes.videos.idempotency import RepeatHeaders

# The document's own size.
USUAL_SHAPE = "1280:720"
# Seconds: what S3 signs for at most.
_LONGEST_SIGNED = 7 * 86400
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHAPE = re.compile(r"([1-9]\d{0,3}):([1-9]\d{0,3})")
# What is no size in pixels is a ratio, at this many lines of the shorter side.
_FEWEST_PIXELS, _LINES, _MOST_PIXELS = 128, 720, 1920


def _is_a_shape(value: str) -> str:
    found = _SHAPE.fullmatch(value)
    if found is None:
        raise ValueError("must be width:height, such as 1280:720 or 16:9")
    if not 1 / 3 <= int(found[1]) / int(found[2]) <= 3:
        raise ValueError("must not be more than three times as long as it is wide")
    return value


Shape = Annotated[str, AfterValidator(_is_a_shape)]
Seconds = Annotated[float, NotTrue, Field(gt=0, le=3600, allow_inf_nan=False)]
ExpiresIn = Annotated[int, NotTrue, Field(ge=1, le=_LONGEST_SIGNED)]
Index = Annotated[int, NotTrue, Field(ge=0, le=9999)]
Total = Annotated[int, NotTrue, Field(ge=1, le=10_000)]
Look = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(is_one_line),
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=512), AfterValidator(has_no_nul)]
# Text that may be a picture in base64.
Address = Annotated[str, StringConstraints(min_length=1), AfterValidator(has_no_nul)]


class Spoken(BaseModel):
    """The document's names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class Asked(Spoken):
    """The base of all bodies: unknown fields are refused. `userId` is whom it is for, oneself unless one is
    an administrator; `requestId` names the folder."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[str, Field(min_length=1, max_length=254), AfterValidator(has_no_nul)] | None = None
    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None


class AskedHeaders(RepeatHeaders):
    """What the headers may say where the body does not."""

    user: Annotated[str, Field(max_length=254)] | None = Field(None, alias="X-User-ID")
    request: Annotated[str, Field(max_length=1000)] | None = Field(None, alias="X-Request-ID")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the things of a request lie, and whose they are: `user` is what they were called by."""

    actor: Actor
    user: str
    request_id: str

    def stem(self, shelf: Shelf, name: str) -> str:
        """What keys of files of that name begin with."""
        return f"{self.user}/{self.request_id}/{shelf}/{name}"

    def new(self, shelf: Shelf, name: str) -> str:
        """The same for a single file."""
        return f"{self.stem(shelf, name)}_{secrets.randbelow(10**12):012}"


async def folder_of(call: Call, asked: Asked) -> Folder:
    """Raises `Forbidden` for somebody else, and `NotFound` for nobody that an administrator names."""
    headers: AskedHeaders = call.headers
    actor, user = await _acting(call, (asked.user_id or headers.user or "").strip())
    traced = re.sub(r"[^A-Za-z0-9_-]", "-", headers.request or "")[:64]
    return Folder(actor, user, asked.request_id or traced or new_id("req"))


def size_of_shape(shape: str) -> tuple[int, int]:
    """Width and height in even pixels; a ratio is 720 lines on its shorter side."""
    across, down = (int(part) for part in shape.split(":"))
    if min(across, down) < _FEWEST_PIXELS:
        across, down = size_of(shape, _LINES)
    scale = min(1.0, _MOST_PIXELS / max(across, down))
    return _even(across * scale), _even(down * scale)


async def _acting(call: Call, named: str) -> tuple[Actor, str]:
    own = call.actor
    if not named or named == own.user_id:
        return own, own.user_id
    found = await accounts.find_person(call.studio, name=named)
    if found is None and own.is_admin:
        async with call.studio.reading() as session:
            found = await accounts.person(session, named)
    if found is not None and found.id == own.user_id:
        return own, _folder_name(found, named)
    if not own.is_admin:
        raise Forbidden("userId names somebody else: only an administrator may act for others.")
    if found is None or found.disabled_at is not None:
        raise NotFound("user")
    return Actor(found.id, found.username, found.role, found.space_id), _folder_name(found, named)


def _folder_name(person: Any, named: str) -> str:
    """People may be called what no folder can be called."""
    is_name = named.casefold() == person.username.casefold() and _ID.fullmatch(person.username)
    return str(person.username if is_name else person.id)


def _even(pixels: float) -> int:
    return round(pixels / 2) * 2
