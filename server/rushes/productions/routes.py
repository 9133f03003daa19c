"""The addresses of productions."""

from __future__ import annotations

from starlette.responses import Response

from rushes.errors import Invalid, NotFound
from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.files import archive_response, disposition, file_response
from rushes.media.captions.styles import STYLES as CAPTION_STYLES
from rushes.productions import previewing, prices, queries, service
from rushes.productions.answering import asked_once, shown
from rushes.productions.choices import Choices
from rushes.productions.exporting import exported
from rushes.productions.importing import LARGEST, imported
from rushes.productions.live import views
from rushes.productions.models import (
    Estimate,
    Looks,
    Production,
    ProductionDeleted,
    ProductionManifest,
    Productions,
)
from rushes.productions.plan import Run
from rushes.productions.reading import manifest_of
from rushes.productions.request_models import (
    CutRequest,
    EstimateQuery,
    ExportQuery,
    PreviewQuery,
    ProductionChange,
    ProductionCreate,
    ProductionFilter,
    ProductionRun,
)
from rushes.productions.shapes import ASPECT_RATIOS
from rushes.productions.styles import MOODS, STYLES
from rushes.videos.idempotency import RepeatHeaders


@endpoint(
    "GET",
    "/api/productions",
    query=ProductionFilter,
    answers={200: Productions},
    errors=(404, 422),
    tag="Productions",
)
async def list_productions(call: Call) -> Response:
    """One's productions, newest first."""
    async with call.studio.reading() as session:
        rows, cursor, seq = await queries.page(session, call.actor, call.query)
        shown = await views(call.studio, session, rows)
    return answer({"productions": shown, "next_cursor": cursor, "seq": seq})


@endpoint(
    "POST",
    "/api/productions",
    body=ProductionCreate,
    headers=RepeatHeaders,
    answers={201: Production},
    errors=(402, 409, 422),
    tag="Productions",
)
async def create_production(call: Call) -> Response:
    """Begin a film with an idea or a finished script."""
    async with call.studio.transaction() as work:
        made = await service.create(
            work, call.actor, wanted=call.body, asked=asked_once(call), now=call.studio.clock.now()
        )
    return await shown(call, made, status=201)


@endpoint(
    "POST",
    "/api/productions/import",
    files=("file",),
    limit=LARGEST + 1_000_000,
    file_limit=LARGEST,
    answers={201: Production},
    errors=(413, 415, 422, 503),
    tag="Productions",
)
async def import_production(call: Call) -> Response:
    """Take in a bundle, in the field `file` of a form: the production as it was where it comes from, as one's
    own. What it has cost there is shown, and not charged."""
    upload = call.files.get("file")
    if upload is None:
        raise Invalid(file="is required")
    return await shown(call, await imported(call.studio, call.actor, upload.path), status=201)


@endpoint(
    "GET", "/api/productions/{production_id}", answers={200: Production}, errors=(404,), tag="Productions"
)
async def get_production(call: Call) -> Response:
    """One production with everything in it."""
    return await shown(call, call.path["production_id"])


@endpoint(
    "PATCH",
    "/api/productions/{production_id}",
    body=ProductionChange,
    answers={200: Production},
    errors=(404, 422),
    tag="Productions",
)
async def change_production(call: Call) -> Response:
    """Change what holds for the whole film. What was made from it is stale then."""
    production_id, now = call.path["production_id"], call.studio.clock.now()
    async with call.studio.transaction() as work:
        await service.change(work, call.actor, production_id=production_id, wanted=call.body, now=now)
    return await shown(call, production_id)


@endpoint(
    "DELETE",
    "/api/productions/{production_id}",
    answers={200: ProductionDeleted},
    errors=(404, 409),
    tag="Productions",
)
async def delete_production(call: Call) -> Response:
    """Delete a production. Its videos, stills and sounds stay in the library."""
    studio = call.studio
    async with studio.transaction() as work:
        await service.remove(
            work,
            call.actor,
            studio.providers,
            production_id=call.path["production_id"],
            now=studio.clock.now(),
        )
    return answer({"success": True})


@endpoint(
    "GET",
    "/api/productions/{production_id}/estimate",
    query=EstimateQuery,
    answers={200: Estimate},
    errors=(404, 422),
    tag="Productions",
)
async def estimate(call: Call) -> Response:
    """What it would cost to make what is missing or stale, up to a stage."""
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, call.path["production_id"])
    run = Run(call.query.through, call.query.quality, None, state.production.runs + 1)
    return answer(prices.estimate(state, run, Choices(call.studio.providers, call.studio.makers)))


