"""What assets may be called, and how a name is looked for."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from rushes.http.fields import has_no_nul, is_one_line

LONGEST = 200
# Control characters, and those that turn the direction of writing: they make a name look like another.
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def name_key(name: str) -> str:
    """The name without case and accents: `Café` is found by `cafe`."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))


def name_of_file(filename: str) -> str:
    """What a file's asset is called unless somebody says otherwise; never empty."""
    return _UNWANTED.sub("", filename).strip()[:LONGEST] or "file"


AssetName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST),
    AfterValidator(is_one_line),
]
NameSearch = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(has_no_nul)
]
