"""Stored files by their keys: to look at, to sign for others, as base64."""

from __future__ import annotations

import asyncio
import base64
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from starlette.responses import Response

from rushes.actor import Actor
from rushes.dialects.clip_maker.addresses import FILES, IMAGES, VIDEOS, signed, signer
from rushes.dialects.clip_maker.asking import Asked, AskedHeaders, ExpiresIn, Folder, Key, Spoken, folder_of
from rushes.dialects.clip_maker.refusals import ERRORS
from rushes.errors import Forbidden, Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, endpoint
from rushes.http.fields import has_no_nul
from rushes.http.files import file_response
from rushes.studio import Studio
from rushes.uploads import reading as uploads
from rushes.videos import reading as videos

_Kind = Literal["image", "video"]


class SignatureQuery(Spoken):
    """What a signed address carries: until when it is good, in Unix seconds, and who says so."""

    expires: Annotated[str, Field(max_length=20), AfterValidator(has_no_nul)] | None = None
    signature: Annotated[str, Field(max_length=200), AfterValidator(has_no_nul)] | None = None


class SigningQuery(Spoken):
    key: Key
    expires_in: ExpiresIn = 3600
    user_id: Annotated[str, Field(max_length=254)] | None = None


class Signed(Spoken):
    success: bool
    url: str
    expires_in: int


class ImageToConvert(Asked):
    s3_key: Key


class Converted(Spoken):
    success: bool
    base64: str
    data_url: str
    content_type: str


@endpoint(
    "GET",
    f"{IMAGES}{{image_key:path}}",
    who="anyone",
    query=SignatureQuery,
    media=("image/png", "image/jpeg"),
    serves_file=True,
    errors=(403, 404),
    tag="Dialects",
)
async def proxy_image(call: Call) -> Response:
    """A stored picture, for its owner or by a signed address."""
    return await _file(call, call.path["image_key"], "image")


@endpoint(
    "GET",
    f"{VIDEOS}{{video_key:path}}",
    who="anyone",
    query=SignatureQuery,
    media="video/mp4",
    serves_file=True,
    errors=(403, 404),
    tag="Dialects",
)
async def proxy_video(call: Call) -> Response:
    """A stored video, with Range, for its owner or by a signed address."""
    return await _file(call, call.path["video_key"], "video")


@endpoint(
    "GET",
    f"{FILES}{{key:path}}",
    who="anyone",
    query=SignatureQuery,
    media=uploads.MEDIA_TYPES,
    serves_file=True,
    errors=(403, 404),
    tag="Files",
)
async def signed_file(call: Call) -> Response:
    """A stored file by its signed address, or for its owner."""
    return await _file(call, call.path["key"], None)


@endpoint(
    "GET",
    "/api/get_presigned_url",
    query=SigningQuery,
    headers=AskedHeaders,
    answers={200: Signed, **ERRORS},
    tag="Dialects",
)
async def get_presigned_url(call: Call) -> Response:
    """Sign the address of a file of one's own: whoever holds it may look for `expiresIn` seconds."""
    asked: SigningQuery = call.query
    folder = await folder_of(call, Asked.model_validate({"userId": asked.user_id or None}))
    await _own(call.studio, asked.key, folder.actor)
    url = await signed(call.studio, asked.key, asked.expires_in)
    return answer({"success": True, "url": url, "expiresIn": asked.expires_in})


@endpoint(
    "POST",
    "/api/convert_s3_image_to_base64",
    body=ImageToConvert,
    headers=AskedHeaders,
    answers={200: Converted, **ERRORS},
    tag="Dialects",
)
async def convert_image(call: Call) -> Response:
    """A picture of one's own in base64, 32 MB at most."""
    folder: Folder = await folder_of(call, call.body)
    row = await _own(call.studio, call.body.s3_key, folder.actor)
    if getattr(row, "content_type", "").partition("/")[0] != "image":
        raise Invalid(s3Key="is the key of no picture")
    async with call.studio.storage.local_copy(row.file_path) as path:
        content = await asyncio.to_thread(_encoded, path)
    return answer(
        {
            "success": True,
            "base64": content,
            "dataUrl": f"data:{row.content_type};base64,{content}",
            "contentType": row.content_type,
        }
    )


async def _file(call: Call, key: str, kind: _Kind | None) -> Response:
    """Raises `Forbidden` for a signature that is not good, and `NotFound` for what is nobody's, another's, or
    of another kind."""
    asked: SignatureQuery = call.query
    seen_by = call.known_actor
    if asked.signature is not None or asked.expires is not None:
        if not signer(call.studio).verify(key, asked.expires or "", asked.signature or ""):
            raise Forbidden("This address has expired, or was changed.", code="bad_signature")
        seen_by = None
    elif seen_by is None or seen_by.must_change_password:
        raise NotFound("file")
    row = await _own(call.studio, key, seen_by)
    media_type = getattr(row, "content_type", "video/mp4")
    if kind is not None and not media_type.startswith(f"{kind}/"):
        raise NotFound("file")
    return await file_response(
        call.request,
        call.studio.storage,
        row.file_path,
        size=row.file_size,
        etag=row.sha256 or row.id,
        media_type=media_type,
    )


async def _own(studio: Studio, key: str, seen_by: Actor | None) -> Any:
    """The asset or video whose file has the key. Raises `NotFound`."""
    async with studio.reading() as session:
        asset = await uploads.by_key(session, key, seen_by=seen_by)
        if asset is not None:
            return asset
        found = await videos.by_keys_or_ids(session, keys=[key], seen_by=seen_by)
    if not found:
        raise NotFound("file")
    return found[0]


def _encoded(path: Any) -> str:
    return base64.b64encode(path.read_bytes()).decode()
