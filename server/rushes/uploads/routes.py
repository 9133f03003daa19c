"""The addresses of assets."""

from __future__ import annotations

from starlette.responses import Response

from rushes.errors import Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.files import file_response
from rushes.uploads import queries, service
from rushes.uploads.models import (
    Asset,
    AssetChange,
    AssetContentQuery,
    AssetDeleted,
    AssetFilter,
    AssetPage,
    AssetUpload,
)
from rushes.uploads.present import file_name, present
from rushes.uploads.recognising import MEDIA_TYPES

_FILE_LIMIT = 500_000_000


@endpoint("GET", "/api/assets", query=AssetFilter, answers={200: AssetPage}, errors=(404, 422), tag="Assets")
async def list_assets(call: Call) -> Response:
    """Files of one's own, newest first unless `sort=old`. Follow `next_cursor` for more."""
    async with call.studio.reading() as session:
        rows, cursor = await queries.page(session, call.actor, call.query)
    return answer({"assets": [present(row) for row in rows], "next_cursor": cursor})


@endpoint(
    "POST",
    "/api/assets",
    body=AssetUpload,
    files=("file",),
    limit=_FILE_LIMIT + 1_000_000,
    file_limit=_FILE_LIMIT,
    answers={200: Asset, 201: Asset},
    errors=(413, 415, 422, 503),
    tag="Assets",
)
async def bring(call: Call) -> Response:
    """Bring a picture, a video or a sound, in the field `file` of a form.

    What it is is found by decoding it. The same bytes brought again give the asset that they are already,
    with 200, and change nothing about it.
    """
    studio, actor, wanted = call.studio, call.actor, call.body
    upload = call.files.get("file")
    if upload is None:
        raise Invalid(file="is required")
    sha256 = await service.sha256_of(upload.path)
    async with studio.reading() as session:
        known = await queries.same_bytes(session, actor.space_id, sha256)
    if known is not None:
        return answer(present(known))
    name = wanted.name or upload.filename
    async with service.incoming(
        studio, actor, upload.path, name=name, field="file", source_sha256=sha256
    ) as file:
        service.check_purpose(wanted.purpose, file.kind)
        async with studio.transaction() as work:
            asset_id = await service.keep(work, actor, file, purpose=wanted.purpose, now=studio.clock.now())
    return await _one(call, asset_id, 201 if asset_id == file.asset_id else 200)


@endpoint("GET", "/api/assets/{asset_id}", answers={200: Asset}, errors=(404,), tag="Assets")
async def get_asset(call: Call) -> Response:
    """One asset."""
    return await _one(call, call.path["asset_id"])


@endpoint(
    "PATCH",
    "/api/assets/{asset_id}",
    body=AssetChange,
    answers={200: Asset},
    errors=(404, 422),
    tag="Assets",
)
async def change_asset(call: Call) -> Response:
    """Change what an asset is called or what it is for."""
    async with call.studio.transaction() as work:
        await service.change(work, call.actor, asset_id=call.path["asset_id"], wanted=call.body)
    return await _one(call, call.path["asset_id"])


@endpoint("DELETE", "/api/assets/{asset_id}", answers={200: AssetDeleted}, errors=(404, 409), tag="Assets")
async def delete_asset(call: Call) -> Response:
    """Delete an asset for good. One that videos were made from is refused, saying how many."""
    async with call.studio.transaction() as work:
        await service.remove(work, call.actor, asset_id=call.path["asset_id"], now=call.studio.clock.now())
    return answer({"success": True})


@endpoint(
    "GET",
    "/api/assets/{asset_id}/content",
    query=AssetContentQuery,
    media=MEDIA_TYPES,
    serves_file=True,
    errors=(404, 422),
    tag="Assets",
)
async def asset_content(call: Call) -> Response:
    """The file of an asset or the picture that stands for it, with Range and ETag."""
    wanted: AssetContentQuery = call.query
    async with call.studio.reading() as session:
        row = await queries.visible(session, call.actor, call.path["asset_id"])
    if wanted.variant == "thumbnail":
        if row.thumbnail_path is None:
            raise NotFound("thumbnail")
        is_png = row.thumbnail_path.endswith(".png")
        return await file_response(
            call.request,
            call.studio.storage,
            row.thumbnail_path,
            # It is made once, with the asset.
            etag=f"{row.sha256}-thumbnail",
            media_type="image/png" if is_png else "image/jpeg",
        )
    return await file_response(
        call.request,
        call.studio.storage,
        row.file_path,
        size=row.file_size,
        etag=row.sha256,
        media_type=row.content_type,
        filename=file_name(row),
        download=wanted.download,
    )


async def _one(call: Call, asset_id: str, status: int = 200) -> Response:
    async with call.studio.reading() as session:
        return answer(present(await queries.visible(session, call.actor, asset_id)), status)


ROUTES: list[Endpoint] = [
    list_assets,
    bring,
    get_asset,
    change_asset,
    delete_asset,
    asset_content,
]
