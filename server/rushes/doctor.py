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
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from rushes.database import Database, NotADatabase
from rushes.encryption import Encryption
from rushes.errors import RushesError
from rushes.extras import MissingExtra, need
from rushes.http.webapp import find_build
from rushes.lock import owner_of
from rushes.media.ffmpeg import FfmpegMissing, find_ffmpeg
from rushes.migrations import versions
from rushes.provider_settings.in_force import reserved
from rushes.provider_settings.opening import Problem, SavedRow, open_saved, saved_providers
from rushes.providers.makers.registry import open_makers
from rushes.providers.makers.trying import KIND_OF, trials
from rushes.providers.protocol import Down, Refused, RemoteProvider
from rushes.providers.registry import as_remote, key_variable_of, open_providers, variables_of
from rushes.secrets import BadSecret
from rushes.settings import BadSetting, Settings
from rushes.storage import StorageError
from rushes.studio import open_storage

State = Literal["ok", "warning", "fault"]

_DEADLINE = 20.0
# Below this a few videos fill the disk.
_LITTLE = 2 * 1024**3

# What to do, by the code of what a provider said or failed with. `{env}` begins the names of its settings,
# `{key}` holds its key.
_IN_SETTINGS = "Change it in the web app, under Settings, Providers."
_MEND = {
    "provider_key": "Set {key} to a key that the provider gave you, and see that it may make videos.",
    "provider_address": "{env}BASE_URL should be the address that ends in /v1.",
    "provider_unreachable": "See that the server runs, and that this machine reaches {env}BASE_URL.",
    "provider_timeout": "See that the server is not overloaded, and that no firewall swallows the answer.",
    "provider_busy": "Nothing: it asks for patience, and the studio has it.",
    "provider_garbage": "{env}BASE_URL leads to something else than a video server.",
    "unknown_model": "Set the default model to one that GET /api/models lists, as provider/model.",
    "espeak_missing": "Install Rushes again with all that it needs, or set DEFAULT_SPEECH_MODEL to another.",
    "no_credit": "Add credit to the account at the provider.",
    "model_retired": "Choose another provider: OpenAI ended its video models on 24 September 2026.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one part. `mend` says what to do about a fault or a warning."""

    part: str
    state: State
    text: str
    mend: str | None = None


class Trouble(Exception):
    """A fault, or with `state` a warning, in a sentence, with what to do about it."""

    def __init__(self, text: str, mend: str | None = None, *, state: State = "fault") -> None:
        super().__init__(text)
        self.text, self.mend, self.state = text, mend, state


# A look: what to say when all is well.
Look = Callable[[], Awaitable[str]]


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
        yield await _found(part, look)
    async for finding in _providers(settings):
        yield finding
    async for finding in _makers(settings):
        yield finding


async def _found(part: str, look: Look) -> Finding:
    try:
        async with asyncio.timeout(_DEADLINE):
            return Finding(part, "ok", await look())
    except Trouble as trouble:
        return Finding(part, trouble.state, trouble.text, trouble.mend)
    except TimeoutError:
        return Finding(part, "fault", f"It did not answer within {_DEADLINE:g} seconds.")
    except (BadSetting, MissingExtra, FfmpegMissing) as error:
        # These say themselves what to set or to install.
        return Finding(part, "fault", str(error))
    except (RushesError, StorageError) as error:
        return Finding(part, "fault", error.message)
    except Exception as error:  # noqa: BLE001  whatever a part fails with is what is asked for here
        # Its words may hold an address with a password.
        return Finding(part, "fault", f"It failed in a way that nobody thought of: {type(error).__name__}.")


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


async def _providers(settings: Settings) -> AsyncIterator[Finding]:
    try:
        ffmpeg = find_ffmpeg(settings.ffmpeg_path)
    except FfmpegMissing:
        # Told already; nothing is drawn here.
        ffmpeg = "ffmpeg"
    try:
        saved = await _saved(settings)
        encryption = Encryption.load(
            settings.encryption_key, settings.data_dir / "encryption_key", make=False
        )
        async with open_providers(settings, ffmpeg=ffmpeg) as providers:
            found = [remote for each in providers.all() if (remote := as_remote(each))]
            for provider in found:
                env = _variables_of(provider.name, settings)
                yield await _found(f"provider {provider.name}", partial(_provider, provider, env=env))
            for row in saved:
                yield await _found(
                    f"provider {row.name}", partial(_saved_provider, row, settings, encryption)
                )
            if not found and not saved:
                yield Finding(
                    "providers",
                    "ok",
                    "animatic alone, which draws on this machine; Settings in the web app connects others",
                )
    except (BadSetting, BadSecret) as error:
        yield Finding("providers", "fault", str(error))


async def _makers(settings: Settings) -> AsyncIterator[Finding]:
    """What makes stills, narration and stories when nobody names a model."""
    try:
        async with open_makers(settings) as makers:
            for part, look in trials(makers):
                yield await _found(part, partial(_maker, look, makers.default(KIND_OF[part]), settings))
    except BadSetting as error:
        yield Finding("makers", "fault", str(error))


async def _maker(look: Look, name: str, settings: Settings) -> str:
    try:
        return await look()
    except (Down, Refused) as error:
        mend = _MEND.get(error.code)
        env = _variables_of(name.partition("/")[0], settings)
        raise Trouble(error.message, mend and mend.format(**env)) from error


async def _saved(settings: Settings) -> Sequence[SavedRow]:
    """What administrators have set; nothing where the database says nothing, which is told already, or is
    from before there was such a thing."""
    url = settings.effective_database_url
    if url.startswith("sqlite") and not await asyncio.to_thread(Path(url.partition(":///")[2]).exists):
        return []
    try:
        database = Database(url)
    except NotADatabase:
        return []
    try:
        async with asyncio.timeout(_DEADLINE), database.reading() as session:
            return await saved_providers(session)
    except (NotADatabase, RushesError, TimeoutError, DBAPIError):
        return []
    finally:
        await database.close()


async def _saved_provider(row: SavedRow, settings: Settings, encryption: Encryption) -> str:
    if row.name in reserved(settings):
        raise Trouble(
            "One of that name is set in the environment, which is the one in force.",
            "Remove one of the two.",
            state="warning",
        )
    try:
        provider = await open_saved(row, encryption)
    except Problem as problem:
        raise Trouble(problem.message, _IN_SETTINGS) from problem
    try:
        if not row.enabled:
            return "is switched off"
        return await _provider(provider, env=None)
    finally:
        await provider.close()


async def _provider(provider: RemoteProvider, *, env: dict[str, str] | None) -> str:
    """`env` is how its settings are called in the environment, if it is set there."""
    try:
        await provider.probe()
    except (Down, Refused) as error:
        mend = _MEND.get(error.code)
        what = mend and (mend.format(**env) if env else _IN_SETTINGS if "{" in mend else mend)
        raise Trouble(error.message, what) from error
    names = [model.name for model in provider.capabilities.models]
    if not names:
        where = f"PROVIDERS__{provider.name.upper()}__MODELS" if env else "its settings in the web app"
        raise Trouble("It answers, but offers no model.", f"Name its models in {where}.", state="warning")
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"answers, and offers {', '.join(names[:5])}{more}"


def _variables_of(name: str, settings: Settings) -> dict[str, str]:
    """How its settings are called in the environment, for `_MEND`."""
    return {"env": variables_of(name, settings), "key": key_variable_of(name, settings)}


def _size(count: float) -> str:
    return f"{count / 1024**3:,.1f} GiB"
