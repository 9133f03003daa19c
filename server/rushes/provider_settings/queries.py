"""What administrators have set, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import NotFound
from rushes.tables import provider_settings, providers, studio_settings, videos
from rushes.tables.videos import UNFINISHED
from rushes.transaction import Transaction

SavedRow: TypeAlias = Row[Any]

_DEFAULT_VIDEO_MODEL = "default_video_model"


async def saved(session: AsyncConnection) -> Sequence[SavedRow]:
    """All saved providers by name, each with the models that it had when it was last asked (`known`)."""
    query = (
        select(provider_settings, providers.c.models.label("known"))
        .join_from(provider_settings, providers, provider_settings.c.name == providers.c.name, isouter=True)
        .order_by(provider_settings.c.name)
    )
    return (await session.execute(query)).all()


async def one(session: AsyncConnection, name: str, *, locked: bool = False) -> SavedRow:
    """The saved provider, with `locked` until the transaction ends. Raises `NotFound`."""
    query = select(provider_settings).where(provider_settings.c.name == name)
    row = (await session.execute(query.with_for_update() if locked else query)).one_or_none()
    if row is None:
        raise NotFound("provider among those that are set here")
    return row


async def is_there(work: Transaction, name: str) -> bool:
    """Whether it is saved, and stays so until the transaction ends."""
    query = select(provider_settings.c.name).where(provider_settings.c.name == name)
    return await work.session.scalar(query.with_for_update()) is not None


async def add(work: Transaction, values: dict[str, Any]) -> None:
    """Raises IntegrityError for a name that another has."""
    await work.session.execute(insert(provider_settings).values(**values))


async def change(work: Transaction, name: str, values: dict[str, Any]) -> None:
    await work.session.execute(
        update(provider_settings).where(provider_settings.c.name == name).values(**values)
    )


async def remove(work: Transaction, name: str) -> None:
    await work.session.execute(delete(provider_settings).where(provider_settings.c.name == name))


async def renew_key(work: Transaction, name: str, *, old: str, new: str) -> None:
    """The same key encrypted anew, unless it was changed meanwhile."""
    await work.session.execute(
        update(provider_settings)
        .where(provider_settings.c.name == name, provider_settings.c.api_key == old)
        .values(api_key=new)
    )


async def forget_troubles(work: Transaction, name: str, **more: Any) -> None:
    """The circuit is closed: what failed was with another key or address."""
    await work.session.execute(
        update(providers)
        .where(providers.c.name == name)
        .values(
            failures=0,
            open_until=None,
            quiet_until=None,
            last_error=None,
            last_ok_at=None,
            **{"removed_at": None, **more},
        )
    )


async def note_answer(work: Transaction, name: str, *, now: float) -> None:
    """It has just answered. An open circuit lets one try at once; a job that goes well closes it."""
    await ensure(work, name)
    this = update(providers).where(providers.c.name == name)
    await work.session.execute(this.values(last_ok_at=now))
    await work.session.execute(this.where(providers.c.open_until > now).values(open_until=now))


async def not_removed(work: Transaction, names: Collection[str]) -> None:
    """Providers of these names are there again."""
    gone = providers.c.name.in_(sorted(names)) & providers.c.removed_at.is_not(None)
    await work.session.execute(update(providers).where(gone).values(removed_at=None))


async def ensure(work: Transaction, name: str) -> None:
    """Makes the row of what the cluster knows of the provider, if nothing was known of it yet."""
    insert_one = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    await work.session.execute(insert_one(providers).values(name=name).on_conflict_do_nothing())


async def unfinished(work: Transaction, name: str) -> int:
    """How many videos are not finished that are this provider's to make."""
    query = select(func.count()).select_from(videos).where(videos.c.provider == name, text(UNFINISHED))
    return int(await work.session.scalar(query) or 0)


async def underway(work: Transaction, name: str) -> int:
    """How many of the provider's videos have a job there, or may have one."""
    there = ("submitting", "generating", "downloading", "unknown")
    query = select(func.count()).select_from(videos)
    found = query.where(videos.c.provider == name, videos.c.stage.in_(there))
    return int(await work.session.scalar(found) or 0)


async def default_video_model(session: AsyncConnection) -> str | None:
    """What an administrator has chosen."""
    query = select(studio_settings.c.value).where(studio_settings.c.name == _DEFAULT_VIDEO_MODEL)
    value = await session.scalar(query)
    return value if isinstance(value, str) else None


async def choose_default_video_model(work: Transaction, model: str | None, *, now: float) -> None:
    insert_one = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    chosen = {"value": model, "updated_at": now}
    await work.session.execute(
        insert_one(studio_settings)
        .values(name=_DEFAULT_VIDEO_MODEL, **chosen)
        .on_conflict_do_update(index_elements=["name"], set_=chosen)
    )
