"""What each thing was made from, as a short word: when the word changes, what was made is stale.

Pure. A fingerprint holds what goes into a thing and nothing that does not change it: the words of a narration
are in its voice's, the length that it came to is not in its clip's, which is fitted to it by the cut.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from rushes.productions.styles import seen_in


def digest(*parts: Any) -> str:
    """64 hex digits of whatever JSON can hold."""
    written = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def of_story(production: Any) -> str:
    p = production
    return digest(
        "story", p.idea, p.is_script, p.wanted_scenes, p.wanted_seconds, p.language, p.style, p.mood
    )


def of_frame(production: Any, scene: Any) -> str:
    p = production
    more: list[Any] = []
    # Only where there are any, so that what was made before there was such a thing stays fresh.
    if same := seen_in(p.continuity, scene.frame_prompt):
        more.append({"continuity": same})
    if scene.reference_asset_id is not None:
        more.append({"reference": scene.reference_asset_id})
    return digest("frame", scene.frame_prompt, p.style, p.mood, p.aspect_ratio, scene.seed, *more)


def of_voice(production: Any, scene: Any) -> str:
    return digest("voice", scene.narration, scene.voice or production.voice, scene.speed, production.language)


def of_clip(scene: Any, frame: Any) -> str:
    """`frame` is the scene's step that made its still, None where there is none."""
    return digest("clip", scene.motion_prompt, frame.asset_id if frame is not None else None)


def of_captions(production: Any, spoken: Sequence[tuple[str, str | None, float]]) -> str:
    """`spoken` are narration, sound and length of every scene."""
    return digest("captions", production.language, [list(each) for each in spoken])


def of_cut(production: Any, scenes: Sequence[Sequence[Any]], captions: str) -> str:
    """`scenes` are what is seen and heard of each."""
    settings = {
        **production.cut_settings,
        "music": production.music_asset_id,
        "shape": production.aspect_ratio,
    }
    return digest("cut", [list(each) for each in scenes], captions, settings)
