"""Adds up how far several pieces of work are, of which some run at once."""

from collections.abc import Callable


class Meter:
    """Tells a share between 0 and 1 that only grows: 0 at the begin, 1 when `finish` is called.

    `whole` is the weight of all the work, in whatever unit its parts are weighed.
    """

    def __init__(self, tell: Callable[[float], None] | None, whole: float) -> None:
        self._tell = tell
        self._whole = whole
        self._done: list[float] = []
        self._told = -1.0
        self._say(0.0)

    def part(self, weight: float) -> Callable[[float], None]:
        """What a piece of the work calls with how much of itself is done, from 0 to 1."""
        number = len(self._done)
        self._done.append(0.0)

        def done(share: float) -> None:
            self._done[number] = weight * min(1.0, max(0.0, share))
            self._say(min(0.999, sum(self._done) / self._whole))

        return done

    def finish(self) -> None:
        self._say(1.0)

    def _say(self, share: float) -> None:
        if self._tell and share > self._told:
            self._told = share
            self._tell(share)
