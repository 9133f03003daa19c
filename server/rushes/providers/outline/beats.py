"""Tells a premise in any number of scenes: what is said in each, and which part of it each one shows.

Every sentence here is whole English for any premise of its kind; what varies is chosen by the prompt alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rushes.providers.outline.english import capital
from rushes.providers.outline.premise import INVERTED, LISTING, TELLING, Premise, PremiseKind

# What a scene shows: the place, who it is about, what happens, the thing of it, a face, the light, the end.
View = Literal["place", "subject", "deed", "thing", "close", "light", "end"]


@dataclass(frozen=True, slots=True)
class Beat:
    """One scene's words and view. `hour` is how far the day has gone, 0 to 1."""

    narration: str
    view: View
    hour: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of the story, and how well it can do without: those of the lowest `rank` stay longest."""

    rank: int
    text: str
    view: View


def beats_of(premise: Premise, count: int, *, more: Sequence[str] = ()) -> list[Beat]:
    """`count` beats. `more` are sentences of the prompt that go on after the first, told as they are."""
    lines = _TELLERS[premise.kind](premise)
    heart = next(number for number, line in enumerate(lines) if line.rank == 0)
    if count < 4 and premise.kind in ("event", "doing"):
        # Nobody has been introduced.
        lines[heart] = _Line(0, f"{capital(premise.subject)} {_does(premise)}.", "deed")
    if more and count <= len(more):
        lines[heart] = _Line(0, " ".join((lines[heart].text, *more)), lines[heart].view)
    else:
        lines[heart + 1 : heart + 1] = [_Line(0, sentence, "deed") for sentence in more]
    late: list[_Line] = []
    early: list[_Line] = []
    for number, which in enumerate(_order(premise.whole)):
        # Two thirds of what fills in comes after the heart of the matter, the rest before it.
        (early if number % 3 == 2 else late).append(_Line(20 + number, *_BETWEEN[which]))
    told = [*lines[:heart], *early, *lines[heart:-1], *late, lines[-1]]
    ranks = sorted((line.rank, number) for number, line in enumerate(told))[:count]
    chosen = [told[number] for number in sorted(number for _, number in ranks)]
    # No more to say: what is left is silent.
    chosen[-1:-1] = [_Line(99, "", "light")] * (count - len(chosen))
    last = max(1, len(chosen) - 1)
    return [Beat(line.text, line.view, number / last) for number, line in enumerate(chosen)]


def _event(p: Premise) -> list[_Line]:
    who, knows = p.the_subject, "know" if p.is_plural else "knows"
    fades = "And when morning comes" if p.time == "night" else "And when the light fades"
    ending = f"{fades}{_at(p)}, {who} {knows} that this was no ordinary {_day(p)}."
    return [
        _Line(2, _opening(p), "place"),
        _Line(3, _meeting(p), "subject"),
        _Line(0, f"Then it happens. {capital(who)} {p.deed}.", "deed"),
        _Line(4, f"No one has ever seen {p.thing} quite like this one." if p.thing else _still(p), "thing"),
        _Line(
            5,
            "From here on, things will be different."
            if p.being == "thing"
            else f"Whatever comes next, {who} will remember this moment.",
            "close",
        ),
        _Line(6, f"One small moment, and the {_day(p)} is no longer the same.", "light"),
        _Line(1, ending if p.being != "thing" else _LAST, "end"),
    ]


def _past(p: Premise) -> list[_Line]:
    return [
        _Line(2, f"It was a {_day(p)} like any other, or so it seemed.", "place"),
        _Line(0, f"This is the story of how {p.whole}.", "deed"),
        _Line(4, "Nobody had seen it coming.", "subject"),
        _Line(3, "Sometimes a single moment is enough.", "close"),
        _Line(5, "After that, nothing was quite as it had been before.", "light"),
        _Line(1, "And that is how it went.", "end"),
    ]


def _doing(p: Premise) -> list[_Line]:
    return [
        _Line(2, _opening(p), "place"),
        _Line(3, _meeting(p), "subject"),
        _Line(0, f"{capital(p.the_subject)} {_does(p)}, and for now that is all there is.", "deed"),
        _Line(4, "It is a simple thing. But look closely, and there is a whole world in it.", "close"),
        _Line(5, _still(p), "light"),
        _Line(6, "Perhaps nobody will remember this. Perhaps it is enough that it happens.", "close"),
        _Line(1, _LAST, "end"),
    ]


def _sight(p: Premise) -> list[_Line]:
    return [
        _Line(2, _opening(p), "place"),
        _Line(5, "And then, something catches the eye.", "light"),
        _Line(0, f"Look: {p.whole}.", "subject"),
        _Line(3, "Take your time. There is more to see than there seems to be.", "close"),
        _Line(4, "The light moves on, and everything changes with it.", "light"),
        _Line(6, _still(p), "close"),
        _Line(1, _LAST, "end"),
    ]


def _question(p: Premise) -> list[_Line]:
    asked = bool(INVERTED.match(p.whole)) or p.whole.endswith("?")
    clause = p.whole.rstrip("? ")
    ending = (
        "And that is the answer, or at least the beginning of one." if asked else f"And that is {clause}."
    )
    return _explained(
        f"{capital(clause)}?" if asked else f"Have you ever wondered {clause}?",
        "It begins with something that we see every day, and rarely notice.",
        ending,
    )


def _topic(p: Premise) -> list[_Line]:
    found = TELLING.match(p.whole)
    whole = p.whole if p.whole.lower().startswith(("the ", "a ")) else f"the {p.whole}"
    return _explained(
        f"This is {whole}." if found else f"This is a short film about {p.whole}.",
        "Like most things worth knowing, it begins small.",
        "And that is a good place to begin."
        if LISTING.search(p.whole)
        else f"And the story of {found[1] if found else p.whole} is not over yet.",
    )


def _explained(opening: str, beginning: str, ending: str) -> list[_Line]:
    return [
        _Line(0, opening, "place"),
        _Line(2, beginning, "subject"),
        _Line(3, "Look closer, and there is more to it than anyone would guess.", "close"),
        _Line(4, "One step leads to the next, and each depends on the one before.", "deed"),
        _Line(5, "Some of it takes only a moment. Some of it takes a very long time.", "light"),
        _Line(6, "Every part has its place, and every part has its time.", "close"),
        _Line(7, "Take one piece away, and the rest no longer holds.", "subject"),
        _Line(8, "Step back, and the whole comes into view.", "place"),
        _Line(1, ending, "end"),
    ]


def _statement(p: Premise) -> list[_Line]:
    return [
        _Line(2, _opening(p), "place"),
        _Line(0, f"{capital(p.whole)}.", "deed"),
        _Line(3, _still(p), "close"),
        _Line(4, "The light moves on, and everything changes with it.", "light"),
        _Line(1, _LAST, "end"),
    ]


def _does(p: Premise) -> str:
    return p.deed if p.kind == "event" else f"{'are' if p.is_plural else 'is'} {p.deed}"


def _day(p: Premise) -> str:
    return "night" if p.time == "night" else "day"


def _still(p: Premise) -> str:
    return _pick(p, "still", _STILL)


def _opening(p: Premise) -> str:
    if p.time in ("night", "dusk", "sunset"):
        return (
            f"Night has fallen{_at(p)}." if p.time == "night" else f"The day is drawing to a close{_at(p)}."
        )
    if p.setting in ("out in space", "beneath the waves", "on the moon"):
        return f"It is very quiet {p.setting}."
    if p.setting:
        return _pick(p, "opening", (f"Morning comes slowly {p.setting}.", f"A new day begins {p.setting}."))
    return _pick(p, "opening", ("It begins like any other day.", "The day has only just begun."))


def _meeting(p: Premise) -> str:
    have = "have" if p.is_plural else "has"
    if p.being == "person" and re.search(r"\b(who|that)\b", p.subject):
        return f"Meet {p.subject}. It seems to be a {_day(p)} like any other."
    if p.being == "person":
        return f"Meet {p.subject}, who {have} seen a great many {_day(p)}s like this one."
    be = "are" if p.is_plural else "is"
    if p.being == "animal":
        return f"And here {be} {p.subject}, at home in this place and never quite still."
    return f"And there, in the middle of it all, {be} {p.subject}."


def _at(p: Premise) -> str:
    return f" {p.setting}" if p.setting else ""


def _pick(p: Premise, question: str, options: Sequence[str]) -> str:
    return options[_draw(f"{p.whole}:{question}") % len(options)]


def _order(whole: str) -> list[int]:
    return sorted(range(len(_BETWEEN)), key=lambda number: _draw(f"{whole}:{number}"))


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.lower().encode()).digest()[:4], "big")


_LAST = "And then, as quietly as it began, the moment passes."
_STILL = (
    "For a moment, everything else falls silent.",
    "Everything around holds its breath.",
    "It lasts only a moment. Some moments are long.",
)
_BETWEEN: tuple[tuple[str, View], ...] = (
    ("The wind turns. Something is about to change.", "light"),
    ("There is no hurry here. Every minute takes the time that it needs.", "place"),
    ("Small things go unnoticed, until somebody looks.", "close"),
    ("A shadow passes, and then the light returns.", "light"),
    ("Somewhere in the distance, a sound; then silence again.", "place"),
    ("Not everything that matters makes a noise.", "close"),
    ("From far away, it all looks very small.", "place"),
    ("The hours pass almost without a trace.", "light"),
    ("What seemed ordinary a moment ago looks different now.", "close"),
    ("There is always something left to discover.", "subject"),
    ("And still the day goes on.", "light"),
    ("It would be easy to look away. But not now.", "close"),
)
_TELLERS: dict[PremiseKind, Callable[[Premise], list[_Line]]] = {
    "event": _event,
    "past": _past,
    "doing": _doing,
    "sight": _sight,
    "question": _question,
    "topic": _topic,
    "statement": _statement,
}
