"""Runway's tasks and refusals as it writes them, and what is particular to it on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.standins.runway import BALANCE, RunwayWire
from tests.standins.vendor import VendorStandIn, serving

from rushes import extras
from rushes.extras import MissingExtra
from rushes.providers.kinds import Setup, kinds
from rushes.providers.model import Role
from rushes.providers.protocol import Ambiguous, Busy, Down, Reference, Refused, Submission
from rushes.providers.runway import Runway
from rushes.providers.runway.tasks import parse_task, read_submit_error
from rushes.providers.wire.answers import Answer
from rushes.providers.wire.reading import Unreadable

_FOLDER = Path(__file__).parent / "vendor_json" / "runway"
_ID = "17f20503-6c24-4c16-946b-35dbbce2af2f"


def vendor_json(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize(
    ("name", "state", "progress", "cost"),
    [
        ("created", "queued", None, 0.6),
        ("pending", "queued", None, 0.6),
        ("throttled", "queued", None, 0.6),
        ("running", "in_progress", 46, 0.6),
        # What was charged in the end, not what was reckoned with.
        ("succeeded", "completed", 100, 0.55),
        ("cancelled", "cancelled", None, 0.6),
    ],
)
def test_states(name: str, state: str, progress: int | None, cost: float) -> None:
    job = parse_task(vendor_json(name))
    assert (job.id, job.state, job.progress, job.cost) == (_ID, state, progress, cost)
    assert job.created_at == (None if name == "created" else 1794318224.203)


def test_the_file_is_where_the_task_says() -> None:
    done = vendor_json("succeeded")
    assert parse_task(done).result_url == done["output"][0]
    for nothing in ([], None, ["no address"]):
        job = parse_task({**done, "output": nothing})
        assert job.error is not None
        assert (job.state, job.error.code, job.error.charged) == ("failed", "no_result", "yes")


def test_a_word_that_is_new_is_no_end() -> None:
    assert parse_task({**vendor_json("pending"), "status": "POSTPROCESSING"}).state == "in_progress"


@pytest.mark.parametrize(
    ("code", "credits", "means", "retryable", "charged"),
    [
        ("SAFETY.INPUT.TEXT", 60, "moderation_blocked", False, "yes"),
        ("SAFETY.OUTPUT.VIDEO", None, "moderation_blocked", False, "yes"),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", None, "moderation_blocked", False, "yes"),
        # Runway's own word about money goes before what its pages say.
        ("SAFETY.INPUT.IMAGE", 0, "moderation_blocked", False, "no"),
        ("INTERNAL.BAD_OUTPUT.CODE01", 0, "bad_output", True, "no"),
        ("INTERNAL.BAD_OUTPUT.CODE01", 60, "bad_output", True, "yes"),
        ("INTERNAL", None, "provider_failed", True, "unknown"),
        ("INPUT_PREPROCESSING.INTERNAL", 0, "provider_failed", True, "no"),
        ("THIRD_PARTY.UNAVAILABLE", 0, "provider_failed", True, "no"),
        ("ASSET.INVALID", 0, "invalid_image", False, "no"),
        ("SOMETHING.NEW", 0, "provider_failed", False, "no"),
        (None, 0, "provider_failed", True, "no"),
    ],
)
def test_failures(code: str | None, credits: int | None, means: str, retryable: bool, charged: str) -> None:
    data = {**vendor_json("failed_quality"), "failureCode": code, "cost": {"credits": credits}}
    job = parse_task(data)
    assert job.error is not None
    assert (job.state, job.error.code) == ("failed", means)
    assert (job.error.retryable, job.error.charged) == (retryable, charged)
    # It is not shown without context, and codes are not shown at all.
    assert job.error.message.startswith("Runway")
    assert job.error.message.endswith("An unexpected error occurred.")
    assert str(code) not in job.error.message


@pytest.mark.parametrize("data", [None, [], "x", {}, {"id": 3}, {"id": ""}])
def test_what_is_no_task(data: object) -> None:
    with pytest.raises(Unreadable):
        parse_task(data)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("model", "unknown_model"),
        ("ratio", "unsupported_size"),
        ("resolution", "unsupported_size"),
        ("duration", "unsupported_seconds"),
        ("promptImage", "invalid_image"),
        ("promptText", "provider_refused"),
    ],
)
def test_a_complaint_is_about_its_field(field: str, code: str) -> None:
    data = vendor_json("refused_duration")
    data["issues"][0]["path"] = [field, 0]
    error = read_submit_error(Answer(400, json.dumps(data).encode()), model="gen4.5")
    assert isinstance(error, Refused)
    assert (error.code, error.charged) == (code, "no")
    assert error.message.endswith(": Too big: expected number to be <=10")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_sheds_load_may_have_taken_it(status: int) -> None:
    assert isinstance(read_submit_error(Answer(status, b"{}"), model="gen4.5"), Ambiguous)


@pytest.fixture
def standin() -> Iterator[VendorStandIn]:
    with serving(RunwayWire, duration=0) as running:
        yield running


@pytest.fixture
async def runway(standin: VendorStandIn) -> AsyncIterator[Runway]:
    """With an address as people write it, too."""
    provider = Runway(Setup("runway", base_url=f"{standin.url}/v1/", api_key=RunwayWire.key))
    provider.submit_timeout = 5.0
    yield provider
    await provider.close()


def asking(model: str, *references: Reference, **changes: Any) -> Submission:
    given = {"width": 1280, "height": 720, "seconds": 5.0, "references": references, **changes}
    return Submission("key", "RX-1", "a fox", ("a fox",), model, **given)


def a_file(folder: Path, role: Role, *, size: int = 1000) -> Reference:
    path = folder / f"{role}.bin"
    path.write_bytes(b"x" * size)
    types = {"video": "video/mp4", "audio": "audio/mpeg"}
    return Reference(role, path, types.get(role, "image/png"))


def created(standin: VendorStandIn) -> dict[str, Any]:
    """The only create: its body, and `at`, where it went."""
    [asked] = [one for one in standin.counts()["asked"] if one["verb"] == "create"]
    return {"at": asked["path"].removeprefix("/v1/"), **asked["body"]}


async def test_what_a_request_holds_leads_to_its_endpoint(
    runway: Runway, standin: VendorStandIn, tmp_path: Path
) -> None:
    await runway.submit(asking("veo3.1", seconds=8, seed=2**32 + 7, options={"negative_prompt": "rain"}))
    assert created(standin) == {
        "at": "text_to_video",
        "model": "veo3.1",
        "promptText": "a fox",
        "duration": 8,
        "ratio": "1280:720",
        "audio": False,
        "seed": 7,
        "negativePrompt": "rain",
    }
    frames = a_file(tmp_path, "first_frame"), a_file(tmp_path, "last_frame")
    standin.wire.asked.clear()
    await runway.submit(asking("veo3.1_fast", *frames, seconds=4, audio=True))
    body = created(standin)
    assert (body["at"], body["audio"]) == ("image_to_video", True)
    assert [entry["position"] for entry in body["promptImage"]] == ["first", "last"]
    standin.wire.asked.clear()
    others = [a_file(tmp_path, role) for role in ("video", "subject", "audio")]
    await runway.submit(asking("seedance2", *others))
    body = created(standin)
    assert body["at"] == "video_to_video"
    assert body["promptVideo"].startswith("data:video/mp4;base64,")
    assert [set(entry) for entry in body["references"]] == [{"uri"}]
    assert [entry["type"] for entry in body["referenceAudio"]] == ["audio"]


async def test_a_size_beside_a_picture_is_named_as_each_model_wants(
    runway: Runway, standin: VendorStandIn, tmp_path: Path
) -> None:
    first = a_file(tmp_path, "first_frame")
    for model, changes, expected in (
        ("gen4.5", {"width": 960, "height": 960}, {"ratio": "960:960"}),
        ("happyhorse_1_0", {"width": 1108, "height": 832}, {"resolution": "720p"}),
        ("happyhorse_1_0", {"width": 1440, "height": 1440}, {"resolution": "1080p"}),
        ("kling2.5_turbo_pro", {}, {}),
    ):
        standin.wire.asked.clear()
        await runway.submit(asking(model, first, **changes))
        body = created(standin)
        assert {name: body[name] for name in ("ratio", "resolution") if name in body} == expected


@pytest.mark.parametrize(
    ("model", "roles", "changes", "code"),
    [
        ("gen4_turbo", (), {}, "invalid_image"),
        ("gen4.5", (), {"width": 960, "height": 960}, "unsupported_size"),
        ("gen4.5", ("last_frame",), {}, "invalid_image"),
        ("veo3.1", ("last_frame",), {"seconds": 8}, "invalid_image"),
        ("veo3.1", ("subject",), {"seconds": 8}, "invalid_image"),
        ("seedance2", ("first_frame", "subject"), {}, "invalid_image"),
        ("seedance2", ("first_frame", "video"), {}, "invalid_image"),
        ("gen4.5", (), {"seconds": 5.5}, "unsupported_seconds"),
        ("gen4.5", (), {"options": {"output_format": "prores"}}, "unsupported_option"),
        ("gen9", (), {}, "unknown_model"),
    ],
)
async def test_what_cannot_be_made_is_refused_before_anything_is_sent(
    runway: Runway,
    standin: VendorStandIn,
    tmp_path: Path,
    model: str,
    roles: tuple[Role, ...],
    changes: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(Refused) as refused:
        await runway.submit(asking(model, *(a_file(tmp_path, role) for role in roles), **changes))
    assert (refused.value.code, refused.value.charged) == (code, "no")
    assert standin.counts()["asked"] == []


async def test_a_large_picture_is_uploaded_first(
    runway: Runway, standin: VendorStandIn, tmp_path: Path
) -> None:
    await runway.submit(asking("gen4_turbo", a_file(tmp_path, "first_frame", size=3_700_000)))
    [entry] = created(standin)["promptImage"]
    assert entry["uri"].startswith("data:image/png;base64,")
    standin.wire.asked.clear()
    await runway.submit(asking("gen4_turbo", a_file(tmp_path, "first_frame", size=3_800_000)))
    [entry] = created(standin)["promptImage"]
    wire = standin.wire
    assert isinstance(wire, RunwayWire)
    [(name, size)] = wire.kept.items()
    assert entry["uri"] == f"runway://{name}"
    assert size > 3_800_000
    wanted = next(one for one in standin.counts()["asked"] if one["path"] == "/v1/uploads")
    assert wanted["body"] == {"filename": "first_frame.png", "type": "ephemeral"}


@pytest.mark.parametrize(
    ("fault", "skip"),
    [
        *(("drop", 0), ("garbage", 0), ("html", 0), ("status", 0)),
        # Past the question for a place, as the file is brought there.
        *(("drop", 1), ("status", 1)),
    ],
)
async def test_an_upload_that_fails_is_tried_again_later(
    runway: Runway, standin: VendorStandIn, tmp_path: Path, fault: str, skip: int
) -> None:
    standin.fault("upload", fault, skip=skip, status=503 if fault == "status" else None)
    large = a_file(tmp_path, "first_frame", size=4_000_000)
    with pytest.raises(Busy):
        await runway.submit(asking("gen4_turbo", large))
    assert standin.counts()["creates"] == 0
    await runway.submit(asking("gen4_turbo", large))
    assert standin.counts()["accepted"] == 1


async def test_an_upload_that_is_refused_is_refused(
    runway: Runway, standin: VendorStandIn, tmp_path: Path
) -> None:
    large = a_file(tmp_path, "first_frame", size=4_000_000)
    for status, code in ((400, "invalid_image"), (413, "payload_too_large"), (401, "provider_key")):
        standin.fault("upload", "status", status=status)
        with pytest.raises(Refused) as refused:
            await runway.submit(asking("gen4_turbo", large))
        assert refused.value.code == code
    assert standin.counts()["creates"] == 0


async def test_an_upload_that_hangs_ends_with_the_time_for_the_whole(
    runway: Runway, standin: VendorStandIn, tmp_path: Path
) -> None:
    runway.submit_timeout = 0.3
    standin.fault("upload", "hang")
    with pytest.raises(Busy):
        await runway.submit(asking("gen4_turbo", a_file(tmp_path, "first_frame", size=4_000_000)))
    assert standin.counts()["creates"] == 0


async def test_a_create_is_not_sent_on_to_where_a_redirect_leads() -> None:
    heads: list[bytes] = []

    async def send_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 307 Elsewhere\r\nLocation: /v1/other\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(send_on, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        runway = Runway(Setup("runway", base_url=f"http://127.0.0.1:{port}", api_key="key"))
        with pytest.raises(Refused) as refused:
            await runway.submit(asking("gen4.5"))
        await runway.close()
    assert refused.value.code == "provider_address"
    assert len(heads) == 1


async def test_a_finished_task_is_not_deleted_by_a_late_cancel(
    runway: Runway, standin: VendorStandIn
) -> None:
    job = await runway.submit(asking("gen4.5"))
    await runway.cancel(job.id)
    assert "cancel" not in standin.counts()["verbs"]
    assert (await runway.poll([job.id]))[job.id].state == "completed"
    standin.set(duration=60)
    going = await runway.submit(asking("gen4.5"))
    await runway.cancel(going.id)
    assert standin.counts()["verbs"]["cancel"] == 1


async def test_the_balance_is_in_dollars(runway: Runway, standin: VendorStandIn) -> None:
    assert await runway.balance() == BALANCE / 100
    standin.fault("keys", "garbage")
    with pytest.raises(Down):
        await runway.balance()
    standin.fault("keys", "answer", body={"creditBalance": None})
    assert await runway.balance() is None


async def test_a_retired_model_names_its_successor() -> None:
    runway = Runway(Setup("runway", api_key="key", models=("veo3", "gen4.5", "wan3")))
    offered = {model.name: model for model in runway.capabilities.models}
    assert list(offered) == ["veo3", "gen4.5", "wan3"]
    assert (offered["veo3"].lifecycle.state, offered["veo3"].lifecycle.replacement) == ("retired", "veo3.1")
    with pytest.raises(Refused, match=r"use veo3\.1") as refused:
        await runway.submit(asking("veo3", seconds=8))
    assert refused.value.code == "unknown_model"
    await runway.close()
    everything = Runway(Setup("runway", api_key="key"))
    assert {model.lifecycle.state for model in everything.capabilities.models} == {"active"}
    await everything.close()


async def test_a_model_that_only_the_operator_knows_is_asked_from_text(standin: VendorStandIn) -> None:
    setup = Setup("runway", base_url=standin.url, api_key=RunwayWire.key, models=("wan3",))
    runway = Runway(setup)
    await runway.submit(asking("wan3"))
    body = created(standin)
    assert (body["at"], body["model"], body["ratio"]) == ("text_to_video", "wan3", "1280:720")
    await runway.close()


def test_a_missing_sdk_is_a_line_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda package: None)
    with pytest.raises(MissingExtra) as missing:
        kinds()["runway"].open(Setup("runway", api_key="key"))
    assert str(missing.value) == (
        "The provider Runway needs the package runwayml: pip install 'rushes[runway]'"
    )


async def test_a_picture_goes_as_it_is(runway: Runway, standin: VendorStandIn, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    Image.new("RGB", (64, 36), "teal").save(path, "JPEG")
    await runway.submit(asking("gen4.5", Reference("first_frame", path, "image/jpeg")))
    [entry] = created(standin)["promptImage"]
    assert entry["uri"].startswith("data:image/jpeg;base64,/9j/")
