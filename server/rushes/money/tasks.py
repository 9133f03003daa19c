"""The background steps of money."""

from __future__ import annotations

from datetime import timedelta

from rushes.background import Task
from rushes.money.once import settle_left

TASKS = [Task("settle_left", settle_left, every=timedelta(hours=1), automatic=True)]
