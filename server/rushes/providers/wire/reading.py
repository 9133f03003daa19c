"""Values as vendors write them, read without complaint: what makes no sense is None."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from rushes.providers.protocol import Job

_MODERATION = re.compile(r"moderat|content[_ ]?(policy|filter)|safety|sentinel|usage polic", re.IGNORECASE)


class Unreadable(ValueError):
    """It is not what it should be: no JSON object, or one without what must be there."""


# What reading an answer may raise, whatever is in it.
MAKES_NO_SENSE = (
    *(ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, RecursionError),
)
# What a video's row has room for.
_LONGEST_ID = 512


def kept(job: Job) -> Job:
    """The job of a create, if its id can be kept. Raises Unreadable."""
    if not job.id or len(job.id) > _LONGEST_ID or "\x00" in job.id:
        raise Unreadable("an id that cannot be kept")
    return job


def read_time(value: object) -> float | None:
    """Unix seconds from an integer, a float, milliseconds, digits or ISO 8601; None if it is none of them."""
    if isinstance(value, str) and not re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        try:
            moment = datetime.fromisoformat(value.strip())
        except (ValueError, OverflowError):
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    number = read_number(value)
    if number is None or number <= 0:
        return None
    # Past the year 5000 in seconds, so these are milliseconds.
    return number / 1000 if number > 1e11 else number


def is_moderation(*texts: str | None) -> bool:
    """Does any of a refusal's code, type or message speak of content rules?"""
    return any(_MODERATION.search(text) for text in texts if text)


def read_number(value: object) -> float | None:
    """A finite number from a number or its digits, also with a trailing `s` for seconds."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value.strip().rstrip("s") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_text(value: object) -> str | None:
    """A text without its outer spaces, or an integer's digits; None for an empty one."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
