"""The embedded voice: what is heard, when each word is heard, and in which languages."""

from __future__ import annotations

import array
import asyncio
import wave
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from rushes.providers.espeak import voices
from rushes.providers.espeak.library import Mark
from rushes.providers.espeak.maker import EspeakMaker, _found
from rushes.providers.espeak.timing import timed
from rushes.providers.makers.protocol import Speech, SpeechOrder
from rushes.providers.protocol import Refused

TEXT = (
    "Every morning the keeper walks down to the water. In 1984 it cost $12, he says: nothing more — or less."
)


async def say(into: Path, text: str = TEXT, **changes: object) -> Speech:
    order = SpeechOrder(**{"key": "k", "model": "voice", "text": text, **changes})  # type: ignore[arg-type]
    return await EspeakMaker().say(order, into)


def samples_of(path: Path) -> tuple[array.array[int], int]:
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        return array.array("h", sound.readframes(sound.getnframes())), sound.getframerate()


async def test_every_word_has_its_time(tmp_path: Path) -> None:
    spoken = await say(tmp_path / "a.wav")
    assert spoken.words
    # As it is written; a dash that is not heard goes with the word before.
    assert " ".join(word.text for word in spoken.words) == TEXT
    for word in spoken.words:
        assert 0 <= word.start < word.end <= spoken.duration + 0.001
    for one, other in pairwise(spoken.words):
        assert one.start < other.start
        assert one.end <= other.start + 0.001


async def test_a_word_is_loud_and_the_pause_after_a_sentence_is_not(tmp_path: Path) -> None:
    spoken = await say(tmp_path / "a.wav", "One lighthouse. Two keepers.")
    sound, rate = samples_of(spoken.path)
    assert rate == 22050
    assert spoken.words

    def loudness(start: float, end: float) -> float:
        part = sound[round(start * rate) : round(end * rate)]
        return sum(abs(sample) for sample in part) / max(1, len(part))

    words = spoken.words
    assert all(loudness(word.start, word.end) > 500 for word in words)
    assert words[1].end < words[2].start
    assert loudness(words[1].end + 0.05, words[2].start - 0.02) < 100


async def test_speed_shortens_and_voices_differ(tmp_path: Path) -> None:
    usual = await say(tmp_path / "a.wav")
    fast = await say(tmp_path / "b.wav", speed=2.0)
    slow = await say(tmp_path / "c.wav", speed=0.5)
    assert fast.duration < usual.duration * 0.7
    assert slow.duration > usual.duration * 1.5
    other = await say(tmp_path / "d.wav", voice="en-us+f3")
    assert (usual.voice, other.voice) == ("en-us", "en-us+f3")
    assert samples_of(usual.path)[0] != samples_of(other.path)[0]


async def test_the_same_order_gives_the_same_sound(tmp_path: Path) -> None:
    one, two = await asyncio.gather(say(tmp_path / "a.wav"), say(tmp_path / "b.wav"))
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.words == two.words


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-us"),
        ("en-GB", "en-gb"),
        ("en_US", "en-us"),
        ("de-AT", "de"),
        ("pt-BR", "pt-br"),
        ("fr-CA", "fr-fr"),
        ("zh-TW", "cmn"),
        ("nb", "nb"),
        (None, "en-us"),
    ],
)
async def test_a_language_gets_its_voice(language: str | None, voice: str, tmp_path: Path) -> None:
    spoken = await say(tmp_path / "a.wav", "Hallo 2026.", language=language)
    assert spoken.voice == voice


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("你好，世界。今天天气很好。", "zh", 5),
        ("こんにちは、元気ですか。", "ja", 2),
        ("مرحبا بالعالم كيف حالك", "ar", 4),
        ("नमस्ते दुनिया", "hi", 2),
        ("Grüße aus Köln, schöne Grüße!", "de", 5),
    ],
)
async def test_other_scripts_are_timed_as_well(text: str, language: str, words: int, tmp_path: Path) -> None:
    spoken = await say(tmp_path / "a.wav", text, language=language)
    assert spoken.words
    assert len(spoken.words) >= words
    assert "".join(word.text for word in spoken.words).replace(" ", "") == text.replace(" ", "")
    assert all(one.start < other.start for one, other in pairwise(spoken.words))


async def test_every_offered_language_has_a_voice_that_speaks(tmp_path: Path) -> None:
    offered = [voice for voice in await EspeakMaker().voices("voice") if "+" not in voice.id]
    assert offered[0].id == "en-us"
    assert len(offered) > 100
    assert len({voice.id for voice in offered}) == len(offered)
    for voice in offered[::12]:
        assert (await say(tmp_path / "a.wav", "Hallo 2026.", voice=voice.id)).duration > 0.5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"language": "tlh-nowhere"}, "unsupported_language"),
        ({"voice": "nobody"}, "unknown_voice"),
        ({"voice": "en-us+../../../etc/passwd"}, "unknown_voice"),
        ({"voice": "../lang/gmw/en"}, "unknown_voice"),
        ({"speed": 9.0}, "unsupported_speed"),
        ({"text": "… — !"}, "nothing_to_say"),
        ({"text": "word " * 5000}, "text_too_long"),
    ],
)
async def test_what_cannot_be_said_is_named(changes: dict[str, object], code: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        await say(tmp_path / "a.wav", **changes)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


async def test_odd_signs_end_nothing_early(tmp_path: Path) -> None:
    whole = await say(tmp_path / "a.wav", "One two three four.")
    odd = await say(tmp_path / "b.wav", "One two\x00 three\x1b four. [[h@l'oU]] <voice name='de'>")
    assert odd.duration > whole.duration
    assert odd.words
    assert [word.text for word in odd.words][:4] == ["One", "two", "three", "four."]


async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    # What is written there is refused as on a full disk; Linux has it.
    full = tmp_path / "voice.wav"
    full.symlink_to("/dev/full")
    with pytest.raises(Refused) as refused:
        await say(full)
    assert refused.value.code == "disk_full"


async def test_whoever_gives_up_leaves_neither_child_nor_file(
    tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    speaking = asyncio.create_task(say(tmp_path / "long.wav", "A long way to go. " * 1000))
    await until((tmp_path / "long.wav").exists, "the first sound")
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert list(tmp_path.iterdir()) == []


def test_a_voice_is_known_by_the_file_of_its_language() -> None:
    _, data = _found()
    assert voices.file_of("en-gb", data) == "gmw/en"
    assert voices.file_of("de+f2", data) == "gmw/de+f2"
    assert voices.file_of("de+nobody", data) is None


def test_marks_that_go_back_or_lie_outside_do_no_harm() -> None:
    marks = [
        Mark(True, 0, 100),
        Mark(True, 4, 50),
        Mark(True, 99, 300),
        Mark(False, 7, 400),
        Mark(True, -5, 0),
    ]
    assert timed("one two", marks, rate=1000, samples=500) == [("one", 0.1, 0.1), ("two", 0.1, 0.4)]
    assert timed("one two", [], rate=1000, samples=500) == []
