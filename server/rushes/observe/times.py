"""A histogram for hot paths: one list of counts by labels, found once and then added to.

    lag = Times("rushes_poll_lag_seconds", "How late…", ("provider",), bounds=SECONDS, registry=registry)
    lag.of("gpu").add(0.2)

prometheus_client's own takes a lock for every bucket and looks its labels up slowly: five times as long. This
one is for the event loop's thread alone; reading it from another is safe.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Spread:
    """What was measured under one choice of labels."""

    __slots__ = ("_bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        # One for each bound, and one for what is beyond the last.
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Counts one measurement, in the metric's unit."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value


class Times(Collector):
    """Measurements by labels, as a Prometheus histogram."""

    def __init__(
        self,
        name: str,
        help_text: str,
        labels: Sequence[str] = (),
        *,
        bounds: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._name = name
        self._help = help_text
        self._labels = tuple(labels)
        self._bounds = tuple(bounds)
        self._spreads: dict[tuple[str, ...], Spread] = {}
        registry.register(self)

    def of(self, *values: str) -> Spread:
        """Where measurements with these labels go. Whoever measures often may keep it."""
        spread = self._spreads.get(values)
        if spread is None:
            if len(values) != len(self._labels):
                raise ValueError(f"{self._name} has the labels {self._labels}")
            spread = self._spreads[values] = Spread(self._bounds)
        return spread

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The name alone: see `Collector`."""
        return [self._family()]

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """See `Collector`."""
        family = self._family()
        for values, spread in list(self._spreads.items()):
            reached, total = 0, spread.sum
            buckets = []
            bounds = (*map(floatToGoString, self._bounds), "+Inf")
            for bound, count in zip(bounds, list(spread.counts), strict=True):
                reached += count
                buckets.append((bound, reached))
            family.add_metric(values, buckets, sum_value=total)
        yield family

    def _family(self) -> HistogramMetricFamily:
        return HistogramMetricFamily(self._name, self._help, labels=self._labels)
