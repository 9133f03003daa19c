"""The wheel is the whole product: whoever installs it can serve the studio without the checkout and Node."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest
from uv import find_uv_bin

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGE = _ROOT / "server" / "rushes"
_LEFTOVERS = [_ROOT / "build", _ROOT / "dist"]


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """What `make wheel` builds, in a folder of its own."""
    before = [path.exists() for path in _LEFTOVERS]
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", tmp_path, _ROOT)
    assert [path.exists() for path in _LEFTOVERS] == before
    [built] = tmp_path.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The folder of commands of an environment that has the wheel, and what it depends on from ours."""
    environment = tmp_path / "environment"
    _uv("venv", "--python", sys.executable, environment)
    python = environment / "bin" / "python"
    _uv("pip", "install", "--no-deps", "--python", python, wheel)
    [packages] = environment.glob("lib/python*/site-packages")
    # Folders that are named so have none of their own .pth files read, and so not the one of this checkout.
    ours = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (packages / "ours.pth").write_text("\n".join(ours))
    return python.parent


def test_it_carries_all_that_is_served_and_read(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        [licence] = [
            name for name in names if re.fullmatch(r"rushes-[^/]+\.dist-info/licenses/LICENSE", name)
        ]
        assert archive.read(licence) == (_ROOT / "LICENSE").read_bytes()
        page = archive.read("rushes/webapp/index.html").decode()
    for needed in _named_in(page):
        assert f"rushes/webapp{needed}" in names
    ours = {path.relative_to(_PACKAGE.parent) for path in _PACKAGE.rglob("*") if path.is_file()}
    ours = {path for path in ours if "__pycache__" not in path.parts}
    assert {str(path) for path in ours} <= names
    assert any(name.startswith("rushes/migrations/versions/0001") for name in names)
    assert [name for name in names if "/." in name or "__pycache__" in name] == []


def test_it_serves_the_app_without_checkout_and_node(installed: Path, tmp_path: Path) -> None:
    with _serving(installed, tmp_path) as url, httpx2.Client(base_url=url, timeout=30) as client:
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert page.text == (_ROOT / "web" / "dist" / "index.html").read_text()
        for needed in _named_in(page.text):
            assert client.get(needed).status_code == 200, needed
        assert client.get("/health").json()["status"] == "healthy"
    of_package = subprocess.run(
        [installed / "python", "-c", "import rushes; print(rushes.__file__)"],
        cwd=tmp_path,
        env={},
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(of_package.stdout).is_relative_to(installed.parent)


@contextmanager
def _serving(commands: Path, folder: Path) -> Iterator[str]:
    """The address of `rushes serve`, run where no program can be found by its name."""
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [commands / "rushes", "serve", "--port", "0"],
            cwd=folder,
            env={"PATH": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        found = next(
            (there for line in process.stdout if (there := re.search(r"is at (http://\S+)", line))), None
        )
        assert found, (folder / "log.txt").read_text()
        yield found[1]
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


def _named_in(page: str) -> list[str]:
    """The files that the page loads by itself."""
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert any(name.startswith("/assets/") for name in named)
    return named


def _uv(*arguments: object) -> None:
    command = [find_uv_bin(), *map(str, arguments), "--quiet", "--offline"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
