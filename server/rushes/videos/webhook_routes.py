"""The address to which providers send word of their jobs."""

from __future__ import annotations

from starlette.responses import Response

from rushes.http.body import read_raw
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.videos import webhooks

# Replicate's carry the whole job with its logs.
_LARGEST = 4_000_000


@endpoint(
    "POST",
    "/api/provider-webhooks/{provider}",
    who="anyone",
    answers={204: None},
    errors=(401, 404, 413, 503),
    tag="Providers",
    identified=False,
)
async def receive(call: Call) -> Response:
    """Word from a provider about one of its jobs, signed as that provider signs.

    It only makes the studio ask about the job at once, so one that comes twice does nothing more.
    """
    body = await read_raw(call.request, _LARGEST)
    await webhooks.take(call.studio, call.path["provider"], call.request.headers, body)
    return Response(status_code=204)


ROUTES: list[Endpoint] = [receive]
