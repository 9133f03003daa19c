"""Keeps what must be read again secret at rest: providers' keys, in a database that others may copy.

    encryption = Encryption.load(settings.encryption_key, settings.data_dir / "encryption_key")
    kept = encryption.seal("sk-…")      # both are for a thread: the first use derives the key
    encryption.open(kept)

ENCRYPTION_KEY is any passphrase; several, separated by commas, are all read and the first is written with, so
that one can follow another. Without it a random one is made once and kept with mode 0600.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import SecretStr

from rushes.secrets import BadSecret, load_kept

_SHORTEST = 16
# The salt need not be secret, only this program's own: every machine must come to the same key.
_SALT = b"rushes: what is kept encrypted at rest"


class CannotOpen(Exception):
    """It was sealed with another ENCRYPTION_KEY, or is damaged."""


class Encryption:
    """Seals with the first of `passphrases`, opens with any."""

    def __init__(self, passphrases: list[bytes]) -> None:
        self._passphrases = passphrases

    @classmethod
    def load(cls, given: SecretStr | None, path: Path, *, make: bool = True) -> Encryption:
        """With what ENCRYPTION_KEY gives, else with the content of `path`, which `make` makes when missing.
        What was sealed with the latter can still be opened after the former was given. Raises `BadSecret`."""
        phrases = _read(given) if given is not None else []
        if path.exists() or (make and not phrases):
            phrases.append(load_kept(path))
        return cls(phrases)

    def seal(self, text: str) -> str:
        """`text`, encrypted and signed."""
        return self._fernets[0].encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises `CannotOpen`."""
        return self._opened(sealed)[0]

    def renew(self, sealed: str) -> str | None:
        """The same, sealed with the first passphrase; None if it is so already. Raises `CannotOpen`."""
        text, is_first = self._opened(sealed)
        return None if is_first else self.seal(text)

    def _opened(self, sealed: str) -> tuple[str, bool]:
        """What was sealed, and whether with the first passphrase."""
        for number, fernet in enumerate(self._fernets):
            with suppress(InvalidToken):
                return fernet.decrypt(sealed.encode()).decode(), number == 0
        raise CannotOpen("It was encrypted with another ENCRYPTION_KEY.")

    @cached_property
    def _fernets(self) -> list[Fernet]:
        return [Fernet(urlsafe_b64encode(_derived(phrase))) for phrase in self._passphrases]


def _read(given: SecretStr) -> list[bytes]:
    phrases = [phrase.strip() for phrase in given.get_secret_value().split(",")]
    if any(len(phrase) < _SHORTEST for phrase in phrases):
        raise BadSecret(
            f"ENCRYPTION_KEY must have at least {_SHORTEST} characters, and so must each part of it between"
            " commas. Try: openssl rand -hex 32"
        )
    return [phrase.encode() for phrase in phrases]


def _derived(phrase: bytes) -> bytes:
    """32 bytes that take 32 MB and about a tenth of a second to come to, so that a copied database does not
    give away a passphrase that people can remember (RFC 7914)."""
    return Scrypt(salt=_SALT, length=32, n=2**15, r=8, p=1).derive(phrase)
