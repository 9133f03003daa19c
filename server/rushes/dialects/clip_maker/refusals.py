"""How the document words errors, and what becomes of a maker's or a vendor's no."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel
from starlette.responses import Response

from rushes.errors import (
    BadRequest,
    Conflict,
    Invalid,
    PaymentRequired,
    RushesError,
    TooManyRequests,
    UnsupportedMedia,
)
from rushes.http.answers import answer
from rushes.providers.protocol import Ambiguous, Busy, Down, ProviderError, Refused

# What whoever asked can do something about.
_THEIRS = frozenset(
    ("moderation_blocked", "invalid_image", "unsupported_size", "payload_too_large", "prompt_too_long")
)
_SOON = 5


class ClipMakerError(BaseModel):
    """The document's errors: `details` is a sentence too."""

    error: str
    success: bool
    details: str
    code: str


class NotMade(RushesError):
    """It could not be made."""

    status = 500
    code = "not_made"


ERRORS: dict[int, type[BaseModel]] = dict.fromkeys((400, 402, 404, 409, 500), ClipMakerError)


def envelope(error: RushesError) -> Response:
    """The document's error bodies: what is wrong with a request is 400 here, never 422."""
    status = 400 if isinstance(error, Invalid | BadRequest | UnsupportedMedia) else error.status
    told = {
        "no": "",
        "yes": " It was charged.",
        "unknown": " It may have been charged.",
    }[error.charged]
    details = f"{error.message}{told}"
    body = {"error": error.message, "success": False, "details": details, "code": error.code}
    return answer(body, status=status, headers=error.headers)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turns what makers raise into what this document knows."""
    try:
        yield
    except ProviderError as error:
        raise _said(error) from error


def not_made(code: str, message: str, *, retryable: bool = False, charged: str = "unknown") -> RushesError:
    """The error for a thing whose making has ended with this code."""
    if code == "no_credit":
        return PaymentRequired(message, code=code)
    if code == "cancelled":
        return Conflict(message, code=code)
    failure: RushesError = Invalid(message, code=code) if code in _THEIRS else NotMade(message, code=code)
    failure.retryable = retryable
    failure.charged = charged  # type: ignore[assignment]  # rows have it as text
    return failure


def _said(error: ProviderError) -> RushesError:
    match error:
        case Busy() | Down():
            wait = math.ceil(error.retry_after) if error.retry_after else _SOON
            return TooManyRequests(error.message, retry_after=wait)
        case Refused():
            return not_made(error.code, error.message, retryable=error.retryable, charged=error.charged)
        case Ambiguous():
            message = f"{error.message} Nobody knows whether it was made, so it is not asked for again."
            return not_made(error.code, message)
        case _:
            return not_made(error.code, error.message)
