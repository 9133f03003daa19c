"""Takes a bundle apart: all of it is checked before the caller gets any of it.

    taken = await read_bundle(path, into=scratch / "import-1")
    taken.content, taken.files["clips/1.mp4"].path

Files are written under numbers, never under the names that somebody else gave them.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import shutil
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from rushes.media.bundle.entries import check_directory, entries, key_of
from rushes.media.bundle.manifest import MANIFEST, Listed, parsed
from rushes.media.bundle.trust import BadBundle, BundleProblem, Limits
from rushes.storage.incoming import disk_errors

_CHUNK = 1024 * 1024
# What `zipfile` raises for an archive that contradicts itself, is cut short or needs what we do not have.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A file that was unpacked to `path`: its `size` in bytes and `sha256` are what the bundle promised."""

    name: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is as it was made; `files` by their names in it. The folder is the caller's to delete."""

    version: int
    content: dict[str, JsonValue]
    files: Mapping[str, BundledFile]


async def read_bundle(path: Path, *, into: Path, limits: Limits | None = None) -> Bundle:
    """Check the bundle and unpack it into the new folder `into`, which is gone again unless all is well.

    Raises BadBundle, StorageFull when the disk is, and FileExistsError where `into` is there already.
    """
    stopped = threading.Event()
    task = asyncio.ensure_future(asyncio.to_thread(_read, path, into, limits or Limits(), stopped))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # The thread ends with its chunk, and tidies up; nobody may find it still at work.
        stopped.set()
        await asyncio.wait([task])
        task.exception()  # seen
        raise


class _Stopped(Exception):
    """Whoever asked has gone."""


def _read(path: Path, into: Path, limits: Limits, stopped: threading.Event) -> Bundle:
    check_directory(path, limits)
    into.mkdir(parents=True)
    is_whole = False
    try:
        with _opened(path) as archive:
            bundle = _checked(archive, into, limits, stopped)
        is_whole = True
        return bundle
    finally:
        if not is_whole:
            shutil.rmtree(into, ignore_errors=True)


def _opened(path: Path) -> zipfile.ZipFile:
    with _contradictions("not_a_bundle"):
        return zipfile.ZipFile(path)


def _checked(archive: zipfile.ZipFile, into: Path, limits: Limits, stopped: threading.Event) -> Bundle:
    found = entries(archive, limits)
    if MANIFEST not in found:
        raise BadBundle("not_a_bundle")
    manifest = parsed(_manifest(archive, found.pop(MANIFEST)))
    listed = {file.name: file for file in manifest.files}
    if len(listed) != len(manifest.files):
        raise BadBundle("tampered", MANIFEST)
    for file in manifest.files:
        if key_of(file.name) is None or file.name == MANIFEST:
            raise BadBundle("tampered", file.name)
        if file.name not in found:
            raise BadBundle("missing_file", file.name)
        if file.size != found[file.name].file_size:
            raise BadBundle("tampered", file.name)
    for name in found:
        if name not in listed:
            raise BadBundle("tampered", name)
    if sum(file.size for file in manifest.files) > limits.bytes:
        raise BadBundle("too_large")
    files = {}
    for number, file in enumerate(manifest.files, 1):
        path = into / f"{number:06}"
        _unpack(archive, found[file.name], file, path, stopped)
        files[file.name] = BundledFile(file.name, path, file.size, file.sha256)
    return Bundle(manifest.version, manifest.content, files)


@contextmanager
def _contradictions(code: BundleProblem, file: str | None = None) -> Iterator[None]:
    """Turns whatever an archive that contradicts itself brings `zipfile` to into BadBundle."""
    try:
        yield
    except _BROKEN:
        raise BadBundle(code, file) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # told to seek to before the beginning
            raise
        raise BadBundle(code, file) from None


def _manifest(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with _contradictions("tampered", MANIFEST), archive.open(info) as source:
        raw = source.read(info.file_size + 1)
    if len(raw) != info.file_size:
        raise BadBundle("tampered", MANIFEST)
    return raw


def _unpack(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: Listed, path: Path, stopped: threading.Event
) -> None:
    digest = hashlib.sha256()
    size = 0
    with (
        disk_errors(),
        open(path, "xb") as target,
        _contradictions("tampered", file.name),
        archive.open(info) as source,
    ):
        # It gives no more than the directory says, whatever was packed there.
        while chunk := source.read(_CHUNK):
            if stopped.is_set():
                raise _Stopped
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    if size != file.size or digest.hexdigest() != file.sha256:
        raise BadBundle("tampered", file.name)
