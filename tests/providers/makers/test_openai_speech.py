"""Narration by OpenAI's shape: voices, files that are whole, and what is left out."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import pytest
from tests.providers.makers.conftest import Connect, speech_order
from tests.standins.openai_makers import StandIn

from rushes.providers.makers.protocol import MakerPrice
from rushes.providers.openai_makers.server import GROQ, OPENAI, Server
from rushes.providers.openai_makers.speech import OpenAISpeech, read_voices
from rushes.providers.openai_makers.waves import mend_wave
from rushes.providers.protocol import Refused


async def test_what_is_asked_for_is_what_was_ordered(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    order = speech_order("Hello.", voice="nova", speed=1.25, manner="whispering")
    spoken = await OpenAISpeech(server).say(order, tmp_path / "voice")
    assert standin.asked("speech")[0].fields == {
        "model": "kokoro",
        "input": "Hello.",
        "voice": "nova",
        "response_format": "wav",
        "speed": 1.25,
        "instructions": "whispering",
    }
    assert (spoken.voice, spoken.words) == ("nova", None)


async def test_a_wave_that_was_streamed_says_its_length(server: Server, tmp_path: Path) -> None:
    spoken = await OpenAISpeech(server).say(speech_order(voice="nova"), tmp_path / "voice.wav")
    with wave.open(str(tmp_path / "voice.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(spoken.duration, abs=0.01)


def test_only_a_header_that_is_wrong_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x01\x00" * 800)
    right = file.read_bytes()
    mend_wave(file)
    assert file.read_bytes() == right
    file.write_bytes(right[:40] + struct.pack("<I", 0xFFFFFFFF) + right[44:])
    mend_wave(file)
    assert file.read_bytes() == right
    for other in (b"", b"ID3 and so on", b"RIFF\x00\x00\x00\x00WAVE"):
        file.write_bytes(other)
        mend_wave(file)
        assert file.read_bytes() == other


async def test_without_a_voice_the_servers_first_is_taken_and_asked_for_once(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.set(voices={"voices": ["af_heart", "am_adam"]})
    maker = OpenAISpeech(server)
    for _ in range(2):
        assert (await maker.say(speech_order(), tmp_path / "voice")).voice == "af_heart"
    assert len(standin.asked("voices")) == 1


async def test_a_server_that_tells_no_voices_is_asked_for_the_usual_one(
    server: Server, tmp_path: Path
) -> None:
    maker = OpenAISpeech(server)
    assert await maker.voices("kokoro") == []
    assert (await maker.say(speech_order(), tmp_path / "voice")).voice == "alloy"


async def test_openai_and_groq_have_known_voices(connect: Connect) -> None:
    openai, groq = connect(base_url=OPENAI), connect(base_url=GROQ)
    assert [voice.id for voice in await OpenAISpeech(openai).voices("gpt-4o-mini-tts")][:2] == [
        "alloy",
        "ash",
    ]
    assert "troy" in [voice.id for voice in await OpenAISpeech(groq).voices("canopylabs/orpheus-v1-english")]
    arabic = await OpenAISpeech(groq).voices("canopylabs/orpheus-arabic-saudi")
    assert arabic[0].id == "fahad"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"voices": ["a", "b", "a", 5, None]}, ["a", "b"]),
        ({"data": [{"id": "a", "name": "Anna"}, {"voice_id": "b"}, {"name": "c"}, {}]}, ["a", "b", "c"]),
        ({"voices": {"kokoro": ["a"], "piper": ["b"], "odd": 3}}, ["a", "b"]),
        (["a"], ["a"]),
        ({"detail": "Not Found"}, []),
        (None, []),
        ("voices", []),
    ],
)
def test_voices_are_read_however_they_are_told(data: object, found: list[str]) -> None:
    assert [voice.id for voice in read_voices(data)] == found


async def test_what_is_not_known_is_left_out(standin: StandIn, server: Server, tmp_path: Path) -> None:
    standin.set(unknown=("instructions",))
    maker = OpenAISpeech(server)
    await maker.say(speech_order(voice="nova", manner="softly"), tmp_path / "voice")
    assert [("instructions" in asked.fields) for asked in standin.asked("speech")] == [True, False]
    assert standin.made() == 1


async def test_a_speed_that_is_not_taken_is_no_secret(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.set(unknown=("speed",))
    with pytest.raises(Refused):
        await OpenAISpeech(server).say(speech_order(voice="nova", speed=2.0), tmp_path / "voice")
    assert standin.made() == 0


@pytest.mark.parametrize("body", [{"error": "no sound today"}, None])
async def test_what_is_no_sound_is_not_kept(
    body: object, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault("speech", "answer", body=body)
    with pytest.raises(Refused) as refused:
        await OpenAISpeech(server).say(speech_order(voice="nova"), tmp_path / "voice")
    assert (refused.value.code, refused.value.retryable) == ("result_unusable", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_price_by_characters_gives_the_cost(connect: Connect, tmp_path: Path) -> None:
    priced = connect(price=MakerPrice(per_1000_characters=0.5))
    spoken = await OpenAISpeech(priced).say(speech_order("x" * 200, voice="nova"), tmp_path / "voice")
    assert spoken.use.cost == pytest.approx(0.1)
