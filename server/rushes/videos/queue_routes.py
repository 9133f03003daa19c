"""The addresses of the line and of those who work it off: the queue and the providers."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from rushes.http.answers import answer
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.videos import queueing, reading
from rushes.videos.eta import Learned
from rushes.videos.models import Queue, QueueOrder
from rushes.videos.offer_models import ProvidersView


@endpoint("GET", "/api/queue", answers={200: Queue}, tag="Queue")
async def get_queue(call: Call) -> Response:
    """One's own queue with places in line; other people's work as counts."""
    async with call.studio.reading() as session:
        return await _queue(call, session)


@endpoint("POST", "/api/queue/pause", answers={200: Queue}, tag="Queue")
async def pause_queue(call: Call) -> Response:
    """Keep one's waiting videos waiting. What is being made goes on."""
    return await _set_paused(call, paused=True)


@endpoint("POST", "/api/queue/resume", answers={200: Queue}, tag="Queue")
async def resume_queue(call: Call) -> Response:
    """Let one's waiting videos go on."""
    return await _set_paused(call, paused=False)


@endpoint("POST", "/api/queue/reorder", body=QueueOrder, answers={200: Queue}, errors=(404, 422), tag="Queue")
async def reorder_queue(call: Call) -> Response:
    """Put one's waiting videos in this order. Those that no longer wait are passed over."""
    async with call.studio.transaction() as work:
        await queueing.reorder(work, call.actor, ids=call.body.ids, now=call.studio.clock.now())
    async with call.studio.reading() as session:
        return await _queue(call, session)


@endpoint("GET", "/api/providers", answers={200: ProvidersView}, tag="Providers")
async def list_providers(call: Call) -> Response:
    """The studio's providers, what they offer and how they are."""
    async with call.studio.reading() as session:
        return answer({"providers": await reading.provider_views(call.studio, session)})


@endpoint(
    "POST",
    "/api/providers/{provider}/pause",
    who="admin",
    answers={200: ProvidersView},
    errors=(404,),
    tag="Providers",
)
async def pause_provider(call: Call) -> Response:
    """Let nothing more go to this provider. What it is making goes on."""
    return await _set_provider_paused(call, paused=True)


@endpoint(
    "POST",
    "/api/providers/{provider}/resume",
    who="admin",
    answers={200: ProvidersView},
    errors=(404,),
    tag="Providers",
)
async def resume_provider(call: Call) -> Response:
    """Let waiting videos go to this provider again."""
    return await _set_provider_paused(call, paused=False)


async def _set_paused(call: Call, *, paused: bool) -> Response:
    async with call.studio.transaction() as work:
        await queueing.pause(work, call.actor, call.studio.providers, paused=paused)
    async with call.studio.reading() as session:
        return await _queue(call, session)


async def _set_provider_paused(call: Call, *, paused: bool) -> Response:
    async with call.studio.transaction() as work:
        await queueing.pause_provider(work, call.studio.providers, name=call.path["provider"], paused=paused)
    async with call.studio.reading() as session:
        return answer({"providers": await reading.provider_views(call.studio, session)})


async def _queue(call: Call, session: AsyncConnection) -> Response:
    return answer(await reading.queue(call.studio, session, call.actor, call.studio.shared(Learned)))


ROUTES: list[Endpoint] = [
    get_queue,
    pause_queue,
    resume_queue,
    reorder_queue,
    list_providers,
    pause_provider,
    resume_provider,
]
