"""Looks through a zip's directory before anything in it is unpacked."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from pathlib import Path
from typing import BinaryIO

from rushes.media.bundle.manifest import MANIFEST, MOST_MANIFEST
from rushes.media.bundle.trust import BadBundle, Limits

# Bytes that an entry of the directory may take: its name and some extra fields.
_MOST_ENTRY = 2048
_LONGEST_NAME = 512
# Below this size nobody minds how well something was packed.
_ANY_RATIO = 1024 * 1024
_ENCRYPTED = 0x1
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_FORBIDDEN = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')


def key_of(name: str) -> str | None:
    """The name as the least particular file system sees it, or None where it is not one that we take:
    relative, of plain parts divided by `/`, which lead nowhere else on any system."""
    parts = name.split("/")
    is_plain = (
        0 < len(name.encode("utf-8", "replace")) <= _LONGEST_NAME
        and not _FORBIDDEN.search(name)
        and all(part.strip(" .") for part in parts)
        and not any(part != part.rstrip(" .") for part in parts)
        and name.isprintable()
    )
    return unicodedata.normalize("NFC", name).casefold() if is_plain else None


def entries(archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The files of the archive by their names. Raises BadBundle for anything that a bundle does not have."""
    found: dict[str, zipfile.ZipInfo] = {}
    keys: set[str] = set()
    infos = archive.infolist()
    if len(infos) > limits.files + 1:
        raise BadBundle("too_large")
    if sum(info.file_size for info in infos) > limits.bytes + MOST_MANIFEST:
        raise BadBundle("too_large")
    for info in infos:
        # `orig_filename` is what stands there; `filename` ends at a NUL.
        name = info.orig_filename
        key = key_of(name)
        if key is None or key in keys or not _is_plain_file(info):
            raise BadBundle("tampered", name)
        if info.file_size > _ANY_RATIO and info.file_size > limits.ratio * info.compress_size:
            raise BadBundle("too_large", name)
        if name == MANIFEST and info.file_size > MOST_MANIFEST:
            raise BadBundle("too_large", name)
        keys.add(key)
        found[name] = info
    return found


def check_directory(path: Path, limits: Limits) -> None:
    """Whether the directory is of a bearable size, before `zipfile` reads the whole of it into memory."""
    with open(path, "rb") as file:
        size = _directory_size(file)
    if size is None:
        raise BadBundle("not_a_bundle")
    if size > (limits.files + 1) * _MOST_ENTRY:
        raise BadBundle("too_large")


def _is_plain_file(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return (
        kind in (0, stat.S_IFREG)  # no links, devices, folders
        and not info.flag_bits & _ENCRYPTED
        and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _directory_size(file: BinaryIO) -> int | None:
    """What the end record says, found as `zipfile` finds it (APPNOTE 4.3.14 to 4.3.16)."""
    length = file.seek(0, 2)
    start = max(0, length - 22 - 65_535)
    file.seek(start)
    tail = file.read()
    at = len(tail) - 22
    if at < 0:
        return None
    if not (tail.startswith(_END, at) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return None
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at + start >= 20 + 56:
        file.seek(start + at - 20 - 56)
        long_end, locator = file.read(56), file.read(20)
        if locator.startswith(_LOCATOR) and long_end.startswith(b"PK\x06\x06"):
            size = max(size if size != 0xFFFFFFFF else 0, int.from_bytes(long_end[40:48], "little"))
    return size
