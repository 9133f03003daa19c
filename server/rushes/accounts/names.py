"""What a name, an email address, a display name and a password may be, and the keys that make them unique.

Names and addresses are the same when they look the same but for case: the key is the compatibility form
(NFKC), case-folded. Every check raises `Invalid` naming its field.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator

from rushes.errors import Invalid
from rushes.passwords import flaw

SHORTEST, LONGEST = 3, 40
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,185}")
_LONGEST_EMAIL = 254
_LONGEST_DISPLAY = 80


def key_of(text: str) -> str:
    """The form under which a name or an address is unique."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def clean_username(text: str) -> str:
    """The name as it is kept: 3 to 40 letters (of any script), digits, dots, underscores and hyphens."""
    name = unicodedata.normalize("NFKC", text.strip())
    if not SHORTEST <= len(name) <= LONGEST or len(key_of(name)) > LONGEST:
        raise Invalid(username=f"must have {SHORTEST} to {LONGEST} characters")
    if not all(map(_belongs_in_a_name, name)):
        raise Invalid(username="may have only letters, digits, dots, underscores and hyphens")
    return name


def clean_email(text: str) -> str:
    """The address as it is kept. Whether it exists is for a message to find out."""
    email = unicodedata.normalize("NFC", text.strip())
    fits = len(email) <= _LONGEST_EMAIL and len(key_of(email)) <= _LONGEST_EMAIL
    if not fits or not _EMAIL.fullmatch(email) or not email.isprintable():
        raise Invalid(email="is not an email address")
    return email


def clean_display_name(text: str) -> str | None:
    """How a person wants to be called, at most 80 characters; None for an empty one."""
    name = unicodedata.normalize("NFC", text.strip())
    if len(name) > _LONGEST_DISPLAY:
        raise Invalid(display_name=f"must have at most {_LONGEST_DISPLAY} characters")
    if not name.isprintable():
        raise Invalid(display_name="must not contain control characters")
    return name or None


def check_password(password: str, *, field: str, username: str, min_length: int) -> None:
    """Raises `Invalid` naming `field` unless `password` may be the new one of `username`."""
    if wrong := flaw(password):
        raise Invalid(**{field: wrong})
    if len(password) < min_length:
        raise Invalid(**{field: f"must have at least {min_length} characters"})
    if key_of(password) == key_of(username):
        raise Invalid(**{field: "must not be the name"})


def names_from_email(email: str) -> Iterator[str]:
    """Names to try for somebody who gave only an address, the nicest first: `ada`, `ada-2`, `ada-58203`."""
    local = unicodedata.normalize("NFKC", email.split("@")[0])
    stem = "".join(c for c in local if _belongs_in_a_name(c))[: LONGEST - 6]
    while len(key_of(stem)) > LONGEST - 6:
        stem = stem[:-1]
    if len(stem) < SHORTEST:
        stem = f"{stem}-user".lstrip("-")
    yield stem
    for number in range(2, 10):
        yield f"{stem}-{number}"
    while True:
        yield f"{stem}-{secrets.randbelow(90_000) + 10_000}"


def key_to_look_up(text: str) -> str | None:
    """The key of what somebody typed to sign in, or None if nobody can be called that."""
    text = text.strip()
    if not text or len(text) > _LONGEST_EMAIL or not text.isprintable():
        return None
    return key_of(text)


def _belongs_in_a_name(character: str) -> bool:
    category = unicodedata.category(character)
    # Marks belong to letters in many scripts; Nd leaves out numerals such as ½, which fold to several signs.
    return character in "._-" or category[0] in "LM" or category == "Nd"
