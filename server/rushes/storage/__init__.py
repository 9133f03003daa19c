"""Keeps files: uploads, reference frames and finished videos, on this machine or elsewhere."""

from rushes.storage.base import (
    CHUNK,
    InvalidKey,
    MissingFile,
    NotOurs,
    Storage,
    StorageAway,
    StorageError,
    StorageFull,
    Stored,
)
from rushes.storage.keys import Folder, check_key, safe_name, storage_key
from rushes.storage.local import LocalStorage

__all__ = [
    "CHUNK",
    "Folder",
    "InvalidKey",
    "LocalStorage",
    "MissingFile",
    "NotOurs",
    "Storage",
    "StorageAway",
    "StorageError",
    "StorageFull",
    "Stored",
    "check_key",
    "safe_name",
    "storage_key",
]
