"""The addresses of collections."""

from __future__ import annotations

from starlette.responses import Response

from rushes.collections import queries, service
from rushes.collections.live import views
from rushes.collections.models import (
    Collection,
    CollectionChange,
    CollectionCreate,
    CollectionDeleted,
    CollectionFilter,
    Collections,
)
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint


@endpoint(
    "GET",
    "/api/collections",
    query=CollectionFilter,
    answers={200: Collections},
    errors=(404, 422),
    tag="Collections",
)
async def list_collections(call: Call) -> Response:
    """All collections by name, or those that hold a video. Their videos: `GET /api/videos?collection=`."""
    async with call.studio.reading() as session:
        rows, seq = await queries.listed(session, call.actor, call.query)
        return answer({"collections": await views(session, rows), "seq": seq})


@endpoint(
    "POST",
    "/api/collections",
    body=CollectionCreate,
    answers={201: Collection},
    errors=(404, 409, 422),
    tag="Collections",
)
async def create_collection(call: Call) -> Response:
    """Put videos together under a name."""
    async with call.studio.transaction() as work:
        made = await service.create(work, call.actor, wanted=call.body, now=call.studio.clock.now())
    return await _one(call, made, status=201)


@endpoint(
    "GET", "/api/collections/{collection_id}", answers={200: Collection}, errors=(404,), tag="Collections"
)
async def get_collection(call: Call) -> Response:
    """One collection."""
    return await _one(call, call.path["collection_id"])


@endpoint(
    "PATCH",
    "/api/collections/{collection_id}",
    body=CollectionChange,
    answers={200: Collection},
    errors=(404, 409, 422),
    tag="Collections",
)
async def change_collection(call: Call) -> Response:
    """Rename a collection, add videos to it, or take them out."""
    collection_id = call.path["collection_id"]
    async with call.studio.transaction() as work:
        await service.change(
            work,
            call.actor,
            collection_id=collection_id,
            wanted=call.body,
            now=call.studio.clock.now(),
        )
    return await _one(call, collection_id)


@endpoint(
    "DELETE",
    "/api/collections/{collection_id}",
    answers={200: CollectionDeleted},
    errors=(404,),
    tag="Collections",
)
async def delete_collection(call: Call) -> Response:
    """Delete a collection. Its videos stay."""
    async with call.studio.transaction() as work:
        await service.remove(
            work, call.actor, collection_id=call.path["collection_id"], now=call.studio.clock.now()
        )
    return answer({"success": True})


async def _one(call: Call, collection_id: str, *, status: int = 200) -> Response:
    """As it is after the commit, so that its change number is the one that it carries."""
    async with call.studio.reading() as session:
        row = await queries.visible(session, call.actor, collection_id)
        return answer((await views(session, [row]))[0], status)


ROUTES: list[Endpoint] = [
    list_collections,
    create_collection,
    get_collection,
    change_collection,
    delete_collection,
]
