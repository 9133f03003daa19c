"""A production goes to another studio as one file, and is there what it was here."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from tests.conftest import MakeMember, Until
from tests.productions.bundles import SCRIPT, alike, counted, imported, said, taken_out, unpacked
from tests.productions.filming import ended, make, run, seen
from tests.videos.test_creating import picture

from rushes.studio import Studio
from rushes.tables import budgets, ledger

pytestmark = pytest.mark.usefixtures("worker")


async def a_film(client: httpx2.AsyncClient, until: Until, **more: Any) -> dict[str, Any]:
    film = await make(client, script=SCRIPT)
    await run(client, film["id"], **more)
    done = await ended(until, client, film["id"], seconds=120)
    assert done["error"] is None, done
    return done


async def test_it_is_there_what_it_was_here(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until, studio: Studio
) -> None:
    film = await a_film(signed_in, until)
    address = f"/api/productions/{film['id']}"
    # Everything that somebody may have done with it.
    second = film["scenes"][1]["takes"][0]["video_id"]
    trimmed = await signed_in.patch(f"{address}/scenes/2/takes/{second}", json={"in": 0.1, "out": 0.9})
    assert trimmed.status_code == 200, trimmed.text
    await signed_in.post(f"{address}/scenes/1/takes", json={})
    await until(lambda: _is_idle(signed_in, film["id"]), "another take", seconds=60)
    settings = {"transition": "fade", "captions": {"style": "karaoke", "burn": True}, "label": True}
    assert (await signed_in.post(f"{address}/cut", json={**settings, "resolution": 480})).status_code == 202
    await ended(until, signed_in, film["id"], seconds=120)
    assert (await signed_in.patch(f"{address}/scenes/2", json={"locked": True})).status_code == 200
    film = await seen(signed_in, film["id"])
    assert (film["status"], film["cut"]["stale"]) == ("completed", False)
    assert [len(scene["takes"]) for scene in film["scenes"]] == [2, 1]

    bundle = await taken_out(signed_in, film["id"])
    ada = await member("ada")
    there = await imported(ada, bundle)
    assert alike(there) == alike(film)
    assert there["id"] != film["id"] and there["user_id"] != film["user_id"]

    # All of it is there: its files, as they were, with the pictures that lists show.
    for here, copy in zip(_videos(film), _videos(there), strict=True):
        original = (await signed_in.get(here["url"])).content
        assert (await ada.get(copy["url"])).content == original
        assert (await ada.get(copy["thumbnail_url"])).status_code == 200
    for scene in there["scenes"]:
        assert (await ada.get(scene["frame"]["url"])).status_code == 200
    voices = [each["scenes"][0]["voice"]["url"] for each in (film, there)]
    assert (await signed_in.get(voices[0])).content == (await ada.get(voices[1])).content
    for form in ("srt", "vtt", "fcp7xml"):
        asked = [
            await client.get(f"/api/productions/{each['id']}/export?format={form}")
            for client, each in ((signed_in, film), (ada, there))
        ]
        assert asked[0].text == asked[1].text

    # Nothing of it is anybody else's, and nothing is to be made.
    assert (await signed_in.get(f"/api/productions/{there['id']}")).status_code == 404
    before = await counted(studio)
    await run(ada, there["id"])
    again = await ended(until, ada, there["id"])
    assert alike({**again, "run": None}) == alike({**there, "run": None})
    assert await counted(studio) == before


async def _is_idle(client: httpx2.AsyncClient, production_id: str) -> bool:
    found = await seen(client, production_id)
    steps = [scene[step] for scene in found["scenes"] for step in ("frame", "voice", "clip")]
    return all(step["status"] not in ("waiting", "running") for step in steps)


def _videos(film: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(take for scene in film["scenes"] for take in scene["takes"]), film["cut"]]
