"""`rushes doctor`: looks at everything that a studio stands on, and says how to mend what is wrong.

    async for finding in examine(settings):
        print(finding.state, finding.part, finding.text, finding.mend)

It leaves nothing behind and owns nothing, so it may look at a studio that runs, and at one that cannot start.
Each look ends within seconds, whatever hangs. Asking a provider for its models costs nothing.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from redis.exceptions import RedisError

from rushes.database import Database, NotADatabase
from rushes.doctor.finding import Finding, Look, Trouble, found
from rushes.doctor.providers import makers, providers
from rushes.errors import RushesError
from rushes.extras import need
from rushes.http.webapp import find_build
from rushes.lock import owner_of
from rushes.media.ffmpeg import find_ffmpeg
from rushes.migrations import versions
from rushes.settings import Settings
from rushes.studio import open_storage

# Below this a few videos fill the disk.
_LITTLE = 2 * 1024**3


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """One finding a part, as soon as it is known, from what everything stands on upwards."""
    looks: list[tuple[str, Look]] = [
        ("data folder", lambda: _folder("DATA_DIR", settings.data_dir)),
        ("videos folder", lambda: _folder("VIDEOS_DIR", settings.videos_dir)),
        ("ffmpeg", lambda: _ffmpeg(settings)),
        ("database", lambda: _database(settings)),
        ("storage", lambda: _storage(settings)),
        ("broker", lambda: _broker(settings)),
        ("web app", _web_app),
        ("studio", lambda: _studio(settings)),
    ]
    for part, look in looks:
        yield await found(part, look)
    async for finding in providers(settings):
        yield finding
    async for finding in makers(settings):
        yield finding


async def _folder(variable: str, folder: Path) -> str:
    return await asyncio.to_thread(_look_at_folder, variable, folder)


def _look_at_folder(variable: str, folder: Path) -> str:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise Trouble(f"{there} is a file, not a folder.", f"Set {variable} to a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise Trouble(
            f"This user may not write to {there}.", f"Give it the right to, or set {variable} to another."
        )
    free = shutil.disk_usage(there).free
    if free < _LITTLE:
        raise Trouble(
            f"{folder} has {_size(free)} left.",
            f"Free some space, or set {variable} to a folder on a larger disk.",
            state="warning",
        )
    return f"{folder}, {_size(free)} free" + ("" if folder.exists() else "; the first start makes it")


async def _ffmpeg(settings: Settings) -> str:
    path = find_ffmpeg(settings.ffmpeg_path)
    version = await _said(path, "-hide_banner", "-version")
    encoders = await _said(path, "-hide_banner", "-encoders")
    missing = [name for name in ("libx264", "aac", "mjpeg") if f" {name} " not in encoders]
    if missing:
        raise Trouble(
            f"{path} cannot encode {', '.join(missing)}.",
            "Unset FFMPEG_PATH to use the one that came with Rushes, or name another.",
        )
    return f"{version.splitlines()[0].split(' Copyright')[0]}, {path}"


async def _said(program: str, *arguments: str) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise Trouble(f"{program} does not run: {error.strerror}.", "Set FFMPEG_PATH to another.") from error
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Trouble(f"{program} ends with {process.returncode}.", "Set FFMPEG_PATH to another.")
    return said.decode(errors="replace")


async def _database(settings: Settings) -> str:
    variable = "DATABASE_URL" if settings.database_url else "DATABASE_PATH"
    url = settings.effective_database_url
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2])
        if not await asyncio.to_thread(path.exists):
            return f"SQLite, {path}; the first start makes it"
        where = f"SQLite, {path}"
    else:
        where = "PostgreSQL"
    try:
        database = Database(url)
    except NotADatabase as error:
        raise Trouble(str(error), f"Set {variable} to another.") from error
    try:
        current, newest, is_known = await versions(database)
    except NotADatabase as error:
        raise Trouble(str(error), f"Set {variable} to another.") from error
    except RushesError as error:
        raise Trouble(error.message, f"See that it runs, and that {variable} is right.") from error
    finally:
        await database.close()
    missing = [name for name in ("JWT_SECRET", "ENCRYPTION_KEY") if getattr(settings, name.lower()) is None]
    if where == "PostgreSQL" and missing:
        raise Trouble(
            f"With PostgreSQL, {' and '.join(missing)} must be given.",
            "openssl rand -hex 32 makes one; set it alike on every machine.",
        )
    if current is None:
        return f"{where}, empty; the first start fills it"
    if not is_known:
        raise Trouble(
            f"{where} is at version {current}, which is newer than this Rushes ({newest}).",
            "Install the newer Rushes, or restore a backup from before the upgrade.",
        )
    more = "" if current == newest else f"; the next start brings it to {newest}"
    return f"{where}, version {current}{more}"


async def _storage(settings: Settings) -> str:
    if not settings.keeps_files_in_s3:
        return "files are kept in the videos folder"
    with TemporaryDirectory(prefix="rushes-doctor-") as scratch:
        await _bucket(settings.model_copy(update={"videos_dir": Path(scratch)}))
    return f"the bucket {settings.s3_bucket} can be written, read and deleted from"


async def _bucket(settings: Settings) -> None:
    async with open_storage(settings, secret=secrets.token_bytes(32)) as storage:
        # Reading is one right and writing another.
        key = f"doctor/{secrets.token_hex(8)}/user-uploads/looked.txt"

        async def words() -> AsyncIterator[bytes]:
            yield b"Rushes was here."

        await storage.put(key, words())
        try:
            read = b"".join([chunk async for chunk in storage.open(key)])
        finally:
            await storage.delete(key)
        if read != b"Rushes was here.":
            raise Trouble("The bucket does not give back what was put into it.")


async def _broker(settings: Settings) -> str:
    url = settings.effective_redis_url
    if not url:
        return "not needed: one process does everything"
    need("redis", extra="redis", purpose="REDIS_URL")
    from redis.asyncio import Redis

    redis = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    try:
        known = await redis.info("server")
    except (RedisError, OSError) as error:
        raise Trouble(
            "Redis cannot be reached.", "See that it runs, and that REDIS_URL is right (its password too)."
        ) from error
    finally:
        await redis.aclose()
    return f"Redis {known.get('redis_version', '')}".strip()


async def _web_app() -> str:
    build = await asyncio.to_thread(find_build)
    if build is None:
        raise Trouble("It is not built yet.", "make setup builds it.", state="warning")
    return "built"


async def _studio(settings: Settings) -> str:
    try:
        owner = await asyncio.to_thread(owner_of, settings.data_dir / "studio.lock")
    except PermissionError:
        return "another user's runs here, or has run here"
    if owner is not None:
        return f"runs here, process {owner}"
    return "does not run on this data just now"


def _size(count: float) -> str:
    return f"{count / 1024**3:,.1f} GiB"
