"""A production's manifest: what each stage has made, when, and how long it took. Pure.

manifest(state)     # {job_id, status, created_at, stages: [{stage, status, …, artifacts, error}]}
"""

from __future__ import annotations

from typing import Any

from rushes.productions.state import BY_SCENE, STAGES, Stage, State
from rushes.videos.reading import file_urls

_KINDS: dict[Stage, str] = {
    "frames": "image",
    "voices": "voice",
    "clips": "clip",
    "captions": "captions",
    "cut": "video",
}


def manifest(state: State) -> dict[str, Any]:
    """Times are Unix seconds, `seconds` is from the first step of a stage to the end of its last."""
    p = state.production
    return {
        "job_id": p.id,
        "title": p.title,
        "status": p.status,
        "created_at": int(p.created_at),
        "stages": [_stage(state, stage) for stage in STAGES],
    }


def artifacts(state: State, stage: Stage) -> list[dict[str, Any]]:
    """What a stage has made: `{kind, scene, url}`, `scene` being a number, null for the whole film."""
    if stage in BY_SCENE:
        found = [(scene.number, _url(state, stage, scene)) for scene in state.scenes]
    elif stage in _KINDS and state.is_made(stage):
        found = [(None, _url(state, stage, None))]
    else:
        found = []
    return [{"kind": _KINDS[stage], "scene": number, "url": url} for number, url in found if url is not None]


def _url(state: State, stage: Stage, scene: Any) -> str | None:
    """Where the thing is, None while there is none."""
    if stage == "captions":
        return f"/api/productions/{state.production.id}/export?format=vtt"
    if stage == "cut":
        return file_urls(state.videos[state.step("cut").video_id])["content_url"]
    if stage == "clips":
        take = state.circled(scene)
        return file_urls(state.videos[take.video_id])["content_url"] if take is not None else None
    asset_id = state.step(stage, scene).asset_id if state.is_made(stage, scene) else None
    return f"/api/assets/{asset_id}/content" if asset_id else None


def _stage(state: State, stage: Stage) -> dict[str, Any]:
    steps = [step for step in state.steps.values() if step.stage == stage]
    started = [step.started_at for step in steps if step.started_at is not None]
    finished = [step.finished_at for step in steps if step.finished_at is not None]
    is_over = bool(steps) and all(step.status not in ("waiting", "running") for step in steps)
    begun, ended = min(started, default=None), max(finished, default=None) if is_over else None
    return {
        "stage": stage,
        "status": _status(state, stage, steps),
        "started_at": None if begun is None else int(begun),
        "finished_at": None if ended is None else int(ended),
        "seconds": None if begun is None or ended is None else round(max(0.0, ended - begun), 2),
        "artifacts": artifacts(state, stage),
        "error": next((step.error["message"] for step in steps if step.error), None),
    }


def _status(state: State, stage: Stage, steps: list[Any]) -> str:
    words = {step.status for step in steps}
    for word in ("running", "waiting", "unknown", "failed"):
        if word in words:
            return word
    scenes = state.scenes if stage in BY_SCENE else [None]
    needed = [scene for scene in scenes if state.is_needed(stage, scene)]
    made = [scene for scene in needed if state.is_made(stage, scene)]
    if not needed:
        return "done" if state.scenes else "empty"
    return "done" if len(made) == len(needed) else "empty"
