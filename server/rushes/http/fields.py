"""What single fields of bodies and queries may hold, whatever they are about: checks for pydantic's types."""

from __future__ import annotations

import re

from pydantic import BeforeValidator

# Control characters, and what turns the direction of writing: that makes a name look like another. Joiners
# stay: many a script and emoji needs them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OVERRIDE = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def has_no_nul(value: str) -> str:
    """PostgreSQL holds no NUL. Raises ValueError."""
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    return value


def is_one_line(value: str) -> str:
    """Raises ValueError for what does not stay on one line, or is not what it looks like."""
    if _CONTROL.search(value):
        raise ValueError("must not contain line breaks or other control characters")
    if _OVERRIDE.search(value):
        raise ValueError("must not contain characters that turn the direction of writing")
    return value


def on_one_line(value: str) -> str:
    """The text as one line that `is_one_line` takes: for what others have written and nobody can be asked to
    write otherwise."""
    return " ".join(_OVERRIDE.sub("", _CONTROL.sub(" ", value)).split())


def _is_no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


# JSON's `true` would pass for 1.
NotTrue = BeforeValidator(_is_no_truth)
