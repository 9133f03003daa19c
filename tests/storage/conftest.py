"""A store in a temporary folder, and the means to look behind it."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.storage import LocalStorage

SECRET = b"a secret of at least sixteen bytes"


Later = Callable[[float], None]


@pytest.fixture
def ahead() -> list[float]:
    """By how many seconds the store's clock is ahead."""
    return [0.0]


@pytest.fixture
def later(ahead: list[float]) -> Later:
    """Call with seconds: that much time has passed, as far as the store knows."""

    def pass_time(seconds: float) -> None:
        ahead[0] += seconds

    return pass_time


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "videos"


@pytest.fixture
def store(root: Path, ahead: list[float]) -> LocalStorage:
    return LocalStorage(root, SECRET, "https://studio.example/", now=lambda: time.time() + ahead[0])


@pytest.fixture
def child_env() -> dict[str, str]:
    """The environment in which another Python finds the same packages."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
