"""The example package, installed as its README says, is a kind of provider like the studio's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.studio_process import StudioProcess, wait_for
from tests.standins.acme import AcmeWire
from tests.standins.vendor import VendorStandIn, serving

_EXAMPLE = Path(__file__).parents[2] / "examples" / "rushes-acme"

pytestmark = pytest.mark.xdist_group("studio processes")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package was installed, from its wheel."""
    target = tmp_path_factory.mktemp("installed")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [
            *(str(uv), "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--python", sys.executable, "--target", str(target), str(_EXAMPLE)),
        ],
        check=True,
        timeout=120,
    )
    return target


@pytest.fixture
def acme() -> Iterator[VendorStandIn]:
    with serving(AcmeWire, duration=0) as standin:
        yield standin


def test_a_studio_makes_videos_with_it(installed: Path, acme: VendorStandIn, tmp_path: Path) -> None:
    settings = {
        "PROVIDERS__MOTION__KIND": "acme",
        "PROVIDERS__MOTION__BASE_URL": f"{acme.url}/v1",
        "PROVIDERS__MOTION__API_KEY": AcmeWire.key,
    }
    studio = StudioProcess(tmp_path, "http://127.0.0.1:9", **settings)
    studio.environment["PYTHONPATH"] += f":{installed}"
    try:
        client = studio.start()
        wait_for(
            lambda: "motion/motion-2" in {one["id"] for one in client.get("/api/models").json()["models"]},
            "its models",
        )
        video = studio.make("a fox", model="motion/motion-2", size="1280x720", seconds=5)
        assert video["cost_estimate"] == 0.4
        done = studio.wait_until(video, "completed")
        assert done["cost_actual"] == 0.4
        assert acme.counts()["accepted"] == 1
    finally:
        studio.close()


def test_without_it_the_kind_is_unknown_and_the_known_ones_are_named(tmp_path: Path) -> None:
    settings = {"PROVIDERS__MOTION__KIND": "acme", "PROVIDERS__MOTION__API_KEY": "x"}
    refused = StudioProcess(tmp_path, "http://127.0.0.1:9", **settings).run()
    assert refused.returncode != 0
    assert "PROVIDERS__MOTION__KIND 'acme' is none of" in refused.stderr
    assert "replicate" in refused.stderr
