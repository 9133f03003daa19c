"""kill −9 at every step of a video's life: after a restart each ends as it should, and was bought once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.conftest import NewStudio
from tests.faults.gate import Gate
from tests.faults.studio_process import StandInProcess, wait_for
from tests.faults.whole import check_left_whole

pytestmark = pytest.mark.xdist_group("studio processes")


def test_killed_while_submitting(far_provider: StandInProcess, new_studio: NewStudio) -> None:
    studio = new_studio()
    studio.start()
    far_provider.fault("create", "hang", prompt="never read")
    far_provider.fault("create", "done_hang", prompt="unanswered")
    far_provider.fault("create", "done_hang", prompt="hidden")
    far_provider.fault("create", "done_hang", prompt="twins", times=2)
    far_provider.control(duration=3)
    wait_for(lambda: studio.knows_gpu(), "the provider's models")
    videos = {
        prompt: studio.make(prompt) for prompt in ("never read", "unanswered", "hidden", "answered", "waits")
    }
    videos["twin"], videos["other twin"] = studio.make("twins", n=2)["videos"]
    wait_for(lambda: far_provider.asked("never read")["asked"], "the POST that is never read")
    for prompt, accepted in (("unanswered", 1), ("hidden", 1), ("twins", 2)):
        wait_for(lambda: far_provider.asked(prompt)["accepted"] == accepted, prompt)  # noqa: B023
    studio.wait_until(videos["answered"], "generating", "downloading")

    studio.kill()
    far_provider.control(clear_faults=True)
    far_provider.forget("hidden")
    studio.pass_time(200)
    studio.start()

    for name in ("unanswered", "answered", "waits", "twin", "other twin"):
        studio.wait_until(videos[name], "completed")
    for name in ("never read", "hidden"):
        lost = studio.wait_until(videos[name], "unknown")
        assert (lost["status"], lost["needs_attention"]) == ("in_progress", True)
        assert (lost["error"]["code"], lost["error"]["charged"]) == ("outcome_unknown", "unknown")
    for prompt in ("never read", "unanswered", "hidden", "answered", "waits"):
        assert far_provider.asked(prompt)["asked"] == 1, prompt
    assert far_provider.asked("twins") == {"asked": 2, "accepted": 2}
    jobs = [studio.look(video["id"])["provider_video_id"] for video in videos.values()]
    assert len({job for job in jobs if job}) == 5
    assert studio.stop() == 0
    check_left_whole(studio.settings())


def test_killed_while_polling_and_downloading(far_provider: StandInProcess, new_studio: NewStudio) -> None:
    studio = new_studio()
    studio.start()
    wait_for(lambda: studio.knows_gpu(), "the provider's models")
    far_provider.control(duration=0)
    far_provider.fault("content", "slow", pieces=400, seconds=0.1)
    fetched = studio.make("fetched slowly")
    wait_for(lambda: any(studio.unfinished()), "the first bytes of the file")
    assert studio.look(fetched["id"])["stage"] == "downloading"
    far_provider.control(duration=4)
    far_provider.fault("retrieve", "hang", times=None)
    far_provider.fault("list", "hang", times=None)
    polled = studio.make("asked about")
    wait_for(
        lambda: far_provider.met("retrieve", "hang") or far_provider.met("list", "hang"),
        "a question that hangs",
    )

    studio.kill()
    far_provider.control(clear_faults=True)
    studio.start()

    for video in (fetched, polled):
        studio.wait_until(video, "completed")
        assert far_provider.asked(video["prompt"]) == {"asked": 1, "accepted": 1}
    assert studio.stop() == 0
    check_left_whole(studio.settings())


def test_killed_while_drawing_and_finishing(
    far_provider: StandInProcess, new_studio: NewStudio, tmp_path: Path
) -> None:
    gate = Gate(tmp_path)
    studio = new_studio(FFMPEG_PATH=str(gate.ffmpeg))
    studio.start()
    drawn = studio.draw("a lighthouse in a storm", size="1280x720", seconds=30)
    wait_for(lambda: studio.look(drawn["id"])["progress"] > 0, "a drawing with progress")
    assert studio.children()

    studio.kill()
    wait_for(lambda: not studio.children(), "the drawing to end with its studio")
    left = studio.unfinished()
    assert left, "the kill came too late to cut anything short"
    studio.start()

    again = studio.wait_until(drawn, "generating", "finishing", "completed")
    assert studio.client.post(f"/api/videos/{drawn['id']}/cancel").status_code == 200, again["stage"]
    wait_for(lambda: not studio.children(), "the cancelled drawing to end")
    small = studio.draw("a small lighthouse")
    studio.wait_until(small, "completed")

    gate.close()
    far_provider.control(duration=0)
    finished = studio.make("finished")
    studio.wait_until(finished, "finishing")
    wait_for(gate.is_waited_at, "the thumbnail's ffmpeg")

    studio.kill()
    gate.open()
    studio.start()

    done = studio.wait_until(finished, "completed")
    assert done["thumbnail_url"]
    assert done["spritesheet"]
    assert far_provider.asked("finished") == {"asked": 1, "accepted": 1}
    assert far_provider.counts()["contents"] == 1
    assert studio.stop() == 0
    check_left_whole(studio.settings())


def test_killed_after_a_cancel_in_the_middle_of_the_post(
    far_provider: StandInProcess, new_studio: NewStudio
) -> None:
    """Nobody waits for the video any more, but its job may run: the next start looks for it and ends it."""
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    far_provider.control(duration=600)
    far_provider.fault("create", "done_hang", prompt="unanswered")
    video = studio.make("unanswered")
    wait_for(lambda: far_provider.asked("unanswered")["accepted"] == 1, "the provider to accept it")
    cancelled = studio.client.post(f"/api/videos/{video['id']}/cancel")
    assert cancelled.json()["stage"] == "cancelled"
    studio.kill()
    assert far_provider.counts()["deletes"] == 0
    far_provider.control(clear_faults=True)
    studio.start()
    wait_for(lambda: far_provider.counts()["deletes"] == 1, "the job to be ended")
    assert studio.look(video["id"])["provider_video_id"]
    assert far_provider.asked("unanswered") == {"asked": 1, "accepted": 1}
    assert studio.stop() == 0
    check_left_whole(studio.settings())


def test_killed_before_the_provider_heard_of_a_cancel(
    far_provider: StandInProcess, new_studio: NewStudio
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    far_provider.control(duration=600)
    video = studio.make("never mind")
    studio.wait_until(video, "generating")
    far_provider.fault("delete", "status", status=500, times=None)
    assert studio.client.post(f"/api/videos/{video['id']}/cancel").status_code == 200
    wait_for(lambda: far_provider.met("delete", "status"), "the first try to fail")
    studio.kill()
    far_provider.control(clear_faults=True)
    heard = far_provider.counts()["deletes"]
    studio.start()
    wait_for(lambda: far_provider.counts()["deletes"] > heard, "the provider to hear of it", seconds=40)
    assert studio.look(video["id"])["stage"] == "cancelled"
