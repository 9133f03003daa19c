"""The running system: everything that a request, a task or a socket needs, built once and closed in reverse.

async with open_studio(settings) as studio:
    async with studio.transaction() as work: ...
    async with studio.reading() as session: ...
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.background import Background
from rushes.clock import Clock
from rushes.database import Database, NotADatabase
from rushes.encryption import Encryption
from rushes.events import Change
from rushes.extras import need
from rushes.http.limiter import Limiter
from rushes.lock import sole_owner
from rushes.media.ffmpeg import find_ffmpeg
from rushes.migrations import migrate
from rushes.observe.metrics import Metrics, watching_the_loop
from rushes.passwords import Passwords
from rushes.providers.makers.registry import Makers, open_makers
from rushes.providers.registry import Providers, open_providers
from rushes.remembered import Remembered
from rushes.secrets import BadSecret, load_secret
from rushes.settings import BadSetting, Settings
from rushes.storage import LocalStorage, NotOurs, Storage, StorageAway
from rushes.storage.watched import WatchedStorage
from rushes.transaction import Transaction
from rushes.wakes import Wakes
from rushes.watching import Watch

log = structlog.get_logger(__name__)

Announce = Callable[[list[Change]], None]
AnnounceQueues = Callable[[set[tuple[str, str]]], None]
Shared = TypeVar("Shared")
EndSessions = Callable[[set[str]], Awaitable[None]]


@dataclass
class Studio:
    """What is open. `announce…` and `end_sessions` are set by the live hub, if this process has one."""

    settings: Settings
    clock: Clock
    database: Database
    storage: Storage
    providers: Providers
    makers: Makers
    background: Background
    wakes: Wakes
    limiter: Limiter
    jwt_secret: bytes
    encryption: Encryption
    passwords: Passwords
    ffmpeg: str
    metrics: Metrics
    watch: Watch
    remembered: Remembered = field(default_factory=Remembered)
    announce: Announce = lambda changes: None
    announce_queues: AnnounceQueues = lambda queues: None
    end_sessions: EndSessions | None = None
    # A picture of 50 megapixels takes 200 MB while it is decoded: two at a time.
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    # One of each kind, for what the requests of this process share.
    _shared: dict[type[Any], Any] = field(default_factory=dict)
    # Set when the process is asked to stop: long work hands itself back.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def shared(self, kind: type[Shared]) -> Shared:
        """This process's one `kind`, made at first use (for memories of slices; nothing that must close)."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        return cast(Shared, self._shared[kind])

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One writing transaction; after its commit tasks are sent, pollers woken and people told."""
        asked_at = time.perf_counter()
        async with self.database.writing() as connection:
            began_at = time.perf_counter()
            work = Transaction(connection)
            yield work
            changes = await work.close()
        self._measured("writing", asked_at, began_at)
        self._tell_moves(work)
        for user_id in work.forgotten_users:
            self.remembered.forget_user(user_id)
        for session_id in work.ended_sessions:
            self.remembered.forget_session(session_id)
        if changes:
            self.announce(changes)
        if work.changed_queues:
            self.announce_queues(work.changed_queues)
        if work.ended_sessions and self.end_sessions:
            await self.end_sessions(work.ended_sessions)
        await self.background.send(work.enqueued)
        for provider in work.woken:
            await self.wakes.wake(provider)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A read-only snapshot."""
        asked_at = time.perf_counter()
        async with self.database.reading() as connection:
            began_at = time.perf_counter()
            yield connection
        self._measured("reading", asked_at, began_at)

    def _tell_moves(self, work: Transaction) -> None:
        """Each step of a video is one line, whichever process takes it: its id leads through them all."""
        for video in work.moves:
            self.metrics.moves.labels(video.provider, video.stage).inc()
            log.info(
                "video_moved",
                video_id=video.id,
                stage=video.stage,
                provider=video.provider,
                space_id=video.space_id,
                user_id=video.user_id,
                provider_video_id=video.provider_video_id,
            )

    def _measured(self, kind: str, asked_at: float, began_at: float) -> None:
        self.metrics.database_wait.of(kind).add(began_at - asked_at)
        self.metrics.database_transactions.of(kind).add(time.perf_counter() - began_at)


