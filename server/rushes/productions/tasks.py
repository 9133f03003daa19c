"""The background steps of productions."""

from __future__ import annotations

from datetime import timedelta

from rushes.background import Task
from rushes.productions.going_on import go_on, look_around
from rushes.productions.making import make

TASKS = [
    Task("go_on", go_on),
    Task("make", make),
    Task("make_here", make, lane="render"),
    Task("look_around", look_around, every=timedelta(minutes=1), automatic=True),
]
