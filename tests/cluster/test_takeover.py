"""Workers that die or stand still in the middle of a step: another takes over in about ten seconds, nothing
is lost, and the provider is asked to make each video once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.cluster.conftest import Cluster, Worker
from tests.faults.studio_process import StudioProcess, wait_for

pytestmark = [pytest.mark.xdist_group("studio processes"), pytest.mark.timeout(300)]

# The broker gives a silent worker's tasks to another after 10 s; the rest is for a busy machine.
_TAKEOVER = 30


def _in_the_middle_of_everything(cluster: Cluster, web: StudioProcess) -> dict[str, dict[str, Any]]:
    """Videos that the one worker is in the middle of downloading, submitting, drawing and asking about."""
    provider = cluster.provider
    wait_for(web.knows_gpu, "the provider's models")
    provider.control(duration=0)
    provider.fault("content", "slow", pieces=400, seconds=0.2)
    videos = {"download": web.make("download")}
    wait_for(lambda: provider.counts()["contents"] == 1, "the download")
    provider.fault("create", "done_hang", prompt="submit")
    videos["submit"] = web.make("submit")
    wait_for(lambda: provider.asked("submit")["accepted"] == 1, "the POST")
    videos["render"] = web.draw("a long train", size="1280x720", seconds=20)
    wait_for(lambda: web.look(videos["render"]["id"])["progress"] > 0, "the drawing")
    provider.control(duration=3)
    provider.fault("list", "hang", times=None)
    provider.fault("retrieve", "hang", times=None)
    videos["poll"] = web.make("poll")
    wait_for(lambda: provider.met("retrieve", "hang") or provider.met("list", "hang"), "a question")
    return videos


def _killed(worker: Worker) -> Callable[[], None]:
    worker.kill()
    return lambda: None


def _paused(worker: Worker) -> Callable[[], None]:
    worker.pause()
    return worker.wake_up


@pytest.mark.parametrize("strike", [_killed, _paused])
def test_another_worker_takes_over(cluster: Cluster, strike: Callable[[Worker], Callable[[], None]]) -> None:
    web, first, second = cluster.web("a"), cluster.worker("b"), cluster.worker("c")
    web.begin()
    first.begin()
    web.sign_in()
    first.greeted()
    videos = _in_the_middle_of_everything(cluster, web)
    second.start()
    undo = strike(first)
    cluster.provider.control(clear_faults=True)
    quick = ("poll", "submit", "download")
    done = {step: web.wait_until(videos[step], "completed", seconds=_TAKEOVER) for step in quick}
    # A drawing begins anew, which takes as long as it takes.
    done["render"] = web.wait_until(videos["render"], "completed", seconds=60)
    undo()
    web.wait_until(web.draw("after it"), "completed", seconds=40)
    # What the first one still had in hand when it woke up changes nothing.
    time.sleep(2)
    for step, video in done.items():
        again = web.look(video["id"])
        assert {**again, "eta": None} == {**video, "eta": None}
        assert web.client.get(again["content_url"]).status_code == 200
        if step != "render":
            assert cluster.provider.asked(step) == {"asked": 1, "accepted": 1}


@pytest.mark.parametrize("outage", ["broker restarts", "broker forgets", "database crashes"])
def test_an_outage_loses_nothing(cluster: Cluster, outage: str) -> None:
    web, worker = cluster.web("a"), cluster.worker("b")
    web.begin()
    worker.begin()
    web.sign_in()
    worker.greeted()
    wait_for(web.knows_gpu, "the provider's models")
    cluster.provider.control(duration=4)
    cluster.provider.fault("create", "slow", prompt="video 1", pieces=10, seconds=0.3)
    videos = [web.make(f"video {number}") for number in range(6)]
    videos += [web.draw("a quay", size="1280x720", seconds=6)]
    web.wait_until(videos[0], "generating")
    match outage:
        case "broker restarts":
            cluster.broker.restart()
        case "broker forgets":
            cluster.broker.flush()
        case _:
            cluster.database.crash()
    # It goes on within seconds; what even the watch does not find, which looks once a minute, is lost.
    for video in videos:
        web.wait_until(video, "completed", seconds=100)
    for video in videos[:-1]:
        assert cluster.provider.asked(video["prompt"]) == {"asked": 1, "accepted": 1}
    later = web.make("afterwards")
    web.wait_until(later, "completed", seconds=40)
    assert web.client.get("/ready").status_code == 200
