"""What every line of a log says about what it belongs to, bound once where that begins.

    with step("download", video_id=video_id):     # a background step: nothing of an earlier one is left
        about_video(row)                          # from here on its provider and space as well
        log.warning("download_failed", …)         # carries all of it

It travels by contextvars, so whatever is awaited or started in between says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars

# What functions call the things, and what logs call them.
_SAID_AS = {"provider_name": "provider", "job_id": "provider_video_id"}


@contextmanager
def step(task: str, **ids: str) -> Iterator[None]:
    """One run of a background task, from its first line to its last."""
    clear_contextvars()
    bind_contextvars(task=task, **{_SAID_AS.get(name, name): value for name, value in ids.items()})
    try:
        yield
    finally:
        clear_contextvars()


def request(request_id: str) -> None:
    """A request or a connection begins."""
    clear_contextvars()
    bind_contextvars(request_id=request_id)


def about(**known: str) -> None:
    """More has become known: who asks, or for which video."""
    bind_contextvars(**known)


def about_video(row: Any) -> None:
    """The video that the present step is about: anything with `id`, `provider` and `space_id`."""
    bind_contextvars(video_id=row.id, provider=row.provider, space_id=row.space_id)
