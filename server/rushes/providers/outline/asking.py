"""What people write around what they want: “make me a video about”, “drone shot of”, “4k, ultra detailed”.

A narrator has no use for it; how it should look is kept for the pictures.
"""

from __future__ import annotations

import re

from rushes.providers.outline import english

_FILMS = r"(?:video|film|movie|clip|animation|story|documentary|short|reel|ad|trailer)s?"
_ASKED = re.compile(
    r"^(?:please\s+)?(?:(?:can|could) you\s+)?(?:make|create|generate|produce|film|write|show|tell|give)\s+"
    rf"(?:me\s+|us\s+)?(?:(?:the|an?)\s+)?(?:[\w-]+\s+){{0,4}}?{_FILMS}"
    r"\s+(?:about|of|on|showing|where|in which|that shows|explaining|for)\s+",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"^(?:(?:the|an?)\s+)?(?:[\w-]+\s+){0,3}?(?:video|film|movie|clip|animation|documentary|shot|view|footage"
    r"|close-up|closeup|timelapse|time-lapse|portrait|photo|picture|scene)s?"
    r"\s+(?:about|of|showing|where|in which)\s+",
    re.IGNORECASE,
)
EXPLAIN = re.compile(r"^(?:please\s+)?(?:explain|tell (?:me|us) about)\s+", re.IGNORECASE)
QUESTION = re.compile(r"^(how|why|what|where|when|who)\b", re.IGNORECASE)
_TECHNICAL = re.compile(
    r"^\s*(?:\d+k|\d+ ?fps|uhd|hdr?|hyper-?|ultra[- ]|highly |very |photo-?|cinematic|realis|dramatic light"
    r"|soft light|volumetric|unreal|octane|masterpiece|best quality|award|film grain|bokeh|shallow|detailed"
    r"|depth of field|sharp|imax|35 ?mm|\d+ ?mm|anamorphic|slow motion"
    r"|.*\b(?:style|lighting|render|rendering|shot)$|.*\bcamera\b)",
    re.IGNORECASE,
)


def plain(prompt: str) -> tuple[str, str]:
    """What the prompt is about, on one line, without a stop at its end, and how it should look. A first word
    that is no name begins small."""
    text = " ".join(prompt.split()).strip().strip("\"“”'").rstrip(" .!")
    for pattern in (_ASKED, EXPLAIN, _FORM, _FORM):
        text = pattern.sub("", text, count=1).strip() or text
    parts = text.split(",")
    look: list[str] = []
    while len(parts) > 1 and _TECHNICAL.match(parts[-1]):
        look.insert(0, parts.pop().strip())
    text = ",".join(parts).strip().rstrip(" .!,;:")
    first, _, rest = text.partition(" ")
    is_named = rest[:1].isupper() and first.lower() not in english.DETERMINERS
    if QUESTION.match(first) or (english.is_common(first) and not is_named):
        text = text[:1].lower() + text[1:]
    return text, ", ".join(look)
