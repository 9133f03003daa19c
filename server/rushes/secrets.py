"""The studio's own secrets: given, or made once and kept with mode 0600."""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr


class BadSecret(Exception):
    """The secret is too short to be safe, or is not given where it must be."""


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def can_be_sent(value: SecretStr) -> SecretStr:
    """A provider's key as a header carries it, without the blanks and line ends that are pasted with one. A
    service account is a JSON file. Raises ValueError for what no header takes."""
    key = value.get_secret_value().strip()
    if key.startswith("{"):
        with suppress(ValueError):
            key = json.dumps(json.loads(key), separators=(",", ":"))
    if not key.isascii() or _CONTROL.search(key):
        raise ValueError("must be one line of plain characters, as the provider shows it")
    return SecretStr(key)


def load_secret(given: SecretStr | None, path: Path) -> bytes:
    """`JWT_SECRET` as bytes, which signs tokens and addresses, else the content of `path`, which is made when
    missing.

    HS256 wants at least 256 bits (RFC 7518 §3.2). Raises `BadSecret` for a shorter one.
    """
    if given is not None:
        secret = given.get_secret_value().encode()
        if len(secret) < 32:
            raise BadSecret("JWT_SECRET must have at least 32 characters. Try: openssl rand -hex 32")
        return secret
    return load_kept(path)


def load_kept(path: Path) -> bytes:
    """The random secret in the file, which is made when missing."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
