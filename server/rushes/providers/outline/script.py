"""Divides text that is a script already: by headings, by paragraphs, else by sentences.

A script's own words are kept. What is no narration (headings, cues, directions in brackets, lines that
begin with `Visual:` or `Camera:`) becomes what is seen, and is not spoken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s+|\*\*(?=scene)|(?:scene|part|chapter|shot|szene|scène|escena)\s*\d+\b|\d{1,2}[.):]\s+"
    r"|(?:INT|EXT)\.?[ /])",
    re.IGNORECASE,
)
# “Scene 3 – ”, “2. ”: what stands before a heading's own words.
_NUMBER = re.compile(r"^\s*(?:#+\s*)?\**(?:[^\W\d]+\s*\d+\b|\d{1,2}[.):])\**\s*[.):\-–—]*\s*")
_LABEL = re.compile(
    r"^\s*\**(narration|narrator|voice ?-?over|vo|voice|speaker|visuals?|image|picture|frame|on screen|shot"
    r"|camera|motion|movement|title)\**\s*(?:\([^)]*\))?:\**\s*(.*)$",
    re.IGNORECASE,
)
_SPOKEN = frozenset(
    ("narration", "narrator", "voiceover", "voice over", "voice-over", "vo", "voice", "speaker")
)
_MOVES = frozenset(("camera", "motion", "movement"))
_DIRECTION = re.compile(r"\[[^\]]*\]|\((?:[^()]*)\)")
_UNSEEN = re.compile(
    r"\b(music|sound|sfx|noise|beat|pause|silence|whisper\w*|softly|loudly|v\.?o|o\.?s|off|cont'?d)\b",
    re.IGNORECASE,
)
_SLUG = re.compile(r"^(?:INT|EXT)[./ ]+(?:(?:INT|EXT)[./ ]+)?", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|(?<=[。！？])")
_CUE = re.compile(r"^[^a-z]*[A-Z][^a-z]*$")
# What is seen in scenes for which there are no words left.
_SILENT = ("Close-up", "Wide shot", "Detail", "View from above", "View from afar")
_LONGEST = 55  # words that one scene bears


@dataclass(frozen=True, slots=True)
class Part:
    """What is said in a scene, what is seen, and how it moves; the last two are empty where nobody says."""

    narration: str
    seen: str = ""
    motion: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A divided script, with its title if it has one."""

    title: str
    parts: tuple[Part, ...]


