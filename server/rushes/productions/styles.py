"""How a film looks and feels, as data: what each style and mood adds to the prompt of a still.

A style that is not in the list is taken as its own words, so that nobody is held to these.
"""

from __future__ import annotations

from dataclasses import dataclass

from rushes.http.fields import on_one_line
from rushes.providers.makers.story import Story

MOST_CONTINUITY = 4000  # characters
_SETTING = "Setting"
# A line without a colon near its beginning is about everything.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Style:
    """What a still is asked to look like: the manner, the lens and medium, the light."""

    prompt: str
    technical: str
    lighting: str


STYLES: dict[str, Style] = {
    "Realistic": Style(
        "photorealistic, like a frame of a feature film",
        "35 mm lens, natural depth of field, fine film grain",
        "natural light, balanced exposure",
    ),
    "Cinematic": Style(
        "cinematic still, composed for a wide screen",
        "anamorphic lens, shallow focus, muted grading",
        "motivated key light, deep shadows, soft haze",
    ),
    "Documentary": Style(
        "honest documentary photograph",
        "50 mm lens, handheld framing, true colours",
        "available light",
    ),
    "Animation": Style(
        "hand-drawn animation, clear shapes, expressive characters",
        "clean line work, painted backgrounds",
        "soft, even light with gentle rims",
    ),
    "3D animation": Style(
        "3D animated film, rounded forms, tactile materials",
        "rendered with global illumination, 40 mm lens",
        "warm key, cool fill, bounced light",
    ),
    "Anime": Style(
        "Japanese animation, detailed scenery, large skies",
        "cel shading, precise outlines",
        "luminous backlight, glowing edges",
    ),
    "Watercolour": Style(
        "watercolour painting on rough paper, soft bleeding edges",
        "visible washes and pigment, white paper left free",
        "pale daylight",
    ),
    "Oil painting": Style(
        "oil painting with visible brushwork",
        "layered paint, canvas texture",
        "chiaroscuro",
    ),
    "Comic": Style(
        "graphic novel panel, bold outlines, flat colours",
        "ink and halftone",
        "hard light, graphic shadows",
    ),
    "Noir": Style(
        "black-and-white film noir",
        "high contrast, 40 mm lens, low angle",
        "one hard light through blinds, smoke",
    ),
    "Vintage": Style(
        "colour photograph of the nineteen-seventies",
        "faded stock, light leaks, soft lens",
        "late afternoon sun",
    ),
    "Minimal": Style(
        "minimal composition, few shapes, much empty space",
        "flat colours, clean geometry",
        "even, shadowless light",
    ),
}

MOODS: dict[str, str] = {
    "Calm": "calm, unhurried, quiet",
    "Joyful": "joyful, bright, full of life",
    "Dramatic": "dramatic, tense, charged",
    "Mysterious": "mysterious, half hidden",
    "Melancholic": "melancholic, tender, a little lonely",
    "Epic": "epic, vast, awe-inspiring",
    "Playful": "playful, light-hearted",
    "Dark": "dark, ominous",
    "Hopeful": "hopeful, warm, looking ahead",
    "Romantic": "romantic, intimate",
}


def of_style(name: str | None) -> str:
    """What the style adds to a prompt; nothing without one."""
    if not name:
        return ""
    known = {key.casefold(): style for key, style in STYLES.items()}.get(name.casefold())
    return f"{known.prompt}, {known.technical}, {known.lighting}" if known else name


def of_mood(name: str | None) -> str:
    """What the mood adds to a prompt; nothing without one."""
    if not name:
        return ""
    return {key.casefold(): words for key, words in MOODS.items()}.get(name.casefold(), name)


def continuity_of(story: Story) -> str:
    """What the story says stays the same, as people can change it: a line each, `Name: description`."""
    lines = [f"{on_one_line(person.name)}: {on_one_line(person.looks)}" for person in story.characters]
    if story.setting.strip():
        lines.append(f"{_SETTING}: {on_one_line(story.setting)}")
    return "\n".join(lines)[:MOST_CONTINUITY]


def seen_in(continuity: str, prompt: str) -> str:
    """The lines that a picture of this prompt needs: whoever it names, and what has no name."""
    shown = prompt.casefold()
    lines = []
    for line in filter(None, (each.strip() for each in continuity.splitlines())):
        name, colon, _ = line.partition(":")
        is_person = bool(colon) and len(name) <= _LONGEST_NAME and name.casefold() != _SETTING.casefold()
        # "The keeper" in a sheet is "a keeper" in a picture.
        if not is_person or any(word in shown for word in _telling(name)):
            lines.append(line)
    return "\n".join(lines)


def _telling(name: str) -> list[str]:
    words = [word for word in name.casefold().replace("@", " ").split() if word not in ("a", "an", "the")]
    return words or [name.casefold()]


def frame_words(prompt: str, *, style: str | None, mood: str | None, continuity: str = "") -> str:
    """The whole prompt of a still."""
    same = " ".join(f"{line.rstrip('.')}." for line in seen_in(continuity, prompt).splitlines())
    added = [
        same,
        f"Style: {look}." if (look := of_style(style)) else "",
        f"Mood: {feel}." if (feel := of_mood(mood)) else "",
    ]
    return " ".join([prompt.strip(), *filter(None, added)])


def labelled_words(prompt: str, *, style: str | None, mood: str | None, continuity: str = "") -> str:
    """The whole prompt of a still, a line each for the manner, the lens, the light, the mood and the scene. A
    style of one's own is photographed as the first of the list is."""
    named, feel = (style or "Realistic").strip(), of_mood(mood)
    known = {key.casefold(): each for key, each in STYLES.items()}.get(named.casefold())
    look = known or STYLES["Realistic"]
    manner = [f"{named} style", f"{mood.strip().lower()} mood" if mood else "", known.prompt if known else ""]
    lines = [
        "STYLE: " + ", ".join(filter(None, manner)),
        f"TECHNICAL: {look.technical}",
        f"LIGHTING: {look.lighting}",
        f"MOOD: {feel}" if feel else "",
        *seen_in(continuity, prompt).splitlines(),
        f"SCENE: {prompt.strip()}",
    ]
    return "\n".join(filter(None, lines))
