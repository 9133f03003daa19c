"""A production as it is: its row, scenes, steps and takes, and what of it is fresh.

    state = (await queries.states(session, [production_id]))[production_id]
    state.frame(scene)             # the step that makes the scene's still, or None
    state.is_fresh("voice", scene)

Pure: `queries` reads it, `plan`, `present` and `prices` look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

from rushes.productions import fingerprints, timing

Stage = Literal["story", "frames", "voices", "clips", "captions", "cut"]
Quality = Literal["animatic", "final"]

# What is asked of a maker: the stages, and what is done by the way in one of them.
Work = Stage | Literal["rewrite", "preview", "own_clip"]

STAGES: tuple[Stage, ...] = get_args(Stage)

# Those that are made for each scene by itself.
BY_SCENE: tuple[Stage, ...] = ("frames", "voices", "clips")

# What works on this machine at no cost: good for a sketch, and not what a final film is made of.
SKETCHERS = ("animatic", "espeak", "outline")


@dataclass(frozen=True)
class State:
    """`scenes` are in their order; `takes` by scene, the oldest first; `videos` are those of takes and cut by
    id, as far as they are there."""

    production: Any
    scenes: Sequence[Any]
    steps: dict[tuple[str, str], Any]
    takes: dict[str, list[Any]]
    videos: dict[str, Any] = field(default_factory=dict)
    # What has been found already: looking at a whole film asks for each of them many times.
    _stale: dict[tuple[str, str], bool] = field(default_factory=dict)
    _fingerprints: dict[tuple[str, str], str] = field(default_factory=dict)

    def step(self, stage: Work, scene: Any = None) -> Any:
        """The row of a step, None of one that was never asked for."""
        return self.steps.get((scene.id if scene is not None else "", stage))

    def fingerprint(self, stage: Work, scene: Any = None) -> str:
        """What the thing would be made from now."""
        key = (stage, scene.id if scene is not None else "")
        if key not in self._fingerprints:
            self._fingerprints[key] = self._fingerprint(stage, scene)
        return self._fingerprints[key]

    def _fingerprint(self, stage: Work, scene: Any) -> str:
        match stage:
            case "story":
                return fingerprints.of_story(self.production)
            case "frames":
                return fingerprints.of_frame(self.production, scene)
            case "voices":
                return fingerprints.of_voice(self.production, scene)
            case "rewrite":
                return fingerprints.digest("rewrite", scene.narration)
            case "own_clip":
                step = self.step("own_clip", scene)
                return fingerprints.digest("own_clip", step.asset_id if step is not None else None)
            case "preview":
                stills = [self.step("frames", each) for each in self.scenes]
                return fingerprints.digest(
                    "preview", self._cut, [each.asset_id if each is not None else None for each in stills]
                )
            case "clips":
                return fingerprints.of_clip(scene, self.step("frames", scene))
            case "captions":
                return self._captions
            case "cut":
                return self._cut

    def is_made(self, stage: Work, scene: Any = None) -> bool:
        """Whether there is one, be it stale."""
        if stage == "story":
            return bool(self.scenes)
        if stage == "clips":
            return self.circled(scene) is not None
        step = self.step(stage, scene)
        if step is None or step.made_from is None:
            return False
        return stage != "cut" or self._is_there(step.video_id)

    def is_needed(self, stage: Work, scene: Any = None) -> bool:
        """A scene without words needs no voice."""
        return stage != "voices" or bool(scene.narration.strip())

    def is_stale(self, stage: Work, scene: Any = None) -> bool:
        """Made of something else than it would be made of now, or standing on what is. What people brought
        themselves is theirs."""
        key = (stage, scene.id if scene is not None else "")
        if key not in self._stale:
            self._stale[key] = self.is_made(stage, scene) and (
                self.is_outdated(stage, scene)
                or (
                    not self._is_own(stage, scene)
                    and any(self.is_stale(before, each) for before, each in self._shows(stage, scene))
                )
            )
        return self._stale[key]

    def is_outdated(self, stage: Work, scene: Any = None) -> bool:
        """Stale by itself. That is what a run makes anew: what merely stands on something stale is made of
        something else once that has been made, and until then making it again would change nothing."""
        if not self.is_made(stage, scene) or self._is_own(stage, scene):
            return False
        made = self.circled(scene) if stage == "clips" else self.step(stage, scene)
        if made is None or (stage == "story" and made.made_from is None):
            return False
        return bool(made.made_from != self.fingerprint(stage, scene))

    def _is_own(self, stage: Work, scene: Any) -> bool:
        if stage == "clips":
            return bool(self.circled(scene).is_own)
        step = self.step(stage, scene)
        return stage != "cut" and step is not None and bool(step.is_own)

    def is_good_enough(self, stage: Stage, scene: Any, quality: Quality, wanted: str) -> bool:
        """Whether what is there is of the quality: for a final film no sketch, unless sketches are all that
        there is (`wanted` is the model that would make it)."""
        if quality == "animatic" or wanted.partition("/")[0] in SKETCHERS:
            return True
        if stage == "clips":
            take = self.circled(scene)
            return take.is_own or self.videos[take.video_id].provider not in SKETCHERS
        step = self.step(stage, scene)
        return step.is_own or (step.made_by or "").partition("/")[0] not in SKETCHERS

    def stands_on(self, stage: Work, scene: Any = None) -> list[tuple[Stage, Any]]:
        """What must be there before the thing can be made."""
        match stage:
            case "frames" | "voices":
                return [("story", None)]
            case "rewrite":
                return [("voices", scene)]
            case "clips":
                spoken: list[tuple[Stage, Any]] = (
                    [("voices", scene)] if self.is_needed("voices", scene) else []
                )
                return [("frames", scene), *spoken]
            case "captions":
                return [("voices", each) for each in self.scenes if self.is_needed("voices", each)]
            case "cut":
                return [("captions", None), *[("clips", each) for each in self.scenes]]
            case _:
                return []

    def _shows(self, stage: Work, scene: Any) -> list[tuple[Stage, Any]]:
        """What of `stands_on` is in the thing itself: a clip waits for its narration to know how long it is
        to be, and is fitted to another one all the same."""
        if stage == "clips":
            return [("frames", scene)]
        return self.stands_on(stage, scene) if stage in ("captions", "cut") else []

    def circled(self, scene: Any) -> Any:
        """The take that the cut shows; None unless its video is there and done."""
        return next(
            (take for take in self.takes.get(scene.id, []) if take.circled and self._is_there(take.video_id)),
            None,
        )

    def spoken(self, scene: Any) -> float:
        """Seconds of the scene's narration, 0 where there is none."""
        step = self.step("voices", scene)
        if step is None or step.made_from is None or not self.is_needed("voices", scene):
            return 0.0
        return float((step.result or {}).get("duration") or 0.0)

    @property
    def untold(self) -> list[Any]:
        """The scenes of whose narration nobody has said when its words are heard."""
        spoken = [scene for scene in self.scenes if self.spoken(scene)]
        return [scene for scene in spoken if not (self.step("voices", scene).result or {}).get("words")]

    @cached_property
    def lengths(self) -> dict[str, float]:
        """Seconds of each scene on the timeline, by its id."""
        given = [timing.Given(scene.seconds, self.spoken(scene)) for scene in self.scenes]
        found = timing.lengths(given, wanted=self.production.wanted_seconds)
        return {scene.id: seconds for scene, seconds in zip(self.scenes, found, strict=True)}

    @property
    def excess(self) -> float:
        """Seconds by which the narrations are too long for the wanted film; 0 when they fit."""
        given = [timing.Given(scene.seconds, self.spoken(scene)) for scene in self.scenes]
        return timing.excess(given, wanted=self.production.wanted_seconds)

    @property
    def seconds(self) -> float:
        """The whole film's."""
        return sum(self.lengths.values())

    def _is_there(self, video_id: str | None) -> bool:
        video = self.videos.get(video_id or "")
        return video is not None and video.stage == "completed"

    @cached_property
    def _captions(self) -> str:
        return fingerprints.of_captions(
            self.production,
            [(scene.narration, self._told(scene), self.lengths[scene.id]) for scene in self.scenes],
        )

    @cached_property
    def _cut(self) -> str:
        shown = []
        for scene in self.scenes:
            take = self.circled(scene)
            seen = [take.video_id, take.in_point, take.out_point] if take is not None else [None, None, None]
            heard = [self._sound(scene), scene.clip_audio, scene.fit]
            shown.append([*seen, *heard, self.lengths[scene.id]])
        return fingerprints.of_cut(self.production, shown, self._captions)

    def _told(self, scene: Any) -> str | None:
        """The scene's sound; another word for it once somebody has listened to it."""
        sound = self._sound(scene)
        is_heard = sound is not None and (self.step("voices", scene).result or {}).get("heard")
        return f"{sound}, heard" if is_heard else sound

    def _sound(self, scene: Any) -> str | None:
        step = self.step("voices", scene)
        if step is None or not self.is_needed("voices", scene):
            return None
        found: str | None = step.asset_id
        return found
