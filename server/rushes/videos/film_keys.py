"""Where the file of a video is kept: in a folder of its own, or in the one that was asked for."""

from __future__ import annotations

import secrets

from rushes.storage.keys import check_key, storage_key
from rushes.videos.queries import VideoRow


def film_key(row: VideoRow) -> str:
    """A new key for what an attempt gives, which no file has yet."""
    if row.kept_as is not None:
        return check_key(f"{row.kept_as}_{secrets.randbelow(10**12):012}.mp4")
    return storage_key(row.user_id, row.id, "video-clips", f"{secrets.token_hex(6)}.mp4")
