"""Narrations that take longer than there is room for, in scenes that are fitted by fewer words."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(240)]

LONG = (
    "The keeper climbs the stairs of the tower. He counts every step on his way up. The wind pulls at the"
    " windows, and far below the sea breaks over the rocks. Nobody has come here for a very long time."
)
SHORT = "At the top burns the lamp."


def script(**more: Any) -> dict[str, Any]:
    scenes = [
        {"narration": LONG, "frame_prompt": "a tower", "seconds": 2},
        {"narration": SHORT, "frame_prompt": "a lamp", "seconds": 2},
    ]
    return {"script": {"title": "The lamp", "scenes": scenes}, **more}


async def test_words_are_shortened_to_the_length_that_the_film_was_to_have(
    signed_in: httpx2.AsyncClient, until: Until
) -> None:
    film = await make(signed_in, **script(seconds=10))
    scene = f"/api/productions/{film['id']}/scenes/1"
    await run(signed_in, film["id"], through="voices")
    spoken = await ended(until, signed_in, film["id"], seconds=120)
    assert spoken["excess"] > 2
    assert spoken["scenes"][0]["former_narration"] is None

    changed = await signed_in.patch(scene, json={"fit": "rewrite"})
    assert changed.status_code == 200
    priced = await signed_in.get(f"/api/productions/{film['id']}/estimate?through=clips")
    assert {"stage": "rewrite", "model": "outline/writer", "count": 1, "amount": 0.0} in priced.json()[
        "items"
    ]
    await run(signed_in, film["id"], through="clips")
    done = await ended(until, signed_in, film["id"], seconds=120)
    assert (done["status"], done["error"]) == ("paused", None)
    first, second = done["scenes"]
    assert (first["former_narration"], second["narration"]) == (LONG, SHORT)
    assert first["narration"] and len(first["narration"]) < len(LONG)
    assert LONG.startswith(first["narration"][:30])
    assert done["excess"] == 0
    assert done["duration"] <= 10
    assert not first["voice"]["stale"]
    assert [len(each["takes"]) for each in done["scenes"]] == [1, 1]

    # Undone by hand, and it stays like that.
    await signed_in.patch(scene, json={"narration": LONG, "fit": "hold"})
    await run(signed_in, film["id"], through="clips")
    again = (await ended(until, signed_in, film["id"], seconds=120))["scenes"][0]
    assert (again["narration"], again["former_narration"]) == (LONG, None)


async def test_what_fits_and_what_is_locked_keep_their_words(
    signed_in: httpx2.AsyncClient, until: Until
) -> None:
    film = await make(signed_in, **script(seconds=10))
    await run(signed_in, film["id"], through="voices")
    await ended(until, signed_in, film["id"], seconds=120)
    for number, change in ((1, {"fit": "rewrite", "locked": True}), (2, {"fit": "hold"})):
        await signed_in.patch(f"/api/productions/{film['id']}/scenes/{number}", json=change)
    await run(signed_in, film["id"], through="clips")
    done = await ended(until, signed_in, film["id"], seconds=120)
    assert [scene["narration"] for scene in done["scenes"]] == [LONG, SHORT]
    # Without a length that the film was to have, a sketch is as long as its words.
    free = await make(signed_in, **script())
    await signed_in.patch(f"/api/productions/{free['id']}/scenes/1", json={"fit": "rewrite"})
    await run(signed_in, free["id"], through="clips")
    assert (await ended(until, signed_in, free["id"], seconds=120))["scenes"][0]["narration"] == LONG
