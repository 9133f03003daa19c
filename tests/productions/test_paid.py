"""A film by paid makers: a scene that fails leaves the others alone, and nobody is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.faults.studio_process import StudioProcess, wait_for
from tests.standins.openai_makers import StandIn as Makers
from tests.standins.openai_makers import serving as serving_makers
from tests.standins.openai_videos import StandIn as Videos
from tests.standins.openai_videos import serving as serving_videos

pytestmark = pytest.mark.xdist_group("studio processes")


@pytest.fixture
def makers() -> Iterator[Makers]:
    with serving_makers() as standin:
        yield standin


@pytest.fixture
def videos() -> Iterator[Videos]:
    with serving_videos(duration=0) as standin:
        yield standin


@pytest.fixture
def new_studio(tmp_path: Path, makers: Makers, videos: Videos) -> Iterator[Callable[[], StudioProcess]]:
    with ExitStack() as stack:

        def make() -> StudioProcess:
            settings = {
                "PROVIDERS__MAKERS__BASE_URL": f"{makers.url}/v1",
                "PROVIDERS__MAKERS__PRICE_PER_IMAGE": "0.04",
                "PROVIDERS__MAKERS__PRICE_PER_1000_CHARACTERS": "0.02",
                "PROVIDERS__MAKERS__PRICE_PER_MILLION_TOKENS_IN": "1",
                "PROVIDERS__MAKERS__PRICE_PER_MILLION_TOKENS_OUT": "2",
                "PROVIDERS__GPU__PRICE_PER_SECOND": "0.1",
                "DEFAULT_WRITER_MODEL": "makers/llama-3.3-70b",
                "DEFAULT_IMAGE_MODEL": "makers/gpt-image-2",
                "DEFAULT_SPEECH_MODEL": "makers/kokoro",
                "DEFAULT_VIDEO_MODEL": "gpu/wan-2.2",
            }
            studio = StudioProcess(tmp_path, videos.url, **settings)
            stack.callback(studio.close)
            return studio

        yield make


def begun(studio: StudioProcess, **wanted: Any) -> str:
    made = studio.client.post("/api/productions", json={"prompt": "A keeper finds a bottle.", "scenes": 3})
    assert made.status_code == 201, made.text
    production_id: str = made.json()["id"]
    run(studio, production_id, **wanted)
    return production_id


def run(studio: StudioProcess, production_id: str, **wanted: Any) -> None:
    asked = {"quality": "final", **wanted}
    answer = studio.client.post(f"/api/productions/{production_id}/run", json=asked)
    assert answer.status_code == 202, answer.text


def look(studio: StudioProcess, production_id: str) -> dict[str, Any]:
    answer = studio.client.get(f"/api/productions/{production_id}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


def ended(studio: StudioProcess, production_id: str, seconds: float = 90) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        seen = look(studio, production_id)
        return None if seen["status"] == "running" else seen

    found: dict[str, Any] = wait_for(over, "the run to end", seconds=seconds)
    return found


def test_one_scene_fails_and_is_mended(
    new_studio: Callable[[], StudioProcess], makers: Makers, videos: Videos
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    makers.fault("image", "status", status=400, body={"error": {"message": "Not that.", "code": "bad"}})
    production = begun(studio, through="clips")
    failed = ended(studio, production)
    assert failed["status"] == "failed"
    assert [scene["frame"]["status"] for scene in failed["scenes"]].count("failed") == 1
    assert [scene["voice"]["status"] for scene in failed["scenes"]] == ["done"] * 3
    assert sum(bool(scene["takes"]) for scene in failed["scenes"]) == 2
    assert failed["error"]["message"].startswith("The still of scene")

    run(studio, production, through="cut")
    done = ended(studio, production)
    assert (done["status"], done["error"]) == ("completed", None)
    assert len(makers.asked("chat")) == 1
    assert len(makers.asked("image")) == 4
    assert len(makers.asked("speech")) == 3
    assert videos.counts()["accepted"] == 3
    assert {scene["frame"]["model"] for scene in done["scenes"]} == {"makers/gpt-image-2"}
    # Three pictures of $0.04, words, tokens, and clips by the second.
    assert done["cost_actual"] > 3 * 0.04
    spent = studio.client.get("/api/budget").json()
    assert spent["reserved_usd"] == 0
    assert spent["spent_usd"] == pytest.approx(done["cost_actual"], abs=1e-4)
    assert studio.stop() == 0


def test_a_failed_clip_that_is_tried_again_in_the_queue_is_taken(
    new_studio: Callable[[], StudioProcess], videos: Videos
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    videos.fault("create", "fail")
    production = begun(studio, through="clips")
    failed = ended(studio, production)
    [scene] = [scene for scene in failed["scenes"] if scene["clip"]["status"] == "failed"]
    [take] = scene["takes"]
    assert studio.client.post(f"/api/videos/{take['video_id']}/retry", json={}).status_code < 300

    def is_circled() -> bool:
        now = look(studio, production)["scenes"][scene["number"] - 1]
        return now["clip"]["status"] == "done" and [each["circled"] for each in now["takes"]] == [True]

    wait_for(is_circled, "the take to be circled", seconds=60)
    run(studio, production, through="clips")
    assert ended(studio, production)["status"] == "paused"
    assert videos.counts()["accepted"] == 4
    assert studio.stop() == 0


@pytest.mark.parametrize(("verb", "stage"), [("chat", "story"), ("image", "frames"), ("speech", "voices")])
def test_killed_while_a_maker_was_asked(
    verb: str, stage: str, new_studio: Callable[[], StudioProcess], makers: Makers, videos: Videos
) -> None:
    """It has made something and the answer is lost: that is for a person to decide, and never asked again."""
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    makers.fault(verb, "done_hang")
    production = begun(studio, through="voices")
    wait_for(lambda: any(one.made for one in makers.asked(verb)), "the maker to be asked")
    wait_for(lambda: len(makers.asked(verb)) == (1 if verb == "chat" else 3), "the others")
    studio.kill()
    makers.wire.faults.clear()
    studio.start()
    stopped = ended(studio, production)
    assert (stopped["status"], stopped["error"]["code"]) == ("failed", "outcome_unknown")
    before, lost = len(makers.asked(verb)), _unknown(stopped, verb)
    # Others of its stage may have been answered, and the answers not been written down.
    assert lost >= 1
    run(studio, production, through="voices")
    assert ended(studio, production)["status"] == "failed"
    assert len(makers.asked(verb)) == before
    # Somebody decides that it may cost twice.
    run(studio, production, through="voices", retry_unknown=True)
    done = ended(studio, production)
    assert (done["status"], done["error"]) == ("paused", None), stage
    assert len(makers.asked(verb)) == before + lost
    # What may have been charged for nothing is part of what the film has cost.
    spent = studio.client.get("/api/budget").json()
    assert (spent["reserved_usd"], spent["spent_usd"]) == (0, pytest.approx(done["cost_actual"], abs=1e-4))
    assert studio.stop() == 0


def _unknown(production: dict[str, Any], verb: str) -> int:
    """How many steps of which nobody knows wait for this verb."""
    name = {"image": "frame", "speech": "voice"}.get(verb)
    steps = [scene[name] for scene in production["scenes"]] if name else [production["story"]]
    return sum(step["status"] == "unknown" for step in steps)


# Five starts of a studio, and two films.
@pytest.mark.timeout(300)
def test_killed_in_every_stage_of_an_animatic(
    new_studio: Callable[[], StudioProcess], makers: Makers
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    production = begun(studio, through="cut", quality="animatic")
    kills = 0
    for stage in ("frames", "voices", "clips", "cut"):
        wait_for(lambda: _has_reached(studio, production, stage), stage, seconds=60)  # noqa: B023
        studio.kill()
        kills += 1
        studio.start()
    done = ended(studio, production, seconds=120)
    assert (done["status"], done["error"], kills) == ("completed", None, 4)
    assert all(len(scene["takes"]) == 1 for scene in done["scenes"])
    found = studio.client.get(f"/api/videos?production={production}").json()["videos"]
    assert sorted(video["kind"] for video in found) == ["cut", *["image"] * len(done["scenes"])]
    assert makers.made() == 0

    # A film that is cut in another way has one already, which is not taken for the new one.
    asked = {"transition": "dissolve", "resolution": 1080}
    assert studio.client.post(f"/api/productions/{production}/cut", json=asked).status_code == 202
    wait_for(lambda: look(studio, production)["cut"]["status"] == "running", "the second cut")
    studio.kill()
    studio.start()
    again = ended(studio, production, seconds=120)
    assert (again["status"], again["error"], again["cut"]["stale"]) == ("completed", None, False)
    assert again["cut"]["video_id"] != done["cut"]["video_id"]
    assert studio.look(again["cut"]["video_id"])["size"] == "1920x1080"
    assert studio.stop() == 0


def _has_reached(studio: StudioProcess, production_id: str, stage: str) -> bool:
    """Something of the stage is being made, or all of it is there."""
    seen = look(studio, production_id)
    if stage == "cut":
        return seen["cut"]["status"] in ("waiting", "running", "done")
    name = {"frames": "frame", "voices": "voice", "clips": "clip"}[stage]
    return any(scene[name]["status"] in ("waiting", "running", "done") for scene in seen["scenes"])
