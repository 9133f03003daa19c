"""Reads `/metrics` as Prometheus does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import httpx2
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from rushes.studio import Studio


class Scraped:
    """What one scrape held."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {
            family.name: family for family in text_string_to_metric_families(text)
        }
        self.samples: list[Sample] = [
            sample for family in self.families.values() for sample in family.samples
        ]

    def all(self, name: str, **labels: str) -> list[Sample]:
        """The samples of that name which have these labels."""
        return [
            sample
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def value(self, name: str, **labels: str) -> float:
        """The sum of those; 0 if there is none."""
        return sum(sample.value for sample in self.all(name, **labels))


async def scrape(client: httpx2.AsyncClient, studio: Studio | None = None, **headers: str) -> Scraped:
    """What `client` may read; with `studio` found out anew, however lately somebody else has asked."""
    if studio is not None:
        studio.watch.forget()
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return Scraped(answer.text)


def names_in(studio: Studio) -> set[str]:
    """Every family's name as it is exposed: a counter's ends in `_total`."""
    return {_exposed(family) for family in studio.metrics.registry.collect()}


def _exposed(family: Metric) -> str:
    suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
    return f"{family.name}{suffix}"


def ours(names: Iterable[str]) -> set[str]:
    return {name for name in names if name.startswith("rushes_")}


def declared(studio: Studio) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Type and labels of every metric of ours, whether or not it has been measured yet."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for collector in studio.metrics.registry._collector_to_names:
        # The client's own about the process have no such thing.
        describe: Callable[[], Iterable[Any]] = getattr(collector, "describe", list)
        for family in describe():
            labels = getattr(collector, "_labelnames", None)
            found[_exposed(family)] = (
                family.type,
                tuple(labels if labels is not None else family._labelnames),
            )
    return {name: found[name] for name in sorted(ours(found))}
