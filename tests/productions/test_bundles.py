"""A production goes to another studio as one file, and is there what it was here."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from pydantic import BaseModel
from sqlalchemy import Table, insert, select, update
from tests.conftest import MakeMember, Until
from tests.journeys.belongings import music as music_of
from tests.journeys.belongings import voice
from tests.productions.bundles import SCRIPT, alike, counted, imported, taken_out, unpacked
from tests.productions.filming import ended, make, run, seen
from tests.videos.test_creating import picture

from rushes.productions.bundle_models import BundledProduction, BundledScene, BundledStep, BundledTake
from rushes.studio import Studio
from rushes.tables import (
    budgets,
    ledger,
    new_id,
    production_steps,
    productions,
    scenes,
    takes,
    videos,
)

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


async def test_what_was_stale_is_stale_and_the_rest_is_fresh(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until
) -> None:
    film = await a_film(signed_in, until)
    address = f"/api/productions/{film['id']}"
    await signed_in.patch(f"{address}/scenes/1", json={"narration": "A hill at noon."})
    await signed_in.patch(f"{address}/scenes/2", json={"motion_prompt": "Pan right."})
    film = await seen(signed_in, film["id"])
    first, second = film["scenes"]
    assert (first["voice"]["stale"], first["frame"]["stale"], first["clip"]["stale"]) == (True, False, False)
    assert (second["frame"]["stale"], second["clip"]["stale"], film["cut"]["stale"]) == (False, True, True)

    ada = await member("ada")
    there = await imported(ada, await taken_out(signed_in, film["id"]))
    assert alike(there) == alike(film)
    # What is taken back is fresh, there as here: but for a cut, which knows its clips by name.
    await ada.patch(f"/api/productions/{there['id']}/scenes/1", json={"narration": "A hill."})
    back = await seen(ada, there["id"])
    assert [scene["voice"]["stale"] for scene in back["scenes"]] == [False, False]
    assert back["cut"]["stale"]
    await ada.patch(f"/api/productions/{there['id']}/scenes/1", json={"narration": "A hill at noon."})

    await run(ada, there["id"])
    done = await ended(until, ada, there["id"], seconds=120)
    assert (done["status"], done["cut"]["stale"]) == ("completed", False)
    was, now = there["scenes"], done["scenes"]
    kept = [scene["frame"]["asset_id"] for scene in was]
    assert [scene["frame"]["asset_id"] for scene in now] == kept
    assert now[0]["voice"]["asset_id"] != was[0]["voice"]["asset_id"]
    assert [len(scene["takes"]) for scene in now] == [1, 2]


async def test_what_people_brought_themselves_goes_along(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until
) -> None:
    film = await make(signed_in, script=SCRIPT)
    address = f"/api/productions/{film['id']}"
    still, after, sound, music = [
        await _brought(signed_in, name, body, purpose=purpose)
        for name, body, purpose in (
            ("My hill.png", picture(320, 180), "still"),
            ("A boat.png", picture(180, 180), "upload"),
            ("Me.wav", voice(0.5), "voice"),
            ("Song.wav", music_of(1), "music"),
        )
    ]
    await signed_in.post(f"{address}/scenes/1/frame", json={"asset_id": still})
    await signed_in.post(f"{address}/scenes/1/voice", json={"asset_id": sound})
    await signed_in.patch(f"{address}/scenes/2", json={"reference_asset_id": after, "voice": "somebody"})
    await signed_in.patch(address, json={"continuity": "Ada: a girl in a red coat", "style": "Noir"})
    answer = await signed_in.post(f"{address}/cut", json={"music_asset_id": music})
    assert answer.status_code == 202, answer.text
    film = await ended(until, signed_in, film["id"], seconds=120)
    assert film["status"] == "completed", film["error"]

    bundle = await taken_out(signed_in, film["id"])
    names = set(unpacked(bundle))
    assert {"film.mp4", "music.wav", "stills/01.png", "narrations/01.wav", "takes/02-1.mp4"} <= names
    ada = await member("ada")
    there = await imported(ada, bundle)
    assert alike(there) == alike(film)
    assert not there["cut"]["stale"] and there["scenes"][0]["frame"]["own"]
    mine = {asset["name"]: asset for asset in (await ada.get("/api/assets")).json()["assets"]}
    assert {"My hill.png", "A boat.png", "Me.wav", "Song.wav"} <= mine.keys()
    assert mine["Song.wav"]["id"] == there["cut"]["settings"]["music_asset_id"]
    assert mine["Song.wav"]["purpose"] == "music"
    # What is used stays.
    gone = await ada.delete(f"/api/assets/{mine['A boat.png']['id']}")
    assert (gone.status_code, gone.json()["code"]) == (409, "asset_in_use")


async def test_what_is_made_by_the_way_goes_along(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until, studio: Studio
) -> None:
    """Clips of one's own, narrations that were shortened or spoken anew since they were timed."""
    film = await a_film(signed_in, until, through="captions")
    address = f"/api/productions/{film['id']}"
    clip = (await signed_in.get(film["scenes"][1]["takes"][0]["url"])).content
    asset_id = await _brought(signed_in, "Mine.mp4", clip, purpose="upload")
    assert (await signed_in.post(f"{address}/scenes/1/takes", json={"asset_id": asset_id})).status_code == 202

    async def is_taken() -> bool:
        return bool((await seen(signed_in, film["id"]))["scenes"][0]["own_clip"]["status"] == "done")

    await until(is_taken, "the take", seconds=60)
    await signed_in.patch(f"{address}/scenes/1", json={"speed": 1.5})
    assert (await signed_in.post(f"{address}/scenes/1/voice", json={})).status_code == 202
    await until(lambda: _is_idle(signed_in, film["id"]), "the voice", seconds=60)
    shorter = {"former": "A hill, far away.", "narration": "A hill.", "tries": 1}
    async with studio.transaction() as work:
        await work.session.execute(
            insert(production_steps).values(
                id=new_id("step"),
                production_id=film["id"],
                scene_id=film["scenes"][0]["id"],
                stage="rewrite",
                status="done",
                made_from="0" * 64,
                result=shorter,
                cost_actual=0.001,
            )
        )
    film = await seen(signed_in, film["id"])
    first = film["scenes"][0]
    assert (first["former_narration"], first["captions"]["stale"]) == (shorter["former"], True)
    assert [(take["own"], take["circled"]) for take in first["takes"]] == [(False, False), (True, True)]
    ada = await member("ada")
    there = await imported(ada, await taken_out(signed_in, film["id"]))
    assert alike(there) == alike(film)
    assert there["cost_actual"] == 0.001


