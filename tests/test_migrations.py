"""The database is brought up to date at start; one from a later version is refused."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import OperationalError
from tests.servers import PostgreSQL

from rushes import migrations
from rushes.cli import TOO_NEW
from rushes.database import Database
from rushes.migrations import DatabaseTooNew, migrate
from rushes.settings import Settings
from rushes.studio import open_studio
from rushes.tables import budgets, metadata, video_references, videos
from rushes.uploads.names import name_key
from rushes.words import exactly


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _is_of_fts5(name: str | None) -> bool:
    """SQLAlchemy knows no virtual tables, nor the tables that they keep their own things in."""
    return name is not None and name.startswith("video_search")


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, *_: not _is_of_fts5(name),
        },
    )
    return list(compare_metadata(context, metadata))


async def test_an_empty_database_becomes_what_the_tables_say(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "rushes.db"))
    await migrate(database)
    async with database.writing() as connection:
        assert await connection.run_sync(_differences) == []
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert {name for name in names if not _is_of_fts5(name)} == {*metadata.tables, "alembic_version"}
    await database.close()


async def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "rushes.db"))
    await migrate(database)
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO spaces (id, name, created_at) VALUES ('s', 'S', 0)"))
    await migrate(database)
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM spaces")) == 1
    await database.close()


async def test_several_may_migrate_at_once(tmp_path: Path) -> None:
    databases = [Database(url_of(tmp_path / "rushes.db")) for _ in range(4)]
    await asyncio.gather(*(migrate(database) for database in databases))
    async with databases[0].writing() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for database in databases:
        await database.close()


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_pictures_from_before_there_were_assets_of_every_kind_are_uploads(tmp_path: Path) -> None:
    """Several may be of the same bytes; each can be found by its name."""
    database = Database(url_of(tmp_path / "rushes.db"))
    async with database.writing() as connection:
        await connection.run_sync(_upgrade_to, "0001")
        await connection.execute(text("INSERT INTO spaces (id, name, created_at) VALUES ('s', 'S', 0)"))
        for asset_id, name in (("a", "Été.PNG"), ("b", None)):
            await connection.execute(
                text(
                    "INSERT INTO assets (id, space_id, user_id, kind, name, file_path, content_type,"
                    " file_size, sha256, created_at)"
                    " VALUES (:id, 's', 'u', 'image', :name, 'u/a/x/a.png', 'image/png', 1, 'x', 0)"
                ),
                {"id": asset_id, "name": name},
            )
    await migrate(database)
    async with database.reading() as connection:
        rows = (await connection.execute(text("SELECT id, purpose, name_key FROM assets ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [("a", "upload", name_key("Été.PNG")), ("b", "upload", None)]
    await database.close()


async def test_videos_from_before_there_was_a_search_are_found(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "rushes.db"))
    async with database.writing() as connection:
        await connection.run_sync(_upgrade_to, "0002")
        await connection.execute(text("INSERT INTO spaces (id, name, created_at) VALUES ('s', 'S', 0)"))
        for number, (prompt, purged_at) in enumerate((("Füchse", None), ("a lake", None), ("", 5.0))):
            await connection.execute(
                text(
                    "INSERT INTO videos (id, space_id, user_id, number, kind, prompt, tags, model, provider,"
                    " provider_model, size, seconds, root_video_id, status, stage, queue_position,"
                    " created_at, updated_at, purged_at)"
                    " VALUES (:id, 's', 'u', :number, 'text', :prompt, '[\"snow\"]', 'm', 'p', 'm', '1x1', 1,"
                    " 'v', 'completed', 'completed', 0, 1000.5, 0, :purged_at)"
                ),
                {"id": f"v{number}", "number": number, "prompt": prompt, "purged_at": purged_at},
            )
    await migrate(database)
    asked = text(
        "SELECT video_id FROM video_words WHERE id IN"
        " (SELECT rowid FROM video_search WHERE video_search MATCH :words ORDER BY rowid DESC)"
    )
    async with database.reading() as connection:
        found = {
            words: [row[0] for row in (await connection.execute(asked, {"words": words})).all()]
            for words in ("snow", "fuchse AND snow", "rain")
        }
        by_name = {
            name: [row[0] for row in (await connection.execute(asked, {"words": exactly(*name)})).all()]
            for name in (("tag", "snow"), ("tag", "Snow"), ("model", "p/m"), ("model", "m"), ("model", "p"))
        }
    assert found == {"snow": ["v0", "v1"], "fuchse AND snow": ["v0"], "rain": []}
    both = ["v0", "v1"]
    assert list(by_name.values()) == [both, [], both, both, []]
    await database.close()


async def test_collections_from_before_know_when_their_videos_were_made(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "rushes.db"))
    async with database.writing() as connection:
        await connection.run_sync(_upgrade_to, "0004")
        for statement in (
            "INSERT INTO spaces (id, name, created_at) VALUES ('s', 'S', 0)",
            "INSERT INTO videos (id, space_id, user_id, number, kind, prompt, tags, model, provider,"
            " provider_model, size, seconds, root_video_id, status, stage, queue_position, created_at,"
            " updated_at) VALUES ('v', 's', 'u', 1, 'text', 'fox', '[]', 'm', 'p', 'm', '1x1', 1, 'v',"
            " 'completed', 'completed', 0, 1000.5, 0)",
            "INSERT INTO collections (id, space_id, user_id, name, name_key, created_at, updated_at)"
            " VALUES ('c', 's', 'u', 'C', 'c', 0, 0)",
            "INSERT INTO collection_videos (collection_id, video_id, added_at) VALUES ('c', 'v', 2000.0)",
        ):
            await connection.execute(text(statement))
    await migrate(database)
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT video_created_at FROM collection_videos")) == 1000.5
    await database.close()


async def test_the_picture_that_a_video_was_made_from_is_its_first_frame(tmp_path: Path) -> None:
    await _check_that_references_move(url_of(tmp_path / "rushes.db"))


async def test_so_it_is_on_postgresql(database_server: PostgreSQL) -> None:
    url = database_server.empty_database()
    await _check_that_references_move(url.replace("postgresql://", "postgresql+asyncpg://"))


async def _check_that_references_move(url: str) -> None:
    database = Database(url)
    await _from_before_there_were_several_references(database)
    await migrate(database)
    async with database.reading() as connection:
        made_from = await connection.execute(
            select(videos.c.id, videos.c.references, videos.c.reference_id).order_by(videos.c.id)
        )
        used = await connection.execute(select(video_references).order_by(video_references.c.video_id))
        first = [{"asset_id": "a", "role": "first_frame"}]
        assert [tuple(row) for row in made_from] == [
            ("v1", first, None),
            ("v2", None, None),
            ("v3", first, None),
        ]
        assert [tuple(row) for row in used] == [("v1", "a"), ("v3", "a")]
        # Nothing that refers to a video is lost on the way.
        assert await connection.scalar(text("SELECT count(*) FROM collection_videos")) == 1
    await database.close()


async def _from_before_there_were_several_references(database: Database) -> None:
    """Three videos, two of them from one picture, one in a collection."""
    async with database.writing() as connection:
        await connection.run_sync(_upgrade_to, "0006")
        for statement in (
            "INSERT INTO spaces (id, name, created_at) VALUES ('s', 'S', 0)",
            "INSERT INTO assets (id, space_id, user_id, kind, file_path, content_type, file_size, sha256,"
            " created_at) VALUES ('a', 's', 'u', 'image', 'u/a/x/a.png', 'image/png', 1, 'x', 0)",
            "INSERT INTO collections (id, space_id, user_id, name, name_key, created_at, updated_at)"
            " VALUES ('c', 's', 'u', 'C', 'c', 0, 0)",
        ):
            await connection.execute(text(statement))
        for video_id, reference_id in (("v1", "a"), ("v2", None), ("v3", "a")):
            await connection.execute(
                text(
                    "INSERT INTO videos (id, space_id, user_id, number, kind, prompt, tags, model, provider,"
                    " provider_model, size, seconds, root_video_id, status, stage, queue_position,"
                    " created_at, updated_at, reference_id)"
                    " VALUES (:id, 's', 'u', 1, 'text', 'fox', '[]', 'm', 'p', 'm', '1x1', 1, 'v',"
                    " 'completed', 'completed', 0, 0, 0, :reference_id)"
                ),
                {"id": video_id, "reference_id": reference_id},
            )
        await connection.execute(
            text("INSERT INTO collection_videos (collection_id, video_id, added_at) VALUES ('c', 'v1', 0)")
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if request.param == "sqlite":
        return url_of(tmp_path / "rushes.db")
    server: PostgreSQL = request.getfixturevalue("database_server")
    return server.empty_database().replace("postgresql://", "postgresql+asyncpg://")


async def test_what_was_spent_at_providers_is_counted_from_the_ledger(empty_database: str) -> None:
    """Of each provider's last month, so that its caps hold and what was reserved before can be settled."""
    database = Database(empty_database)
    async with database.writing() as connection:
        await connection.run_sync(_upgrade_to, "0010")
        for number, (provider, day, state, reserved, spent, is_lost) in enumerate(
            (
                ("gpu", "2026-06-30", "reserved", 7_000_000, None, False),
                ("gpu", "2026-07-01", "reserved", 500_000, None, False),
                # Nobody knows its price.
                ("gpu", "2026-07-01", "reserved", None, None, False),
                ("gpu", "2026-07-31", "spent", 500_000, 310_000, False),
                ("gpu", "2026-07-31", "spent", 500_000, 500_000, True),
                ("gpu", "2026-07-31", "spent", None, None, False),
                ("gpu", "2026-07-31", "released", 500_000, 0, False),
                ("old", "2025-12-31", "spent", 200_000, 200_000, False),
                ("old", "2025-11-30", "spent", 900_000, 900_000, False),
            )
        ):
            await connection.execute(
                text(
                    "INSERT INTO ledger (id, kind, subject_id, attempt, user_id, space_id, provider, model,"
                    " state, reserved, spent, is_lost, day, created_at) VALUES (:id, 'video', :id, 1, 'ada',"
                    " 's', :provider, 'm', :state, :reserved, :spent, :is_lost, :day, 0)"
                ),
                {
                    "id": f"e{number}",
                    "provider": provider,
                    "day": day,
                    "state": state,
                    "reserved": reserved,
                    "spent": spent,
                    "is_lost": is_lost,
                },
            )
        ada = "INSERT INTO budgets (holder_kind, holder_id, month) VALUES ('user', 'ada', '2026-07')"
        await connection.execute(text(ada))
    await migrate(database)
    async with database.reading() as connection:
        rows = (await connection.execute(select(budgets).order_by(budgets.c.holder_id))).all()
    assert [tuple(row) for row in rows] == [
        ("user", "ada", None, "2026-07", 0, 0, 0),
        ("provider", "gpu", None, "2026-07", 500_000, 810_000, 500_000),
        ("provider", "old", None, "2025-12", 0, 200_000, 0),
    ]
    await database.close()


