"""Brings in the people of `data/users.json`, at every start:

    [{"id": "user_1", "username": "admin", "password": "$2b$10$…"}]

Ids are kept, so that what refers to them still does. The file adds people and never changes one: whoever is
known already by id or name keeps the password and profile they have chosen since. `email`, `display_name` and
`role` (`admin` or `member`) may be given; without a role, whoever is called admin is one. An entry that
cannot be used is reported and the others are brought in.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rushes.accounts import names, queries
from rushes.accounts.service import create_user
from rushes.actor import Role
from rushes.errors import Conflict, Invalid
from rushes.passwords import is_hash
from rushes.studio import Studio

log = structlog.get_logger(__name__)


@dataclass
class Imported:
    """What came of the file: the names added, how many were known already, and what is wrong with others."""

    added: list[str] = field(default_factory=list)
    known: int = 0
    problems: list[str] = field(default_factory=list)


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True)

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    username: str
    password: str
    email: str | None = None
    display_name: str | None = None
    role: Role | None = None

    @field_validator("password")
    @classmethod
    def _is_a_hash(cls, value: str) -> str:
        if not is_hash(value):
            raise ValueError("must be a bcrypt hash ($2a$, $2b$ or $2y$) of cost 4 to 16, not the password")
        return value


async def import_users(studio: Studio) -> Imported:
    """Adds whom the users file names and the studio does not know. Never raises for what the file holds."""
    path = studio.settings.effective_users_file
    imported = Imported()
    try:
        text = await asyncio.to_thread(path.read_text, encoding="utf-8-sig")
    except FileNotFoundError:
        if studio.settings.users_file is not None:
            log.warning("users_file_missing", file=str(path), setting="USERS_FILE")
        return imported
    except (OSError, UnicodeDecodeError) as error:
        return _reported(imported, path, f"cannot be read: {error}")
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _reported(imported, path, f"is not valid JSON: {error}")
    if not isinstance(entries, list):
        return _reported(imported, path, "must hold a list of users")
    for number, entry in enumerate(entries, 1):
        problem = await _import_one(studio, entry, imported)
        if problem:
            _reported(imported, path, f"entry {number}{_called(entry)}: {problem}")
    if imported.added:
        log.info("users_imported", file=str(path), added=imported.added, known=imported.known)
    return imported


async def _import_one(studio: Studio, entry: Any, imported: Imported) -> str | None:
    """Adds one. Says what is wrong with it, if anything."""
    try:
        wanted = _Entry.model_validate(entry)
        username = names.clean_username(wanted.username)
        email = names.clean_email(wanted.email) if wanted.email else None
        display_name = names.clean_display_name(wanted.display_name or "")
    except ValidationError as error:
        return "; ".join(_words(complaint["loc"], complaint["msg"]) for complaint in error.errors())
    except Invalid as error:
        return error.message.rstrip(".")
    key = names.key_of(username)
    async with studio.transaction() as work:
        if await queries.has_user(work.session, wanted.id) or await queries.is_name_taken(work.session, key):
            imported.known += 1
            return None
        try:
            await create_user(
                work,
                user_id=wanted.id,
                username=username,
                password_hash=wanted.password,
                email=email,
                display_name=display_name,
                role=wanted.role or ("admin" if key == "admin" else "member"),
                now=studio.clock.now(),
            )
        except Conflict as conflict:
            # Another process brought the same file in, or the address is somebody else's.
            if "email" not in conflict.details["fields"]:
                imported.known += 1
                return None
            return conflict.message.rstrip(".")
    imported.added.append(username)
    return None


def _reported(imported: Imported, path: Path, problem: str) -> Imported:
    imported.problems.append(problem)
    log.error("users_file", file=str(path), problem=problem)
    return imported


def _called(entry: Any) -> str:
    name = entry.get("username") if isinstance(entry, dict) else None
    return f" ({name[:40]!r})" if isinstance(name, str) else ""


def _words(location: tuple[int | str, ...], message: str) -> str:
    where = ".".join(map(str, location))
    return f"{where}: {message}" if where else message
