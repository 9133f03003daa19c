"""The addresses of assets."""

from __future__ import annotations

from starlette.responses import Response

from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.files import file_response
from rushes.uploads.service import visible_asset


@endpoint(
    "GET",
    "/api/assets/{asset_id}/content",
    media=("image/jpeg", "image/png"),
    serves_file=True,
    errors=(404,),
    tag="Assets",
)
async def asset_content(call: Call) -> Response:
    """The file of an asset, with Range and ETag."""
    async with call.studio.reading() as session:
        row = await visible_asset(session, call.actor, call.path["asset_id"])
    return await file_response(
        call.request,
        call.studio.storage,
        row.file_path,
        size=row.file_size,
        etag=row.sha256,
        media_type=row.content_type,
        filename=row.file_path.rsplit("/", 1)[-1],
    )


ROUTES: list[Endpoint] = [asset_content]
