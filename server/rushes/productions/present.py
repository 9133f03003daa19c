"""How a production looks from outside: `models.Production` of a `State`. Pure."""

from __future__ import annotations

from typing import Any

from rushes.productions import fitting, plan
from rushes.productions.choices import Choices
from rushes.productions.prices import estimate
from rushes.productions.state import STAGES, Stage, State, Work
from rushes.videos.reading import file_urls

# How much of the work each stage is, in percent, as the bar of a run shows it.
_SHARES: dict[Stage, float] = {"story": 5, "frames": 20, "voices": 10, "clips": 45, "captions": 2, "cut": 18}


def view(state: State, choices: Choices) -> dict[str, Any]:
    """As its owner sees it; one that was deleted is `{"deleted": True}`."""
    p = state.production
    if p.purged_at is not None:
        return {"deleted": True}
    run = plan.run_of(p)
    starts, at = [], 0.0
    for scene in state.scenes:
        starts.append(at)
        at += state.lengths[scene.id]
    return {
        "id": p.id,
        "space_id": p.space_id,
        "user_id": p.user_id,
        "title": p.title,
        "overview": p.overview,
        "continuity": p.continuity,
        "idea": p.idea,
        "is_script": p.is_script,
        "status": p.status,
        "stage": stage_of(state),
        "progress": progress_of(state, run),
        "quality": p.quality,
        "aspect_ratio": p.aspect_ratio,
        "style": p.style,
        "mood": p.mood,
        "language": p.language,
        "voice": p.voice,
        "seconds": p.wanted_seconds,
        "duration": round(at, 3),
        "excess": round(state.excess, 1),
        "story": _step(state, "story"),
        "scenes": [_scene(state, scene, start) for scene, start in zip(state.scenes, starts, strict=True)],
        "cut": _cut(state),
        "preview": _preview(state),
        "run": p.run,
        "error": p.error,
        "cost_estimate": estimate(state, run, choices)["amount"],
        "cost_actual": cost_of(state),
        "created_at": int(p.created_at),
        "updated_at": int(p.updated_at),
        "seq": p.changed_seq,
    }


def stage_of(state: State) -> Stage:
    """The first stage of which something is missing; the cut when nothing is."""
    if not state.scenes:
        return "story"
    for stage in STAGES[1:]:
        scenes = state.scenes if stage in ("frames", "voices", "clips") else [None]
        if any(state.is_needed(stage, scene) and not state.is_made(stage, scene) for scene in scenes):
            return stage
    return "cut"


def progress_of(state: State, run: plan.Run) -> int:
    """How much of what the run asks for is there, in percent."""
    done = total = 0.0
    for stage in run.stages:
        scenes = state.scenes if stage in ("frames", "voices", "clips") else [None]
        needed = [scene for scene in scenes if state.is_needed(stage, scene)]
        total += _SHARES[stage]
        if needed:
            done += _SHARES[stage] * sum(_part(state, stage, scene) for scene in needed) / len(needed)
        elif state.scenes:
            done += _SHARES[stage]
    return int(100 * done / total)


def cost_of(state: State) -> float:
    """USD that the production is known to have cost, or thought to where no provider has said."""
    cost = sum(step.cost_actual or 0.0 for step in state.steps.values())
    for taken in state.takes.values():
        for take in taken:
            video = state.videos[take.video_id]
            if not take.is_own and video.stage == "completed":
                known = video.cost_actual if video.cost_actual is not None else video.cost_estimate
                cost += known or 0.0
            cost += video.cost_lost
    return round(cost, 6)


def _part(state: State, stage: Stage, scene: Any) -> float:
    if state.is_made(stage, scene) and not state.is_stale(stage, scene):
        return 1.0
    step = state.step(stage, scene)
    return 0.01 * step.progress if step is not None and step.status == "running" else 0.0


