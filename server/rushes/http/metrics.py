"""`GET /metrics`: what this process measures and what the studio knows, for Prometheus.

Numbers tell strangers about the business, so METRICS says who may read them: this machine alone unless
somebody chose otherwise, whoever brings METRICS_TOKEN, and administrators who are signed in.
"""

from __future__ import annotations

import asyncio
import hmac
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from rushes.errors import Forbidden, NotFound
from rushes.http.addresses import METRICS_PATH, is_loopback_name
from rushes.http.endpoint import Call, Endpoint, endpoint
from rushes.observe.metrics import exposition
from rushes.settings import Settings


@endpoint(
    "GET",
    METRICS_PATH,
    who="anyone",
    media=("text/plain", "application/openmetrics-text"),
    errors=(403, 404),
    tag="Studio",
    limited=False,
)
async def metrics(call: Call) -> Response:
    """The studio's metrics in Prometheus's text format, or OpenMetrics where that is accepted. Who may read
    them is the setting METRICS."""
    studio = call.studio
    is_admin = call.known_actor is not None and call.known_actor.is_admin
    _permit(call.request, studio.settings, is_admin=is_admin)
    await studio.watch.look()
    accept = call.request.headers.get("accept", "")
    body, media_type = await asyncio.to_thread(exposition, studio.metrics.registry, accept)
    return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store", "Vary": "Accept"})


def _permit(request: Request, settings: Settings, *, is_admin: bool) -> None:
    """Raises `NotFound` where there are no metrics, `Forbidden` for whoever may not read them."""
    if settings.metrics == "off":
        raise NotFound()
    if settings.metrics == "open" or is_admin or _has_token(request, settings):
        return
    if _hides_a_proxy(settings):
        raise Forbidden(
            "With PUBLIC_URL and without TRUSTED_PROXIES nobody can tell who comes from this machine: "
            "read the metrics with METRICS_TOKEN, or as an administrator.",
            code="metrics_need_token",
        )
    if not request.state.is_local:
        raise Forbidden(
            "The metrics are for this machine alone: set METRICS_TOKEN to read them from elsewhere.",
            code="metrics_are_local",
        )


def _has_token(request: Request, settings: Settings) -> bool:
    if settings.metrics_token is None:
        return False
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    wanted = settings.metrics_token.get_secret_value()
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), wanted.encode())


def _hides_a_proxy(settings: Settings) -> bool:
    """Whether somebody seems to stand before the studio of whom it knows nothing. Requests through a proxy
    that does not say so would look as if they came from this machine."""
    if settings.public_url is None or settings.trusted_proxies:
        return False
    return not is_loopback_name(urlsplit(settings.public_url).hostname or "")


ROUTES: list[Endpoint] = [metrics]
