"""Cuts a text into units: the words of scripts with spaces, small groups of signs in those without.

A unit is what is timed, highlighted and never broken across lines. Punctuation stays with its word: a caption
line that begins with a comma looks wrong in every script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from fontTools.unicodedata import script

_UNSPACED = {"Hani", "Hira", "Kana", "Bopo", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"}
# Thai and Lao lie in blocks of one plan, 128 apart.
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
_AFTER = "\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46\u0eb0\u0eb2\u0eb3\u0ec6"
_LEADING = "\u0e40-\u0e44\u0ec0-\u0ec4"
_CONSONANTS = "\u0e01-\u0e2e\u0e81-\u0eae"
_SYLLABLE = re.compile(f"[{_LEADING}]?[{_CONSONANTS}][{_MARKS}]*[{_AFTER}]*[{_MARKS}]*|.", re.DOTALL)
# A vowel that never ends a syllable: the next consonant does.
_CLOSED = re.compile("[\u0e31\u0e47\u0eb1]")
# What makes one sign of the two beside it: ZWJ, Khmer coeng, Myanmar virama.
_BINDING = "\u200d\u17d2\u1039"
# Marks of a consonant that ends a syllable, in Myanmar and Khmer.
_ENDING = "\u103a\u17cb\u17cd"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
# So many signs of Japanese, but for one word of katakana, are highlighted at once.
_GROUP = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a text as it is written; `joined` to the one before it without a space."""

    text: str
    joined: bool = False


def units(text: str) -> list[Unit]:
    """The text in its units. Signs that are not said, such as a lone dash, go with the word before them."""
    found: list[Unit] = []
    waiting = ""
    for token in _printable(text).split():
        if not any(sign.isalnum() or _is_picture(sign) for sign in token):
            if found:
                found[-1] = Unit(f"{found[-1].text} {token}", found[-1].joined)
            else:
                waiting += f"{token} "
            continue
        for number, piece in enumerate(_pieces(token)):
            found.append(Unit(waiting + piece, joined=number > 0))
            waiting = ""
    return found


def clusters(text: str) -> list[str]:
    """The signs as a reader counts them, each with the marks that sit on it: none of them may be torn apart
    (the larger part of the rules of Unicode's UAX #29)."""
    found: list[str] = []
    for sign in text:
        binds = unicodedata.category(sign) in ("Mn", "Mc", "Me") or sign in "\u200c\u200d\uff9e\uff9f"
        binds = binds or "\U0001f3fb" <= sign <= "\U0001f3ff"  # the colour of skin
        if found and (binds or found[-1][-1] in _BINDING or _makes_a_flag(found[-1], sign)):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def is_unspaced(text: str) -> bool:
    """Whether any of it belongs to a script that is written without spaces."""
    return any(script(sign) in _UNSPACED for sign in text)


def _printable(text: str) -> str:
    """Without control characters, which mean something to the formats that captions are written in."""
    return "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs"))


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in ("So", "Sc")


def _makes_a_flag(before: str, sign: str) -> bool:
    return len(before) == 1 and all("\U0001f1e6" <= half <= "\U0001f1ff" for half in (before, sign))


def _pieces(token: str) -> list[str]:
    if not is_unspaced(token):
        return [token]
    japanese = any(script(sign) in ("Hira", "Kana") for sign in token)
    groups: list[str] = []
    kind = ""  # of the last group; empty when nothing may join it any more
    opening = ""
    for sign in _signs(token):
        its = _kind(sign)
        if its == "opening":
            opening += sign
            kind = ""
        elif its == "following" and groups and not opening:
            groups[-1] += sign
            # "don't" and "3.14" go on after it, a sentence does not.
            kind = kind if sign.isascii() or sign == "’" or unicodedata.category(sign[0]) == "Lm" else ""
        elif groups and not opening and _goes_on(groups[-1], kind, sign, its, japanese):
            groups[-1] += sign
            kind = its
        else:
            groups.append(opening + sign)
            opening, kind = "", its
    if opening:
        groups = [*groups[:-1], groups[-1] + opening] if groups else [opening]
    return groups


def _goes_on(group: str, kind: str, sign: str, its: str, japanese: bool) -> bool:
    if sign in _SMALL_KANA and kind:
        return True
    if kind == its and (its == "word" or any(mark in _ENDING for mark in sign)):
        return True
    if not japanese or kind not in ("Hani", "Hira", "Kana") or its not in ("Hani", "Hira", "Kana"):
        return False
    if its == "Hira":
        # What kana follow is their stem: verbs and particles stay with their word.
        limit = 1 if script(group[0]) == "Kana" else _GROUP
        return bool(sum(script(of) == "Hira" for of in group) < limit)
    return its == kind and (its == "Kana" or len(group) < _GROUP)


def _kind(sign: str) -> str:
    category = unicodedata.category(sign[0])
    if category in ("Ps", "Pi"):
        return "opening"
    its = next((of for of in map(script, sign) if of in _UNSPACED), "")
    if its:
        return its
    return "word" if category != "Lm" and (sign[0].isalnum() or _is_picture(sign[0])) else "following"


def _signs(token: str) -> Iterator[str]:
    """Clusters, and the syllables of Thai and Lao."""
    run = ""
    for sign in clusters(token):
        if script(sign[0]) in ("Thai", "Laoo") or (run and sign[0] in "\u0e2f\u0e46"):
            run += sign
            continue
        yield from _syllables(run)
        run = ""
        yield sign
    yield from _syllables(run)


def _syllables(run: str) -> list[str]:
    """Nearly syllables: where the last consonant of one ends cannot be told without a dictionary, but no mark
    is torn from its letter and no vowel from the consonant that it is written around."""
    found: list[str] = []
    bare: list[str] = []  # consonants without a vowel, not yet placed
    for part in _SYLLABLE.findall(run):
        if re.fullmatch(f"[{_CONSONANTS}]", part):
            bare.append(part)
            continue
        if not re.match(f"[{_LEADING}{_CONSONANTS}]", part) and (bare or found):
            # A mark that is left over belongs to what is before it.
            (bare or found)[-1] += part
            continue
        found, rest = _placed(found, bare, followed=not re.match(f"[{_LEADING}]", part))
        found.append(rest + part)
        bare = []
    found, rest = _placed(found, bare, followed=False)
    return [*found, rest] if rest else found


def _placed(found: list[str], bare: list[str], *, followed: bool) -> tuple[list[str], str]:
    """Bare consonants end the syllable before them, are one of their own, or begin the next, which is then
    `followed` by a vowel that is written after them."""
    if found and bare:
        # Two that no vowel follows have an unwritten one between them, as in "คน".
        ends = len(bare) > 1 if followed else len(bare) != 2
        if ends or _CLOSED.search(found[-1][-2:]):
            found, bare = [*found[:-1], found[-1] + bare[0]], bare[1:]
    if bare and (not followed or len(bare) > 2):
        return [*found, "".join(bare)], ""
    return found, "".join(bare)
