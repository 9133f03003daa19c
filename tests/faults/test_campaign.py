"""The fault campaign in short: a few videos at each adapter, faults all the while, two kills.

`make faults` runs hundreds.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.campaign import INSTALLED, run, show

pytestmark = [pytest.mark.xdist_group("studio processes"), pytest.mark.timeout(420)]


def test_nothing_is_lost_and_nothing_made_twice(tmp_path: Path) -> None:
    tallies = run(tmp_path, videos=5, kills=2, seed=20261127)
    show(tallies)
    assert [wrong for tally in tallies for wrong in tally.wrongs] == []
    assert [tally.made for tally in tallies] == [5] * len(INSTALLED)
    assert sum(tally.met.total() for tally in tallies) > 5
