"""Another person's video is as unknown as one that never was, on every address."""

from __future__ import annotations

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.videos.conftest import Completed
from tests.videos.making import seen
from tests.videos.test_creating import picture

REQUESTS = [
    ("GET", "", None),
    ("HEAD", "", None),
    ("PATCH", "", {"title": "mine now"}),
    ("DELETE", "", None),
    ("DELETE", "?permanent=true", None),
    ("GET", "/content", None),
    ("GET", "/content?variant=thumbnail", None),
    ("GET", "/content?variant=spritesheet&download=1", None),
    ("GET", "/lineage", None),
    ("GET", "/cancel", None),
    ("POST", "/cancel", None),
    ("POST", "/retry", None),
    ("POST", "/restore", None),
    ("POST", "/remix", {"prompt": "in my colours"}),
]


async def test_every_address_of_a_video(
    signed_in: httpx2.AsyncClient, member: MakeMember, completed: Completed, subtests: pytest.Subtests
) -> None:
    ada = await member("ada")
    hers = await completed(ada)
    # An administrator is nobody special here.
    for method, rest, body in REQUESTS:
        answers = []
        for video_id in (hers["id"], "video_none", "..", "%00", "x" * 3000):
            with subtests.test(method=method, rest=rest, video_id=video_id[:20]):
                answer = await signed_in.request(method, f"/api/videos/{video_id}{rest}", json=body)
                assert answer.status_code == 404, answer.text
                if video_id in (hers["id"], "video_none"):
                    answers.append(answer.content)
        assert len(set(answers)) == 1
    assert await seen(ada, hers["id"]) == hers


async def test_her_pictures_and_her_list(signed_in: httpx2.AsyncClient, member: MakeMember) -> None:
    ada = await member("ada")
    file = ("a.png", picture(), "image/png")
    made = (await ada.post("/api/videos", data={"prompt": "x"}, files={"input_reference": file})).json()
    assert (await ada.get(made["reference"]["url"])).status_code == 200
    assert (await signed_in.get(made["reference"]["url"])).status_code == 404
    assert (await signed_in.get("/api/videos")).json()["videos"] == []
    assert (await signed_in.get("/api/videos?status=trashed")).json()["videos"] == []


async def test_nobody_at_all(client: httpx2.AsyncClient, member: MakeMember, completed: Completed) -> None:
    hers = await completed(await member("ada"))
    for method, rest, body in REQUESTS:
        answer = await client.request(method, f"/api/videos/{hers['id']}{rest}", json=body)
        assert answer.status_code == 401
