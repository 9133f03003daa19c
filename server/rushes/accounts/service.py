"""People: who may join, who they are, and how they prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.accounts import names, queries, sessions
from rushes.accounts.models import User
from rushes.accounts.spaces import ensure_personal_space
from rushes.actor import Actor, Role
from rushes.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from rushes.settings import Settings
from rushes.studio import Studio
from rushes.tables import new_id
from rushes.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who wants to join, checked. `username` is None where it is to be derived from `email`."""

    username: str | None
    email: str | None
    display_name: str | None
    password: str


def check_newcomer(
    settings: Settings, *, username: str | None, email: str | None, display_name: str | None, password: str
) -> Newcomer:
    """Raises `Forbidden` when nobody may register, `Invalid` naming the field that is wrong."""
    if settings.registration == "closed":
        raise Forbidden("Nobody can register here: ask the administrator.", code="registration_closed")
    if settings.registration == "invite":
        raise Forbidden("Registering needs a valid invitation.", code="registration_closed")
    if username is None and email is None:
        raise Invalid(username="is required, or an email address")
    clean = Newcomer(
        username=names.clean_username(username) if username is not None else None,
        email=names.clean_email(email) if email is not None else None,
        display_name=names.clean_display_name(display_name) if display_name is not None else None,
        password=password,
    )
    names.check_password(
        password,
        field="password",
        username=clean.username or (clean.email or "").split("@")[0],
        min_length=settings.password_min_length,
    )
    return clean


async def create_user(
    work: Transaction,
    *,
    username: str | None,
    password_hash: str | None,
    now: float,
    role: Role = "member",
    email: str | None = None,
    display_name: str | None = None,
    must_change_password: bool = False,
    user_id: str | None = None,
) -> Row[Any]:
    """A new user with their personal space. Names are clean already (see `names`); without a username it is
    derived from `email`, without a hash nobody can sign in as them by password.

    Raises `Conflict` naming the field that is taken.
    """
    if email is not None and await queries.is_email_taken(work.session, names.key_of(email)):
        raise _taken(email="already belongs to somebody")
    values: dict[str, Any] = {
        "id": user_id or new_id("user"),
        "email": email,
        "email_key": names.key_of(email) if email is not None else None,
        "display_name": display_name,
        "password_hash": password_hash,
        "role": role,
        "must_change_password": must_change_password,
        "created_at": now,
    }
    candidates = iter([username]) if username is not None else names.names_from_email(email or "")
    for name in candidates:
        key = names.key_of(name)
        if await queries.is_name_taken(work.session, key):
            continue
        if await queries.add_user(work.session, {**values, "username": name, "username_key": key}):
            await ensure_personal_space(work, user_id=values["id"], name=name, now=now)
            row = await queries.person(work.session, values["id"])
            assert row is not None, "a user just added has a row"
            return row
        # Somebody else was faster. If it was not the name that they took, no other name will help.
        if email is not None and await queries.is_email_taken(work.session, names.key_of(email)):
            raise _taken(email="already belongs to somebody")
        if user_id is not None and await queries.has_user(work.session, user_id):
            raise _taken(id="is taken")
    raise _taken(username="is taken")


async def find_person(studio: Studio, *, name: str) -> Row[Any] | None:
    """The user of this name or address."""
    key = names.key_to_look_up(name)
    if key is None:
        return None
    async with studio.reading() as session:
        return await queries.person_called(session, key)


async def recognise(studio: Studio, found: Row[Any] | None, *, password: str) -> Row[Any]:
    """`found` (by `find_person`), whose password this is.

    Raises `Unauthorized` with code `invalid_credentials`, with the same words and after the same work whether
    the name or the password is wrong; `Forbidden` when they are right but the account is disabled.
    """
    right = await studio.passwords.matches(password, found.password_hash if found is not None else None)
    if not right or found is None:
        raise Unauthorized("The name or the password is wrong.", code="invalid_credentials")
    if found.disabled_at is not None:
        raise Forbidden("This account is disabled: ask the administrator.", code="account_disabled")
    return found


