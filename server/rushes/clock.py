"""The time, so that tests can set it."""

from __future__ import annotations

import time


class Clock:
    """Real time. Tests pass their own with the same two functions."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never jump, for measuring."""
        return time.monotonic()
