"""Reads what a short prompt is about: somebody who does something, something to be seen, a question, a
subject.

    read_premise("a lighthouse keeper finds a bottle")
    # Premise(kind="event", subject="a lighthouse keeper", deed="finds a bottle", …)

What is not understood for certain is not used: it then is a `statement`, told in its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rushes.providers.animatic.reading import said
from rushes.providers.outline import english
from rushes.providers.outline.asking import EXPLAIN, QUESTION, plain

# event: somebody does something. past: did. doing: is doing. sight: something to look at. question: how or
# why. topic: something to tell of. statement: none of these for certain.
PremiseKind = Literal["event", "past", "doing", "sight", "question", "topic", "statement"]

LISTING = re.compile(
    r"\b(tips|ways|facts|reasons|things|rules|steps|ideas|lessons|mistakes|myths|tricks)\b", re.IGNORECASE
)
INVERTED = re.compile(
    r"^(how|why|what|where|when|who)\s+(?:\w+\s+)?(do|does|did|is|are|was|were|can|could|will|would|should)\b",
    re.I,
)
_ASKING = re.compile(
    r"^(?:how|why|what|where|when|who)\s+(?:(?:do|does|did|is|are|was|were|can|could|will|would|to)\s+)?",
    re.IGNORECASE,
)
TELLING = re.compile(
    r"^(?:the |a )?(?:brief |short )?"
    r"(?:history|story|tale|life|art|science|secrets?|origins?|future|world|making|day in the life)"
    r"\s+of\s+(.+)",
    re.IGNORECASE,
)
_SELF = frozenset(
    ("i", "we", "you", "he", "she", "they", "it", "there", "lets", "let's", "if", "when", "while", "don't")
)


@dataclass(frozen=True, slots=True)
class Premise:
    """`whole` is the prompt without what was said about the making; `subject` the one that it is about, as
    written, `deed` what they do, `thing` what they do it to. `setting` is where, in a phrase (“by the sea”);
    `time` is said in the prompt, and `look` is what it says of the picture alone."""

    kind: PremiseKind
    whole: str
    subject: str = ""
    deed: str = ""
    thing: str = ""
    setting: str = ""
    time: str | None = None
    look: str = ""

    @property
    def seen(self) -> str:
        """What there is to see of it: of a question what is asked about, of a topic what is told of."""
        if self.subject:
            return self.subject
        told = TELLING.match(self.whole)
        if told:
            return told[1]
        asked = _ASKING.sub("", self.whole.rstrip("? "))
        asked = re.sub(r"^(?:happens|makes|causes|goes on)\s+(?:inside|in|to|at)?\s*", "", asked)
        return _read(asked)[1] or asked or self.whole

    @property
    def the_subject(self) -> str:
        """As one speaks of them the second time."""
        return english.definite(_short(self.subject))

    @property
    def is_plural(self) -> bool:
        return english.is_plural(self.subject)

    @property
    def being(self) -> str:
        return english.being_of(self.subject)


def read_premise(prompt: str) -> Premise:
    """What the prompt, a sentence or less, is about."""
    whole, look = plain(prompt)
    kind, subject, deed = _read(whole)
    if EXPLAIN.match(prompt) and kind == "sight":
        kind, subject = "topic", ""
    shot = said((prompt,))
    # What is met on the way is at home elsewhere.
    named = said((subject or whole,)).subjects
    place = shot.place or next((_HOMES[each.name] for each in named if each.name in _HOMES), None)
    setting = _where(whole) or _SETTINGS.get(place or "", "")
    return Premise(
        kind=kind,
        whole=whole,
        subject=subject,
        deed=deed,
        thing=_thing(deed) if kind == "event" else "",
        setting=setting,
        time=shot.time,
        look=look,
    )


def _read(whole: str) -> tuple[PremiseKind, str, str]:
    if QUESTION.match(whole):
        return "question", "", ""
    if TELLING.match(whole):
        return "topic", "", ""
    words = whole.split()
    first = words[0].lower() if words else ""
    if first in _SELF:
        return "statement", "", ""
    for number in range(1, len(words)):
        found = _deed_at(words, number)
        if found is not None:
            subject, deed = " ".join(words[:number]).rstrip(","), " ".join(words[number:])
            if found == "doing":
                deed = re.sub(r"^(?:is|are)\s+", "", deed)
            return found, subject, deed
    if LISTING.search(whole):
        return "topic", "", ""
    if first in english.DETERMINERS or first.isdigit():
        return "sight", whole, ""
    acts = any(english.is_present(word) or word in ("is", "are") for word in words[1:])
    if english.is_plain(first) or acts or len(words) > 8:
        return (
            ("sight", whole, "")
            if _knows(whole) and not acts and not english.is_plain(first)
            else ("statement", "", "")
        )
    return ("sight", whole, "") if _knows(whole) else ("topic", "", "")


def _deed_at(words: list[str], number: int) -> PremiseKind | None:
    """What begins with the word at `number`, if that is what the subject does."""
    word, before = words[number].rstrip(","), words[number - 1]
    after = words[number + 1] if number + 1 < len(words) else ""
    subject = " ".join(words[:number])
    if before.lower() in english.DETERMINERS | english.PREPOSITIONS or before.lower() in (
        "who",
        "that",
        "which",
        "and",
    ):
        return None
    if re.search(r"\b(who|that|which)\s+\S+$", subject):
        # "a woman who lives": the verb of the clause beside.
        return None
    if word.lower() in ("is", "are") and english.is_doing(after):
        return "doing"
    if word.lower() in ("is", "are", "was", "were", "has", "have", "had"):
        return "statement"
    is_several = english.is_plural(subject)
    begins_well = words[0].lower() in english.DETERMINERS or words[0].isdigit() or english.is_name(subject)
    if not begins_well and not is_several:
        return None
    is_alive = english.being_of(subject) != "thing"
    leads_on = after.lower() in english.DETERMINERS or after.lower() == "to"
    is_single = words[0].lower() in ("a", "an", "one", "this", "every", "each", "another") or english.is_name(
        subject
    )
    # "The city lights" are no deed of the city's.
    if english.is_present(word) and not is_several and (is_single or is_alive or leads_on):
        return "event"
    if english.is_plain(word) and is_several and (english.may_follow_verb(after) or is_alive):
        return "event"
    if (
        english.is_past(word)
        and (not after or english.may_follow_verb(after))
        and after.lower() not in ("by", "in")
    ):
        return "past"
    if english.is_doing(word) and (not after or english.may_follow_verb(after)):
        return "doing"
    has_relation = any(each.lower() in english.PREPOSITIONS for each in words[:number])
    if is_single and not has_relation and english.may_be_present(word) and english.may_follow_verb(after):
        return "event"
    return None


def _thing(deed: str) -> str:
    """“finds an old bottle on the beach” → “an old bottle”; empty unless it is new to the story."""
    found = re.match(r"^\S+\s+((?:a|an)\s+[\w'’-]+(?:\s+[\w'’-]+){0,2})", deed)
    if not found:
        return ""
    words: list[str] = []
    for word in found[1].split():
        if word.lower() in english.PREPOSITIONS or word.lower() in (
            "and",
            "who",
            "that",
            "which",
            "while",
            "as",
        ):
            break
        if len(words) > 1 and (english.is_doing(word) or english.is_past(word)):
            break
        words.append(word)
    return " ".join(words) if len(words) > 1 else ""


def _where(whole: str) -> str:
    """What the prompt itself says of the place: “on the beach”, “in the snow”. Empty if it says nothing."""
    words = whole.split()
    for number in range(1, len(words)):
        if words[number].lower() not in _WHERE:
            continue
        phrase: list[str] = [words[number]]
        for word in words[number + 1 : number + 6]:
            if word.lower() in english.PREPOSITIONS or word.lower() in ("and", "while", "as", "who", "that"):
                break
            if len(phrase) > 2 and (
                english.is_present(word) or english.is_doing(word) or english.is_past(word)
            ):
                break
            phrase.append(word.rstrip(",.;"))
            if word[-1] in ",.;":
                break
        shot = said((" ".join(phrase),))
        is_place = shot.place not in (None, "room") or shot.weather in ("snow", "rain", "fog")
        if len(phrase) > 1 and is_place:
            return " ".join(phrase)
    return ""


def _short(subject: str) -> str:
    """Without what is said beside: “an old man with a dog” → “an old man”."""
    words = subject.split(",")[0].split()
    for number, word in enumerate(words):
        if number and (word.lower() in english.PREPOSITIONS or word.lower() in ("who", "that", "which")):
            return " ".join(words[:number])
    return " ".join(words)


def _knows(text: str) -> bool:
    shot = said((text,))
    return bool(shot.subjects or shot.place)


_WHERE = frozenset(["in", "on", "at", "by", "near", "beside", "beneath", "under", "above", "along"])
# Where those are that are hardly ever anywhere else.
_HOMES = {
    "lighthouse": "sea", "boat": "sea", "ship": "sea", "galleon": "sea", "whale": "sea", "fish": "underwater",
    "shark": "underwater", "jellyfish": "underwater", "octopus": "underwater", "submarine": "underwater",
    "penguin": "snowfield", "tent": "mountains",
}  # fmt: skip
# As one says it; what would rather mislead (a room, a street) is not said.
_SETTINGS = {
    "sea": "by the sea", "beach": "on the shore", "mountains": "in the mountains", "lake": "by the water",
    "city": "in the city", "forest": "in the forest", "desert": "in the desert",
    "snowfield": "in the snow and ice", "space": "out in space", "underwater": "beneath the waves",
}  # fmt: skip
