"""Whether what a bundle says of a production holds together: everything that is named is there, once.

content = checked(bundle.content, bundle.files)     # raises Incoherent
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from rushes.productions.bundle_models import (
    BundledStep,
    CaptionsResult,
    Content,
    MediaResult,
    RewriteResult,
)
from rushes.providers.model import Role
from rushes.uploads.models import FITS, Kind

_OF_SCENES = {"frames", "voices", "clips", "rewrite", "own_clip"}
_WITH_FILES: dict[str, Kind] = {"frames": "image", "voices": "audio"}
_WITH_VIDEOS = {"clips", "own_clip", "cut"}
_RESULTS: dict[str, type[Any]] = {
    "frames": MediaResult,
    "voices": MediaResult,
    "captions": CaptionsResult,
    "rewrite": RewriteResult,
}
_ROLES: dict[Role, Kind] = {
    "first_frame": "image",
    "last_frame": "image",
    "subject": "image",
    "style": "image",
    "video": "video",
    "audio": "audio",
}


class Incoherent(Exception):
    """`message` is a sentence for people."""

    def __init__(self, what: str) -> None:
        self.message = (
            f"What this bundle says of its production cannot be used: {what}. Nothing of it was used."
        )
        super().__init__(self.message)


def checked(content: Mapping[str, Any], files: Collection[str]) -> Content:
    """What the bundle says, `files` being what it holds. Raises `Incoherent`."""
    try:
        found = Content.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:100]
        raise Incoherent(f"{where}: {first['msg'][:200]}") from None
    _check_names(found, files)
    _check_steps(found)
    _check_takes(found)
    _check_videos(found)
    return found


def kinds(content: Content) -> dict[str, Kind]:
    """What each asset has to be, by its id. Raises `Incoherent` for one that would have to be two things, and
    for one that is used for nothing."""
    found: dict[str, set[Kind]] = {asset.id: set() for asset in content.assets}
    p = content.production
    used: list[tuple[str | None, Kind]] = [(p.music_asset_id, "audio")]
    used += [(scene.reference_asset_id, "image") for scene in content.scenes]
    used += [(step.asset_id, _WITH_FILES[step.stage]) for step in content.steps if step.asset_id]
    used += [(each.asset_id, _ROLES[each.role]) for video in content.videos for each in video.references]
    for asset_id, kind in used:
        if asset_id is not None:
            found[_there(asset_id, found, "asset")].add(kind)
    for asset in content.assets:
        if len(found[asset.id]) != 1:
            raise Incoherent(f"asset {asset.id} is used for nothing, or as two kinds of things")
        [kind] = found[asset.id]
        if kind not in FITS[asset.purpose]:
            raise Incoherent(f"asset {asset.id} is no {asset.purpose}")
    return {asset_id: kind for asset_id, [kind] in found.items()}


def _check_names(content: Content, files: Collection[str]) -> None:
    for things, what in ((content.scenes, "scene"), (content.assets, "asset"), (content.videos, "video")):
        _once((thing.id for thing in things), f"two {what}s with one id")
    wanted = [asset.file for asset in content.assets]
    wanted += [video.file for video in content.videos if video.file is not None]
    _once(wanted, "two things with one file")
    for name in wanted:
        _there(name, files, "file")
    if len(wanted) != len(files):
        raise Incoherent("there are files that belong to nothing")


def _check_steps(content: Content) -> None:
    scenes = {scene.id for scene in content.scenes}
    assets, videos = {asset.id for asset in content.assets}, {video.id for video in content.videos}
    _once(((step.scene_id, step.stage) for step in content.steps), "a step twice")
    for step in content.steps:
        if (step.scene_id is not None) != (step.stage in _OF_SCENES):
            raise Incoherent(f"{step.stage} is of a scene where it should not be, or of none")
        if step.scene_id is not None:
            _there(step.scene_id, scenes, "scene")
        if step.asset_id is not None:
            _there(step.asset_id, assets if step.stage in _WITH_FILES else (), "asset")
        if step.video_id is not None:
            _there(step.video_id, videos if step.stage in _WITH_VIDEOS else (), "video")
        if step.result is not None and not isinstance(step.result, _RESULTS.get(step.stage, ())):
            raise Incoherent(f"{step.stage} has another step's result")
        if (step.fresh or step.status == "done") and not _is_made(content, step):
            raise Incoherent(f"{step.stage} is done, and nothing was made")
        if step.stage in _WITH_FILES and step.made_from is not None and step.asset_id is None:
            raise Incoherent(f"{step.stage} is made, and has no file")
        if step.run > content.production.runs:
            raise Incoherent(f"{step.stage} is of a run that there was not")
        if isinstance(step.result, CaptionsResult):
            _check_captions(step.result, scenes)


def _is_made(content: Content, step: BundledStep) -> bool:
    """Scenes may have been written by hand, and takes chosen by it."""
    return step.made_from is not None or step.stage in ("story", "clips", "cut")


def _check_captions(result: CaptionsResult, scenes: set[str]) -> None:
    for scene_id, words in result.words.items():
        _there(scene_id, scenes, "scene")
        at = 0.0
        for word, start, end in words:
            if not at <= start <= end <= 3600:
                raise Incoherent("captions whose words are in no order")
            # They are drawn as they are.
            if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in word):
                raise Incoherent("captions whose words are no words")
            at = start
    for scene_id in result.sounds:
        _there(scene_id, scenes, "scene")


def _check_takes(content: Content) -> None:
    scenes, videos = {scene.id for scene in content.scenes}, {video.id for video in content.videos}
    _once(((take.scene_id, take.video_id) for take in content.takes), "a take twice")
    _once((take.scene_id for take in content.takes if take.circled), "two circled takes of a scene")
    for take in content.takes:
        _there(take.scene_id, scenes, "scene")
        _there(take.video_id, videos, "video")
        if (take.in_point or 0.0) >= (take.out_point if take.out_point is not None else float("inf")):
            raise Incoherent("a take that ends before it begins")
        if take.fresh and take.made_from is None:
            raise Incoherent("a take is fresh, and nothing says of what it was made")


def _check_videos(content: Content) -> None:
    used = {take.video_id for take in content.takes} | {step.video_id for step in content.steps}
    before: set[str] = set()
    known = {video.id for video in content.videos}
    for video in content.videos:
        if video.id not in used:
            raise Incoherent(f"video {video.id} belongs to nothing")
        if (video.file is not None) != (video.stage == "completed"):
            raise Incoherent(f"video {video.id} is done without a file, or has one and is not")
        parent = video.remixed_from_video_id
        if parent in known and parent not in before:
            raise Incoherent(f"video {video.id} comes before what it was made from")
        before.add(video.id)


def _there(name: str, known: Collection[str], what: str) -> str:
    if name not in known:
        raise Incoherent(f"it names the {what} {name[:80]}, which is not there")
    return name


def _once(names: Iterable[Hashable], what: str) -> None:
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise Incoherent(what)
