"""Turns declared endpoints into routes: who may call is settled first, then the body is read, then it is
validated, and only then the handler runs.

    routes = Edge(studio, identify).routes([*accounts.ROUTES, *videos.ROUTES])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from rushes.actor import Actor
from rushes.errors import Forbidden, NotFound, Unauthorized
from rushes.http.body import read_headers, read_query, reading_body
from rushes.http.endpoint import SESSION_COOKIE, Call, Endpoint
from rushes.observe import context
from rushes.origins import Origins
from rushes.studio import Studio

# Finds out who is asking: None for nobody; raises `Unauthorized` for a token that is not good. Sets
# `request.state.by_cookie` when it went by the cookie, which browsers send without being asked, and
# `request.state.renewed_cookie` (a whole Set-Cookie value) when that is to be replaced by a younger one.
Identify = Callable[[Studio, Request], Awaitable[Actor | None]]

_SAFE = ("GET", "HEAD", "OPTIONS")


class Edge:
    """What stands between the network and the handlers of one studio."""

    def __init__(self, studio: Studio, identify: Identify) -> None:
        self._studio = studio
        self._identify = identify
        self._origins = Origins(studio.settings)

    def routes(self, endpoints: Iterable[Endpoint]) -> list[BaseRoute]:
        """One route for each path, fixed paths before those with parameters, else as they were declared.

        Raises ValueError when two endpoints share a method and a path.
        """
        by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            methods = by_path.setdefault(endpoint.path, {})
            if endpoint.method in methods:
                raise ValueError(f"{endpoint.method} {endpoint.path} is declared twice")
            methods[endpoint.method] = endpoint
        # By method, because every path needs one route alone: its 405 must list all that is allowed.
        return [
            Route(path, _Methods(self, by_path[path]), include_in_schema=False)
            for path in sorted(by_path, key=_parameters_last)
        ]

    async def respond(self, endpoint: Endpoint, request: Request) -> Response:
        """The endpoint's answer. Raises `RushesError`."""
        if any("\0" in value for value in request.path_params.values() if isinstance(value, str)):
            raise NotFound()
        if video_id := request.path_params.get("video_id"):
            context.about(video_id=video_id)
        actor, refusal = await self._who(request) if endpoint.identified else (None, None)
        # Counted before anything is refused: guessing tokens is what a limit is for.
        standing = await self._count(actor, request) if endpoint.limited else {}
        _permit(endpoint, actor, refusal)
        self._check_origin(request)
        query, headers = read_query(request, endpoint.query), read_headers(request, endpoint.headers)
        async with reading_body(request, endpoint, self._studio.storage.scratch) as (body, files):
            call = Call(
                request=request,
                studio=self._studio,
                known_actor=actor,
                body=body,
                query=query,
                headers=headers,
                files=files,
            )
            response = await endpoint.handler(call)
        response.headers.update(standing)
        renewed = getattr(request.state, "renewed_cookie", None)
        if renewed is not None and "set-cookie" not in response.headers:
            response.headers.append("set-cookie", renewed)
        return response

    async def _who(self, request: Request) -> tuple[Actor | None, Unauthorized | None]:
        try:
            actor = await self._identify(self._studio, request)
        except Unauthorized as refusal:
            return None, refusal
        if actor is not None:
            context.about(user_id=actor.user_id)
        return actor, None

    def _check_origin(self, request: Request) -> None:
        """Refuses changes that another site's page makes with this browser's cookie."""
        if request.method in _SAFE:
            return
        by_cookie = getattr(request.state, "by_cookie", False) or (
            SESSION_COOKIE in request.cookies and "authorization" not in request.headers
        )
        origin = request.headers.get("origin")
        if not by_cookie or origin is None:
            return
        host = request.headers.get("host", "")
        if not self._origins.allows(origin, scheme=request.scope["scheme"], host=host):
            raise Forbidden("This request comes from another site's page.", code="forbidden_origin")

    async def _count(self, actor: Actor | None, request: Request) -> dict[str, str]:
        limit = self._studio.settings.api_limit
        if limit == "off":
            return {}
        key = getattr(request.state, "key_id", None) or (actor.user_id if actor else None)
        address = request.client.host if request.client else "unknown"
        standing = await self._studio.limiter.hit("api", limit, key or address)
        return standing.headers if standing else {}


class _Methods:
    """The ASGI application of one path."""

    def __init__(self, edge: Edge, endpoints: dict[str, Endpoint]) -> None:
        self._edge = edge
        self._endpoints = endpoints
        also = ["HEAD", "OPTIONS"] if "GET" in endpoints else ["OPTIONS"]
        self._allow = ", ".join(sorted({*endpoints, *also}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        method = "GET" if request.method == "HEAD" else request.method
        endpoint = self._endpoints.get(method)
        if endpoint is not None:
            response = await self._edge.respond(endpoint, request)
        elif method == "OPTIONS":
            response = Response(status_code=204, headers={"Allow": self._allow})
        else:
            raise HTTPException(405, headers={"Allow": self._allow})
        await response(scope, receive, send)


def _permit(endpoint: Endpoint, actor: Actor | None, refusal: Unauthorized | None) -> None:
    """Raises what keeps the actor from the endpoint, if anything does."""
    if endpoint.who == "anyone":
        # An old cookie must not keep anybody from the sign-in page.
        return
    if actor is None:
        raise refusal or Unauthorized()
    if actor.must_change_password and endpoint.who != "newcomer":
        raise Forbidden("Choose a new password first.", code="password_change_required")
    if endpoint.who == "admin" and not actor.is_admin:
        raise Forbidden("Only an administrator may do this.")


def _parameters_last(path: str) -> list[bool]:
    return [part.startswith("{") for part in path.split("/")]
