"""Puts the parts of the edge on top of each other, in the one order that is right.

    app = build_stack(studio, endpoints=ROUTES, identify=identify)

From the outside in: who is at the other end, the request's id and log line, protective headers, CORS, errors,
then routes. Errors stand inside CORS so that a web app on an allowed origin can read them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from rushes.http.addresses import Addresses, ThisMachineOnly
from rushes.http.edge import Edge, Identify
from rushes.http.endpoint import Endpoint
from rushes.http.errors import Envelope, Errors
from rushes.http.openapi import document_route
from rushes.http.protection import Protection
from rushes.http.requests import Requests
from rushes.http.webapp import WebApp
from rushes.studio import Studio

_EXPOSED = (
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
)


class _Routes(Router):
    """Starlette's router tries one route after another; fixed paths, which are most, are looked up."""

    def __init__(self, routes: Sequence[BaseRoute], **more: Any) -> None:
        self.all_routes = list(routes)
        self._fixed = {
            route.path: route for route in routes if isinstance(route, Route) and "{" not in route.path
        }
        super().__init__([route for route in routes if route not in self._fixed.values()], **more)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._fixed.get(scope["path"]) if scope["type"] == "http" else None
        if route is None:
            await super().app(scope, receive, send)
            return
        scope["route"] = route
        scope["endpoint"] = route.endpoint
        scope["path_params"] = {}
        await route.handle(scope, receive, send)


def build_stack(
    studio: Studio,
    *,
    endpoints: Iterable[Endpoint],
    identify: Identify,
    more_routes: Iterable[BaseRoute] = (),
    envelopes: Mapping[str, Envelope] | None = None,
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]] | None = None,
    webapp: ASGIApp | None = None,
) -> ASGIApp:
    """The ASGI application. `more_routes` (sockets) come first; `webapp` gets what nobody else answers."""
    declared = list(endpoints)
    router = _Routes(
        [*more_routes, *Edge(studio, identify).routes(declared), document_route(declared)],
        # A redirect to the path with a slash would turn a mistyped address into a working one.
        redirect_slashes=False,
        default=webapp or WebApp(),
        lifespan=lifespan,
    )
    app: ASGIApp = Errors(ThisMachineOnly(router) if studio.settings.demo else router, envelopes)
    if studio.settings.allowed_origins:
        app = CORSMiddleware(
            app,
            allow_origins=[origin.rstrip("/") for origin in studio.settings.allowed_origins],
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["*"],
            allow_credentials=True,
            expose_headers=_EXPOSED,
            max_age=600,
        )
    return Addresses(Requests(Protection(app), studio.metrics.http_requests), studio.settings)
