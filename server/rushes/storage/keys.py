"""Names files in the store: `{user_id}/{request_id}/{folder}/{name}`, and refuses dangerous names.

    storage_key("u_7", "v_412", "video-clips", "video.mp4")   # "u_7/v_412/video-clips/video.mp4"

Keys reach the store from signed addresses too, so `check_key` trusts nothing about one.
"""

import re
from typing import Literal

from rushes.storage.base import InvalidKey

Folder = Literal["reference-frames", "video-clips", "user-uploads"]

_LONGEST_KEY = 512  # characters
_LONGEST_PART = 255  # bytes: what ext4, APFS and NTFS allow a name
_LONGEST_NAME = 100  # characters of a name that a person chose
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNWANTED = re.compile(r"[^\w.-]+")


def storage_key(user_id: str, request_id: str, folder: Folder, name: str) -> str:
    """The key of a file that belongs to a user's request; `name` may be whatever a person called it.

    Raises InvalidKey when an id is anything but letters, digits, `_` and `-`.
    """
    for part in (user_id, request_id):
        if not _ID.fullmatch(part):
            raise InvalidKey("An id in a storage key may hold only letters, digits, _ and -.")
    return check_key(f"{user_id}/{request_id}/{folder}/{safe_name(name)}")


def safe_name(name: str) -> str:
    """`name` without folders and without characters that mean something to a shell or a browser.

    The ending survives; a name of which nothing is left becomes "file".
    """
    base = _UNWANTED.sub("-", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(".-")
    stem, dot, ending = base.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = base, "", ""
    stem = stem[: _LONGEST_NAME - len(dot + ending)].rstrip(".-")
    while len((stem + dot + ending).encode()) > _LONGEST_PART:
        stem = stem[:-1]
    return stem + dot + ending if stem else "file"


def check_key(key: str) -> str:
    """The key itself when it is a plain relative path; raises InvalidKey otherwise.

    No part may start with a dot, which rules out `..` and the stores' own unfinished files.
    """
    if not key or len(key) > _LONGEST_KEY:
        raise InvalidKey(f"A storage key has 1 to {_LONGEST_KEY} characters.")
    if "\\" in key or _CONTROL.search(key):
        raise InvalidKey("A storage key holds no backslash and no control character.")
    for part in key.split("/"):
        if not part or part.startswith("."):
            raise InvalidKey("A storage key is a relative path whose parts do not start with a dot.")
        try:
            length = len(part.encode())
        except UnicodeEncodeError:
            raise InvalidKey("A storage key is valid Unicode.") from None
        if length > _LONGEST_PART:
            raise InvalidKey(f"A part of a storage key has at most {_LONGEST_PART} bytes.")
    return key
