"""The page, the dashboard and the alerts know exactly the metrics that there are."""

from __future__ import annotations

import re
from pathlib import Path

from tests.observe.scraping import declared

from rushes.studio import Studio

_DOCS = Path(__file__).resolve().parents[2] / "docs"
# | `rushes_…` | type | `label` `label` | each or all | meaning |
_ROW = re.compile(r"^\| `(rushes_\w+)` \| (\w+) \| ([^|]*)\| (each|all) \| .+ \|$", re.MULTILINE)


def test_the_table_is_what_is_measured(studio: Studio) -> None:
    rows = _ROW.findall((_DOCS / "watching.md").read_text())
    documented = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in rows}
    assert len(documented) == len(rows), "a metric is described twice"
    assert documented == declared(studio)
