"""Describes what is seen: a still to begin each scene with, and how it moves. Each still is described
whole, so that pictures that know nothing of each other go together."""

from __future__ import annotations

from rushes.providers.animatic.reading import said
from rushes.providers.outline.beats import Beat, View
from rushes.providers.outline.english import capital
from rushes.providers.outline.premise import Premise

# The light of a day that passes, where the prompt names none. Out of the weather there is no such thing.
_HOURS = ("dawn", "morning light", "daylight", "late afternoon light", "golden hour", "dusk")
_TIMES = {
    "dawn": "dawn", "morning": "morning light", "day": "daylight", "golden": "golden hour",
    "sunset": "sunset", "dusk": "dusk", "night": "night",
}  # fmt: skip
_TIMELESS = ("out in space", "beneath the waves", "on the moon")

_MOVES: dict[View, str] = {
    "place": "slow pan to the right across the scene",
    "subject": "slow push in",
    "deed": "the camera follows the movement, gently",
    "thing": "slow push in, everything else still",
    "close": "static camera, small movements only",
    "light": "slow pan to the left while the light changes",
    "end": "slow pull back, rising",
}


def frame_of(premise: Premise, beat: Beat, *, style: str | None, mood: str | None) -> str:
    """The still of one beat, in words for an image model."""
    subject = premise.seen
    where = "" if not premise.setting or said((subject,)).place else f" {premise.setting}"
    of = ":" if premise.kind == "statement" and not premise.subject else " of"
    near = (
        f"Close-up portrait{of}" if premise.being == "person" and premise.subject else f"Close-up, detail{of}"
    )
    shown: dict[View, str] = {
        "place": f"Wide establishing shot{of} {subject}{where}, small in the frame",
        "subject": f"Medium shot{of} {subject}{where}",
        "deed": capital(f"{subject} {premise.deed}" if premise.deed else f"{subject}{where}"),
        "thing": f"Close-up of {premise.thing or subject}{where}",
        "close": f"{near} {subject}{where}",
        "light": f"Atmospheric shot{of} {subject}{where}, light and shadow",
        "end": f"Wide shot{of} {subject}{where}, seen from afar",
    }
    return _described(
        shown[beat.view], _light(premise, beat, shown[beat.view]), _both(premise.look, style), mood
    )


def motion_of(beat: Beat) -> str:
    """How camera and subject move, in a few words."""
    return _MOVES[beat.view]


def frame_of_words(seen: str, narration: str, *, style: str | None, mood: str | None) -> str:
    """The still of a scene of a script: what the script says of it, else its words."""
    is_heading = bool(narration) and len(seen.split()) <= 6
    words = (f"{narration.rstrip('.!?')}, {seen}" if seen and is_heading else seen or narration).split()
    return _described(" ".join(words[:45]).rstrip(",;:–—.") or "An empty frame", "", style, mood)


def motion_of_part(number: int) -> str:
    """Moves for a script's scenes, in turn."""
    order: tuple[View, ...] = ("place", "subject", "deed", "close", "light")
    return _MOVES[order[number % len(order)]]


def _both(look: str, style: str | None) -> str:
    return ", ".join(part for part in (look, style) if part)


def _light(premise: Premise, beat: Beat, shown: str) -> str:
    passes = premise.time in (None, "morning") or (premise.time == "dawn" and bool(premise.deed))
    if said((shown,)).time is not None or (passes and premise.setting in _TIMELESS):
        return ""
    if not passes:
        return _TIMES.get(premise.time or "", "")
    return _HOURS[min(len(_HOURS) - 1, round(beat.hour * (len(_HOURS) - 1)))]


def _described(shown: str, light: str, style: str | None, mood: str | None) -> str:
    said = [shown, light, style or "", f"{mood} mood" if mood else ""]
    return ", ".join(part.strip(" ,.") for part in said if part.strip(" ,."))
