"""How text becomes words that can be searched: the same for what things say and for what people type.

    document("space_1", ["Füchse, 灯台", "close-up"])    ' (owner)  fuchse 灯 台  close up '
    terms('close-up "two foxes" ra')                     [close up] [two foxes] [ra…]

A document is a line of words divided by single spaces, its parts by two. Words are letters, digits and marks
in one case and without accents; scripts that are written without spaces come character by character, and so
do signs such as 🎬. Neither database is left anything to decide: their own ideas of a word differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

# PostgreSQL takes words of up to 2,046 bytes. Nobody types this many characters of one.
_LONGEST = 64
# A character of the private use area: `tokens` makes no word that begins with it.
_MARK = "\ue000"

# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_ASCII_WORD = re.compile("[a-z0-9]+")
# Written without spaces between words: Thai and Lao, Myanmar, Khmer; kana, bopomofo and Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3040-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)


def tokens(text: str) -> list[str]:
    """The words of `text`, in its order."""
    if text.isascii():
        return [word[:_LONGEST] for word in _ASCII_WORD.findall(text.lower())]
    found: list[str] = []
    word = ""
    # Marks belong to the character before them, also where each character is a word.
    is_whole = False
    for character in _folded(text):
        category = unicodedata.category(character)
        if category[0] == "M":
            if is_whole:
                found[-1] += character
            elif word:
                word += character
            continue
        is_whole = category == "So" or _UNSPACED.match(character) is not None
        if is_whole or category[0] not in "LN":
            if word:
                found.append(word)
            word = ""
            if is_whole:
                found.append(character)
        else:
            word += character
    if word:
        found.append(word)
    return [each[:_LONGEST] for each in found]


def document(owner: str, texts: Iterable[str], exact: Iterable[str] = ()) -> str:
    """The words of all that something of the space `owner` says, and `exact` ones, which `exactly` makes."""
    parts = [[owned_by(owner), *exact], *(tokens(text) for text in texts)]
    return f" {'  '.join(' '.join(part) for part in parts if part)} "


def owned_by(space_id: str) -> str:
    """The word that all of a space's documents have and nobody can type: one index finds both together."""
    return _MARK + blake2b(space_id.encode(), digest_size=8).hexdigest()


def exactly(what: str, value: str) -> str:
    """The word that all have whose `what` is `value` to the letter. Nobody can type it either; with it among
    the words, the index that finds words finds both together."""
    return _MARK + blake2b(f"{what} {value}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other; `is_open` where the last one may go on."""

    words: tuple[str, ...]
    is_open: bool = False

    @property
    def text(self) -> str:
        """What a document contains that has the term."""
        return f" {' '.join(self.words)}{'' if self.is_open else ' '}"


def terms(typed: str) -> list[Term]:
    """What a video must have to answer `typed`: each word, each phrase in quotes, the last word as a prefix.

    What is typed without a space (`close-up`, 灯台) stands together in the text as well. Nothing but
    punctuation asks for nothing.
    """
    found: list[Term] = []
    for number, part in enumerate(pieces := typed.replace("“", '"').replace("”", '"').split('"')):
        is_quoted = number % 2 == 1
        is_last = number == len(pieces) - 1
        chunks = [part] if is_quoted else part.split()
        for position, chunk in enumerate(chunks):
            if words := tokens(chunk):
                is_open = is_last and position == len(chunks) - 1
                found.append(Term(tuple(words), is_open))
    return list(dict.fromkeys(found))


def _folded(text: str) -> Iterable[str]:
    """`text` in one case and without accents, its other marks composed again (が is no か)."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(character for character in apart if not _is_accent(character))
    return unicodedata.normalize("NFC", kept).translate(_PLAIN)


def _is_accent(character: str) -> bool:
    """Latin, Greek and Cyrillic accents, Hebrew points and Arabic vowels; not the vowels and tones of scripts
    that cannot do without. By canonical combining class (https://www.unicode.org/reports/tr44/)."""
    at = unicodedata.combining(character)
    return 10 <= at <= 36 or at >= 200
