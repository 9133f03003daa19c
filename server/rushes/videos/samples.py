"""Sample videos for `--demo`: a library to look at from the first minute, drawn by *animatic*."""

from __future__ import annotations

from sqlalchemy import select

from rushes.actor import Actor
from rushes.studio import Studio
from rushes.tables import space_members, spaces, users
from rushes.videos import creation
from rushes.videos.idempotency import repeatable
from rushes.videos.models import VideoCreate

_SAMPLES = (
    VideoCreate(
        prompt="A lighthouse on a cliff above a stormy sea at dusk, slow push in",
        title="The lighthouse",
        seconds=6,
        tags=["sea"],
    ),
    VideoCreate(
        prompt="A cat on a motorcycle crossing the city at golden hour, tracking shot",
        title="Night shift",
        seconds=5,
        tags=["city", "cat"],
    ),
    VideoCreate(
        prompt="A red balloon drifting over snowy mountains at dawn, pan right",
        size="1680x720",
        seconds=6,
        tags=["mountains"],
    ),
    VideoCreate(
        prompt="A deer in a misty forest with fireflies at night, static camera",
        size="720x1280",
        seconds=5,
        tags=["forest"],
    ),
)


async def add_samples(studio: Studio) -> int:
    """Queues the samples for every user who has never made a video; how many were added."""
    newcomers = (
        select(users.c.id, users.c.username, users.c.role, space_members.c.space_id)
        .join(space_members, space_members.c.personal_of == users.c.id)
        .join(spaces, spaces.c.id == space_members.c.space_id)
        .where(spaces.c.videos_made == 0)
        .order_by(users.c.created_at)
    )
    async with studio.reading() as session:
        people = (await session.execute(newcomers)).all()
    for person in people:
        actor = Actor(person.id, person.username, person.role, person.space_id)
        for number, request in enumerate(_SAMPLES):
            now = studio.clock.now()
            asked = repeatable("sample", {"number": number}, key=f"sample-{number}")
            async with studio.transaction() as work:
                await creation.create(
                    work, actor, studio.providers, request=request, asked=asked, picture=None, now=now
                )
    return len(people) * len(_SAMPLES)
