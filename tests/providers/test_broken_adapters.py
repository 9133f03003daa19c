"""An adapter that breaks in a way that nobody thought of: nothing is lost, and nothing stands still."""

from __future__ import annotations

from typing import Any, cast

import pytest

from rushes.observe.metrics import Metrics
from rushes.providers.protocol import (
    Ambiguous,
    Capabilities,
    Down,
    Job,
    JobError,
    Provider,
    Refused,
)
from rushes.providers.watched import watched


class Broken:
    """What every call of it comes to."""

    name = "broken"
    kind = "broken"
    capabilities = Capabilities(models=(), concurrency=1)

    async def submit(self, submission: Any) -> Any:
        raise UnicodeEncodeError("idna", "gpu..local", 0, 1, "label empty")

    async def poll(self, ids: Any) -> Any:
        raise ZeroDivisionError

    async def find(self, since: float) -> Any:
        raise KeyError("data")

    async def cancel(self, job_id: str) -> None:
        raise AttributeError("id")

    async def download(self, job_id: str) -> Any:
        raise TypeError
        yield b""


async def test_of_a_submit_nobody_knows_and_all_else_is_asked_again() -> None:
    broken: Any = watched(cast(Provider, Broken()), Metrics())
    with pytest.raises(Ambiguous, match="UnicodeEncodeError"):
        await broken.submit(None)
    for ask in (broken.poll(["a"]), broken.find(0.0), broken.cancel("a")):
        with pytest.raises(Down) as caught:
            await ask
        assert caught.value.code == "provider_broken"
    with pytest.raises(Down):
        async for _ in broken.download("a"):
            pass


class Telltale:
    """One that repeats the key."""

    name = "telltale"
    kind = "telltale"
    secret = "sk-very/secret"
    capabilities = Capabilities(models=(), concurrency=1)

    def __init__(self, job_id: str = "job_1") -> None:
        self.job_id = job_id

    async def submit(self, submission: Any) -> Job:
        return Job(self.job_id, "queued")

    async def poll(self, ids: Any) -> dict[str, Job]:
        return {"a": Job("a", "failed", error=JobError("oops", f"Bad key {self.secret}"))}

    async def probe(self) -> None:
        raise Refused("Not at /?key=sk-very%2Fsecret")


async def test_a_key_is_never_repeated() -> None:
    telltale: Any = watched(cast(Provider, Telltale()), Metrics(), key=Telltale.secret)
    [job] = (await telltale.poll(["a"])).values()
    assert job.error.message == "Bad key …"
    with pytest.raises(Refused) as caught:
        await telltale.probe()
    assert caught.value.message == "Not at /?key=…"


@pytest.mark.parametrize("job_id", ["", "a" * 513, "a\x00b", "a\nb", "a\x9bb", "a\ud800"])
async def test_a_name_that_cannot_be_a_jobs(job_id: str) -> None:
    odd: Any = watched(cast(Provider, Telltale(job_id)), Metrics())
    with pytest.raises(Ambiguous):
        await odd.submit(None)
