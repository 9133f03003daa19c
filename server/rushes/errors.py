"""Errors with a stable code, a sentence for people and an HTTP status, rendered by one handler.

    raise NotFound("video")            # 404 {"code": "not_found", "error": "There is no such video."}
    raise Invalid(seconds="is required")   # 422 naming the field

Services raise these; only `http/errors.py` knows how they look on the wire.
"""

from __future__ import annotations

from typing import Any, Literal

Charged = Literal["yes", "no", "unknown"]


class RushesError(Exception):
    """The base: `status` is the HTTP status, `code` never changes, `message` is for people."""

    status = 400
    code = "bad_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: dict[str, Any] | None = None,
        retryable: bool = False,
        charged: Charged = "no",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.details = details or {}
        self.retryable = retryable
        self.charged: Charged = charged
        self.headers = headers or {}


class BadRequest(RushesError):
    """The request could not be read at all (malformed JSON, multipart or headers)."""


class Unauthorized(RushesError):
    """Nobody is signed in, or the token is expired, forged or revoked."""

    status = 401
    code = "unauthorized"

    def __init__(self, message: str = "Sign in first.", **more: Any) -> None:
        more.setdefault("headers", {"WWW-Authenticate": "Bearer"})
        super().__init__(message, **more)


class PaymentRequired(RushesError):
    """A budget, a provider's cap or `max_cost_usd` refuses it before anything is spent."""

    status = 402
    code = "budget_exceeded"


class Forbidden(RushesError):
    """Signed in, but not allowed."""

    status = 403
    code = "forbidden"


class NotFound(RushesError):
    """It does not exist, or belongs to somebody else: the two look the same."""

    status = 404
    code = "not_found"

    def __init__(self, what: str = "page", **more: Any) -> None:
        super().__init__(f"There is no such {what}.", **more)


class Conflict(RushesError):
    """The thing is in a state that does not allow this."""

    status = 409
    code = "conflict"


class TooLarge(RushesError):
    """The body or file is over the limit."""

    status = 413
    code = "payload_too_large"


class UnsupportedMedia(RushesError):
    """The Content-Type is not one that this address reads."""

    status = 415
    code = "unsupported_media_type"


class RangeNotSatisfiable(RushesError):
    """The Range starts past the end of the file."""

    status = 416
    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(
            "The requested range lies beyond the end of the file.",
            headers={"Content-Range": f"bytes */{size}"},
        )


class Invalid(RushesError):
    """Validation failed; `fields` names each field and says what is wrong with it."""

    status = 422
    code = "validation_failed"

    def __init__(self, message: str | None = None, *, code: str | None = None, **fields: str) -> None:
        sentence = message or "; ".join(f"{name} {text}" for name, text in fields.items()) + "."
        super().__init__(sentence, code=code, details={"fields": fields})


class TooManyRequests(RushesError):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retryable=True, headers={"Retry-After": str(max(1, retry_after))})


class ProviderUnavailable(RushesError):
    """A provider cannot take work just now."""

    status = 503
    code = "provider_unavailable"


class Unavailable(RushesError):
    """A part that the studio stands on (database, broker, disk) is away."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str, **more: Any) -> None:
        more.setdefault("headers", {"Retry-After": "5"})
        super().__init__(message, retryable=True, **more)


_LONGEST_MESSAGE = 1000


def error_view(code: str, message: str, *, retryable: bool, charged: Charged) -> dict[str, Any]:
    """What the `error` of a thing that was being made shows. Vendors' words may be of any length, and hold
    what no database does."""
    message = message.replace("\x00", "")
    message = message if len(message) <= _LONGEST_MESSAGE else f"{message[: _LONGEST_MESSAGE - 1]}…"
    return {"code": code, "message": message, "retryable": retryable, "charged": charged}
