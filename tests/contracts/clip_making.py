"""What the tests of seed 001 share: the document's own bodies, and how things are made by them."""

from __future__ import annotations

import base64
import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from PIL import Image
from tests.contracts.curl import curl

# `await post(client, "generate_story", {…}, *more)` by curl, with the client's token.
Post = Callable[..., Awaitable[Any]]

IMAGE: dict[str, Any] = {
    "prompt": "A person walking through a sunny park",
    "frameIndex": 0,
    "totalFrames": 6,
    "isFirstFrame": True,
    "style": "Realistic",
    "mood": "Vibrant",
    "userId": "user123",
    "requestId": "req-abc123",
    "expiresIn": 3600,
}
CLIP: dict[str, Any] = {
    "prompt": "Person continues walking, birds flying overhead",
    "clipIndex": 0,
    "totalClips": 6,
    "frameAspectRatio": "1280:720",
    "duration": 5,
    "userId": "user123",
    "requestId": "req-abc123",
    "expiresIn": 3600,
}
STORY: dict[str, Any] = {
    "prompt": "A day in the life of a busy city",
    "frameCount": 6,
    "duration": 30,
    "style": "Realistic",
    "mood": "Energetic",
}


def a_picture(colour: str = "crimson") -> str:
    """A square PNG in base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 400), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


async def fetched(url: str) -> bytes:
    """What anybody gets who has the address and nothing else."""
    got = await curl(url)
    assert got.status == 200, got.body
    return got.body


async def a_clip(post: Post, user: httpx2.AsyncClient, index: int = 0, **more: Any) -> dict[str, Any]:
    """A small clip of a second."""
    body = {
        **CLIP,
        "startImage": a_picture(),
        "frameAspectRatio": "320:180",
        "duration": 1,
        "clipIndex": index,
        **more,
    }
    got = await post(user, "generate_single_video_clip", body)
    assert got.status == 200, got.body
    made: dict[str, Any] = got.json()
    return made
