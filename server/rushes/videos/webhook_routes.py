"""The address to which providers send word of their jobs."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from starlette.responses import Response

from rushes.http.body import read_raw
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.http.fields import has_no_nul
from rushes.videos import webhooks
from rushes.videos.models import Request

# Replicate's carry the whole job with its logs.
_LARGEST = 4_000_000


class WebhookQuery(Request):
    """`attempt` is in the address that the studio gives to the provider."""

    attempt: Annotated[str, Field(max_length=64), AfterValidator(has_no_nul)] | None = None


@endpoint(
    "POST",
    "/api/provider-webhooks/{provider}",
    who="anyone",
    query=WebhookQuery,
    answers={204: None},
    errors=(401, 404, 413, 422, 503),
    tag="Providers",
    identified=False,
)
async def receive(call: Call) -> Response:
    """Word from a provider about one of its jobs, signed as that provider signs.

    It only makes the studio ask about the job at once, so one that comes twice does nothing more.
    """
    body = await read_raw(call.request, _LARGEST)
    await webhooks.take(
        call.studio, call.path["provider"], call.request.headers, body, attempt=call.query.attempt
    )
    return Response(status_code=204)


ROUTES: list[Endpoint] = [receive]
