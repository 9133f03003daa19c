"""The files that videos are made from, each with its role: who may use them, and that they stay.

A video's own row has them in their order (`references`, a list of {asset_id, role}); `video_references` has
each once, so that what is used is counted and cannot be deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import delete, insert

from rushes.actor import Actor
from rushes.errors import Invalid, NotFound
from rushes.providers.model import Model, Role
from rushes.tables import video_references
from rushes.transaction import Transaction
from rushes.uploads.models import Kind
from rushes.uploads.service import hold, hold_for_use
from rushes.videos.models import Reference
from rushes.videos.queries import VideoRow

_KINDS: dict[Role, Kind] = {
    "first_frame": "image",
    "last_frame": "image",
    "subject": "image",
    "style": "image",
    "video": "video",
    "audio": "audio",
}


class MadeFrom(TypedDict):
    """One of a row's `references`."""

    asset_id: str
    role: Role


def as_rows(asked: Sequence[Reference]) -> list[MadeFrom]:
    """What a request names, as a row holds it."""
    return [{"asset_id": reference.asset_id, "role": reference.role} for reference in asked]


def of_parent(parent: VideoRow, model: Model) -> list[MadeFrom]:
    """What a remix by `model` keeps of its parent's."""
    return [each for each in parent.references or [] if each["role"] in model.references]


def kind_of(made_from: Sequence[MadeFrom]) -> str:
    """The kind of a video that is no remix. One with a sound alone is made from words."""
    return "image" if any(each["role"] != "audio" for each in made_from) else "text"


async def held(work: Transaction, actor: Actor, asked: Sequence[Reference]) -> list[MadeFrom]:
    """What a request names, which nobody can delete before the transaction ends. Raises `Invalid` for what is
    not the actor's, or of a kind that the role cannot be."""
    for reference in asked:
        try:
            await hold_for_use(work, actor, reference.asset_id, kind=_KINDS[reference.role])
        except NotFound as error:
            raise Invalid(
                references=f"names {reference.asset_id!r}, which is not one of your assets"
            ) from error
    return as_rows(asked)


async def hold_on(work: Transaction, made_from: Sequence[MadeFrom]) -> None:
    """Keeps what another video is made from, for those who see that one. Raises `NotFound` when it has gone
    meanwhile: only the last video that is made from a file going for good frees it."""
    for each in made_from:
        if not await hold(work, each["asset_id"]):
            raise NotFound("video")


async def note(work: Transaction, video_ids: Sequence[str], made_from: Sequence[MadeFrom]) -> None:
    """Counts the files as used by these videos."""
    used = dict.fromkeys(each["asset_id"] for each in made_from)
    rows = [{"video_id": video_id, "asset_id": asset_id} for video_id in video_ids for asset_id in used]
    if rows:
        await work.session.execute(insert(video_references), rows)


async def let_go(work: Transaction, video_id: str) -> None:
    """The video is gone for good: what it was made from may be deleted."""
    await work.session.execute(delete(video_references).where(video_references.c.video_id == video_id))
