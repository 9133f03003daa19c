"""What a server of OpenAI's shape answers when it makes nothing, or nobody knows: alike for all kinds."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.providers.makers.conftest import Connect, image_order, speech_order, writing_order
from tests.standins.openai_makers import StandIn
from tests.standins.openai_makers.refusals import MODERATION, NO_CREDIT, NO_MODEL, WRONG_KEY

from rushes.providers.openai_makers.chat import ChatWriter
from rushes.providers.openai_makers.images import OpenAIImages
from rushes.providers.openai_makers.server import Server
from rushes.providers.openai_makers.speech import OpenAISpeech
from rushes.providers.protocol import Ambiguous, Busy, ProviderError, Refused

Order = Callable[[Server, Path], Awaitable[object]]

KINDS: dict[str, Order] = {
    "image": lambda server, into: OpenAIImages(server, timeout=3).make(image_order(), into),
    "speech": lambda server, into: OpenAISpeech(server, timeout=3).say(speech_order(voice="nova"), into),
    "chat": lambda server, into: ChatWriter(server, timeout=3).write(writing_order()),
}
IMPATIENT: dict[str, Order] = {
    "image": lambda server, into: OpenAIImages(server, timeout=0.3).make(image_order(), into),
    "speech": lambda server, into: OpenAISpeech(server, timeout=0.3).say(speech_order(voice="nova"), into),
    "chat": lambda server, into: ChatWriter(server, timeout=0.3).write(writing_order()),
}


async def refused(order: Awaitable[object], kind: type[ProviderError]) -> ProviderError:
    with pytest.raises(ProviderError) as found:
        await order
    assert type(found.value) is kind, found.value
    return found.value


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    word: str = request.param
    return word


async def test_busy_says_how_long(kind: str, standin: StandIn, server: Server, tmp_path: Path) -> None:
    standin.fault(kind, "status", status=429, retry_after=7, body={"error": {"message": "Slow down."}})
    error = await refused(KINDS[kind](server, tmp_path / "made"), Busy)
    assert isinstance(error, Busy)
    assert error.retry_after == 7
    assert len(standin.asked(kind)) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_server_is_ambiguous_and_asked_once(
    kind: str, status: int, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault(kind, "done_status", status=status, body={"error": {"message": "Oops."}})
    await refused(KINDS[kind](server, tmp_path / "made"), Ambiguous)
    assert standin.made() == 1
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("fault", ["drop", "done_drop", "mid_body", "garbage"])
async def test_a_lost_answer_is_ambiguous_and_asked_once(
    kind: str, fault: str, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault(kind, fault)
    # Noise instead of sound is known to be none; whether it was paid for is not.
    expected = Refused if (kind, fault) == ("speech", "garbage") else Ambiguous
    error = await refused(KINDS[kind](server, tmp_path / "made"), expected)
    if isinstance(error, Refused):
        assert error.charged == "unknown"
    assert len(standin.asked(kind)) == 1
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("fault", ["hang", "done_hang"])
async def test_silence_is_ambiguous(
    kind: str, fault: str, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault(kind, fault)
    await refused(IMPATIENT[kind](server, tmp_path / "made"), Ambiguous)
    # A busy machine may take so long that nothing was sent in time: that is as open as the rest.
    assert len(standin.asked(kind)) <= 1


async def test_nobody_there_is_busy(kind: str, connect: Connect, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = connect(base_url=f"http://127.0.0.1:{port}")
    error = await refused(KINDS[kind](gone, tmp_path / "made"), Busy)
    assert error.code == "provider_unreachable"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (NO_CREDIT, "no_credit"),
        (MODERATION, "moderation_blocked"),
        (NO_MODEL, "unknown_model"),
        ((404, {"detail": "Not Found"}), "provider_address"),
    ],
)
async def test_a_definite_no_says_why(
    kind: str, refusal: tuple[int, object], code: str, standin: StandIn, server: Server, tmp_path: Path
) -> None:
    standin.fault(kind, "status", status=refusal[0], body=refusal[1])
    error = await refused(KINDS[kind](server, tmp_path / "made"), Refused)
    assert error.code == code
    assert "videos" not in error.message
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("style", WRONG_KEY)
async def test_a_wrong_key_is_named_and_never_repeated(
    kind: str, style: str, standin: StandIn, connect: Connect, tmp_path: Path
) -> None:
    standin.set(key="the-right-one", style=style)
    server = connect(api_key="sk-very-secret-indeed")
    error = await refused(KINDS[kind](server, tmp_path / "made"), Refused)
    assert error.code == "provider_key"
    assert "sk-" not in error.message
    right = connect(api_key="the-right-one")
    await KINDS[kind](right, tmp_path / "made")
    assert standin.made() == 1


async def test_a_key_goes_along_and_none_is_none(
    kind: str, standin: StandIn, server: Server, connect: Connect, tmp_path: Path
) -> None:
    await KINDS[kind](server, tmp_path / "made")
    await KINDS[kind](connect(api_key="secret"), tmp_path / "made")
    without, along = standin.asked(kind)
    assert "authorization" not in without.headers
    assert along.headers["authorization"] == "Bearer secret"
    for asked in (without, along):
        assert asked.headers["idempotency-key"] == "k1"
        assert asked.headers["x-stainless-retry-count"] == "0"


async def test_a_disk_that_is_full_is_named_with_what_it_has_cost(
    standin: StandIn, server: Server, tmp_path: Path
) -> None:
    # What is written there is refused as on a full disk; Linux has it.
    into = tmp_path / "still"
    into.symlink_to("/dev/full")
    with pytest.raises(Refused) as found:
        await OpenAIImages(server).make(image_order(), into)
    assert (found.value.code, found.value.charged, found.value.retryable) == ("disk_full", "yes", True)