async def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(url_of(tmp_path / "rushes.db"))
    async with database.writing() as connection:
        # In the way of a table that the migration makes.
        await connection.execute(text("CREATE TABLE videos (id TEXT)"))
    with pytest.raises(OperationalError, match="already exists"):
        await migrate(database)
    async with database.reading() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert names == ["videos"]
    await database.close()


async def _from_the_future(url: str) -> None:
    database = Database(url)
    await migrate(database)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()


async def test_a_newer_database_is_refused_and_left_alone(
    settings: Settings, request: pytest.FixtureRequest
) -> None:
    if settings.database_url:
        # The one that other tests use must not be spoilt.
        settings.database_url = request.getfixturevalue("database_server").empty_database()
    settings.data_dir.mkdir()
    url = settings.effective_database_url
    await _from_the_future(url)
    with pytest.raises(DatabaseTooNew, match="at version 9999, which is newer than this Rushes"):
        async with open_studio(settings):
            pytest.fail("it opened")
    database = Database(url)
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    await database.close()


async def test_the_command_says_so_in_one_line(tmp_path: Path) -> None:
    await _from_the_future(url_of(tmp_path / "rushes.db"))
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from rushes.cli import main; main()", "serve", "--port", "0"),
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DATA_DIR": str(tmp_path),
            "VIDEOS_DIR": str(tmp_path / "videos"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await running.communicate()
    assert running.returncode == TOO_NEW
    lines = [line for line in err.decode().splitlines() if line]
    assert len(lines) == 1
    assert lines[0].startswith("rushes: The database is at version 9999, which is newer than this Rushes")
    assert b"Traceback" not in out + err
