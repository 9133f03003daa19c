"""What `rushes doctor` finds, of a studio that is well and of everything that can be wrong with one."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from tests.servers.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY
from tests.standins.openai_makers import serving as serving_makers
from tests.standins.openai_videos import StandIn, serving
from tests.standins.replicate import ReplicateWire
from tests.standins.vendor import serving as serving_vendor

from rushes.doctor import examine
from rushes.doctor.finding import Finding
from rushes.providers.registry import key_variable_of
from rushes.serving import Serving
from rushes.settings import ProviderSettings, Settings
from rushes.studio import open_studio


async def found(settings: Settings, **changes: Any) -> dict[str, Finding]:
    return {each.part: each async for each in examine(settings.model_copy(update=changes))}


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with serving() as standin:
        yield standin


def gpu(url: str, **more: Any) -> dict[str, ProviderSettings]:
    return {"gpu": ProviderSettings(kind="openai", base_url=url, **more)}


async def test_a_studio_that_has_not_begun_is_well_and_stays_untouched(
    settings: Settings, tmp_path: Path
) -> None:
    findings = await found(settings)
    assert {each.state for each in findings.values()} == {"ok"}
    assert list(findings) == [
        *("data folder", "videos folder", "ffmpeg", "database", "storage", "broker"),
        *("web app", "studio", "providers", "stills", "narration", "stories"),
    ]
    assert list(tmp_path.iterdir()) == []
    assert findings["studio"].text == "does not run on this data just now"


async def test_a_studio_that_runs_is_seen_and_not_disturbed(settings: Settings, server: Serving) -> None:
    findings = await found(settings)
    assert {each.state for each in findings.values()} == {"ok"}
    assert "version 0" in findings["database"].text
    if not settings.redis_url:
        assert findings["studio"].text == f"runs here, process {os.getpid()}"
    else:
        assert re.fullmatch(r"Redis \d+\.\d+\.\d+", findings["broker"].text)


async def test_a_provider_that_is_well_tells_its_models(settings: Settings, provider: StandIn) -> None:
    findings = await found(settings, providers=gpu(provider.url + "/v1"))
    assert findings["provider gpu"].state == "ok"
    assert "wan-2.2" in findings["provider gpu"].text
    assert provider.counts()["creates"] == 0


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (401, "Set PROVIDERS__GPU__API_KEY"),
        (403, "Set PROVIDERS__GPU__API_KEY"),
        (404, "PROVIDERS__GPU__BASE_URL"),
        (429, "asks for patience"),
    ],
)
async def test_a_provider_that_says_no_is_told_with_what_to_do(
    settings: Settings, provider: StandIn, status: int, mend: str
) -> None:
    provider.fault("any", "status", times=None, status=status)
    secret = SecretStr("sk-very-secret-indeed")
    finding = (await found(settings, providers=gpu(provider.url + "/v1", api_key=secret)))["provider gpu"]
    assert finding.state == "fault"
    assert mend in (finding.mend or "")
    assert "secret" not in f"{finding.text} {finding.mend}"


async def test_one_that_cannot_be_opened_hides_none_of_the_others(
    settings: Settings, provider: StandIn
) -> None:
    named = {
        "nokey": ProviderSettings(kind="runway"),
        "nowhere": ProviderSettings(base_url="http://gpu..local"),
        **gpu(provider.url + "/v1", models=["wan-2.2"]),
    }
    findings = await found(settings, providers=named)
    assert {name: findings[f"provider {name}"].state for name in named} == {
        "nokey": "fault",
        "nowhere": "fault",
        "gpu": "ok",
    }
    assert "PROVIDERS__NOKEY__API_KEY" in findings["provider nokey"].text
    assert "PROVIDERS__NOWHERE__BASE_URL" in findings["provider nowhere"].text
    # Nor what else is wrong, and nothing is told twice.
    assert findings["stills"].state == "ok"
    assert not findings.keys() & {"providers", "makers"}
    findings = await found(settings, providers=named, default_video_model="nobody/x")
    assert "DEFAULT_VIDEO_MODEL nobody/x" in findings["providers"].text


async def test_what_is_saved_in_a_database_that_cannot_be_read_is_not_called_nothing(
    settings: Settings,
) -> None:
    changes = {"database_url": "postgresql://nobody:hush@127.0.0.1:9/none"}
    finding = (await found(settings, **changes))["providers"]
    assert (finding.state, "could not be read" in finding.text) == ("warning", True)
    assert "OPENAI_BASE_URL" not in f"{finding.text} {finding.mend}"


async def test_a_vendors_own_variable_is_named_where_its_key_is_wrong(settings: Settings) -> None:
    with serving_vendor(ReplicateWire) as replicate:
        named = {"replicate": ProviderSettings(kind="replicate", base_url=f"{replicate.url}/v1", api_key="x")}
        finding = (await found(settings, providers=named))["provider replicate"]
    assert "Set PROVIDERS__REPLICATE__API_KEY" in (finding.mend or "")
    assert key_variable_of("replicate", settings) == "REPLICATE_API_TOKEN"
    assert key_variable_of("google", settings) == "GEMINI_API_KEY"
    assert key_variable_of("groq", settings) == "GROQ_API_KEY"


async def test_the_makers_on_this_machine_are_tried(settings: Settings) -> None:
    findings = await found(settings)
    assert findings["stills"].text == "animatic/still, which draws"
    assert findings["narration"].text == "espeak/voice, which speaks 137 languages"
    assert findings["stories"].text == "outline/writer, which writes"


async def test_makers_elsewhere_are_asked_what_costs_nothing(settings: Settings) -> None:
    with serving_makers(key="right") as makers:
        changes = {
            "providers": gpu(makers.url, api_key=SecretStr("right"), models=["wan-2.2"]),
            "default_speech_model": "gpu/kokoro",
            "default_writer_model": "llama-3.3-70b",
        }
        findings = await found(settings, **changes)
        assert findings["narration"].text == "gpu/kokoro, whose server answers"
        assert findings["stories"].text == "gpu/llama-3.3-70b, whose server answers"
        assert makers.made() == 0
        changes["providers"] = gpu(makers.url, api_key=SecretStr("wrong-key"), models=["wan-2.2"])
        findings = await found(settings, **changes)
        assert findings["narration"].state == findings["stories"].state == "fault"
        assert "PROVIDERS__GPU__API_KEY" in (findings["narration"].mend or "")
        assert "wrong-key" not in str(findings)


async def test_a_default_maker_that_is_none_is_told(settings: Settings) -> None:
    finding = (await found(settings, default_image_model="nowhere/model"))["makers"]
    assert (finding.state, "DEFAULT_IMAGE_MODEL" in finding.text) == ("fault", True)


async def test_what_cannot_be_reached_is_told_part_by_part(settings: Settings) -> None:
    findings = await found(
        settings,
        database_url="postgresql://nobody:hush@127.0.0.1:9/none",
        redis_url="redis://:hush@127.0.0.1:9/0",
        jwt_secret=SecretStr("s" * 32),
        ffmpeg_path="/nowhere/ffmpeg",
        providers=gpu("http://127.0.0.1:9/v1"),
    )
    wrong = {part: each for part, each in findings.items() if each.state == "fault"}
    assert list(wrong) == ["ffmpeg", "database", "broker", "provider gpu"]
    assert "DATABASE_URL" in (wrong["database"].mend or "")
    assert "REDIS_URL" in (wrong["broker"].mend or "")
    assert "FFMPEG_PATH" in wrong["ffmpeg"].text
    assert "hush" not in str(findings)


async def test_an_ffmpeg_that_lacks_what_is_needed_is_told(settings: Settings, tmp_path: Path) -> None:
    poor = tmp_path / "ffmpeg"
    poor.write_text("#!/bin/sh\necho 'ffmpeg version 1'\necho ' V..... mjpeg  Motion JPEG'\n")
    poor.chmod(0o755)
    finding = (await found(settings, ffmpeg_path=str(poor)))["ffmpeg"]
    assert finding.state == "fault"
    assert "libx264, aac" in finding.text
    poor.write_text("#!/bin/sh\nexit 3\n")
    assert "ends with 3" in (await found(settings, ffmpeg_path=str(poor)))["ffmpeg"].text


async def test_what_administrators_have_connected_is_asked_as_well(
    settings: Settings, signed_in: httpx2.AsyncClient, provider: StandIn
) -> None:
    provider.set(key="sk-very-secret-indeed")
    wanted = {"kind": "openai", "base_url": provider.url + "/v1", "api_key": "sk-very-secret-indeed"}
    for name, more in {"lab": {}, "resting": {"enabled": False}, "wrong": {"api_key": "sk-x"}}.items():
        answer = await signed_in.post("/api/admin/providers", json={**wanted, "name": name, **more})
        assert answer.status_code == 201, answer.text
    findings = await found(settings)
    assert (findings["provider lab"].state, "wan-2.2" in findings["provider lab"].text) == ("ok", True)
    assert findings["provider resting"].text == "is switched off"
    assert findings["provider wrong"].state == "fault"
    assert "Settings, Providers" in (findings["provider wrong"].mend or "")
    findings = await found(settings, encryption_key=SecretStr("quite another one"))
    if settings.encryption_key is not None:
        assert "another ENCRYPTION_KEY" in findings["provider lab"].text
    findings = await found(settings, providers=gpu("http://127.0.0.1:9/v1") | {"lab": ProviderSettings()})
    assert findings["provider lab"].state == "warning"
    assert "secret" not in str(findings)


async def test_secrets_that_many_machines_must_share_are_missed(settings: Settings) -> None:
    finding = (await found(settings, encryption_key=None))["database"]
    if settings.database_url:
        assert (finding.state, "ENCRYPTION_KEY must be given" in finding.text) == ("fault", True)
    else:
        assert finding.state == "ok"


class TestAlone:
    """What concerns files of this machine."""

    @pytest.fixture
    def standing(self) -> dict[str, Any]:
        return {}

    async def test_a_folder_that_is_a_file(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "videos").write_text("a file")
        finding = (await found(settings))["videos folder"]
        assert (finding.state, finding.mend) == ("fault", "Set VIDEOS_DIR to a folder.")

    async def test_a_disk_that_is_nearly_full(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Only the limit is moved: no machine that runs the tests has so much.
        monkeypatch.setattr("rushes.doctor._LITTLE", 2**80)
        finding = (await found(settings))["data folder"]
        assert (finding.state, "Free some space" in (finding.mend or "")) == ("warning", True)

    async def test_a_database_that_is_none_or_from_the_future(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        async with open_studio(settings):
            pass
        database = tmp_path / "data" / "rushes.db"
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        finding = (await found(settings))["database"]
        assert (finding.state, "newer than this Rushes" in finding.text) == ("fault", True)
        for leftover in tmp_path.glob("data/rushes.db*"):
            leftover.unlink()
        database.write_bytes(b"this is no database, however long one looks at it" * 50)
        finding = (await found(settings))["database"]
        assert (finding.state, "not a SQLite database" in finding.text) == ("fault", True)

    async def test_what_nobody_thought_of_is_a_finding_like_any_other(self, settings: Settings) -> None:
        strange = {"s3_bucket": "studio", "aws_region": REGION, "aws_endpoint_url_s3": "no address:hush"}
        findings = await found(settings, **strange)
        assert findings["storage"].state == "fault"
        assert "hush" not in findings["storage"].text
        assert findings["providers"].state == "ok"

    async def test_a_bucket_is_tried(self, settings: Settings, object_store: S3, tmp_path: Path) -> None:
        bucket = object_store.new_bucket()
        there = {
            "s3_bucket": bucket,
            "aws_region": REGION,
            "aws_endpoint_url_s3": object_store.url,
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SecretStr(SECRET_KEY),
        }
        finding = (await found(settings, **there))["storage"]
        assert (finding.state, bucket in finding.text) == ("ok", True)
        assert object_store.keys(bucket) == list(tmp_path.iterdir()) == []
        nowhere = (await found(settings, **{**there, "s3_bucket": "there-is-none"}))["storage"]
        assert (nowhere.state, "there-is-none" in nowhere.text) == ("fault", True)
