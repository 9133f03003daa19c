"""Hearing a voice before a narration is made by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from tests.conftest import MakeMember
from tests.productions.filming import make, seen
from tests.standins.openai_makers import serving

from rushes.media.probe import probe
from rushes.productions.voice_preview import beginning
from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import ledger

SCRIPT = {
    "scenes": [{"narration": "The sea was calm that night."}, {"narration": "", "frame_prompt": "a boat"}]
}


@pytest.fixture
def settings(settings: Settings) -> Any:
    with serving() as standin:
        settings.providers = {
            "makers": ProviderSettings(base_url=f"{standin.url}/v1", price_per_1000_characters=1.0)
        }
        settings.default_speech_model = "makers/kokoro"
        yield settings


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Short.", "Short."),
        (
            "A sentence that is long enough to be heard alone. " + "word " * 40,
            "A sentence that is long enough to be heard alone.",
        ),
        ("word " * 60, ("word " * 32).strip()),
    ],
)
def test_what_is_heard(text: str, heard: str) -> None:
    assert beginning(text) == heard


async def test_another_voice_is_heard_and_nothing_is_kept(
    signed_in: httpx2.AsyncClient, tmp_path: Path, member: MakeMember
) -> None:
    film = await make(signed_in, script=SCRIPT)
    scene = f"/api/productions/{film['id']}/scenes/1/voice/preview"
    heard = {}
    for voice, speed in (("en-gb", 1), ("en-gb+f3", 1), ("en-gb", 1.6)):
        answer = await signed_in.post(scene, json={"voice": voice, "speed": speed})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav"), answer.text
        path = tmp_path / f"{len(heard)}.wav"
        path.write_bytes(answer.content)
        heard[voice, speed] = (await probe(path, expect="audio")).duration or 0
    assert heard["en-gb", 1.6] < heard["en-gb", 1] * 0.8
    assert len({(tmp_path / f"{number}.wav").read_bytes() for number in range(3)}) == 3
    refused = await signed_in.post(scene, json={"voice": "martian"})
    assert (refused.status_code, list(refused.json()["details"]["fields"])) == (422, ["voice"])
    silent = await signed_in.post(scene.replace("/1/", "/2/"), json={})
    assert (silent.status_code, silent.json()["code"]) == (409, "nothing_to_say")
    assert (await (await member("other")).post(scene, json={})).status_code == 404
    assert await seen(signed_in, film["id"]) == film
    assert (await signed_in.get("/api/assets")).json()["assets"] == []


async def test_a_paid_voice_costs_the_words_that_are_heard(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    film = await make(signed_in, script=SCRIPT)
    scene = f"/api/productions/{film['id']}/scenes/1/voice/preview"
    wanted, key = {"quality": "final", "voice": "nova"}, {"Idempotency-Key": "the first"}
    answer = await signed_in.post(scene, json=wanted, headers=key)
    assert answer.status_code == 200, answer.text
    again = await signed_in.post(scene, json=wanted, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already_asked")
    async with studio.reading() as session:
        [entry] = (await session.execute(select(ledger))).all()
    assert (entry.kind, entry.provider, entry.model, entry.state) == ("speech", "makers", "kokoro", "spent")
    assert entry.spent == len("The sea was calm that night.") * 1000
