"""Whether what is going to be made will fit: a result that is paid for and finds no room is half lost.

free = await free_bytes(studio)                      # never in a transaction: a disk may hang
check(free, size="1280x720", seconds=8, count=2)     # raises Unavailable, `disk_full`
"""

from __future__ import annotations

import structlog

from rushes.errors import Unavailable
from rushes.observe.looking import Looks
from rushes.storage import StorageAway
from rushes.studio import Studio

log = structlog.get_logger(__name__)

# More than models of today write for a pixel in a second: 11 Mbit/s at 1280×720, 25 Mbit/s at 1920×1080.
_BITS_PER_PIXEL = 12
# Of a small video its thumbnail and sprite sheet are the larger part.
_LEAST = 1_000_000
_PATIENCE = 2.0


async def free_bytes(studio: Studio) -> int | None:
    """What the storage still takes; None where nobody can tell, or not soon."""
    try:
        return await studio.shared(Looks).at("room", studio.storage.free_bytes, seconds=_PATIENCE)
    except (OSError, StorageAway) as error:  # TimeoutError is an OSError
        log.warning("room_unknown", reason=type(error).__name__)
        return None


def bytes_of(size: str, seconds: float) -> int:
    """How large a video may become, generously."""
    width, height = (int(side) for side in size.split("x"))
    return max(_LEAST, int(width * height * seconds * _BITS_PER_PIXEL / 8))


def has_room(free: int | None, *, size: str, seconds: float, count: int = 1) -> bool:
    """Whether `count` such videos fit. Where nobody can tell they are let through: what is made all the same
    waits for room."""
    return free is None or bytes_of(size, seconds) * count <= free


def check(free: int | None, *, size: str, seconds: float, count: int) -> None:
    """Raises `Unavailable` (`disk_full`) when they do not fit."""
    if not has_room(free, size=size, seconds=seconds, count=count):
        raise Unavailable(
            "There is no room left to store the result, so nothing was begun. "
            "Delete videos for good, or free some space.",
            code="disk_full",
        )
