"""Removing what a maker began to write and did not finish."""

from __future__ import annotations

from pathlib import Path


def remove(file: Path) -> None:
    """At once rather than in a thread: a cancelled task may not get another turn."""
    file.unlink(missing_ok=True)
