"""What a provider may answer, or not, to a submit, a question or a download: the video ends as it should, and
the provider was asked to make it once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import failed_since, in_stage, make_remote, much_later
from tests.faults.whole import check_whole
from tests.standins.openai_videos import StandIn

from rushes.studio import Studio

pytestmark = pytest.mark.usefixtures("worker")

_BLOCKED = {"message": "Your request was blocked by our moderation system.", "code": "moderation_blocked"}
_REFUSED = {"error": _BLOCKED}
_NO_SIZE = {"error": {"message": "no such size", "param": "size", "code": "invalid_value"}}
_SWEPT = {"error": {"message": "The file was swept."}}
_OVERLOADED = {"code": "server_error", "message": "The GPU is out of memory."}


@dataclass
class Case:
    """A fault, named by the prompt that meets it, and what becomes of the video."""

    prompt: str
    kind: str
    ends: str
    error: str | None = None
    charged: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


SUBMITS = [
    # Nothing was done, but nobody can know.
    Case("500", "status", "unknown", "outcome_unknown", "unknown", {"status": 500}),
    Case("garbage", "garbage", "unknown", "outcome_unknown", "unknown"),
    Case("a page", "html", "unknown", "outcome_unknown", "unknown"),
    Case("dropped", "drop", "unknown", "outcome_unknown", "unknown"),
    Case("no HTTP", "not_http", "unknown", "outcome_unknown", "unknown"),
    Case("silence", "hang", "unknown", "outcome_unknown", "unknown"),
    # It was done, and the job is found.
    Case("done, 500", "done_status", "completed", more={"status": 500}),
    Case("done, garbage", "done_garbage", "completed"),
    Case("done, dropped", "done_drop", "completed"),
    Case("done, silence", "done_hang", "completed"),
    Case("done, half an answer", "mid_body", "completed"),
    # A definite no.
    Case(
        "blocked",
        "answer",
        "failed",
        "moderation_blocked",
        "unknown",
        {"status": 400, "body": _REFUSED},
    ),
    Case("no such size", "answer", "failed", "unsupported_size", "no", {"status": 400, "body": _NO_SIZE}),
    # What the job says later.
    Case("an odd word", "word", "completed", more={"word": "rendering_v2"}),
    Case("failed", "fail", "failed", "server_error", "unknown", {"error": _OVERLOADED}),
    Case("blocked later", "fail", "failed", "moderation_blocked", "unknown", {"error": _BLOCKED}),
    Case("no reason", "fail", "failed", "provider_failed", "unknown", {"error": None}),
]


async def test_each_answer_to_a_submit(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    for case in SUBMITS:
        provider.fault("create", case.kind, prompt=f"({case.prompt})", times=None, **case.more)
    videos = [await make_remote(signed_in, f"({case.prompt})") for case in SUBMITS]
    for case, video in zip(SUBMITS, videos, strict=True):
        ended = await in_stage(until, signed_in, video, "completed", "failed", "unknown", "cancelled")
        said = (ended["error"] or {}).get("code"), (ended["error"] or {}).get("charged")
        assert (case.prompt, ended["stage"], *said) == (case.prompt, case.ends, case.error, case.charged)
    for case in SUBMITS:
        assert provider.counts()["by_prompt"][f"({case.prompt})"]["asked"] == 1, case.prompt
    await check_whole(studio)


CONTENTS = [
    Case(
        "404",
        "answer",
        "failed",
        "result_gone",
        "yes",
        {"status": 404, "body": _SWEPT},
    ),
    Case("zero bytes", "zero", "failed", "unplayable_result", "yes", {"times": None}),
    Case("half an MP4", "truncated", "failed", "unplayable_result", "yes", {"times": None}),
    Case("a picture", "picture", "failed", "unplayable_result", "yes", {"times": None}),
    Case("a page", "page", "failed", "unplayable_result", "yes", {"times": None}),
    Case("zero bytes once", "zero", "completed"),
    Case("broken off once", "mid_body", "completed"),
    Case("dropped once", "drop", "completed"),
    Case("500 once", "status", "completed", more={"status": 500}),
    Case("silent once", "hang", "completed"),
    Case("slow bytes", "slow", "completed", more={"pieces": 10, "seconds": 0.1}),
]


async def test_each_answer_to_a_download(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=3)
    videos = [await make_remote(signed_in, case.prompt) for case in CONTENTS]
    for case, video in zip(CONTENTS, videos, strict=True):
        accepted = await in_stage(until, signed_in, video, "generating")
        provider.fault("content", case.kind, job=accepted["provider_video_id"], **case.more)
    for case, video in zip(CONTENTS, videos, strict=True):
        ended = await in_stage(until, signed_in, video, "completed", "failed", seconds=40)
        said = (ended["error"] or {}).get("code"), (ended["error"] or {}).get("charged")
        assert (case.prompt, ended["stage"], *said) == (case.prompt, case.ends, case.error, case.charged)
        if case.ends == "failed":
            assert ended["content_url"] is None
            assert ended["error"]["retryable"] is True
    fetches = [one["job"] for one in provider.counts()["asked"] if one["verb"] == "content"]
    unplayable = await in_stage(until, signed_in, videos[1], "failed")
    assert fetches.count(unplayable["provider_video_id"]) == 3
    await check_whole(studio)


async def test_each_answer_to_a_question(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=3600)
    video = await make_remote(signed_in, "a stubborn one")
    await in_stage(until, signed_in, video, "generating")
    for before, kind in enumerate(("garbage", "html", "drop", "hang", "status")):
        provider.clear_faults()
        provider.fault("retrieve", kind, times=None)
        await much_later(studio, 600)
        await until(lambda: failed_since(studio, before), f"{kind} to be noticed")  # noqa: B023
        assert (await in_stage(until, signed_in, video, "generating", "failed"))["stage"] == "generating"
    provider.clear_faults()
    provider.finish_jobs()
    await much_later(studio, 600)
    await in_stage(until, signed_in, video, "completed")
    assert not await failed_since(studio, 0)
    assert provider.counts()["creates"] == 1


async def test_a_job_that_the_provider_lost(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=60)
    lost, other = [await make_remote(signed_in, prompt) for prompt in ("lost", "lost as well")]
    for video in (lost, other):
        await in_stage(until, signed_in, video, "generating")
    provider.lose_jobs()
    asked = len(provider.counts()["asked"])
    await until(lambda: len(provider.counts()["asked"]) > asked + 3, "questions about jobs that are gone")
    # A list may lag behind: nothing is written off yet.
    assert (await in_stage(until, signed_in, lost, "generating"))["error"] is None
    await much_later(studio, 70)
    for video in (lost, other):
        ended = await in_stage(until, signed_in, video, "failed")
        assert (ended["error"]["code"], ended["error"]["charged"]) == ("job_lost", "unknown")
        assert ended["error"]["retryable"] is True
    assert provider.counts()["creates"] == 2


async def test_a_proxy_that_answers_404_to_everything_loses_no_job(
    signed_in: httpx2.AsyncClient, provider: StandIn, studio: Studio, until: Until
) -> None:
    provider.set(duration=3600)
    video = await make_remote(signed_in, "behind a proxy")
    await in_stage(until, signed_in, video, "generating")
    provider.set(plain_404=True)
    for before in range(2):
        await much_later(studio, 70)
        await until(lambda: failed_since(studio, before), "a question that gets 404")  # noqa: B023
    assert (await in_stage(until, signed_in, video, "generating", "failed"))["stage"] == "generating"
    provider.set(plain_404=False)
    provider.finish_jobs()
    await much_later(studio, 70)
    await in_stage(until, signed_in, video, "completed")


async def test_a_server_without_a_list(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.set(has_list=False, duration=1)
    provider.fault("create", "done_drop", prompt="unanswered")
    videos = [await make_remote(signed_in, f"clip {number}") for number in range(3)]
    unanswered = await make_remote(signed_in, "unanswered")
    for video in videos:
        await in_stage(until, signed_in, video, "completed")
    await in_stage(until, signed_in, unanswered, "unknown")
    counts = provider.counts()
    assert counts["retrieves"] >= 3
    assert counts["creates"] == 4


async def test_a_job_that_never_ends_can_be_cancelled(
    signed_in: httpx2.AsyncClient, provider: StandIn, until: Until
) -> None:
    provider.fault("create", "never")
    video = await make_remote(signed_in, "for ever")
    await in_stage(until, signed_in, video, "generating")
    asked = len(provider.counts()["asked"])
    await until(lambda: len(provider.counts()["asked"]) > asked + 1, "more questions")
    assert (await in_stage(until, signed_in, video, "generating"))["progress"] <= 99
    answer = await signed_in.post(f"/api/videos/{video['id']}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    await until(lambda: provider.counts()["deletes"] == 1, "the provider to hear of it")
