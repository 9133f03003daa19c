"""Where a page of the library ended: a time and an id, opaque to clients."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from rushes.errors import Invalid


def write_cursor(row: Any) -> str:
    """The cursor of what follows `row` (anything with `created_at` and `id`)."""
    return base64.urlsafe_b64encode(f"{row.created_at!r} {row.id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[float, str]:
    """The time and the id. Raises `Invalid` for what is no cursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        created, video_id = text.split(" ")
        at = float(created)
        if not abs(at) < 1e12 or "\x00" in video_id:
            raise ValueError
        return at, video_id
    except (ValueError, UnicodeDecodeError, binascii.Error):
        raise Invalid(cursor="is not a cursor of this list: begin again without one") from None
