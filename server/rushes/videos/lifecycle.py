"""The life of a video as one table of legal moves.

`stage` says where a video is; `status` is the word for it in the public contract. A finished video's stage is
its status. Whatever is not in `MOVES` cannot happen: `queries.move` only touches rows in a legal stage.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Stage = Literal[
    "waiting",
    "submitting",
    "generating",
    "downloading",
    "finishing",
    "unknown",
    "completed",
    "failed",
    "cancelled",
]
Status = Literal["queued", "in_progress", "completed", "failed", "cancelled"]

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

STATUS: Final[dict[Stage, Status]] = {
    "waiting": "queued",
    "submitting": "queued",
    "generating": "in_progress",
    "downloading": "in_progress",
    "finishing": "in_progress",
    "unknown": "in_progress",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
}

MOVES: Final[dict[Stage, frozenset[Stage]]] = {
    # Admitted to a remote provider or to the drawing lane; or given up before anything was spent.
    "waiting": frozenset({"submitting", "generating", "failed", "cancelled"}),
    # Accepted, already done, refused for now, refused for good, or nobody knows.
    "submitting": frozenset({"generating", "downloading", "waiting", "failed", "unknown", "cancelled"}),
    # A remote result is fetched; a drawn one is here already.
    "generating": frozenset({"downloading", "finishing", "failed", "cancelled"}),
    # Given up only while its provider is gone: what is made there is paid for.
    "downloading": frozenset({"finishing", "failed", "cancelled"}),
    # A file that does not play is fetched once more.
    "finishing": frozenset({"completed", "downloading", "failed"}),
    # The recovery inbox: found, asked again, or written off.
    "unknown": frozenset({"generating", "downloading", "waiting", "failed"}),
    "completed": frozenset(),
    # A retry.
    "failed": frozenset({"waiting"}),
    "cancelled": frozenset({"waiting"}),
}

FINISHED: Final[frozenset[Stage]] = frozenset({"completed", "failed", "cancelled"})
UNFINISHED: Final[tuple[Stage, ...]] = tuple(stage for stage in STAGES if stage not in FINISHED)

# From here a video goes back in line for a new attempt, which costs anew.
NEW_ATTEMPT: Final[frozenset[Stage]] = frozenset({"failed", "cancelled", "unknown"})

# What occupies one of a provider's places. A video nobody knows about holds none.
HOLDS_SLOT: Final[tuple[Stage, ...]] = ("submitting", "generating")


class IllegalMove(Exception):
    """A move that the table does not have: a fault in the program, never in the data."""


def is_legal(source: Stage, target: Stage) -> bool:
    return target in MOVES[source]


def check_move(sources: frozenset[Stage], target: Stage) -> None:
    """Raises `IllegalMove` unless every one of `sources` may move to `target`."""
    illegal = sorted(source for source in sources if not is_legal(source, target))
    if illegal or not sources:
        raise IllegalMove(f"{', '.join(illegal) or 'nothing'} → {target}")


def stages_of(status: str) -> tuple[Stage, ...]:
    """The stages that a public status stands for."""
    return tuple(stage for stage in STAGES if STATUS[stage] == status)
