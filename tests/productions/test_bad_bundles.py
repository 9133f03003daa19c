"""Bundles are somebody else's: whatever is wrong with one is said in a sentence, and nothing of it stays."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import update
from tests.conftest import MakeMember, Until
from tests.productions.bundles import (
    SCRIPT,
    brought,
    counted,
    imported,
    packed,
    rewritten,
    said,
    taken_out,
    unpacked,
)
from tests.productions.filming import ended, make, run

from rushes.loose_files import sweep
from rushes.productions import import_rows
from rushes.productions.bundle_checks import Incoherent, checked, kinds
from rushes.storage import StorageFull
from rushes.studio import Studio
from rushes.tables import loose_files, productions
from rushes.uploads import service as uploads
from rushes.videos import imported as imported_videos

pytestmark = pytest.mark.usefixtures("worker")

Change = Callable[[dict[str, Any]], object]

# Made once: it is the same in every studio.
_made: list[bytes] = []


@pytest.fixture
async def bundle(signed_in: httpx2.AsyncClient, until: Until) -> bytes:
    """A whole film as a bundle."""
    if not _made:
        film = await make(signed_in, script=SCRIPT)
        await run(signed_in, film["id"])
        assert (await ended(until, signed_in, film["id"], seconds=120))["status"] == "completed"
        _made.append(await taken_out(signed_in, film["id"]))
    return _made[0]


async def refused(client: httpx2.AsyncClient, studio: Studio, body: bytes, *, status: int = 422) -> Any:
    """The refusal's code and sentence; nothing has changed by it."""
    before = await counted(studio)
    answer = await brought(client, body)
    assert answer.status_code == status, answer.text
    assert await counted(studio) == before
    found = answer.json()
    assert found["error"].endswith(".") and found["charged"] == "no"
    if status != 503:
        assert found["details"]["fields"].keys() == {"file"}
    return found["code"], found["error"]


