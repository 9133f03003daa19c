"""Reading prompts: from a chain of remixes to one `Shot`, by plain word matching, the same on every machine.

What no prompt mentions is chosen by a stable draw from the seed, one draw per question, so that a remix
which settles one question leaves all the other choices as they were.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rushes.providers.animatic import words
from rushes.providers.animatic.choosing import filled
from rushes.providers.animatic.colour import RGB, hexed
from rushes.providers.animatic.shot import Shot, Subject

RIDDEN = frozenset(
    [
        "motorcycle",
        "bicycle",
        "car",
        "truck",
        "bus",
        "train",
        "boat",
        "ship",
        "galleon",
        "submarine",
        "horse",
        "elephant",
        "rocket",
        "balloon",
        "whale",
        "dragon",
        "dinosaur",
        "ufo",
        "plane",
        "turtle",
        "camel",
        "bear",
        "deer",
    ]
)
"""Subjects that another can ride on or in."""

_RIDERS = frozenset(
    [
        "cat",
        "dog",
        "fox",
        "wolf",
        "bear",
        "rabbit",
        "person",
        "child",
        "couple",
        "astronaut",
        "robot",
        "owl",
        "penguin",
        "lion",
        "duck",
        "dancer",
        "sheep",
    ]
)
_HOLDERS = frozenset(["person", "child", "couple", "robot", "astronaut"])
_ON_BOARD = re.compile(
    r"\b(on|riding|rides|ride|in|inside|aboard|driving|drives|atop|sailing|steering|piloting|flying)\b"
)
_NOT = re.compile(
    r"\b(no|without|remove|removes|minus|lose|except|not|never|erase|delete|get rid of)\s+"
    r"(the |a |an |any |all )?(\w+ )?$"
)
_ADDED = re.compile(r"\b(add|adds|also|another|plus|include|with|put|and|more)\b")
_PALETTE = re.compile(r"\b(palette|colou?rs?|tones?|hues?|tint|grade|graded|grading|scheme|look|shades?)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """One vocabulary word met in a prompt."""

    name: str
    start: int
    end: int
    text: str
    denied: bool = False
    plural: bool = False


def read(prompts: Sequence[str], seed: int) -> Shot:
    """The shot that a chain of prompts (oldest first) describes, complete: every question has an answer."""
    return filled(said(prompts), f"{seed}:{_plain(prompts[0])}")


def said(prompts: Sequence[str]) -> Shot:
    """Only what a chain of prompts (oldest first) says: each later one changes what it mentions."""
    shot = Shot()
    for number, prompt in enumerate(prompts):
        shot = _changed(shot, _plain(prompt), remix=number > 0)
    return shot


def _changed(shot: Shot, prompt: str, *, remix: bool) -> Shot:
    """`shot` with whatever `prompt` mentions."""
    palette, look, prompt = _palette(prompt)
    subjects = _find(prompt, words.SUBJECTS)
    # "moon", "space" and the like are places unless they are part of a subject's own phrase ("space
    # station").
    taken = [(s.start, s.end) for s in subjects if " " in s.text or "-" in s.text]
    outside = _blanked(prompt, taken)
    places = _find(outside, words.PLACES)
    # A cliff above the sea is by the sea: what is a mere foothold gives way to any place said beside it.
    wide = [p for p in places if not p.text.startswith(words.FOOTHOLDS)]
    place = _first(wide or places, prefer_long=True)
    time = _first(_find(outside, words.TIMES))
    weather = _find(outside, words.WEATHERS)
    drifts = _find(prompt, words.DRIFTS)
    camera = _first(_find(outside, words.CAMERAS), prefer_long=True)
    sky = next((w.name for w in weather if not w.denied), None)
    if sky is None and any(w.denied and w.name == shot.weather for w in weather):
        sky = "clear"
    kept = tuple(d for d in shot.drifts if not any(f.name == d and f.denied for f in drifts))
    new = tuple(dict.fromkeys([*kept, *(d.name for d in drifts if not d.denied)]))
    return replace(
        shot,
        place=place or shot.place,
        time=time or shot.time,
        weather=sky or shot.weather,
        camera=camera or shot.camera,
        drifts=new,
        palette=palette or (() if look else shot.palette),
        look=look or (None if palette else shot.look),
        subjects=_recast(shot.subjects, prompt, subjects, remix=remix),
    )


def _recast(
    cast: tuple[Subject, ...], prompt: str, found: list[Found], *, remix: bool
) -> tuple[Subject, ...]:
    gone = {f.name for f in found if f.denied}
    kept = tuple(s for s in cast if s.name not in gone)
    named = [f for f in found if not f.denied]
    if not named:
        return kept
    if remix:
        swap = re.search(r"\b(?:replace|swap|change|turn|switch|instead of|rather than)\b", prompt)
        if swap and any(f.name in {s.name for s in cast} for f in named):
            return _swapped(kept, prompt, named)
        present = {s.name for s in cast} | {s.rides for s in cast}
        repainted = tuple(replace(s, colour=_colour_of(prompt, s.name, named) or s.colour) for s in kept)
        strangers = [f for f in named if f.name not in present]
        if not strangers:
            return repainted
        if _ADDED.search(prompt[: strangers[0].start]) and not re.search(
            r"\bmake (it|the \w+) (a|an)\b", prompt
        ):
            return (*repainted, *_cast(prompt, strangers))[:4]
    return _cast(prompt, named)


def _swapped(kept: tuple[Subject, ...], prompt: str, named: list[Found]) -> tuple[Subject, ...]:
    """`replace the cat by a dog`, `a dog instead of the cat`: each known name gives way to the first
    unknown one."""
    known = {s.name for s in kept} | {s.rides for s in kept}
    strangers = [f for f in named if f.name not in known]
    if not strangers:
        return kept
    new = strangers[0]
    out: list[Subject] = []
    leaving = {f.name for f in named if f.name in known}
    for s in kept:
        if s.name in leaving:
            out.append(replace(s, name=new.name, colour=_colour_before(prompt, new)))
        elif s.rides in leaving:
            out.append(replace(s, rides=new.name))
        else:
            out.append(s)
    return tuple(out)


def _cast(prompt: str, named: list[Found]) -> tuple[Subject, ...]:
    """Subjects in order of mention, riders joined with what they ride."""
    made: list[tuple[Subject, Found]] = []
    for f in named:
        if any(s.name == f.name for s, _ in made):
            continue
        before = prompt[: f.start].rstrip()
        count = next(
            (n for w, n in sorted(words.NUMBERS.items(), key=lambda i: -len(i[0])) if _counts(before, w)), 1
        )
        if count == 1 and (f.plural or f.text in _FLOCKS):
            count = 5 if f.name in ("bird", "fish", "butterfly", "jellyfish") else 3
        made.append((Subject(f.name, count, _colour_before(prompt, f)), f))
    out: list[Subject] = []
    ridden: set[str] = set()
    for i, (s, f) in enumerate(made):
        for other, g in made[i + 1 :]:
            between = prompt[f.end : g.start]
            if s.name in _RIDERS and other.name in RIDDEN and len(between) < 40 and _ON_BOARD.search(between):
                if s.name in ("person", "child", "couple") and other.name in (
                    "train",
                    "bus",
                    "ship",
                    "truck",
                ):
                    break
                s = replace(s, rides=other.name, count=1)
                ridden.add(other.name)
                break
        out.append(s)
    shade = next((s for s, _ in made if s.name == "umbrella"), None)
    if shade and (holders := [i for i, s in enumerate(out) if s.name in _HOLDERS and s.count <= 2]):
        out[holders[0]] = replace(out[holders[0]], umbrella=shade.colour or hexed(words.COLOURS["red"]))
        ridden.add("umbrella")
    paint = {s.name: s.colour for s, _ in made}
    told = [replace(s, colour=s.colour if not s.rides else (paint.get(s.rides) or s.colour)) for s in out]
    return tuple(s for s in told if s.name not in ridden)[:4]


_FLOCKS = frozenset(
    ["people", "crowd", "children", "flock", "geese", "cattle", "herd", "wolves", "butterflies"]
)


def _counts(before: str, word: str) -> bool:
    tail = before[-len(word) - 14 :]
    return re.search(rf"\b{re.escape(word)}(\s\w+)?$", tail) is not None


def _colour_before(prompt: str, f: Found) -> RGB | None:
    """The colour in the two words before a subject: `a bright red car`."""
    near = prompt[: f.start].split()[-2:]
    # Words of the previous subject's own description do not reach over a joining word.
    for word in reversed(near):
        if word in ("on", "in", "and", "with", "the", "a", "of"):
            break
        if word in words.COLOURS:
            return hexed(words.COLOURS[word])
    return None


def _colour_of(prompt: str, name: str, named: list[Found]) -> RGB | None:
    """In a remix also the colour after a subject: `make the car red`."""
    for f in named:
        if f.name == name:
            after = prompt[f.end :].split()[:4]
            for word in after:
                if word in words.COLOURS:
                    return hexed(words.COLOURS[word])
            return _colour_before(prompt, f)
    return None


def _palette(prompt: str) -> tuple[tuple[RGB, ...], str | None, str]:
    """Palette colours and look, and the prompt without the words that were used up by them."""
    look = _first(_find(prompt, words.LOOKS), prefer_long=True)
    names = "|".join(sorted(words.COLOURS, key=len, reverse=True))
    told: list[str] = []
    pair = re.search(rf"\b({names})(?:,? ({names}))?,? (?:and|&) ({names})\b", prompt)
    # "orange and white cat" is a cat; "teal and orange" is a palette.
    if pair and not _find(prompt[pair.end() : pair.end() + 24].split(",")[0], words.SUBJECTS):
        told = [g for g in pair.groups() if g]
        prompt = _blanked(prompt, [(pair.start(), pair.end())])
    elif hint := _PALETTE.search(prompt):
        near = prompt[max(0, hint.start() - 40) : hint.end() + 40]
        told = re.findall(rf"\b({names})\b", near)
        if told:
            prompt = re.sub(
                rf"\b({'|'.join(told)})\b(?=[\w\s,]*\b{hint.group(0)}\b)",
                lambda m: " " * len(m.group(0)),
                prompt,
            )
    elif everything := re.search(
        rf"\b(?:make|turn|paint|colou?r) (?:it|everything|all)(?: all| more)? ({names})\b", prompt
    ):
        told = [everything.group(1)]
    return tuple(hexed(words.COLOURS[n]) for n in dict.fromkeys(told)), look, prompt


def _plain(prompt: str) -> str:
    """Lower case, without accents, one space between words."""
    bare = unicodedata.normalize("NFKD", prompt.lower().replace("’", "'"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _first(found: list[Found], *, prefer_long: bool = False) -> str | None:
    """The first mention that is not denied; with `prefer_long`, phrases go before single words."""
    said = [f for f in found if not f.denied]
    if prefer_long:
        said.sort(key=lambda f: (" " not in f.text.strip(), f.start))
    return said[0].name if said else None


def _find(text: str, vocabulary: Mapping[str, str]) -> list[Found]:
    """Every mention in order, longest phrase first where two overlap."""
    names, longest = _indexed(tuple(vocabulary.items()))
    tokens = [(m.group(0), m.start(), m.end()) for m in _WORD.finditer(text)]
    out: list[Found] = []
    i = 0
    while i < len(tokens):
        for length in range(min(longest, len(tokens) - i), 0, -1):
            start, end = tokens[i][1], tokens[i + length - 1][2]
            said = text[start:end]
            single = next((s for s in _singulars(said) if s in names), None)
            if single is not None:
                denied = _NOT.search(text[:start]) is not None
                out.append(Found(names[single], start, end, said, denied, single != said))
                i += length - 1
                break
        i += 1
    return out


_WORD = re.compile(r"[\w&'-]+")


def _singulars(said: str) -> tuple[str, ...]:
    """The words as they are, and as they would be without a plural's ending."""
    return (
        said,
        said[:-1] if said.endswith("s") else said,
        said[:-2] if said.endswith(("es", "'s")) else said,
    )


@cache
def _indexed(items: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], int]:
    """Each word or phrase with its name, and the number of words in the longest phrase."""
    names: dict[str, str] = {}
    for name, listed in items:
        for word in listed.split(","):
            names.setdefault(_plain(word), name)
    return names, max(len(n.split()) for n in names)