@endpoint(
    "POST",
    "/api/productions/{production_id}/run",
    body=ProductionRun,
    answers={202: Production},
    errors=(404, 409, 422),
    tag="Productions",
)
async def run_production(call: Call) -> Response:
    """Make what is missing or stale. A scene that fails leaves the others alone; run again to go on."""
    production_id, now = call.path["production_id"], call.studio.clock.now()
    async with call.studio.transaction() as work:
        await service.run(work, call.actor, production_id=production_id, wanted=call.body, now=now)
    return await shown(call, production_id, status=202)


@endpoint(
    "POST",
    "/api/productions/{production_id}/cancel",
    answers={200: Production},
    errors=(404,),
    tag="Productions",
)
async def cancel_production(call: Call) -> Response:
    """Stop a run. What is made already stays, and what is paid for is kept when it comes."""
    studio, production_id = call.studio, call.path["production_id"]
    async with studio.transaction() as work:
        await service.cancel(
            work, call.actor, studio.providers, production_id=production_id, now=studio.clock.now()
        )
    return await shown(call, production_id)


@endpoint(
    "POST",
    "/api/productions/{production_id}/cut",
    body=CutRequest,
    answers={202: Production},
    errors=(404, 409, 422),
    tag="Productions",
)
async def cut_production(call: Call) -> Response:
    """Cut the film, with whatever it still needs made first."""
    production_id, now = call.path["production_id"], call.studio.clock.now()
    async with call.studio.transaction() as work:
        await service.cut(work, call.actor, production_id=production_id, wanted=call.body, now=now)
    return await shown(call, production_id, status=202)


@endpoint(
    "POST",
    "/api/productions/{production_id}/preview",
    answers={202: Production},
    errors=(404, 409),
    tag="Productions",
)
async def preview_production(call: Call) -> Response:
    """Cut what there is, small and soon: stills where clips are missing. It costs nothing."""
    production_id, now = call.path["production_id"], call.studio.clock.now()
    async with call.studio.transaction() as work:
        await service.preview(work, call.actor, production_id=production_id, now=now)
    return await shown(call, production_id, status=202)


@endpoint(
    "GET",
    "/api/productions/{production_id}/preview",
    query=PreviewQuery,
    media=("video/mp4",),
    serves_file=True,
    errors=(404, 422),
    tag="Productions",
)
async def get_preview(call: Call) -> Response:
    """The last preview, with Range and ETag."""
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, call.path["production_id"])
    file = previewing.file_of(state)
    if file is None:
        raise NotFound("preview")
    storage = call.studio.storage
    return await file_response(
        call.request, storage, file["key"], size=file["size"], etag=file["sha256"], media_type="video/mp4"
    )


@endpoint(
    "GET",
    "/api/productions/{production_id}/manifest",
    answers={200: ProductionManifest},
    errors=(404,),
    tag="Productions",
)
async def get_manifest(call: Call) -> Response:
    """What each stage has made, when, and how long it took."""
    async with call.studio.reading() as session:
        return answer(await manifest_of(session, call.actor, call.path["production_id"]))


@endpoint(
    "GET",
    "/api/productions/{production_id}/export",
    query=ExportQuery,
    media=("application/zip", "application/json", "application/xml", "application/x-subrip", "text/vtt"),
    errors=(404, 409, 422),
    tag="Productions",
)
async def export_production(call: Call) -> Response:
    """Take the production to another program: a timeline, captions, or a zip with everything; or to
    another studio: a bundle."""
    async with call.studio.reading() as session:
        state = await queries.visible(session, call.actor, call.path["production_id"])
    made = await exported(call.studio, state, call.query.format)
    if isinstance(made.content, str):
        headers = {"Content-Disposition": disposition(made.name, download=True)}
        return Response(made.content, media_type=made.content_type, headers=headers)
    return archive_response(
        made.content.chunks, size=made.content.size, filename=made.name, media_type=made.content_type
    )


@endpoint("GET", "/api/looks", answers={200: Looks}, tag="Productions")
async def list_looks(call: Call) -> Response:
    """The styles, moods and shapes that a film can have, and how its captions can look."""
    return answer(
        {
            "styles": list(STYLES),
            "moods": list(MOODS),
            "aspect_ratios": list(ASPECT_RATIOS),
            "caption_styles": {name: style.model_dump() for name, style in CAPTION_STYLES.items()},
        }
    )


ROUTES: list[Endpoint] = [
    list_productions,
    create_production,
    import_production,
    get_production,
    change_production,
    delete_production,
    estimate,
    run_production,
    cancel_production,
    cut_production,
    preview_production,
    get_preview,
    get_manifest,
    export_production,
    list_looks,
]
