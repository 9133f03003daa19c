"""Why a bundle is refused, and how much of one is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BundleProblem = Literal["not_a_bundle", "too_new", "tampered", "too_large", "missing_file"]

_SENTENCES: dict[BundleProblem, str] = {
    "not_a_bundle": "This file is not a bundle of a production, or not all of it has arrived.",
    "too_new": "This bundle was made by a newer version of Rushes. Update this studio, then try again.",
    "tampered": "This bundle was changed after it was made{about}. Nothing of it was used.",
    "too_large": "This bundle holds more than this studio takes{about}.",
    "missing_file": "A file is missing from this bundle{about}. Nothing of it was used.",
}
_LONGEST_NAME = 80


class BadBundle(Exception):
    """The bundle cannot be used: `code` never changes, `message` is a sentence for people, `file` names the
    culprit where there is one."""

    def __init__(self, code: BundleProblem, file: str | None = None) -> None:
        shown = "".join(sign if sign.isprintable() else "�" for sign in file or "")[:_LONGEST_NAME]
        self.message = _SENTENCES[code].format(about=f" ({shown})" if file is not None else "")
        super().__init__(self.message)
        self.code: BundleProblem = code
        self.file = file


@dataclass(frozen=True, slots=True)
class Limits:
    """`files` and `bytes` of them all, unpacked; `ratio` of unpacked to packed size, for any of them."""

    files: int = 5_000
    bytes: int = 50 * 1024**3
    ratio: int = 100
