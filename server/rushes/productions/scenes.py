"""What people do with the scenes of a production: write, order, insert, delete, make one step anew, choose a
take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, update

from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, NotFound
from rushes.productions import clips, going_on, own_clips, queries, steps, story
from rushes.productions.plan import Due
from rushes.productions.request_models import SceneChange, SceneInsert, StepRequest, TakeChange, TakeRequest
from rushes.productions.state import Stage, State, Work
from rushes.providers.makers.story import MOST_SCENES, StoryScene, speaking_seconds
from rushes.studio import Studio
from rushes.tables import scenes, takes
from rushes.transaction import Transaction
from rushes.uploads.models import Kind
from rushes.uploads.service import hold_for_use
from rushes.videos import idempotency
from rushes.videos.idempotency import Repeatable

_SERVES: dict[Stage, Kind] = {"frames": "image", "voices": "audio"}


async def change(
    work: Transaction, actor: Actor, *, production_id: str, number: int, wanted: SceneChange, now: float
) -> None:
    """Writes what the request names; what was made from it is stale then. Raises `NotFound`, and `Conflict`
    for a scene that is locked, unless it is to be unlocked."""
    state = await queries.writable(work, actor, production_id)
    scene = scene_of(state, number)
    values = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if values.get("reference_asset_id") is not None:
        asset_id = str(values["reference_asset_id"])
        values["reference_asset_id"] = await _own(work, actor, "reference_asset_id", asset_id, kind="image")
    if scene.locked and values.keys() - {"locked"}:
        raise _locked(number)
    if values:
        await work.session.execute(
            update(scenes).where(scenes.c.id == scene.id).values(**values, updated_at=now)
        )
        await queries.changed(work, state.production, now=now)


async def add(
    work: Transaction, actor: Actor, *, production_id: str, wanted: SceneInsert, now: float
) -> None:
    """A new scene behind another. Raises `NotFound`, `Invalid` for a number that there is not, `Conflict` for
    one too many."""
    state = await queries.writable(work, actor, production_id)
    if wanted.after > len(state.scenes):
        raise Invalid(after=f"must be 0 to {len(state.scenes)}: there are no more scenes")
    if len(state.scenes) >= MOST_SCENES:
        raise Conflict(f"A production has at most {MOST_SCENES} scenes.", code="too_many_scenes")
    later = (scenes.c.production_id == production_id) & (scenes.c.number > wanted.after)
    await work.session.execute(update(scenes).where(later).values(number=scenes.c.number + 1))
    written = StoryScene(
        narration=wanted.narration,
        frame_prompt=wanted.frame_prompt or wanted.narration or "An empty stage",
        motion_prompt=wanted.motion_prompt,
        seconds=wanted.seconds or speaking_seconds(wanted.narration),
    )
    row = story.scene_row(state.production, wanted.after + 1, written, now=now)
    # Another picture than the scene that has had this number.
    row["seed"] = int(row["id"][-8:], 36) % 2**31
    await work.session.execute(insert(scenes).values(**row))
    await queries.changed(work, state.production, now=now)


async def remove(work: Transaction, actor: Actor, *, production_id: str, number: int, now: float) -> None:
    """Deletes the scene; its files and takes stay in the library. Raises `NotFound`, and `Conflict` for one
    that is locked or the last."""
    state = await queries.writable(work, actor, production_id)
    scene = unlocked(state, number)
    if len(state.scenes) == 1:
        raise Conflict("It is the only scene: a film has at least one.", code="last_scene")
    its_own = [row for row in state.steps.values() if row.scene_id == scene.id]
    await steps.forget(work, state, its_own, now=now)
    await work.session.execute(delete(scenes).where(scenes.c.id == scene.id))
    later = (scenes.c.production_id == production_id) & (scenes.c.number > number)
    await work.session.execute(update(scenes).where(later).values(number=scenes.c.number - 1))
    await queries.changed(work, state.production, now=now)


async def reorder(
    work: Transaction, actor: Actor, *, production_id: str, order: list[int], now: float
) -> None:
    """Puts the scenes in this order of their present numbers. Raises `NotFound`, and `Invalid` unless each is
    named once."""
    state = await queries.writable(work, actor, production_id)
    if sorted(order) != [scene.number for scene in state.scenes]:
        raise Invalid(order="must name every scene once, by its present number")
    by_number = {scene.number: scene for scene in state.scenes}
    for number, former in enumerate(order, 1):
        if number != former:
            await work.session.execute(
                update(scenes).where(scenes.c.id == by_number[former].id).values(number=number)
            )
    await queries.changed(work, state.production, now=now)


async def remake(
    studio: Studio,
    actor: Actor,
    *,
    production_id: str,
    number: int,
    stage: Stage,
    wanted: StepRequest,
    asked: Repeatable,
) -> None:
    """Makes the still or the narration of one scene anew, alone; or takes one's own file in its place.

    Raises `NotFound`, `Invalid`, `Conflict` for a scene that is locked or being worked on, `PaymentRequired`.
    """
    now = studio.clock.now()
    async with studio.transaction() as work:
        state = await queries.writable(work, actor, production_id)
        if await idempotency.first_answer(work, actor, asked, now=now) is not None:
            return
        scene = unlocked(state, number)
        _must_be_idle(state, stage, scene)
        await idempotency.remember(work, actor, asked, [production_id], now=now)
        if wanted.asset_id is not None:
            asset_id = await _own(work, actor, "asset_id", wanted.asset_id, kind=_SERVES[stage])
            result = await queries.facts_of_asset(work, asset_id)
            await steps.own(work, state, Due(stage, scene), now=now, asset_id=asset_id, result=result)
            await queries.changed(work, state.production, now=now)
            return
        if stage == "voices" and not scene.narration.strip():
            raise Conflict("This scene has no narration to speak.", code="nothing_to_say")
        if stage == "frames" and state.step(stage, scene) is not None:
            # The same words with the same seed would give the same picture.
            await work.session.execute(
                update(scenes).where(scenes.c.id == scene.id).values(seed=(scene.seed + 1009) % 2**31)
            )
            state = await queries.writable(work, actor, production_id)
            scene = scene_of(state, number)
        await going_on.begin(studio, work, state, Due(stage, scene), quality=wanted.quality, now=now)


async def take(
    studio: Studio,
    actor: Actor,
    *,
    production_id: str,
    number: int,
    wanted: TakeRequest,
    asked: Repeatable,
) -> None:
    """Another take of a scene's clip; or a video of the library or an asset as one, which is circled.

    Raises `NotFound`, `Invalid`, `Conflict` for a scene that is locked or whose clip is being made,
    `PaymentRequired`.
    """
    now = studio.clock.now()
    if wanted.video_id is not None and wanted.asset_id is not None:
        raise Invalid(asset_id="cannot be given together with video_id")
    async with studio.transaction() as work:
        state = await queries.writable(work, actor, production_id)
        video = None
        if wanted.video_id is not None:
            # Before the space, which the next line locks: whoever changes the video takes them in this order.
            video = await queries.usable_video(work, actor, wanted.video_id)
        if await idempotency.first_answer(work, actor, asked, now=now) is not None:
            return
        scene = unlocked(state, number)
        await idempotency.remember(work, actor, asked, [production_id], now=now)
        if wanted.asset_id is not None:
            _must_be_idle(state, "own_clip", scene)
            await own_clips.begin(work, actor, state, scene, wanted.asset_id, now=now)
            return
        if video is None:
            _must_be_idle(state, "clips", scene)
            await going_on.begin(studio, work, state, Due("clips", scene), quality=wanted.quality, now=now)
            return
        known = any(each.video_id == video.id for each in state.takes.get(scene.id, ()))
        if not known:
            row = {"scene_id": scene.id, "video_id": video.id, "production_id": production_id}
            await work.session.execute(
                insert(takes).values(**row, circled=False, is_own=True, created_at=now)
            )
        await clips.circle(work, state, scene.id, video.id)
        await queries.changed(work, state.production, now=now)


async def circle(
    work: Transaction, actor: Actor, *, production_id: str, number: int, video_id: str, now: float
) -> None:
    """Chooses the take that the cut shows. Raises `NotFound`, and `Conflict` for one that is not done."""
    state = await queries.writable(work, actor, production_id)
    scene = unlocked(state, number)
    if not any(each.video_id == video_id for each in state.takes.get(scene.id, ())):
        raise NotFound("take")
    if state.videos[video_id].stage != "completed":
        raise Conflict("This take is not done.", code="not_completed")
    await clips.circle(work, state, scene.id, video_id)
    await queries.changed(work, state.production, now=now)


async def trim(
    work: Transaction,
    actor: Actor,
    *,
    production_id: str,
    number: int,
    video_id: str,
    wanted: TakeChange,
    now: float,
) -> None:
    """Sets which part of a take is shown. Raises `NotFound`, `Invalid`, `Conflict`."""
    state = await queries.writable(work, actor, production_id)
    scene = unlocked(state, number)
    row = next((each for each in state.takes.get(scene.id, ()) if each.video_id == video_id), None)
    if row is None:
        raise NotFound("take")
    start = wanted.in_point if "in_point" in wanted.model_fields_set else row.in_point
    end = wanted.out_point if "out_point" in wanted.model_fields_set else row.out_point
    length = state.videos[video_id].duration
    if start is not None and start >= (end if end is not None else length or float("inf")):
        raise Invalid(**{"in": "must come before the end of what is shown"})
    if end is not None and length is not None and end > length + 0.05:
        raise Invalid(out=f"lies behind the end of the take, which lasts {length:.2f} seconds")
    same = (takes.c.scene_id == scene.id) & (takes.c.video_id == video_id)
    await work.session.execute(update(takes).where(same).values(in_point=start, out_point=end))
    await queries.changed(work, state.production, now=now)


def scene_of(state: State, number: int) -> Any:
    """Raises `NotFound`."""
    scene = next((scene for scene in state.scenes if scene.number == number), None)
    if scene is None:
        raise NotFound("scene")
    return scene


def unlocked(state: State, number: int) -> Any:
    """The scene, if it may be changed. Raises `NotFound`, and `Conflict`."""
    scene = scene_of(state, number)
    if scene.locked:
        raise _locked(number)
    return scene


async def _own(work: Transaction, actor: Actor, field: str, asset_id: str, *, kind: Kind) -> str:
    """The id of an asset of that kind, held until the transaction ends. Raises `Invalid` naming `field`."""
    try:
        return await hold_for_use(work, actor, asset_id, kind=kind)
    except NotFound as error:
        raise Invalid(**{field: "is not one of your assets"}) from error
    except Invalid as error:
        noun = {"image": "picture", "audio": "sound", "video": "video"}[kind]
        raise Invalid(**{field: f"must be a {noun}"}) from error


def _locked(number: int) -> Conflict:
    return Conflict(f"Scene {number} is locked. Unlock it first.", code="locked")


def _must_be_idle(state: State, stage: Work, scene: Any) -> None:
    step = state.step(stage, scene)
    if step is not None and step.status in ("waiting", "running"):
        raise Conflict("It is being made just now.", code="already_running")
