"""What the doctor says of one part, and how a look at it becomes that, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from rushes.errors import RushesError
from rushes.extras import MissingExtra
from rushes.media.ffmpeg import FfmpegMissing
from rushes.settings import BadSetting
from rushes.storage import StorageError

State = Literal["ok", "warning", "fault"]

DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one part. `mend` says what to do about a fault or a warning."""

    part: str
    state: State
    text: str
    mend: str | None = None


class Trouble(Exception):
    """A fault, or with `state` a warning, in a sentence, with what to do about it."""

    def __init__(self, text: str, mend: str | None = None, *, state: State = "fault") -> None:
        super().__init__(text)
        self.text, self.mend, self.state = text, mend, state


# A look: what to say when all is well.
Look = Callable[[], Awaitable[str]]


async def found(part: str, look: Look) -> Finding:
    """What the look says, or why it could not say it."""
    try:
        async with asyncio.timeout(DEADLINE):
            return Finding(part, "ok", await look())
    except Trouble as trouble:
        return Finding(part, trouble.state, trouble.text, trouble.mend)
    except TimeoutError:
        return Finding(part, "fault", f"It did not answer within {DEADLINE:g} seconds.")
    except (BadSetting, MissingExtra, FfmpegMissing) as error:
        # These say themselves what to set or to install.
        return Finding(part, "fault", str(error))
    except (RushesError, StorageError) as error:
        return Finding(part, "fault", error.message)
    except Exception as error:  # noqa: BLE001  whatever a part fails with is what is asked for here
        # Its words may hold an address with a password.
        return Finding(part, "fault", f"It failed in a way that nobody thought of: {type(error).__name__}.")
