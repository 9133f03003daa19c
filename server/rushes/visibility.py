"""Who may see what: the one clause, used inside the queries of every slice.

    select(videos).where(videos.c.id == video_id, videos.c.space_id.in_(visible_spaces(actor)))

Everything that can be owned belongs to a space and is seen by the space's members. Somebody else's row is
simply not found, so that nothing tells whether it exists.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, Select, bindparam, select

from rushes.actor import Actor
from rushes.tables import space_members

# What each role may do; a later one may do all that the earlier ones may.
_ROLES = ("viewer", "editor", "owner")

# Stands for the actor in statements that are compiled once; its value is `actor.user_id`.
ANY_ACTOR: BindParameter[str] = bindparam("actor_id")


def visible_spaces(actor: Actor | BindParameter[str]) -> Select[tuple[str]]:
    """The ids of the spaces whose rows the actor may see: those of which they are a member."""
    user_id = actor.user_id if isinstance(actor, Actor) else actor
    return select(space_members.c.space_id).where(space_members.c.user_id == user_id)


def editable_spaces(actor: Actor) -> Select[tuple[str]]:
    """The ids of the spaces whose rows the actor may change: as an editor or owner."""
    return visible_spaces(actor).where(space_members.c.role.in_(_ROLES[1:]))
