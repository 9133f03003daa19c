"""Asked to stop, a studio hands its work back and goes; asked to start where it must not, it says why."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from tests.faults.conftest import NewStudio
from tests.faults.studio_process import StandInProcess, wait_for
from tests.faults.whole import check_left_whole

pytestmark = pytest.mark.xdist_group("studio processes")


def test_stopped_while_drawing_and_downloading(far_provider: StandInProcess, new_studio: NewStudio) -> None:
    studio = new_studio(SHUTDOWN_GRACE="10")
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    far_provider.control(duration=0)
    far_provider.fault("content", "slow", pieces=400, seconds=0.1)
    fetched = studio.make("fetched slowly")
    wait_for(studio.unfinished, "the first bytes of the file")
    drawn = studio.draw("a lighthouse in a storm", size="1280x720", seconds=8)
    wait_for(lambda: studio.look(drawn["id"])["progress"] > 0, "a drawing with progress")

    assert studio.stop(seconds=11) == 0
    assert studio.children() == []
    assert studio.unfinished() == []
    studio.start()

    for video in (fetched, drawn):
        studio.wait_until(video, "completed", seconds=60)
    assert far_provider.asked("fetched slowly") == {"asked": 1, "accepted": 1}
    assert studio.stop() == 0
    check_left_whole(studio.settings())


def test_starts_that_are_refused(new_studio: NewStudio) -> None:
    studio = new_studio()
    studio.start()
    second = studio.run()
    assert second.returncode == 3
    assert f"Another Rushes (process {studio.process.pid})" in second.stderr  # type: ignore[union-attr]
    assert len(second.stderr.strip().splitlines()) == 1
    assert studio.stop() == 0

    with contextlib.closing(sqlite3.connect(studio.data / "rushes.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = studio.run()
    assert newer.returncode == 4
    assert "newer" in newer.stderr
    assert len(newer.stderr.strip().splitlines()) == 1
