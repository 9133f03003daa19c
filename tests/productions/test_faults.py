"""What breaks in the middle of a film in ways that nobody foresaw, and what comes later than its run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run

from rushes.productions import captions, making, steps
from rushes.storage import StorageAway
from rushes.studio import Studio
from rushes.uploads import keeping

pytestmark = pytest.mark.usefixtures("worker")

SCRIPT = {"title": "Hills", "scenes": [{"narration": "A hill.", "frame_prompt": "a hill", "seconds": 1}]}


async def test_a_step_that_breaks_fails_and_is_not_begun_again_by_itself(
    signed_in: httpx2.AsyncClient, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def break_down(*_: Any) -> None:
        nonlocal asked
        asked += 1
        raise ZeroDivisionError("as nobody foresaw")

    monkeypatch.setitem(making._MAKERS, "captions", break_down)
    film = await make(signed_in, script=SCRIPT)
    await run(signed_in, film["id"], through="captions")
    failed = await ended(until, signed_in, film["id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal_error")
    assert asked == 1
    # Whatever it was is mended.
    monkeypatch.setitem(making._MAKERS, "captions", captions.make)
    await run(signed_in, film["id"], through="captions")
    assert (await ended(until, signed_in, film["id"]))["status"] == "paused"


async def test_what_was_paid_for_waits_for_a_store_that_is_away(
    signed_in: httpx2.AsyncClient, studio: Studio, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_BETWEEN_TRIES", 0.1)
    # As if it were paid for: on this machine it is simply begun again.
    monkeypatch.setattr(steps, "is_free", lambda model: not model)
    put, tries = studio.storage.put, 0

    async def away_at_first(key: str, source: Any) -> Any:
        nonlocal tries
        if "sound" in key:
            tries += 1
            if tries <= 2:
                assert isinstance(source, Path)
                source.unlink()
                raise StorageAway
        return await put(key, source)

    monkeypatch.setattr(studio.storage, "put", away_at_first)
    film = await make(signed_in, script=SCRIPT)
    await run(signed_in, film["id"], through="voices")
    done = await ended(until, signed_in, film["id"])
    assert (done["status"], done["error"]) == ("paused", None)
    assert done["scenes"][0]["voice"]["status"] == "done"
    assert tries == 3