def _step(state: State, stage: Work, scene: Any = None) -> dict[str, Any]:
    step = state.step(stage, scene)
    is_made = state.is_made(stage, scene)
    status = "done" if is_made else "empty"
    if step is not None and step.status not in ("done", "empty"):
        status = step.status
    return {
        "status": status,
        "stale": state.is_stale(stage, scene),
        "progress": 100 if status == "done" else step.progress if step is not None else 0,
        "error": step.error if step is not None else None,
        "model": step.made_by if step is not None else None,
        "own": bool(step.is_own) if step is not None else False,
        "cost": step.cost_actual if step is not None else None,
    }


def _scene(state: State, scene: Any, starts_at: float) -> dict[str, Any]:
    frame, voice = state.step("frames", scene), state.step("voices", scene)
    return {
        "id": scene.id,
        "number": scene.number,
        "seconds": scene.seconds,
        "starts_at": round(starts_at, 3),
        "length": round(state.lengths[scene.id], 3),
        "narration": scene.narration,
        "former_narration": fitting.former(state, scene),
        "frame_prompt": scene.frame_prompt,
        "motion_prompt": scene.motion_prompt,
        "locked": scene.locked,
        "clip_audio": scene.clip_audio,
        "fit": scene.fit,
        "voice_name": scene.voice,
        "speed": scene.speed,
        "reference_asset_id": scene.reference_asset_id,
        "frame": {**_step(state, "frames", scene), **_asset(frame)},
        "voice": {
            **_step(state, "voices", scene),
            **_asset(voice),
            "duration": (voice.result or {}).get("duration") if voice is not None else None,
        },
        "clip": _step(state, "clips", scene),
        "own_clip": _step(state, "own_clip", scene),
        "takes": [_take(state, scene, take) for take in state.takes.get(scene.id, ())],
        "captions": _captions(state, scene),
    }


def _asset(step: Any) -> dict[str, Any]:
    asset_id = step.asset_id if step is not None else None
    return {"asset_id": asset_id, "url": f"/api/assets/{asset_id}/content" if asset_id else None}


def _take(state: State, scene: Any, take: Any) -> dict[str, Any]:
    video = state.videos[take.video_id]
    urls = file_urls(video)
    return {
        "video_id": video.id,
        "status": video.status,
        "stage": video.stage,
        "progress": video.progress,
        "circled": take.circled,
        "stale": not take.is_own and take.made_from != state.fingerprint("clips", scene),
        "own": take.is_own,
        "model": f"{video.provider}/{video.provider_model}",
        "seconds": video.duration if video.duration is not None else video.seconds,
        "url": urls["content_url"],
        "thumbnail_url": urls["thumbnail_url"],
        "error": video.error,
        "in": take.in_point,
        "out": take.out_point,
    }


def _captions(state: State, scene: Any) -> dict[str, Any]:
    step = _step(state, "captions")
    heard = state.step("voices", scene)
    known = ((state.step("captions").result or {}).get("sounds") or {}) if state.step("captions") else {}
    is_stale = step["status"] == "done" and known.get(scene.id) != (heard.asset_id if heard else None)
    return {"status": step["status"], "stale": is_stale or state.is_stale("voices", scene)}


def _preview(state: State) -> dict[str, Any]:
    step = state.step("preview")
    file = step.result if step is not None and step.made_from is not None else None
    # Another one has another address, so that no browser shows the one before.
    url = f"/api/productions/{state.production.id}/preview?v={file['sha256'][:12]}" if file else None
    return {**_step(state, "preview"), "url": url, "duration": file["seconds"] if file else None}


def _cut(state: State) -> dict[str, Any]:
    step, settings = state.step("cut"), state.production.cut_settings
    video = state.videos.get(step.video_id) if step is not None and step.video_id else None
    urls = file_urls(video) if video is not None else {"content_url": None, "thumbnail_url": None}
    return {
        **_step(state, "cut"),
        "settings": {
            "transition": settings.get("transition") or "none",
            "captions": settings.get("captions"),
            "music_asset_id": state.production.music_asset_id,
            "resolution": settings.get("resolution") or 720,
            "label": bool(settings.get("label")),
        },
        "video_id": video.id if video is not None else None,
        "url": urls["content_url"],
        "thumbnail_url": urls["thumbnail_url"],
    }
