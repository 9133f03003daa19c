"""The one place where errors become responses.

Whatever is raised below this middleware is first put into the studio's own terms (`in_our_terms`) and then
worded by the envelope of the address: the canonical one here, another one for each dialect.

    Errors(app, envelopes={"/v1/": openai_envelope})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from pydantic import ValidationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rushes.errors import NotFound, RushesError, Unavailable
from rushes.http.answers import answer
from rushes.http.validation import invalid_from
from rushes.storage import InvalidKey, MissingFile, StorageAway, StorageFull

log = structlog.get_logger(__name__)

Envelope = Callable[[RushesError], Response]


class InternalError(RushesError):
    """A mistake of ours. The log has the rest, under the request's id."""

    status = 500
    code = "internal_error"


class _Plain(RushesError):
    """An error of the router's own: it carries its status."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None) -> None:
        super().__init__(message, code=code, headers=dict(headers or {}))
        self.status = status


class Errors:
    """ASGI middleware around everything that may raise. `envelopes` are by path prefix."""

    def __init__(self, app: ASGIApp, envelopes: Mapping[str, Envelope] | None = None) -> None:
        self._app = app
        self._envelopes = dict(envelopes or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("app", self)  # without one, Starlette's router answers by itself instead of raising
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            log.info("client_left", path=scope["path"])
        except Exception as error:  # the edge: everything else is worded here, once
            ours = in_our_terms(error)
            if isinstance(ours, InternalError):
                log.exception("request_failed", path=scope["path"], method=scope["method"])
                ours.details = {"request_id": scope.get("state", {}).get("request_id")}
            elif ours.status >= 500:
                log.warning("part_away", path=scope["path"], code=ours.code, cause=repr(error.__cause__))
            if started:
                # Too late for words. Cutting the connection tells the client that the answer is incomplete.
                raise CutShort from error
            await self._envelope(scope["path"])(ours)(scope, receive, send)

    def _envelope(self, path: str) -> Envelope:
        return next(
            (envelope for prefix, envelope in self._envelopes.items() if path.startswith(prefix)), envelope_of
        )


class CutShort(Exception):
    """An answer broke off after it had begun; the cause is logged already."""


def envelope_of(error: RushesError) -> Response:
    """`{"success": false, "error", "code", "details", "retryable", "charged"}`."""
    body = {
        "success": False,
        "error": error.message,
        "code": error.code,
        "details": error.details,
        "retryable": error.retryable,
        "charged": error.charged,
    }
    return answer(body, status=error.status, headers=error.headers)


def in_our_terms(error: Exception) -> RushesError:
    """The error as one with a stable code; `InternalError` for whatever should not have happened."""
    match error:
        case RushesError():
            return error
        case HTTPException():
            return _from_router(error)
        case ValidationError():
            # Requests are validated by `http/validation.py`; this is another of our models, built from parts.
            return invalid_from(error)
        case MissingFile():
            return NotFound("file")
        case InvalidKey():
            return NotFound("file")
        case StorageFull():
            return Unavailable(error.message, code="disk_full")
        case StorageAway():
            return Unavailable(error.message, code=error.code)
        case OperationalError() | InterfaceError() | PoolTimeout():
            return _database_away()
        case DBAPIError() if error.connection_invalidated:
            return _database_away()
        case RedisConnectionError() | RedisTimeoutError():
            return Unavailable(
                "The message broker cannot be reached just now. Try again soon.", code="broker_unavailable"
            )
        case _:
            return InternalError("Something went wrong here, and it has been written down.")


def _database_away() -> Unavailable:
    sentence = "The database cannot be reached just now. Try again soon."
    return Unavailable(sentence, code="database_unavailable")


def _from_router(error: HTTPException) -> RushesError:
    if error.status_code == 404:
        return NotFound()
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return _Plain(405, "method_not_allowed", f"This address answers only to {allowed}.", error.headers)
    return _Plain(error.status_code, "bad_request", error.detail, error.headers)
