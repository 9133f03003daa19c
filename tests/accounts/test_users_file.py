"""`data/users.json` brings people in, and never changes those who are known."""

from __future__ import annotations

import json
from typing import Any

import bcrypt
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from tests.accounts.people import MakeUser, SignIn

from rushes.accounts.first_run import first_run
from rushes.accounts.users_file import import_users
from rushes.serving import Serving
from rushes.studio import Studio
from rushes.tables import users


def _hash(password: str, prefix: bytes = b"2b") -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix)).decode()


def _write(studio: Studio, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    studio.settings.effective_users_file.write_text(text, encoding="utf-8")


async def _people(studio: Studio) -> dict[str, tuple[str, str]]:
    async with studio.reading() as session:
        return {row.id: (row.username, row.role) for row in await session.execute(select(users))}


async def test_ids_and_passwords_are_kept(studio: Studio, server: Serving, sign_in: SignIn) -> None:
    _write(
        studio,
        [
            {"id": "user_1", "username": "admin", "password": _hash("admin")},
            {"id": "user_2", "username": "alice", "password": _hash("wonderland", b"2a")},
        ],
    )
    assert await first_run(studio) == []
    assert await _people(studio) == {"user_1": ("admin", "admin"), "user_2": ("alice", "member")}
    found = await sign_in("admin", password="admin")
    assert (found["user"]["id"], found["user"]["must_change_password"]) == ("user_1", False)
    assert (await sign_in("alice", password="wonderland"))["user"]["id"] == "user_2"


async def test_without_an_administrator_one_is_made(studio: Studio) -> None:
    _write(studio, [{"id": "user_2", "username": "alice", "password": _hash("wonderland")}])
    (welcome,) = await first_run(studio)
    assert welcome.username == "admin"
    assert len(await _people(studio)) == 2


async def test_a_role_may_be_given(studio: Studio) -> None:
    _write(
        studio,
        [
            {"id": "1", "username": "boss", "password": _hash("a"), "role": "admin"},
            {"id": "2", "username": "admin", "password": _hash("b"), "role": "member"},
        ],
    )
    assert await first_run(studio) == []
    assert await _people(studio) == {"1": ("boss", "admin"), "2": ("admin", "member")}


async def test_who_is_known_stays_as_they_are(studio: Studio, server: Serving, sign_in: SignIn) -> None:
    alice = {"id": "user_2", "username": "alice", "password": _hash("wonderland")}
    _write(studio, [alice])
    assert (await import_users(studio)).added == ["alice"]
    _write(
        studio,
        [
            {**alice, "password": _hash("changed in the file")},
            {"id": "user_9", "username": "ALICE", "password": _hash("somebody else")},
            {"id": "user_3", "username": "bob", "password": _hash("builder")},
        ],
    )
    again = await import_users(studio)
    assert (again.added, again.known, again.problems) == (["bob"], 2, [])
    await sign_in("alice", password="wonderland")
    await sign_in("bob", password="builder")


async def test_each_bad_entry_is_reported_and_the_rest_come_in(studio: Studio, make_user: MakeUser) -> None:
    await make_user("carol", email="carol@example.org")
    good = _hash("good")
    _write(
        studio,
        [
            {"id": "user_1", "username": "ok-one", "password": good},
            {"id": "user_2", "username": "placeholder", "password": "$2b$10$hashedpassword"},
            {"id": "user_3", "username": "plaintext", "password": "secret"},
            {"id": "user_4", "username": "no", "password": good},
            {"id": "user_5", "password": good},
            {"id": "user 6", "username": "spaced", "password": good},
            {"id": 7, "username": "number", "password": good},
            "not an object",
            {"id": "user_9", "username": "slow", "password": good.replace("$04$", "$31$")},
            {"id": "user_10", "username": "twin", "password": good, "email": "carol@example.org"},
            {"id": "user_11", "username": "ok-two", "password": good, "comment": "ignored"},
        ],
    )
    imported = await import_users(studio)
    assert imported.added == ["ok-one", "ok-two"]
    assert [problem.split(":")[0] for problem in imported.problems] == [
        "entry 2 ('placeholder')",
        "entry 3 ('plaintext')",
        "entry 4 ('no')",
        "entry 5",
        "entry 6 ('spaced')",
        "entry 7 ('number')",
        "entry 8",
        "entry 9 ('slow')",
        "entry 10 ('twin')",
    ]
    assert "bcrypt hash" in imported.problems[0]
    assert not any("secret" in problem for problem in imported.problems)
    assert {name for name, _ in (await _people(studio)).values()} == {"carol", "ok-one", "ok-two"}


@pytest.mark.parametrize("content", ["", "[", "{}", '"x"', "null", "[" * 100_000])
async def test_a_file_that_is_none_is_reported(studio: Studio, content: str) -> None:
    _write(studio, content)
    imported = await import_users(studio)
    assert len(imported.problems) == 1
    assert imported.added == []
    (welcome,) = await first_run(studio)
    assert welcome.username == "admin"


async def test_no_file_is_no_problem(studio: Studio) -> None:
    imported = await import_users(studio)
    assert (imported.added, imported.known, imported.problems) == ([], 0, [])


async def test_a_byte_order_mark_does_not_matter(studio: Studio) -> None:
    _write(studio, "\ufeff" + json.dumps([{"id": "user_1", "username": "admin", "password": _hash("admin")}]))
    assert (await import_users(studio)).added == ["admin"]


async def test_a_file_that_was_named_and_is_missing_is_reported(studio: Studio) -> None:
    with capture_logs() as logs:
        assert (await import_users(studio)).problems == []
    assert logs == []
    studio.settings.users_file = studio.settings.data_dir / "elsewhere.json"
    with capture_logs() as logs:
        await import_users(studio)
    (line,) = logs
    assert (line["log_level"], line["setting"]) == ("warning", "USERS_FILE")
    assert line["file"].endswith("elsewhere.json")