def is_script(text: str) -> bool:
    """Whether the text tells the story itself: paragraphs, headings, more than two sentences, or very many
    words."""
    blocks = _blocks(text)
    if len(blocks) > 1 or any(_HEADING.match(line) for line in text.splitlines()):
        return True
    return len(sentences_of(text)) > 2 or len(text.split()) > _LONGEST or len(text) > _LONGEST * 20


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, on one line each."""
    return [each.strip() for each in _SENTENCE.split(" ".join(text.split())) if each.strip()]


def divide(text: str, count: int | None) -> Script:
    """The script in `count` scenes, or in as many as it has itself. Where there are fewer sentences than
    scenes, the last ones are silent."""
    title, blocks = _titled(_blocks(text))
    parts = [part for part in (_part(block) for block in blocks) if part.narration or part.seen]
    if not parts:
        parts = [Part(" ".join(text.split()))]
    if count is None:
        parts = [
            piece for part in parts for piece in _split(part, -(-len(part.narration.split()) // _LONGEST))
        ]
        return Script(title, tuple(_merged(parts, 40)))
    return Script(title, tuple(_fitted(parts, count)))


def _blocks(text: str) -> list[list[str]]:
    """The text's lines in groups: a blank line or a heading begins a new one. A heading stays with what
    follows it."""
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):
        stands_alone = blocks[-1] and not (len(blocks[-1]) == 1 and _HEADING.match(blocks[-1][0]))
        if not line.strip():
            if stands_alone:
                blocks.append([])
            continue
        if _HEADING.match(line) and blocks[-1]:
            blocks.append([])
        blocks[-1].append(line.strip())
    return [block for block in blocks if block]


def _titled(blocks: list[list[str]]) -> tuple[str, list[list[str]]]:
    """The title, if the first block is one: `# The Keeper`, `Title: The Keeper`, or a short line alone."""
    first = blocks[0] if blocks else []
    labelled = _LABEL.match(first[0]) if first else None
    if labelled and labelled[1].lower() == "title":
        return labelled[2].strip(' *"'), [rest for rest in (first[1:], *blocks[1:]) if rest]
    is_marked = bool(first) and re.match(r"^#\s+(?!scene\b)", first[0], re.IGNORECASE) is not None
    if is_marked and len(blocks) > 1:
        return first[0].lstrip("# ").strip(), [rest for rest in (first[1:], *blocks[1:]) if rest]
    is_short = len(first) == 1 and len(first[0].split()) <= 8 and not re.search(r"[.!?…:,;]$", first[0])
    if len(blocks) > 2 and is_short and not _HEADING.match(first[0]):
        return first[0].strip(' *"'), blocks[1:]
    return "", blocks


def _part(block: Sequence[str]) -> Part:
    spoken: list[str] = []
    seen: list[str] = []
    moves: list[str] = []
    for line in block:
        labelled = _LABEL.match(line)
        if labelled:
            name = labelled[1].lower()
            (spoken if name in _SPOKEN else moves if name in _MOVES else seen).append(labelled[2])
        elif _HEADING.match(line):
            heading = _NUMBER.sub("", line).lstrip("# ").strip("* ")
            if _SLUG.match(heading):
                heading = _SLUG.sub("", heading).replace(" - ", ", ").lower()
            # "1. The keeper climbs the stairs." is a line of narration with a number before it.
            (spoken if re.search(r"[.!?…]\W*$", heading) else seen).append(heading)
        elif not (_CUE.match(line) and len(line.split()) <= 4 and not line.endswith((".", "!", "?"))):
            directions = (found.strip("[]() ") for found in _DIRECTION.findall(line))
            seen += [said for said in directions if not _UNSEEN.search(said)]
            spoken.append(_DIRECTION.sub(" ", line))
    return Part(_joined(spoken), _joined(seen, ", "), _joined(moves, ", "))


def _joined(pieces: Sequence[str], between: str = " ") -> str:
    text = between.join(piece.strip() for piece in pieces if piece.strip())
    text = re.sub(r"(?<!\w)[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}(?!\w)", r"\1", text)
    return re.sub(r"\s+([.,;:!?…])", r"\1", " ".join(text.strip('"“”').split()))


def _fitted(parts: list[Part], count: int) -> list[Part]:
    parts = _merged(parts, count)
    while len(parts) < count:
        longest = max(range(len(parts)), key=lambda number: len(parts[number].narration.split()))
        halves = _split(parts[longest], 2)
        if len(halves) == 1:
            break
        parts[longest : longest + 1] = halves
    last = parts[-1].seen or parts[-1].narration
    silent = [Part("", f"{_SILENT[number % len(_SILENT)]}: {last}") for number in range(count - len(parts))]
    return [*parts, *silent]


def _merged(parts: list[Part], count: int) -> list[Part]:
    """At most `count`: the two neighbours that are shortest together become one, again and again."""
    parts = list(parts)
    while len(parts) > count:
        lengths = [len(part.narration.split()) for part in parts]
        at = min(range(len(parts) - 1), key=lambda number: lengths[number] + lengths[number + 1])
        one, other = parts[at], parts[at + 1]
        parts[at : at + 2] = [
            Part(
                f"{one.narration} {other.narration}".strip(),
                one.seen or other.seen,
                one.motion or other.motion,
            )
        ]
    return parts


def _split(part: Part, count: int) -> list[Part]:
    """The part in up to `count` pieces of about equal length, at the ends of sentences, else at a comma."""
    pieces = sentences_of(part.narration)
    if len(pieces) < 2:
        pieces = [each.strip() for each in re.split(r"(?<=[,;:–—])\s+", part.narration) if each.strip()]
        if len(pieces) < 2 or min(len(pieces[0].split()), len(pieces[-1].split())) < 3:
            return [part]
    count = min(count, len(pieces))
    if count < 2:
        return [part]
    total = sum(len(piece.split()) for piece in pieces)
    groups: list[list[str]] = [[]]
    said = 0
    for number, piece in enumerate(pieces):
        left = len(pieces) - number
        is_full = said >= total * len(groups) / count or left <= count - len(groups)
        if groups[-1] and is_full and len(groups) < count:
            groups.append([])
        groups[-1].append(piece)
        said += len(piece.split())
    return [
        replace(part, narration=" ".join(group), seen=part.seen if number == 0 else "")
        for number, group in enumerate(groups)
    ]