async def confirm_unchanged(work: Transaction, person: Row[Any]) -> None:
    """Raises `Unauthorized` if the user was disabled or got another password since `person` was read:
    checking a password takes long enough for that."""
    row = await queries.locked_person(work.session, person.id)
    if row is None or row.disabled_at is not None or row.password_hash != person.password_hash:
        raise Unauthorized("The name or the password is wrong.", code="invalid_credentials")


async def strengthen_hash(work: Transaction, person: Row[Any], *, password_hash: str) -> None:
    """Keeps a hash of today's cost for the same password."""
    await queries.change_user(work.session, person.id, {"password_hash": password_hash})


async def person(session: AsyncConnection, user_id: str) -> Row[Any]:
    """The user. Raises `NotFound`."""
    row = await queries.person(session, user_id)
    if row is None:
        raise NotFound("user")
    return row


async def change_profile(work: Transaction, actor: Actor, *, changes: dict[str, str | None]) -> Row[Any]:
    """Changes `display_name` or `email`, whichever `changes` has; None clears.

    Raises `Invalid` naming the field, `Conflict` when the address is somebody else's.
    """
    values: dict[str, Any] = {}
    if "display_name" in changes:
        values["display_name"] = names.clean_display_name(changes["display_name"] or "")
    if "email" in changes:
        email = names.clean_email(changes["email"]) if changes["email"] else None
        key = names.key_of(email) if email is not None else None
        values |= {"email": email, "email_key": key}
        if key is not None and await queries.is_email_taken(work.session, key, by_other_than=actor.user_id):
            raise _taken(email="already belongs to somebody")
    if values and not await queries.change_user(work.session, actor.user_id, values):
        raise _taken(email="already belongs to somebody")
    return await person(work.session, actor.user_id)


async def change_password(
    work: Transaction, actor: Actor, *, studio: Studio, before: Row[Any], password_hash: str
) -> tuple[sessions.Tokens, Row[Any]]:
    """Sets the password, ends the actor's other sessions and gives the present one new tokens.

    `before` is the user as they were when the present password was checked. Raises `Unauthorized` when the
    password or the session has changed meanwhile.
    """
    if not await queries.replace_password(
        work.session, actor.user_id, before=before.password_hash, password_hash=password_hash
    ):
        raise Unauthorized("Your password has just been changed elsewhere. Sign in again.")
    await sessions.end_other_sessions(work, actor, now=studio.clock.now())
    fresh = await sessions.replace_tokens(work, actor, studio=studio)
    if fresh is None:
        raise Unauthorized("This session has ended. Sign in again.")
    work.forget_user(actor.user_id)
    return fresh, await person(work.session, actor.user_id)


async def disable_user(work: Transaction, actor: Actor, *, user_id: str, now: float) -> None:
    """Shuts a user out at once, everywhere. Raises `Forbidden`, `NotFound`, or `Conflict` for oneself."""
    if not actor.is_admin:
        raise Forbidden("Only an administrator may do this.")
    if user_id == actor.user_id:
        raise Conflict("You cannot disable yourself.")
    await person(work.session, user_id)
    await queries.change_user(work.session, user_id, {"disabled_at": now})
    await sessions.end_all_sessions(work, user_id=user_id, now=now)
    work.forget_user(user_id)


async def is_first_run(session: AsyncConnection) -> bool:
    """Whether the administrator still has the password that was printed at the first start."""
    return await queries.has_unfinished_first_run(session)


def user_view(row: Row[Any]) -> User:
    """The user as they see themselves. `row` is one of `queries.PERSON`."""
    return User(
        id=row.id,
        username=row.username,
        email=row.email,
        display_name=row.display_name,
        role=row.role,
        must_change_password=row.must_change_password,
        created_at=int(row.created_at),
        avatar_url=None,
        space_id=row.space_id,
    )


def _taken(**fields: str) -> Conflict:
    sentence = " and ".join(f"{name} {text}" for name, text in fields.items())
    return Conflict(f"{sentence}.", details={"fields": fields})