async def _brought(client: httpx2.AsyncClient, name: str, body: bytes, *, purpose: str) -> str:
    answer = await client.post("/api/assets", data={"purpose": purpose}, files={"file": (name, body)})
    assert answer.status_code == 201, answer.text
    asset_id: str = answer.json()["id"]
    return asset_id


async def test_what_it_has_cost_is_shown_and_nobody_is_charged(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until, studio: Studio
) -> None:
    film = await a_film(signed_in, until, through="clips")
    first, second = (scene["takes"][0]["video_id"] for scene in film["scenes"])
    # As if it had been paid for, and once in vain, with one still whose maker has never answered.
    error = {"code": "refused", "message": "No.", "retryable": False, "charged": "yes"}
    paid = {"provider": "acme", "provider_model": "cam-1", "model": "acme/cam-1"}
    nothing = dict.fromkeys(("file_path", "thumbnail_path", "spritesheet_path", "duration"))
    lost = {"stage": "failed", "status": "failed", "error": error, "progress": 40, **nothing}
    unknown = {**error, "code": "outcome_unknown", "charged": "unknown"}
    async with studio.transaction() as work:
        for video_id, values in ((first, {"cost_actual": 0.4}), (second, {**lost, "cost_lost": 0.1})):
            await work.session.execute(update(videos).where(videos.c.id == video_id).values(**paid, **values))
        steps = update(production_steps).where(production_steps.c.production_id == film["id"])
        stage = production_steps.c.stage
        await work.session.execute(steps.where(stage == "frames").values(cost_actual=0.02, made_by="acme/x"))
        asked = {"status": "unknown", "model": "acme/tts", "error": unknown, "cost_estimate": 0.3}
        await work.session.execute(steps.where(stage == "voices").values(**asked))
    film = await seen(signed_in, film["id"])
    assert film["cost_actual"] == pytest.approx(0.54)

    ada = await member("ada")
    there = await imported(ada, await taken_out(signed_in, film["id"]))
    assert there["cost_actual"] == film["cost_actual"]
    wanted = alike(film)
    assert wanted["scenes"][0]["voice"]["status"] == "unknown"
    # Whoever has asked for it will hear of it, or not.
    wanted["scenes"][0]["voice"]["status"] = "failed"
    assert alike(there) == wanted
    [take] = there["scenes"][1]["takes"]
    assert (take["status"], take["error"], take["url"]) == ("failed", error, None)
    video = (await ada.get(f"/api/videos/{there['scenes'][0]['takes'][0]['video_id']}")).json()
    assert video["served_by"] == {"provider": "acme", "model": "cam-1"}
    assert (video["tags"], video["kind"], video["production_id"]) == (["imported"], "image", there["id"])
    [made_from] = video["references"]
    assert made_from["asset_id"] == there["scenes"][0]["frame"]["asset_id"]
    # Making it anew settles nothing that was never reserved here.
    scene = f"/api/productions/{there['id']}/scenes/1"
    assert (await ada.post(f"{scene}/voice", json={})).status_code == 202
    await until(lambda: _is_idle(ada, there["id"]), "the voice", seconds=60)
    async with studio.reading() as session:
        assert (await session.execute(select(ledger))).all() == []
        assert (await session.execute(select(budgets))).all() == []


