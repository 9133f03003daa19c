"""What one step of one scene would cost, and the names of looks."""

from __future__ import annotations

import httpx2
from tests.productions.filming import make


async def test_a_step_of_a_scene_has_a_price_of_its_own(signed_in: httpx2.AsyncClient) -> None:
    film = await make(signed_in, script={"scenes": [{"narration": "The sea is calm."}]})
    where = f"/api/productions/{film['id']}/scenes/1/estimate"
    for stage, model in (
        ("frames", "animatic/still"),
        ("voices", "espeak/voice"),
        ("clips", "animatic/animatic"),
    ):
        answer = await signed_in.get(where, params={"stage": stage})
        assert answer.status_code == 200, answer.text
        assert answer.json()["amount"] == 0
        assert [item["model"] for item in answer.json()["items"]] == [model]
    assert (await signed_in.get(where, params={"stage": "cut"})).status_code == 422
    other = f"/api/productions/{film['id']}/scenes/9/estimate"
    assert (await signed_in.get(other, params={"stage": "frames"})).status_code == 404


async def test_looks_have_names(signed_in: httpx2.AsyncClient) -> None:
    looks = (await signed_in.get("/api/looks")).json()
    assert "Noir" in looks["styles"]
    assert "Calm" in looks["moods"]
    assert looks["aspect_ratios"][0] == "16:9"
