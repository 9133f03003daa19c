"""The page, the dashboard and the alerts know exactly the metrics that there are, and Prometheus itself reads
every query of theirs."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.observe.scraping import declared, names_in
from tests.servers.prometheus import Prometheus, prometheus
from tests.videos.making import make, seen, working

from rushes.serving import Serving
from rushes.studio import Studio

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_ALERTS = _DOCS / "prometheus" / "alerts.yml"
_DASHBOARD: dict[str, Any] = json.loads((_DOCS / "grafana" / "rushes.json").read_text())
# | `rushes_…` | type | `label` `label` | each or all | meaning |
_ROW = re.compile(r"^\| `(rushes_\w+)` \| (\w+) \| ([^|]*)\| (each|all) \| .+ \|$", re.MULTILINE)
_NAME = re.compile(r"\b((?:rushes|process|python)_[a-z_]+)\b")
# What Prometheus adds by itself.
_ITS_OWN_LABELS = {"job", "instance", "le"}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in _DASHBOARD["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def samples_of(studio: Studio) -> dict[str, str]:
    """The metric of every name that a query may use."""
    found = {name: name for name in names_in(studio)}
    for name, (kind, _) in declared(studio).items():
        if kind == "histogram":
            del found[name]
            found |= {f"{name}_{suffix}": name for suffix in ("bucket", "sum", "count")}
    return found


def test_the_table_is_what_is_measured(studio: Studio) -> None:
    rows = _ROW.findall((_DOCS / "watching.md").read_text())
    documented = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in rows}
    assert len(documented) == len(rows), "a metric is described twice"
    assert documented == declared(studio)


def test_the_dashboard_shows_every_metric_and_no_other(studio: Studio) -> None:
    known = samples_of(studio)
    used = {name for query in queries() for name in _NAME.findall(query)}
    assert used - known.keys() == set()
    assert declared(studio).keys() - {known[name] for name in used} == set()


def test_the_alerts_name_metrics_that_there_are(studio: Studio) -> None:
    expressions = re.sub(r"(summary|description): .*", "", _ALERTS.read_text())
    used = {name for name in _NAME.findall(expressions) if name.startswith("rushes_")}
    assert used
    assert used - samples_of(studio).keys() == set()


def test_every_query_asks_by_labels_that_its_metrics_have(studio: Studio, subtests: pytest.Subtests) -> None:
    known, metrics = samples_of(studio), declared(studio)
    for query in queries():
        names = [known[name] for name in _NAME.findall(query) if known.get(name) in metrics]
        have = {label for name in names for label in metrics[name][1]}
        listed = re.findall(r"\b(?:by|on) \(([^)]*)\)", query)
        asked = {label.strip() for labels in listed for label in labels.split(",")}
        asked |= set(re.findall(r"(\w+)(?:=~|!=|=)\"", query))
        with subtests.test(query=query):
            assert asked - _ITS_OWN_LABELS - have == set()


def test_the_dashboard_can_be_imported_anywhere() -> None:
    ids = [panel["id"] for panel in _DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    assert len({panel["title"] for panel in panels()}) == len(panels())
    for panel in panels():
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])
    variables = {variable["name"]: variable["type"] for variable in _DASHBOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query"}
    taken: set[tuple[int, int]] = set()
    for panel in _DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_the_page_lists_the_alerts() -> None:
    page = (_DOCS / "watching.md").read_text()
    assert set(re.findall(r"`(Rushes\w+)`", page)) == set(re.findall(r"alert: (\w+)", _ALERTS.read_text()))


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    run = subprocess.run(
        ["promtool", "test", "rules", Path(__file__).with_name("alerts.yml")], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


async def test_prometheus_reads_it_all(
    signed_in: httpx2.AsyncClient, server: Serving, studio: Studio, until: Until
) -> None:
    with prometheus(server.url.removeprefix("http://"), rules=_ALERTS) as watcher:
        async with working(studio):
            video = await make(signed_in)

            async def is_done() -> bool:
                return (await seen(signed_in, video["id"]))["stage"] == "completed"

            await until(is_done, "the drawing", seconds=60)

            async def is_known() -> bool:
                completed = 'rushes_video_moves_total{stage="completed"}'
                return bool(await asyncio.to_thread(watcher.ask, completed))

            await until(is_known, "Prometheus to have read it", seconds=30)
            for query in queries():
                await asyncio.to_thread(_ask, watcher, query)
            [free] = await asyncio.to_thread(_ask, watcher, _query_of("Least free disk"))
            assert 0 < float(free["value"][1]) <= 1

            def are_evaluated() -> bool:
                rules = watcher.rules()
                return bool(rules) and all(rule["health"] != "unknown" for rule in rules)

            async def rules_are_evaluated() -> bool:
                return await asyncio.to_thread(are_evaluated)

            await until(rules_are_evaluated, "the rules to be evaluated", seconds=30)
            rules = await asyncio.to_thread(watcher.rules)
        assert {rule["health"] for rule in rules} == {"ok"}
        assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


def _query_of(title: str) -> str:
    (panel,) = [panel for panel in panels() if panel["title"] == title]
    query: str = panel["targets"][0]["expr"]
    return query


def _ask(watcher: Prometheus, query: str) -> list[dict[str, Any]]:
    """As Grafana fills in its variables."""
    return watcher.ask(query.replace("$__rate_interval", "1m").replace("$job", ".+"))
