"""An animatic, from a sentence to clips, with nothing but what is on this machine."""

from __future__ import annotations

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run, seen

from rushes.studio import Studio

pytestmark = pytest.mark.usefixtures("worker")


async def test_from_a_sentence_to_clips(signed_in: httpx2.AsyncClient, until: Until) -> None:
    made = await make(signed_in, scenes=2)
    assert (made["status"], made["stage"], made["scenes"]) == ("draft", "story", [])
    await run(signed_in, made["id"], through="clips")
    done = await ended(until, signed_in, made["id"])
    assert (done["status"], done["error"]) == ("paused", None), done
    assert len(done["scenes"]) == 2
    for scene in done["scenes"]:
        assert scene["frame"]["status"] == scene["voice"]["status"] == "done"
        [take] = scene["takes"]
        assert (take["status"], take["circled"], take["stale"]) == ("completed", True, False)
        assert take["seconds"] >= scene["length"] - 0.05
        assert scene["length"] >= scene["voice"]["duration"]
        for url in (scene["frame"]["url"], scene["voice"]["url"], take["url"]):
            assert (await signed_in.get(url)).status_code == 200
    assert (await seen(signed_in, made["id"]))["cost_actual"] == 0
    found = (await signed_in.get(f"/api/videos?production={made['id']}")).json()["videos"]
    assert {video["production_id"] for video in found} == {made["id"]}
    assert len(found) == 2


async def test_one_request_makes_a_film(signed_in: httpx2.AsyncClient, until: Until, studio: Studio) -> None:
    made = await make(signed_in, scenes=2, run=True)
    assert made["status"] == "running"
    done = await ended(until, signed_in, made["id"], seconds=120)
    assert (done["status"], done["error"]) == ("completed", None), done
    assert done["cut"]["status"] == "done" and not done["cut"]["stale"]
    video = (await signed_in.get(f"/api/videos/{done['cut']['video_id']}")).json()
    assert (video["kind"], video["stage"], video["production_id"]) == ("cut", "completed", made["id"])
    assert video["duration"] == pytest.approx(done["duration"], abs=0.1)
    assert (await signed_in.get(done["cut"]["url"])).status_code == 200


async def test_asked_twice_made_once(signed_in: httpx2.AsyncClient) -> None:
    """By the key that programs send with whatever may cost something."""
    key = {"Idempotency-Key": "a film"}
    body = {"script": {"scenes": [{"narration": "Once."}]}}
    first = await signed_in.post("/api/productions", json=body, headers=key)
    again = await signed_in.post("/api/productions", json=body, headers=key)
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    other = await signed_in.post("/api/productions", json={"prompt": "another"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    scene = f"/api/productions/{first.json()['id']}/scenes/1"
    for what in ("frame", "voice"):
        key = {"Idempotency-Key": what}
        for _ in range(2):
            assert (await signed_in.post(f"{scene}/{what}", json={}, headers=key)).status_code == 202
