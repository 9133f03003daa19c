"""Scenes come and go, whatever their ids are made of."""

from __future__ import annotations

import httpx2
from tests.productions.filming import make


async def test_a_scene_can_be_inserted_anywhere(signed_in: httpx2.AsyncClient) -> None:
    film = await make(signed_in, script={"scenes": [{"narration": "First."}]})
    where = f"/api/productions/{film['id']}/scenes"
    # Ids are of digits and letters, and their ends are all of them in turn.
    for number in range(12):
        answer = await signed_in.post(where, json={"after": 0, "narration": f"Before {number}."})
        assert answer.status_code == 201, answer.text
    spoken = [scene["narration"] for scene in answer.json()["scenes"]]
    assert spoken == [*(f"Before {number}." for number in reversed(range(12))), "First."]