async def test_where_videos_come_from_goes_along(
    signed_in: httpx2.AsyncClient, member: MakeMember, until: Until, studio: Studio
) -> None:
    film = await a_film(signed_in, until, through="clips")
    scene = f"/api/productions/{film['id']}/scenes/1"
    parent = film["scenes"][0]["takes"][0]["video_id"]
    asked = {"prompt": "at dusk", "title": "Dusk", "tags": ["hill"]}
    remix = (await signed_in.post(f"/api/videos/{parent}/remix", json=asked)).json()

    async def is_done() -> bool:
        found = (await signed_in.get(f"/api/videos/{remix['id']}")).json()
        return bool(found["stage"] == "completed")

    await until(is_done, "the remix", seconds=60)
    assert (await signed_in.post(f"{scene}/takes", json={"video_id": remix["id"]})).status_code == 202
    film = await seen(signed_in, film["id"])
    ada = await member("ada")
    there = await imported(ada, await taken_out(signed_in, film["id"]))
    assert alike(there) == alike(film)
    first, second = there["scenes"][0]["takes"]
    assert (first["circled"], second["circled"], second["own"]) == (False, True, True)
    copy = (await ada.get(f"/api/videos/{second['video_id']}")).json()
    assert copy["lineage"] == {"root_id": first["video_id"], "parent_id": first["video_id"]}
    assert (copy["title"], copy["tags"], copy["production_id"]) == ("Dusk", ["hill", "imported"], None)
    async with studio.reading() as session:
        prompts = await session.scalar(select(videos.c.prompts).where(videos.c.id == second["video_id"]))
    assert prompts[-1] == "at dusk" and len(prompts) == 2


async def test_the_same_studio_takes_it_too_and_keeps_one_of_each_file(
    signed_in: httpx2.AsyncClient, until: Until, studio: Studio
) -> None:
    film = await a_film(signed_in, until, through="clips")
    bundle = await taken_out(signed_in, film["id"])
    first = await imported(signed_in, bundle)
    assert alike(first) == alike(film)
    before = await counted(studio)
    second = await imported(signed_in, bundle)
    assert alike(second) == alike(film)
    assert second["scenes"][0]["frame"]["asset_id"] == first["scenes"][0]["frame"]["asset_id"]
    after = await counted(studio)
    assert (after["assets"], after["loose_files"]) == (before["assets"], 0)
    # A bundle of what was taken in is as good.
    third = await imported(signed_in, await taken_out(signed_in, second["id"]))
    assert alike(third) == alike(film)


async def test_a_draft_and_one_that_is_running(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio, until: Until
) -> None:
    ada = await member("ada")
    draft = await make(signed_in, scenes=3, seconds=20, title="Über: \u2026 / it", language="en")
    bundle = await taken_out(signed_in, draft["id"])
    assert set(unpacked(bundle)) == {"manifest.json"}
    there = await imported(ada, bundle)
    assert alike(there) == alike(draft)
    assert there["status"] == "draft"

    film = await a_film(signed_in, until, through="clips")
    async with studio.transaction() as work:
        # As in the middle of a run: the second clip is being made, and the first voice made anew.
        take = film["scenes"][1]["takes"][0]["video_id"]
        under_way = {"stage": "generating", "status": "in_progress", "progress": 30}
        await work.session.execute(update(videos).where(videos.c.id == take).values(**under_way))
        of_film = production_steps.c.production_id == film["id"]
        for stage, scene in (("clips", film["scenes"][1]), ("voices", film["scenes"][0])):
            same = (production_steps.c.stage == stage) & (production_steps.c.scene_id == scene["id"])
            steps = update(production_steps).where(of_film, same)
            await work.session.execute(steps.values(status="running", progress=30, claim="somebody"))
        same = productions.c.id == film["id"]
        await work.session.execute(update(productions).where(same).values(status="running"))
    there = await imported(ada, await taken_out(signed_in, film["id"]))
    assert there["status"] == "paused"
    assert [len(scene["takes"]) for scene in there["scenes"]] == [1, 0]
    assert there["scenes"][1]["clip"]["status"] == "empty"
    heard = there["scenes"][0]["voice"]
    assert (heard["status"], heard["progress"], heard["stale"]) == ("done", 100, False)
    await run(ada, there["id"])
    done = await ended(until, ada, there["id"], seconds=120)
    assert (done["status"], done["error"]) == ("completed", None)


# What a studio knows of a production that is no other's business, or is found out anew.
_STAYS = {
    "productions": {"space_id", "user_id", "changed_seq", "updated_at", "purged_at"},
    "scenes": {"production_id", "number", "created_at", "updated_at"},
    "production_steps": {"id", "production_id", "claim", "asked_at", "fingerprint", "not_before"},
    "takes": {"production_id", "created_at"},
}


@pytest.mark.parametrize(
    ("table", "shape"),
    [
        (productions, BundledProduction),
        (scenes, BundledScene),
        (production_steps, BundledStep),
        (takes, BundledTake),
    ],
)
def test_whatever_a_production_has_goes_along_or_stays_on_purpose(
    table: Table, shape: type[BaseModel]
) -> None:
    assert {column.name for column in table.columns} - shape.model_fields.keys() == _STAYS[table.name]
