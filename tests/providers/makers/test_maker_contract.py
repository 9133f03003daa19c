"""Every maker of a kind, embedded or not, keeps the same promises."""

from __future__ import annotations

import array
import math
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.providers.makers.conftest import image_order, speech_order, writing_order

from rushes.media.probe import probe
from rushes.providers.animatic.still import AnimaticStill
from rushes.providers.espeak.maker import EspeakMaker
from rushes.providers.makers.protocol import ImageMaker, SpeechMaker, Writer
from rushes.providers.openai_makers.chat import ChatWriter
from rushes.providers.openai_makers.images import OpenAIImages
from rushes.providers.openai_makers.server import Server
from rushes.providers.openai_makers.speech import OpenAISpeech
from rushes.providers.outline.writer import OutlineWriter
from rushes.providers.protocol import Reference, Refused

IMAGES: dict[str, tuple[str, Callable[[Server], ImageMaker]]] = {
    "animatic": ("still", lambda server: AnimaticStill()),
    "openai": ("flux.1-schnell", OpenAIImages),
}
SPEECH: dict[str, tuple[str, Callable[[Server], SpeechMaker]]] = {
    "espeak": ("voice", lambda server: EspeakMaker()),
    "openai": ("kokoro", OpenAISpeech),
}
WRITERS: dict[str, tuple[str, Callable[[Server], Writer]]] = {
    "outline": ("writer", lambda server: OutlineWriter()),
    "openai": ("llama-3.3-70b", ChatWriter),
}


@pytest.mark.parametrize("kind", IMAGES)
class TestImages:
    async def test_a_still_is_a_picture_of_the_ordered_size(
        self, kind: str, server: Server, tmp_path: Path
    ) -> None:
        model, build = IMAGES[kind]
        still = await build(server).make(image_order(model=model), tmp_path / "still")
        assert still.path == tmp_path / "still"
        with Image.open(still.path) as picture:
            picture.load()
            assert picture.size == (still.width, still.height) == (256, 144)
            assert f"image/{(picture.format or '').lower()}" == still.content_type
        assert still.use.requests == 1

    async def test_a_still_can_go_by_a_picture(self, kind: str, server: Server, tmp_path: Path) -> None:
        model, build = IMAGES[kind]
        Image.new("RGB", (320, 180), (10, 120, 200)).save(tmp_path / "sea.png")
        reference = Reference("style", tmp_path / "sea.png", "image/png")
        order = image_order("at night", model=model, references=(reference,))
        still = await build(server).make(order, tmp_path / "still")
        assert (still.width, still.height) == (256, 144)

    async def test_nothing_is_left_of_what_fails(self, kind: str, server: Server, tmp_path: Path) -> None:
        model, build = IMAGES[kind]
        (tmp_path / "no.png").write_bytes(b"no picture at all")
        many = tuple(Reference("style", tmp_path / "no.png", "image/png") for _ in range(9))
        order = image_order(model=model, references=many if kind == "openai" else many[:1])
        with pytest.raises(Refused):
            await build(server).make(order, tmp_path / "still")
        assert not (tmp_path / "still").exists()

    async def test_it_says_that_it_can_work(self, kind: str, server: Server) -> None:
        await IMAGES[kind][1](server).probe()


@pytest.mark.parametrize("kind", SPEECH)
class TestSpeech:
    async def test_what_is_said_is_heard(self, kind: str, server: Server, tmp_path: Path) -> None:
        model, build = SPEECH[kind]
        text = "The lighthouse keeper finds a bottle."
        spoken = await build(server).say(speech_order(text, model=model), tmp_path / "voice")
        assert spoken.path == tmp_path / "voice"
        found = await probe(spoken.path, expect="audio")
        assert found.duration == pytest.approx(spoken.duration, abs=0.05)
        # Six words take a narrator between one and five seconds.
        assert 1.0 < spoken.duration < 5.0
        assert spoken.content_type == "audio/wav"
        assert loudness(spoken.path) > 500

    async def test_a_voice_that_is_offered_can_be_ordered(
        self, kind: str, server: Server, tmp_path: Path, standin: object
    ) -> None:
        model, build = SPEECH[kind]
        maker = build(server)
        offered = await maker.voices(model)
        voice = offered[-1].id if offered else "nova"
        spoken = await maker.say(speech_order("Hello there.", model=model, voice=voice), tmp_path / "voice")
        assert spoken.voice == voice

    async def test_nothing_to_say_is_said_so(self, kind: str, server: Server, tmp_path: Path) -> None:
        model, build = SPEECH[kind]
        with pytest.raises(Refused) as refused:
            await build(server).say(speech_order("  \n ", model=model), tmp_path / "voice")
        assert refused.value.code == "nothing_to_say"
        assert not (tmp_path / "voice").exists()

    async def test_it_says_that_it_can_work(self, kind: str, server: Server) -> None:
        await SPEECH[kind][1](server).probe()


@pytest.mark.parametrize("kind", WRITERS)
class TestWriters:
    async def test_a_story_has_what_a_film_needs(self, kind: str, server: Server) -> None:
        model, build = WRITERS[kind]
        written = await build(server).write(writing_order(model))
        story = written.content
        assert story.title
        assert story.overview
        assert len(story.scenes) == 3
        for scene in story.scenes:
            assert scene.narration
            assert scene.frame_prompt
            assert scene.motion_prompt
            assert 1 <= scene.seconds <= 60
        assert written.use.requests == 1

    async def test_it_says_that_it_can_work(self, kind: str, server: Server) -> None:
        await WRITERS[kind][1](server).probe()


def loudness(path: Path) -> float:
    """The root of the mean square of 16-bit samples; silence is 0."""
    with wave.open(str(path)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))
