"""Writes the rows of a production that was taken in, under new ids.

What was fresh is fresh again: since fingerprints hold ids, they are taken anew from the rows as they are now.
What was stale keeps the word of what it was made from, which is none of today's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, update

from rushes.actor import Actor
from rushes.productions import queries
from rushes.productions.bundle_models import (
    BundledStep,
    BundledVideo,
    CaptionsResult,
    Content,
)
from rushes.productions.state import State
from rushes.tables import new_id, production_steps, productions, scenes, takes
from rushes.transaction import Transaction
from rushes.uploads.service import StoredFile, keep
from rushes.videos import imported as videos
from rushes.videos.imported import Film, Imported, MadeFrom

# Columns that are said of a video elsewhere and hold here, too.
_SAID = (
    *("kind", "prompt", "prompts", "title", "tags", "model", "provider", "provider_model", "size", "seconds"),
    *("seed", "options", "audio", "progress", "attempts", "error"),
    *("cost_estimate", "cost_actual", "cost_lost"),
)


@dataclass(frozen=True, slots=True)
class _Ids:
    """The new ids, by the old ones."""

    production: str
    scenes: Mapping[str, str]
    assets: Mapping[str, str]
    videos: Mapping[str, str]


async def write(
    work: Transaction,
    actor: Actor,
    content: Content,
    stored: Mapping[str, StoredFile],
    films: Mapping[str, Film],
    *,
    now: float,
) -> str:
    """The new production's id. `stored` and `films` are the bundle's files in the store, by the old ids."""
    ids = _Ids(
        production=new_id("production"),
        scenes={scene.id: new_id("scene") for scene in content.scenes},
        assets=await _keep(work, actor, content, stored, now=now),
        videos={
            video.id: films[video.id].video_id if video.id in films else new_id("video")
            for video in content.videos
        },
    )
    await videos.add(work, actor, _videos(content, films, ids), now=now)
    await work.session.execute(insert(productions).values(**_production(actor, content, ids, now=now)))
    rows = (
        (scenes, [_scene(content, ids, number, now=now) for number in range(len(content.scenes))]),
        (production_steps, [_step(step, ids) for step in content.steps]),
        (takes, [_take(content, ids, number, now=now) for number in range(len(content.takes))]),
    )
    for table, written in rows:
        if written:
            await work.session.execute(insert(table), written)
    state = await queries.locked(work, ids.production)
    assert state is not None
    await _freshen(work, content, ids, state)
    work.changed("production", state.production)
    return ids.production


async def _keep(
    work: Transaction, actor: Actor, content: Content, stored: Mapping[str, StoredFile], *, now: float
) -> dict[str, str]:
    """In the same order whatever bundle they come in: the same bytes are one row, for which two wait."""
    found = {}
    for asset in sorted(content.assets, key=lambda asset: stored[asset.id].source_sha256):
        found[asset.id] = await keep(work, actor, stored[asset.id], purpose=asset.purpose, now=now)
    return found


def _videos(content: Content, films: Mapping[str, Film], ids: _Ids) -> list[Imported]:
    roots: dict[str, str] = {}
    found = []
    for video in content.videos:
        mine, parent = ids.videos[video.id], ids.videos.get(video.remixed_from_video_id or "")
        roots[mine] = roots[parent] if parent is not None else mine
        lineage = {"remixed_from_video_id": parent, "root_video_id": roots[mine]}
        film = ids.production if video.of_this_film else None
        said = {**_said(video), **lineage, "production_id": film}
        made_from: list[MadeFrom] = [
            {"asset_id": ids.assets[each.asset_id], "role": each.role} for each in video.references
        ]
        found.append(Imported(mine, films.get(video.id), video.stage, said, made_from))
    return found


def _said(video: BundledVideo) -> dict[str, Any]:
    plain = video.model_dump(mode="json")
    return {name: plain[name] for name in _SAID}


def _production(actor: Actor, content: Content, ids: _Ids, *, now: float) -> dict[str, Any]:
    p = content.production
    return {
        **p.model_dump(mode="json", exclude={"created_at"}),
        "id": ids.production,
        "space_id": actor.space_id,
        "user_id": actor.user_id,
        "music_asset_id": ids.assets[p.music_asset_id] if p.music_asset_id else None,
        # Nobody here has asked for a run.
        "status": "paused" if p.status == "running" else p.status,
        "created_at": now,
        "updated_at": now,
    }


def _scene(content: Content, ids: _Ids, index: int, *, now: float) -> dict[str, Any]:
    scene = content.scenes[index]
    after = scene.reference_asset_id
    return {
        **scene.model_dump(mode="json"),
        "id": ids.scenes[scene.id],
        "production_id": ids.production,
        "number": index + 1,
        "reference_asset_id": ids.assets[after] if after else None,
        "created_at": now,
        "updated_at": now,
    }


def _step(step: BundledStep, ids: _Ids) -> dict[str, Any]:
    return {
        **step.model_dump(mode="json", exclude={"fresh", "result"}),
        "id": new_id("step"),
        "production_id": ids.production,
        "scene_id": ids.scenes[step.scene_id] if step.scene_id else "",
        "fingerprint": step.made_from,
        "asset_id": ids.assets[step.asset_id] if step.asset_id else None,
        "video_id": ids.videos[step.video_id] if step.video_id else None,
        "result": _result(step, ids),
    }


def _result(step: BundledStep, ids: _Ids) -> dict[str, Any] | None:
    if step.result is None:
        return None
    plain = step.result.model_dump(mode="json", exclude_unset=True)
    if isinstance(step.result, CaptionsResult):
        sounds = step.result.sounds.items()
        return {
            "words": {ids.scenes[scene_id]: words for scene_id, words in plain["words"].items()},
            # A sound that was not taken along is none of those that are heard now.
            "sounds": {
                ids.scenes[scene_id]: ids.assets.get(sound, "") if sound else None
                for scene_id, sound in sounds
            },
        }
    return plain


def _take(content: Content, ids: _Ids, index: int, *, now: float) -> dict[str, Any]:
    take = content.takes[index]
    return {
        **take.model_dump(mode="json", exclude={"fresh"}),
        "scene_id": ids.scenes[take.scene_id],
        "video_id": ids.videos[take.video_id],
        "production_id": ids.production,
        # They are shown by age.
        "created_at": now + index * 1e-4,
    }


async def _freshen(work: Transaction, content: Content, ids: _Ids, state: State) -> None:
    by_id = {scene.id: scene for scene in state.scenes}
    of_steps, of_takes = [], []
    for step in content.steps:
        if step.fresh and step.made_from is not None:
            scene = by_id[ids.scenes[step.scene_id]] if step.scene_id else None
            row, word = state.step(step.stage, scene), state.fingerprint(step.stage, scene)
            of_steps.append({"row_id": row.id, "word": word})
    for take in content.takes:
        if take.fresh:
            scene_id, video_id = ids.scenes[take.scene_id], ids.videos[take.video_id]
            word = state.fingerprint("clips", by_id[scene_id])
            of_takes.append({"of_scene": scene_id, "of_video": video_id, "word": word})
    if of_steps:
        same = production_steps.c.id == bindparam("row_id")
        words: dict[str, Any] = {"made_from": bindparam("word"), "fingerprint": bindparam("word")}
        await work.session.execute(update(production_steps).where(same).values(**words), of_steps)
    if of_takes:
        same = (takes.c.scene_id == bindparam("of_scene")) & (takes.c.video_id == bindparam("of_video"))
        await work.session.execute(update(takes).where(same).values(made_from=bindparam("word")), of_takes)
