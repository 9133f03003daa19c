"""A space's rows are seen by its members, and changed by those who may."""

from __future__ import annotations

from sqlalchemy import insert
from tests.accounts.people import MakeUser

from rushes.accounts.spaces import ensure_personal_space, space_of
from rushes.actor import Actor
from rushes.studio import Studio
from rushes.tables import space_members, spaces
from rushes.visibility import editable_spaces, visible_spaces


async def test_one_s_own_and_shared_ones(studio: Studio, make_user: MakeUser) -> None:
    ada, bob = await make_user("ada"), await make_user("bob")
    actor = Actor(ada.id, "ada", "member", ada.space_id)
    async with studio.transaction() as work:
        await work.session.execute(
            insert(spaces), [{"id": f"space_{role}", "kind": "team", "name": role, "created_at": 0.0}
                             for role in ("viewer", "editor", "owner")],
        )  # fmt: skip
        await work.session.execute(
            insert(space_members), [{"space_id": f"space_{role}", "user_id": ada.id, "role": role}
                                    for role in ("viewer", "editor", "owner")],
        )  # fmt: skip
    async with studio.reading() as session:
        seen = set(await session.scalars(visible_spaces(actor)))
        changeable = set(await session.scalars(editable_spaces(actor)))
    assert seen == {ada.space_id, "space_viewer", "space_editor", "space_owner"}
    assert changeable == {ada.space_id, "space_editor", "space_owner"}
    assert bob.space_id not in seen


async def test_a_personal_space_is_made_once(studio: Studio, make_user: MakeUser) -> None:
    ada = await make_user("ada")
    async with studio.transaction() as work:
        again = await ensure_personal_space(work, user_id=ada.id, name="ada", now=0.0)
    assert again == ada.space_id
    async with studio.reading() as session:
        assert await space_of(session, ada.id) == ada.space_id
        assert await space_of(session, "user_nobody") is None