@asynccontextmanager
async def open_studio(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Studio]:
    """Builds the parts in order and closes them in reverse.

    Raises `AlreadyRunning` when another process owns the same data, `DatabaseTooNew` when the database was
    written by a later version, `BadSetting`, `BadSecret`, `MissingExtra` and `FfmpegMissing` when the
    settings name what cannot be used.
    """
    async with AsyncExitStack() as stack:
        _make_folder("DATA_DIR", settings.data_dir)
        _make_folder("VIDEOS_DIR", settings.videos_dir)
        with _naming_the_database(settings):
            database = Database(settings.effective_database_url)
        stack.push_async_callback(database.close)
        if database.is_sqlite or not settings.redis_url:
            stack.enter_context(sole_owner(settings.data_dir / "studio.lock"))
        if settings.redis_url:
            need("redis", extra="redis", purpose="REDIS_URL")
        if not database.is_sqlite:
            _check_secrets_of_many(settings)
        with _naming_the_database(settings):
            await migrate(database)
        jwt_secret = load_secret(settings.jwt_secret, settings.data_dir / "jwt_secret")
        encryption = Encryption.load(settings.encryption_key, settings.data_dir / "encryption_key")
        storage = await stack.enter_async_context(open_storage(settings, secret=jwt_secret))
        ffmpeg = find_ffmpeg(settings.ffmpeg_path)
        metrics = Metrics()
        metrics.about(
            database="sqlite" if database.is_sqlite else "postgresql",
            broker="redis" if settings.redis_url else "memory",
            storage="s3" if settings.keeps_files_in_s3 else "local",
        )
        await stack.enter_async_context(watching_the_loop(metrics))
        providers = await stack.enter_async_context(open_providers(settings, ffmpeg=ffmpeg, metrics=metrics))
        makers = await stack.enter_async_context(open_makers(settings, metrics=metrics))
        wakes = await stack.enter_async_context(Wakes.open(settings.effective_redis_url))
        background = await stack.enter_async_context(
            Background.open(settings.effective_redis_url, metrics=metrics)
        )
        limiter = await stack.enter_async_context(Limiter.open(settings.effective_redis_url))
        clock = clock or Clock()
        watch = Watch(
            database=database,
            background=background,
            folders={"data": settings.data_dir, "videos": settings.videos_dir},
            clock=clock,
        )
        stack.callback(watch.close)
        metrics.registry.register(watch)
        yield Studio(
            settings=settings,
            clock=clock,
            database=database,
            storage=WatchedStorage(storage, metrics),
            providers=providers,
            makers=makers,
            background=background,
            wakes=wakes,
            limiter=limiter,
            jwt_secret=jwt_secret,
            encryption=encryption,
            passwords=Passwords(rounds=settings.bcrypt_rounds),
            ffmpeg=ffmpeg,
            metrics=metrics,
            watch=watch,
        )


@asynccontextmanager
async def open_storage(settings: Settings, *, secret: bytes) -> AsyncIterator[Storage]:
    """The store that the settings choose. Raises `BadSetting` for a bucket that is not ours to use; one that
    cannot be reached just now is no reason not to start."""
    local = LocalStorage(
        settings.videos_dir,
        secret=secret,
        base_url=settings.effective_public_url,
        proxy_location=settings.x_accel_redirect,
    )
    if not settings.keeps_files_in_s3:
        yield local
        return
    if settings.s3_bucket is None:
        raise BadSetting("STORAGE s3 needs a bucket: set S3_BUCKET.")
    need("aioboto3", extra="s3", purpose="S3_BUCKET")
    from rushes.storage.s3 import S3Storage

    async with S3Storage.connect(
        settings.s3_bucket,
        scratch=local.scratch(),
        region=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url_s3,
        access_key_id=settings.aws_access_key_id,
        secret_access_key=settings.aws_secret_access_key.get_secret_value()
        if settings.aws_secret_access_key
        else None,
    ) as bucket:
        try:
            await bucket.check()
        except NotOurs as error:
            raise BadSetting(f"S3_BUCKET {settings.s3_bucket} {error}.") from error
        except StorageAway as error:
            log.warning("storage_away", bucket=settings.s3_bucket, reason=error.message)
        yield bucket


def _check_secrets_of_many(settings: Settings) -> None:
    """One machine cannot make up what all of them must know."""
    for variable, given in (("JWT_SECRET", settings.jwt_secret), ("ENCRYPTION_KEY", settings.encryption_key)):
        if given is None:
            raise BadSecret(
                f"With PostgreSQL, {variable} must be given, alike on every machine."
                " Try: openssl rand -hex 32"
            )


def _make_folder(variable: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise BadSetting(f"{variable} {folder} is a file, not a folder.") from error
    except OSError as error:
        raise BadSetting(f"{variable} {folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting(f"{variable} {folder} is a folder that this user may not write to.")


@contextmanager
def _naming_the_database(settings: Settings) -> Iterator[None]:
    """Raises `BadSetting` with the variable that leads to what is no database."""
    try:
        yield
    except NotADatabase as error:
        raise BadSetting(f"{'DATABASE_URL' if settings.database_url else 'DATABASE_PATH'} {error}") from error
