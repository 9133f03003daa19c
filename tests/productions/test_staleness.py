"""What a change makes stale, and nothing else."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.productions.filming import ended, make, run, seen

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(240)]


@pytest.fixture
async def film(signed_in: httpx2.AsyncClient, until: Until) -> dict[str, Any]:
    made = await make(
        signed_in,
        script={
            "scenes": [
                {"narration": "The sea is calm.", "frame_prompt": "a calm sea", "seconds": 2},
                {"narration": "A ship goes by.", "frame_prompt": "a ship", "seconds": 2},
            ]
        },
    )
    await run(signed_in, made["id"], through="clips")
    done = await ended(until, signed_in, made["id"])
    assert done["status"] == "paused", done["error"]
    return done


def stale(production: dict[str, Any]) -> list[str]:
    """`1 voice`, `cut` …"""
    found = [
        f"{scene['number']} {name}"
        for scene in production["scenes"]
        for name in ("frame", "voice", "clip", "captions")
        if scene[name]["stale"]
    ]
    return found + [
        f"{scene['number']} take"
        for scene in production["scenes"]
        for take in scene["takes"]
        if take["stale"]
    ]


async def change(
    client: httpx2.AsyncClient, film: dict[str, Any], number: int, **values: Any
) -> dict[str, Any]:
    answer = await client.patch(f"/api/productions/{film['id']}/scenes/{number}", json=values)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


_CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"narration": "The sea was calm."}, ["1 voice", "1 captions"]),
    ({"speed": 1.2}, ["1 voice", "1 captions"]),
    ({"frame_prompt": "a wild sea"}, ["1 frame", "1 clip"]),
    ({"motion_prompt": "fast"}, ["1 clip", "1 take"]),
    ({"seconds": 3}, []),
    ({"clip_audio": "mute", "fit": "slow"}, []),
]


async def test_a_change_of_a_scene_and_back(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], subtests: pytest.Subtests
) -> None:
    """Undoing a change makes it fresh again."""
    assert stale(film) == []
    before = film["scenes"][0]
    for values, wanted in _CHANGES:
        with subtests.test(**values):
            assert stale(await change(signed_in, film, 1, **values)) == wanted
            assert stale(await change(signed_in, film, 1, **{name: before[name] for name in values})) == []


async def test_a_run_makes_what_is_stale_and_nothing_else(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until
) -> None:
    await change(signed_in, film, 1, narration="The sea was calm.")
    await run(signed_in, film["id"], through="clips")
    done = await ended(until, signed_in, film["id"])
    assert stale(done) == []
    before, after = film["scenes"], done["scenes"]
    assert after[0]["voice"]["asset_id"] != before[0]["voice"]["asset_id"]
    assert after[0]["frame"]["asset_id"] == before[0]["frame"]["asset_id"]
    assert [take["video_id"] for take in after[0]["takes"]] == [
        take["video_id"] for take in before[0]["takes"]
    ]
    assert after[1] == before[1]


async def test_a_new_picture_asks_for_a_new_clip(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until
) -> None:
    answer = await signed_in.post(f"/api/productions/{film['id']}/scenes/1/frame", json={})
    assert answer.status_code == 202

    async def another() -> bool:
        scene = (await seen(signed_in, film["id"]))["scenes"][0]
        return scene["frame"]["status"] == "done" and scene["clip"]["stale"]

    await until(another, "another picture", seconds=60)
    now = await seen(signed_in, film["id"])
    assert now["scenes"][0]["frame"]["asset_id"] != film["scenes"][0]["frame"]["asset_id"]
    await run(signed_in, film["id"], through="clips")
    done = await ended(until, signed_in, film["id"])
    takes = done["scenes"][0]["takes"]
    assert [take["circled"] for take in takes] == [False, True]
    assert [take["stale"] for take in takes] == [True, False]


async def test_what_is_locked_is_left_alone(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until
) -> None:
    await change(signed_in, film, 1, narration="The sea was calm.")
    await change(signed_in, film, 1, locked=True)
    refused = await signed_in.patch(f"/api/productions/{film['id']}/scenes/1", json={"narration": "No."})
    assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    for what in ("frame", "voice", "takes"):
        refused = await signed_in.post(f"/api/productions/{film['id']}/scenes/1/{what}", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    await run(signed_in, film["id"], through="clips")
    assert stale(await ended(until, signed_in, film["id"])) == ["1 voice", "1 captions"]


async def test_a_mood_is_in_every_picture(signed_in: httpx2.AsyncClient, film: dict[str, Any]) -> None:
    answer = await signed_in.patch(f"/api/productions/{film['id']}", json={"mood": "Dark"})
    assert stale(answer.json()) == ["1 frame", "1 clip", "2 frame", "2 clip"]


async def test_how_it_is_cut_makes_the_cut_stale_and_nothing_else(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until
) -> None:
    await run(signed_in, film["id"], through="cut")
    before = await ended(until, signed_in, film["id"])
    assert not before["cut"]["stale"]
    path = f"/api/productions/{film['id']}"
    changed = await signed_in.patch(path, json={"cut": {"captions": {"style": "boxed", "burn": True}}})
    assert changed.status_code == 200, changed.text
    assert (stale(changed.json()), changed.json()["cut"]["stale"]) == ([], True)
    settings = changed.json()["cut"]["settings"]
    assert settings == {**before["cut"]["settings"], "captions": {"style": "boxed", "burn": True}}
    for wrong in ({"music_asset_id": "asset_none"}, {"resolution": 5}, {"captions": {"style": "comic"}}):
        assert (await signed_in.patch(path, json={"cut": wrong})).status_code == 422
    undone = await signed_in.patch(path, json={"cut": {"captions": before["cut"]["settings"]["captions"]}})
    assert (stale(undone.json()), undone.json()["cut"]["stale"]) == ([], False)


async def test_what_is_locked_and_stale_stops_nothing_else(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], until: Until
) -> None:
    """The locked narration stays as it is; captions and cut are made of it, once."""
    await change(signed_in, film, 1, narration="The sea was calm.")
    await change(signed_in, film, 1, locked=True)
    await run(signed_in, film["id"], through="cut")
    done = await ended(until, signed_in, film["id"])
    assert (done["status"], done["error"]) == ("completed", None)
    found = (await signed_in.get(f"/api/videos?production={film['id']}")).json()["videos"]
    assert [video["kind"] for video in found].count("cut") == 1


async def test_another_mood_is_drawn_once(signed_in: httpx2.AsyncClient, until: Until) -> None:
    """The story was written for another mood, and is not written anew: what stands on it is made once."""
    made = await make(signed_in, scenes=1)
    await run(signed_in, made["id"], through="clips")
    before = await ended(until, signed_in, made["id"])
    changed = await signed_in.patch(f"/api/productions/{made['id']}", json={"mood": "Black and white"})
    assert changed.json()["story"]["stale"]
    await run(signed_in, made["id"], through="clips")
    done = await ended(until, signed_in, made["id"])
    assert done["status"] == "paused", done["error"]
    [scene], [former] = done["scenes"], before["scenes"]
    assert scene["frame"]["asset_id"] != former["frame"]["asset_id"]
    assert scene["voice"]["asset_id"] == former["voice"]["asset_id"]
    assert len(scene["takes"]) == 2


async def test_words_that_come_with_control_characters(signed_in: httpx2.AsyncClient, until: Until) -> None:
    """As they are pasted from elsewhere: a clip can be ordered all the same."""
    scene = {
        "narration": "",
        "frame_prompt": "a hill\x0bwith a tree",
        "motion_prompt": "slow\tpan",
        "seconds": 1,
    }
    made = await make(signed_in, script={"title": "Hills", "scenes": [scene]})
    await run(signed_in, made["id"], through="clips")
    done = await ended(until, signed_in, made["id"])
    assert (done["status"], done["error"]) == ("paused", None)
