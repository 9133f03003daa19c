"""The outline writer: sensible English for any prompt, and scripts divided without a word lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from rushes.providers.makers.protocol import WritingOrder
from rushes.providers.makers.story import Story, StoryBrief, story_order
from rushes.providers.outline.premise import read_premise
from rushes.providers.outline.script import divide, is_script
from rushes.providers.outline.writer import OutlineWriter, tell
from rushes.providers.protocol import Refused


def narrated(text: str, scenes: int | None = 6, **more: object) -> list[str]:
    brief = StoryBrief.model_validate({"text": text, "scenes": scenes, **more})
    return [scene.narration for scene in tell(brief).scenes]


def test_a_lighthouse_keeper_finds_a_bottle() -> None:
    story = tell(StoryBrief(text="a lighthouse keeper finds a bottle", scenes=6))
    assert story.title == "A Lighthouse Keeper Finds a Bottle"
    assert story.overview == "A lighthouse keeper finds a bottle."
    assert [scene.narration for scene in story.scenes] == [
        "A new day begins by the sea.",
        "Meet a lighthouse keeper, who has seen a great many days like this one.",
        "Then it happens. The lighthouse keeper finds a bottle.",
        "No one has ever seen a bottle quite like this one.",
        "Whatever comes next, the lighthouse keeper will remember this moment.",
        "And when the light fades by the sea, the lighthouse keeper knows that this was no ordinary day.",
    ]
    frames = [scene.frame_prompt for scene in story.scenes]
    assert frames[2] == "A lighthouse keeper finds a bottle, daylight"
    assert all("lighthouse keeper" in frame or "bottle" in frame for frame in frames)
    assert frames[0].endswith("dawn")
    assert frames[-1].endswith("dusk")
    assert all(3 <= scene.seconds <= 12 for scene in story.scenes)


@pytest.mark.parametrize(
    ("prompt", "kind", "subject", "deed"),
    [
        ("a lighthouse keeper finds a bottle", "event", "a lighthouse keeper", "finds a bottle"),
        ("two astronauts dance on the moon", "event", "two astronauts", "dance on the moon"),
        ("An old man by the sea repairs his boat", "event", "an old man by the sea", "repairs his boat"),
        ("The last train leaves the station", "event", "the last train", "leaves the station"),
        ("A girl who lives alone discovers a door", "event", "a girl who lives alone", "discovers a door"),
        ("A baker kneads the dough", "event", "a baker", "kneads the dough"),
        ("Marie Curie discovers radium", "event", "Marie Curie", "discovers radium"),
        ("Luna explores the ocean floor", "event", "Luna", "explores the ocean floor"),
        ("a fisherman found a golden fish", "past", "a fisherman", "found a golden fish"),
        ("a man walking his dog", "doing", "a man", "walking his dog"),
        ("A cat is sleeping on a windowsill", "doing", "a cat", "sleeping on a windowsill"),
        ("waves crashing on the rocks", "doing", "waves", "crashing on the rocks"),
        ("a red fox in the snow", "sight", "a red fox in the snow", ""),
        ("a flying car in a city", "sight", "a flying car in a city", ""),
        ("the city lights at night", "sight", "the city lights at night", ""),
        ("how bees make honey", "question", "", ""),
        ("the history of coffee", "topic", "", ""),
        ("climate change", "topic", "", ""),
        ("5 tips for better sleep", "topic", "", ""),
        ("I walk through a forest", "statement", "", ""),
    ],
)
def test_what_a_prompt_is_about(prompt: str, kind: str, subject: str, deed: str) -> None:
    premise = read_premise(prompt)
    assert (premise.kind, premise.subject, premise.deed) == (kind, subject, deed)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("how bees make honey", "Have you ever wondered how bees make honey?"),
        ("how bees make honey", "And that is how bees make honey."),
        ("how do bees make honey?", "How do bees make honey?"),
        ("the history of coffee", "This is the history of coffee."),
        ("the history of coffee", "And the story of coffee is not over yet."),
        ("Make a 60 second video about climate change", "This is a short film about climate change."),
        ("a red fox in the snow", "Look: a red fox in the snow."),
        ("a fisherman found a golden fish", "This is the story of how a fisherman found a golden fish."),
        ("a man walking his dog", "The man is walking his dog, and for now that is all there is."),
        ("two astronauts dance on the moon at night", "Night has fallen on the moon."),
        (
            "two astronauts dance on the moon at night",
            "Then it happens. The two astronauts dance on the moon at night.",
        ),
        ("Three kids build a rocket", "Meet three kids, who have seen a great many days like this one."),
        ("The sky is full of balloons", "The sky is full of balloons."),
        ("Cinematic drone shot of a waterfall, 4k, ultra detailed", "Look: a waterfall."),
    ],
)
def test_it_is_told_in_whole_sentences(prompt: str, said: str) -> None:
    assert said in narrated(prompt)


PROMPTS = [
    "a lighthouse keeper finds a bottle",
    "how bees make honey",
    "the history of coffee",
    "a red fox in the snow",
    "a fisherman found a golden fish",
    "waves crashing on the rocks",
    "Batman versus Superman",
    "run forest run",
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 8, 12])
def test_any_number_of_scenes_is_told_without_saying_anything_twice(prompt: str, count: int) -> None:
    said = narrated(prompt, count)
    assert len(said) == count
    assert len(set(said)) == count
    for sentence in said:
        assert sentence[0].isupper()
        assert re.search(r"[.?]$", sentence)
        assert not re.search(r"  |\.\.|\bthe the\b|\ba a\b|\{|\}", sentence)
    assert any(
        word in " ".join(said).lower() for word in re.findall(r"\w{3,}", prompt.lower()) if word != "the"
    )


def test_the_look_goes_to_the_pictures_alone() -> None:
    story = tell(StoryBrief(text="a waterfall, 4k, watercolour style", scenes=3, style="grainy", mood="calm"))
    for scene in story.scenes:
        assert scene.frame_prompt.endswith("4k, watercolour style, grainy, calm mood")
        assert "4k" not in scene.narration


def test_what_is_said_after_the_first_sentence_is_kept_word_for_word() -> None:
    said = narrated("A baker kneads the dough. Outside, the street is still dark.", 6)
    at = said.index("Then it happens. The baker kneads the dough.")
    assert said[at + 1] == "Outside, the street is still dark."
    assert (
        "Outside, the street is still dark."
        in narrated("A baker kneads the dough. Outside, the street is still dark.", 1)[0]
    )


@pytest.mark.parametrize(
    "prompt", ["Ein Leuchtturmwärter findet eine Flasche", "灯台守が瓶を見つける", "!!!"]
)
def test_nothing_english_is_added_to_what_is_not(prompt: str) -> None:
    story = tell(StoryBrief(text=prompt, scenes=4))
    assert [scene.narration for scene in story.scenes if scene.narration] in ([prompt], [])
    assert len(story.scenes) == 4
    assert len({scene.frame_prompt for scene in story.scenes}) == 4


def test_a_language_that_is_ordered_counts_more_than_the_looks() -> None:
    assert narrated("penguins", 3, language="fr") == ["penguins", "", ""]


SCRIPT = """# The Bottle

