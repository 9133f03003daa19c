"""A room for each test."""

from pathlib import Path

import pytest
from tests.media.cut.films import Room


@pytest.fixture
def room(ffmpeg: str, tmp_path: Path) -> Room:
    # Names that mean something to ffmpeg have to mean nothing here.
    folder = tmp_path / "it's, [a] room; 100%: #1?"
    folder.mkdir()
    return Room(folder, ffmpeg)
