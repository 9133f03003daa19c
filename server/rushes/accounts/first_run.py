"""Makes sure that somebody can sign in: brings in the users file, then makes the first administrator.

    for welcome in await first_run(studio):
        print(welcome.username, welcome.password or "(the ADMIN_PASSWORD that you set)")

Under `--demo` there are `admin`/`admin` and `demo`/`demo123` instead. Everybody knows those passwords, so a
start without `--demo` on the same data takes them back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import structlog

from rushes.accounts import queries, sessions
from rushes.accounts.service import create_user
from rushes.accounts.users_file import import_users
from rushes.actor import Role
from rushes.errors import Conflict
from rushes.passwords import flaw
from rushes.settings import Settings
from rushes.studio import Studio

log = structlog.get_logger(__name__)

ADMINISTRATOR = "admin"
# Their ids tell the accounts that a demonstration made from people's own.
_DEMO: list[tuple[str, str, str, Role]] = [
    ("user_demo_admin", "admin", "admin", "admin"),
    ("user_demo", "demo", "demo123", "member"),
]


class BadAdminPassword(Exception):
    """ADMIN_PASSWORD cannot be a password."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody who can sign in from now on. `password` is None where the operator chose it (ADMIN_PASSWORD).
    It is told this once: only its hash is kept."""

    username: str
    password: str | None
    must_change: bool = False


async def first_run(studio: Studio) -> list[Welcome]:
    """Whom this start made able to sign in: nobody, where there is an administrator already.

    Several processes may call it at once on one database: one makes the administrator and is welcomed. Raises
    `BadAdminPassword`.
    """
    await import_users(studio)
    if studio.settings.demo:
        return await _make_demo_users(studio)
    taken_back = await _take_back_demo_passwords(studio)
    if taken_back:
        return taken_back
    async with studio.reading() as session:
        if await queries.has_administrator(session):
            return []
    welcome, hashed = await _first_password(studio)
    try:
        async with studio.transaction() as work:
            if await queries.has_administrator(work.session):
                return []
            await create_user(
                work,
                username=ADMINISTRATOR,
                password_hash=hashed,
                role="admin",
                must_change_password=welcome.must_change,
                now=studio.clock.now(),
            )
    except Conflict:
        await _report_a_taken_name(studio)
        return []
    return [welcome]


async def _make_demo_users(studio: Studio) -> list[Welcome]:
    """Both accounts, where their names are free. In a studio that has an administrator already, neither."""
    async with studio.reading() as session:
        if await queries.has_administrator(session):
            return []
    made: list[Welcome] = []
    for user_id, username, password, role in _DEMO:
        hashed = await studio.passwords.hash(password)
        try:
            async with studio.transaction() as work:
                await create_user(
                    work,
                    user_id=user_id,
                    username=username,
                    password_hash=hashed,
                    role=role,
                    now=studio.clock.now(),
                )
        except Conflict:
            continue
        made.append(Welcome(username, password))
    return made


async def _take_back_demo_passwords(studio: Studio) -> list[Welcome]:
    """Gives the demonstration's administrator a password as at a first start, and everybody else of it none,
    unless they chose others themselves. What they made stays theirs."""
    welcomed: list[Welcome] = []
    for user_id, _, known, role in _DEMO:
        async with studio.reading() as session:
            row = await queries.person(session, user_id)
        if row is None or not await studio.passwords.matches(known, row.password_hash):
            continue
        welcome, hashed = await _first_password(studio) if role == "admin" else (None, None)
        async with studio.transaction() as work:
            if not await queries.replace_password(
                work.session,
                user_id,
                before=row.password_hash,
                password_hash=hashed,
                must_change=welcome is not None and welcome.must_change,
            ):
                continue
            await sessions.end_all_sessions(work, user_id=user_id, now=studio.clock.now())
        log.warning("demo_password_taken_back", username=row.username)
        if welcome is not None:
            welcomed.append(welcome)
    return welcomed


async def _first_password(studio: Studio) -> tuple[Welcome, str]:
    """The administrator's password, chosen by the operator or at random, and its hash."""
    chosen = _chosen_password(studio.settings)
    password = chosen or _readable_password()
    welcome = Welcome(ADMINISTRATOR, None if chosen else password, must_change=chosen is None)
    return welcome, await studio.passwords.hash(password)


def _chosen_password(settings: Settings) -> str | None:
    if settings.admin_password is None:
        return None
    chosen = settings.admin_password.get_secret_value()
    if wrong := flaw(chosen):
        raise BadAdminPassword(f"ADMIN_PASSWORD {wrong}.")
    if len(chosen) < settings.password_min_length:
        raise BadAdminPassword(
            f"ADMIN_PASSWORD must have at least {settings.password_min_length} characters."
        )
    return chosen


def _readable_password() -> str:
    """79 random bits, without signs that look alike: `k7m2-9xqp-4hvt-c3rd`."""
    signs = "23456789abcdefghjkmnpqrstuvwxyz"
    letters = "".join(secrets.choice(signs) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


async def _report_a_taken_name(studio: Studio) -> None:
    async with studio.reading() as session:
        if not await queries.has_administrator(session):
            log.error(
                "no_administrator", reason=f"somebody who is no administrator is called {ADMINISTRATOR}"
            )
