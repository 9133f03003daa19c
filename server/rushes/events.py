"""What changed: the one event of the studio, numbered per space.

A change says only *which* row is new and its number. Whoever tells people about it reads the row, so two
changes in a row become one message with the latest state, and nothing is ever told that was not committed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Row `id` of `kind` (`video`) in `space_id` now carries number `seq`."""

    kind: str
    id: str
    space_id: str
    seq: int
