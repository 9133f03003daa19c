"""Captions of a voice that does not tell when its words are heard: a model listens to it, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.faults.studio_process import StudioProcess, wait_for
from tests.productions.test_paid import begun, ended, look, makers, run, videos
from tests.standins.openai_makers import StandIn as Makers
from tests.standins.openai_videos import StandIn as Videos

__all__ = ["makers", "videos"]

pytestmark = pytest.mark.xdist_group("studio processes")


@pytest.fixture
def studio(tmp_path: Path, makers: Makers, videos: Videos) -> Iterator[StudioProcess]:
    settings = {
        "PROVIDERS__MAKERS__BASE_URL": f"{makers.url}/v1",
        "PROVIDERS__MAKERS__PRICE_PER_1000_CHARACTERS": "0.02",
        "PROVIDERS__MAKERS__PRICE_PER_MINUTE": "0.6",
        "DEFAULT_SPEECH_MODEL": "makers/kokoro",
        "DEFAULT_TRANSCRIPTION_MODEL": "makers/whisper-1",
    }
    with ExitStack() as stack:
        studio = StudioProcess(tmp_path, videos.url, **settings)
        stack.callback(studio.close)
        studio.start()
        wait_for(studio.knows_gpu, "the provider's models")
        yield studio


def cues(studio: StudioProcess, production: str) -> str:
    answer = studio.client.get(f"/api/productions/{production}/export?format=srt")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_model_listens_to_each_sound_once(studio: StudioProcess, makers: Makers) -> None:
    production = begun(studio, through="captions", quality="animatic")
    ended(studio, production)
    run(studio, production, through="voices", quality="final")
    assert ended(studio, production)["status"] == "paused"
    assert makers.asked("transcription") == []
    priced = studio.client.get(
        f"/api/productions/{production}/estimate?through=captions&quality=final"
    ).json()
    [item] = [item for item in priced["items"] if item["stage"] == "captions"]
    assert (item["model"], item["amount"] > 0) == ("makers/whisper-1", True)

    run(studio, production, through="captions", quality="final")
    done = ended(studio, production)
    assert (done["status"], done["error"]) == ("paused", None)
    heard = makers.asked("transcription")
    assert len(heard) == len(done["scenes"])
    assert {one.fields["timestamp_granularities[]"][0] for one in heard} == {"word"}
    # The stand-in hears a word every fifth of a second, from the beginning of the sound.
    first = done["scenes"][0]["narration"].split()[0].strip(".,")
    assert cues(studio, production).startswith("1\n00:00:00,250 --> ")
    assert first in cues(studio, production)
    spent = studio.client.get("/api/budget").json()
    assert spent["reserved_usd"] == 0
    assert spent["spent_usd"] == pytest.approx(done["cost_actual"], abs=1e-4)
    assert not any(scene["captions"]["stale"] for scene in done["scenes"])

    # Nobody listens twice: also where the captions are made anew.
    answer = studio.client.patch(f"/api/productions/{production}/scenes/1", json={"seconds": 20})
    assert answer.status_code == 200
    run(studio, production, through="captions", quality="final")
    assert ended(studio, production)["status"] == "paused"
    assert len(makers.asked("transcription")) == len(heard)
    assert studio.stop() == 0


def test_what_cannot_be_heard_is_guessed(studio: StudioProcess, makers: Makers) -> None:
    makers.fault(
        "transcription", "status", status=500, body={"error": {"message": "Out of memory."}}, times=None
    )
    production = begun(studio, through="captions")
    done = ended(studio, production)
    assert (done["status"], done["error"]) == ("paused", None)
    assert [scene["captions"]["status"] for scene in done["scenes"]] == ["done"] * len(done["scenes"])
    asked = len(makers.asked("transcription"))
    assert asked == len(done["scenes"])
    makers.wire.faults.clear()
    before = cues(studio, production)
    # Each run tries once more.
    run(studio, production, through="captions", quality="final")
    assert ended(studio, production)["status"] == "paused"
    assert len(makers.asked("transcription")) == 2 * asked
    assert cues(studio, production) != before
    assert look(studio, production)["status"] == "paused"
    assert studio.stop() == 0


def test_killed_while_a_model_listened(studio: StudioProcess, makers: Makers) -> None:
    """It may have been charged: nobody asks again before a person says so."""
    production = begun(studio, through="voices")
    assert ended(studio, production)["status"] == "paused"
    makers.fault("transcription", "done_hang")
    run(studio, production, through="captions", quality="final")
    wait_for(lambda: makers.asked("transcription"), "the model to be asked")
    studio.kill()
    makers.wire.faults.clear()
    studio.start()
    stopped = ended(studio, production)
    assert (stopped["status"], stopped["error"]["code"]) == ("failed", "outcome_unknown")
    assert len(makers.asked("transcription")) == 1
    run(studio, production, through="captions", quality="final", retry_unknown=True)
    done = ended(studio, production)
    assert (done["status"], done["error"]) == ("paused", None)
    assert len(makers.asked("transcription")) == 1 + len(done["scenes"])
    assert studio.client.get("/api/budget").json()["reserved_usd"] == 0
    assert studio.stop() == 0