async def test_what_is_no_bundle_or_not_as_it_was_made(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, subtests: pytest.Subtests
) -> None:
    entries = unpacked(bundle)
    manifest = orjson.loads(entries["manifest.json"])
    changed = bytearray(bundle)
    changed[bundle.index(entries["film.mp4"][:64]) + 1000] ^= 1
    without = {name: body for name, body in entries.items() if name != "stills/01.png"}
    zeros = {"manifest.json": orjson.dumps({**manifest, "files": []}), "zeros": bytes(20_000_000)}
    cases = {
        "a picture": (b"\x89PNG", "not_a_bundle", "not a bundle"),
        "half of it": (bundle[: len(bundle) // 2], "not_a_bundle", "not all of it has arrived"),
        "a changed byte": (bytes(changed), "tampered", "film.mp4"),
        "one more file": (packed({**entries, "evil.sh": b"#!"}), "tampered", "evil.sh"),
        "one file less": (packed(without), "missing_file", "stills/01.png"),
        "a way out": (packed({**entries, "../../evil": b"x"}), "tampered", "../../evil"),
        "a newer one": (
            packed({**entries, "manifest.json": orjson.dumps({**manifest, "version": 99})}),
            "too_new",
            "Update this studio",
        ),
        "zeros": (packed(zeros, is_small=True), "too_large", "zeros"),
    }
    for name, (body, code, words) in cases.items():
        with subtests.test(case=name):
            status = 413 if code == "too_large" else 422
            found, sentence = await refused(signed_in, studio, body, status=status)
            assert found == code and words in sentence


def _scene(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["scenes"][0]
    return found


def _step(content: dict[str, Any], stage: str) -> dict[str, Any]:
    return next(step for step in content["steps"] if step["stage"] == stage)


def _set(where: Callable[[dict[str, Any]], Any], **values: Any) -> Change:
    return lambda content: where(content).update(values)


_BAD: dict[str, tuple[Change, str]] = {
    "a film without a title": (lambda c: c["production"].pop("title"), "title"),
    "something unheard of": (_set(lambda c: c["production"], owner="me"), "production.owner"),
    "an endless title": (_set(lambda c: c["production"], title="x" * 201), "production.title"),
    "a title of two lines": (_set(lambda c: c["production"], title="a\nb"), "production.title"),
    "a NUL": (_set(lambda c: c["production"], idea="a\0b"), "production.idea"),
    "a status of its own": (_set(lambda c: c["production"], status="famous"), "production.status"),
    "a shape of its own": (_set(lambda c: c["production"], aspect_ratio="1:99"), "aspect_ratio"),
    "captions in no style": (
        lambda c: c["production"]["cut_settings"].update(captions={"style": "x", "burn": True}),
        "cut_settings.captions",
    ),
    "somebody else's music": (_set(lambda c: c["production"], music_asset_id="asset_1"), "asset_1"),
    "a number as text": (_set(_scene, seconds="5"), "scenes.0.seconds"),
    "truth as a number": (_set(_scene, seconds=True), "scenes.0.seconds"),
    "an endless scene": (_set(_scene, seconds=1e9), "scenes.0.seconds"),
    "a seed that no column holds": (_set(_scene, seed=2**40), "scenes.0.seed"),
    "too many scenes": (lambda c: c["scenes"].extend(c["scenes"] * 20), "scenes"),
    "two scenes of one id": (lambda c: c["scenes"].append(_scene(c)), "two scenes with one id"),
    "a picture that is not there": (_set(_scene, reference_asset_id="asset_1"), "asset_1"),
    "a step twice": (lambda c: c["steps"].append(_step(c, "cut")), "a step twice"),
    "a step of no scene": (_set(lambda c: _step(c, "frames"), scene_id=None), "frames is of a scene"),
    "a step of a scene that is not there": (_set(lambda c: _step(c, "clips"), scene_id="s"), "scene s"),
    "a step that is under way": (_set(lambda c: _step(c, "clips"), status="running"), "status"),
    "a still that is a video": (_set(lambda c: _step(c, "clips"), asset_id="a"), "asset a"),
    "a still without a file": (_set(lambda c: _step(c, "frames"), asset_id=None), "has no file"),
    "a negative cost": (_set(lambda c: _step(c, "frames"), cost_actual=-5.0), "cost_actual"),
    "a fortune": (_set(lambda c: c["videos"][0], cost_lost=1e12), "cost_lost"),
    "a run that there was not": (_set(lambda c: _step(c, "cut"), run=900), "a run that there was not"),
    "another step's result": (_set(lambda c: _step(c, "cut"), result={"width": 5}), "another step"),
    "captions of no scene": (
        _set(lambda c: _step(c, "captions"), result={"words": {"s": []}, "sounds": {}}),
        "scene s",
    ),
    "captions that run backwards": (
        lambda c: _step(c, "captions")["result"]["words"].update({_scene(c)["id"]: [["a", 2.0, 1.0]]}),
        "in no order",
    ),
    "captions of several lines": (
        lambda c: _step(c, "captions")["result"]["words"].update({_scene(c)["id"]: [["a\nb", 0.0, 1.0]]}),
        "no words",
    ),
    "a take of a video that is not there": (_set(lambda c: c["takes"][0], video_id="video_1"), "video_1"),
    "a take twice": (lambda c: c["takes"].append(c["takes"][0]), "a take twice"),
    "a take that ends before it begins": (
        _set(lambda c: c["takes"][0], in_point=2.0, out_point=1.0),
        "ends before it begins",
    ),
    "a video that is done without a file": (_set(lambda c: c["videos"][0], file=None), "belong to nothing"),
    "a video that is its own parent": (
        lambda c: c["videos"][0].update(remixed_from_video_id=c["videos"][0]["id"]),
        "comes before what it was made from",
    ),
    "a video of no kind": (_set(lambda c: c["videos"][0], kind="opera"), "kind"),
    "a size that is none": (_set(lambda c: c["videos"][0], size="0x0"), "size"),
    "two things of one file": (
        lambda c: c["videos"][0].update(file=c["videos"][1]["file"]),
        "two things with one file",
    ),
    "a file that is not there": (_set(lambda c: c["assets"][0], file="../../etc/passwd"), "etc/passwd"),
    "music that is a picture": (
        lambda c: c["production"].update(music_asset_id=_step(c, "frames")["asset_id"]),
        "two kinds of things",
    ),
    "a still that is a voice": (
        lambda c: next(a for a in c["assets"] if a["file"].startswith("stills")).update(purpose="voice"),
        "is no voice",
    ),
}


async def test_what_a_bundle_says_has_to_hold_together(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, subtests: pytest.Subtests
) -> None:
    for name, (change, words) in _BAD.items():
        with subtests.test(case=name):
            code, sentence = await refused(signed_in, studio, rewritten(bundle, change))
            assert code == "bad_content" and words in sentence, sentence


async def test_whatever_it_says_is_taken_or_refused(bundle: bytes) -> None:
    """Values at random places: nobody has thought of all that somebody may write."""
    content, chance = said(bundle), random.Random(4)
    files = unpacked(bundle).keys() - {"manifest.json"}
    values = [None, 0, -1, 2**63, 1.5, 1e308, "", "x", "a\0b", "\n", "0" * 64, True]
    refused_ones = 0
    for _ in range(1_500):
        changed = copy.deepcopy(content)
        for _ in range(chance.choice((1, 1, 2, 4))):
            within, key = chance.choice([*_places(changed)])
            if chance.random() < 0.8:
                within[key] = chance.choice([*values, [], {}, ["a", 1, 2], {"a": 1}])
            else:
                del within[key]
        try:
            kinds(checked(orjson.loads(orjson.dumps(changed)), files))
        except Incoherent:
            refused_ones += 1
    assert 1_000 < refused_ones < 1_500


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Where something stands: what holds it, and under which key."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


async def test_files_are_what_they_are_said_to_be(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, subtests: pytest.Subtests
) -> None:
    entries = unpacked(bundle)
    voice = next(name for name in entries if name.startswith("narrations/"))
    cases: dict[str, tuple[str, bytes]] = {
        "a text": ("takes/02-1.mp4", b"not a film" * 1000),
        "half a film": ("film.mp4", entries["film.mp4"][: len(entries["film.mp4"]) // 2]),
        "nothing": ("takes/01-1.mp4", b""),
        "a broken picture": ("stills/01.png", entries["stills/01.png"][:200]),
        "a picture as a video": ("film.mp4", entries["stills/01.png"]),
        "a sound as a picture": ("stills/02.png", entries[voice]),
        "a film as a sound": (voice, entries["film.mp4"]),
    }
    for name, (file, body) in cases.items():
        with subtests.test(case=name):
            found, sentence = await refused(signed_in, studio, rewritten(bundle, files={file: body}))
            assert found == "bad_file" and sentence.startswith(file), sentence


@pytest.mark.parametrize("nth", [1, 4, 9])
async def test_a_disk_that_is_full_leaves_nothing(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    put, times = studio.storage.put, 0

    async def full_at_last(key: str, source: Any) -> Any:
        nonlocal times
        times += 1
        if times == nth:
            raise StorageFull
        return await put(key, source)

    with monkeypatch.context() as patched:
        patched.setattr(studio.storage, "put", full_at_last)
        before = await counted(studio)
        answer = await brought(signed_in, bundle)
        assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
        after = await counted(studio)
    assert times == nth
    # What fits no more may still be noted; no file is there, and no row.
    assert {**after, "loose_files": 0} == {**before, "loose_files": 0}
    assert (await imported(signed_in, bundle))["status"] == "completed"


async def test_what_fails_in_the_middle_is_taken_back(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await counted(studio)
    with monkeypatch.context() as patched:
        patched.setattr(import_rows, "_freshen", _break_down)
        assert (await brought(signed_in, bundle)).status_code == 500
    assert await counted(studio) == before


async def test_who_dies_in_the_middle_leaves_what_the_sweep_finds(
    signed_in: httpx2.AsyncClient, studio: Studio, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are one transaction; files come before them, and are noted."""
    before = await counted(studio)
    with monkeypatch.context() as patched:
        patched.setattr(import_rows, "_freshen", _break_down)
        # The dead tidy nothing up.
        patched.setattr(uploads, "_delete_unless_kept", _nothing)
        patched.setattr(imported_videos, "_delete_unless_added", _nothing)
        assert (await brought(signed_in, bundle)).status_code == 500
    left = await counted(studio)
    files = left["files"] - before["files"]
    assert files > 6 and left["loose_files"] - before["loose_files"] == files
    assert left | {"files": 0, "loose_files": 0} == before | {"files": 0, "loose_files": 0}
    async with studio.transaction() as work:
        await work.session.execute(update(loose_files).values(due_at=0.0))
    assert await sweep(studio) == files
    assert (await counted(studio))["files"] == before["files"]


async def _break_down(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("as nobody foresaw")


async def _nothing(*_: Any) -> None: ...


async def test_a_form_without_a_file(signed_in: httpx2.AsyncClient) -> None:
    address = "/api/productions/import"
    other = await signed_in.post(address, files={"other": ("a.zip", b"x")})
    assert (other.status_code, other.json()["error"]) == (422, "other does not take a file.")
    none = await signed_in.post(address)
    assert (none.status_code, none.json()["error"]) == (422, "file is required.")
    text = await signed_in.post(address, files={"file": (None, "text")})
    assert (text.status_code, text.json()["details"]["fields"].keys()) == (422, {"file"})


async def test_what_nobody_could_import_is_not_taken_out(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    film = await make(signed_in, script=SCRIPT)
    async with studio.transaction() as work:
        same = productions.c.id == film["id"]
        await work.session.execute(update(productions).where(same).values(overview="x" * 4001))
    answer = await signed_in.get(f"/api/productions/{film['id']}/export?format=bundle")
    assert (answer.status_code, answer.json()["code"]) == (409, "does_not_fit")
    assert "overview" in answer.json()["error"]


async def test_somebody_elses_bundle_cannot_be_taken_out(
    signed_in: httpx2.AsyncClient, member: MakeMember
) -> None:
    film = await make(signed_in, script=SCRIPT)
    ada = await member("ada")
    answer = await ada.get(f"/api/productions/{film['id']}/export?format=bundle")
    assert answer.status_code == 404