Scene 1: The harbour at dawn
Narration: Every morning the keeper walks down to the water.
Visual: An old keeper in a yellow coat on wet rocks
Camera: slow push in

Scene 2
The keeper finds a bottle. (music swells) Inside it lies a **letter**. [He opens it with care]

EXT. ROCKS - NIGHT

KEEPER
Who are you?
"""


def test_a_script_is_divided_by_its_headings() -> None:
    story = tell(StoryBrief(text=SCRIPT))
    assert story.title == "The Bottle"
    assert [scene.narration for scene in story.scenes] == [
        "Every morning the keeper walks down to the water.",
        "The keeper finds a bottle. Inside it lies a letter.",
        "Who are you?",
    ]
    first, second, third = story.scenes
    assert first.motion_prompt == "slow push in"
    assert "An old keeper in a yellow coat on wet rocks" in first.frame_prompt
    assert "He opens it with care" in second.frame_prompt
    assert "music" not in second.frame_prompt
    assert "rocks, night" in third.frame_prompt


def test_paragraphs_are_scenes_and_a_short_line_before_them_a_title() -> None:
    text = "The Tea Road\n\nIn Yunnan tea grows wild.\n\nCaravans carried it.\n\nToday the road is quiet."
    story = tell(StoryBrief(text=text))
    assert story.title == "The Tea Road"
    assert len(story.scenes) == 3


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 12])
def test_a_script_has_as_many_scenes_as_are_asked_for_and_loses_no_word(count: int) -> None:
    text = (
        "In the mountains of Yunnan, tea grows wild. People have picked it for two thousand years.\n\n"
        "Caravans carried it over passes so high that the mules wore masks. Many did not return.\n\n"
        "Today the road is quiet."
    )
    said = narrated(text, count)
    assert len(said) == count
    assert " ".join(part for part in said if part) == " ".join(text.split())


def test_a_long_paragraph_is_divided_where_sentences_end() -> None:
    text = " ".join(f"This is sentence number {number} of a long text." for number in range(1, 31))
    said = narrated(text, None)
    assert len(said) > 3
    assert all(part.endswith(".") and len(part.split()) <= 60 for part in said)
    assert " ".join(said) == text


def test_seconds_are_shared_out_to_the_half_second() -> None:
    story = tell(StoryBrief(text="a lighthouse keeper finds a bottle", scenes=6, seconds=45))
    seconds = [scene.seconds for scene in story.scenes]
    assert sum(seconds) == 45
    assert all(each * 2 == round(each * 2) for each in seconds)
    assert max(seconds) == seconds[-1]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=400), st.one_of(st.none(), st.integers(1, 40)))
def test_whatever_is_written_is_a_story(text: str, scenes: int | None) -> None:
    brief = StoryBrief(text=text, scenes=scenes)
    story = tell(brief)
    Story.model_validate(story.model_dump())
    assert scenes is None or len(story.scenes) == scenes
    assert tell(brief) == story


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "the", "keeper", "finds", "who", "in", "sea", "walking", "and", "Luna"]),
        min_size=1,
    )
)
def test_words_in_any_order_are_a_story(words: list[str]) -> None:
    story = tell(StoryBrief(text=" ".join(words), scenes=6))
    assert len(story.scenes) == 6


def test_a_hostile_text_takes_no_time_to_speak_of() -> None:
    for text in ("a " * 5000, "([" * 5000, "*" * 10000, "Scene 1 " * 1000, "a" * 20000, "make me a " * 1000):
        assert tell(StoryBrief(text=text, scenes=6)).scenes


def test_what_is_a_script() -> None:
    assert is_script("One.\n\nTwo.")
    assert is_script("Scene 1: A house")
    assert is_script("One. Two. Three.")
    assert not is_script("a lighthouse keeper finds a bottle")
    assert not is_script("A baker kneads the dough. It is early.")
    assert divide("1. One.\n2. Two.", None).parts[1].narration == "Two."


async def test_it_writes_stories_alone() -> None:
    class Line(BaseModel):
        text: str

    order = WritingOrder(key="k", model="writer", instructions="Write.", text="a fox", shape=Line)
    with pytest.raises(Refused) as refused:
        await OutlineWriter().write(order)
    assert refused.value.code == "unsupported_shape"
    written = await OutlineWriter().write(
        story_order(StoryBrief(text="a fox", scenes=2), model="writer", key="k")
    )
    assert written.use.cost == 0.0
    assert len(written.content.scenes) == 2
