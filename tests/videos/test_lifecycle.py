"""The table of legal moves: what is in it happens, what is not cannot."""

from __future__ import annotations

from itertools import product

import pytest

from rushes.videos.lifecycle import (
    FINISHED,
    HOLDS_SLOT,
    MOVES,
    STAGES,
    STATUS,
    UNFINISHED,
    IllegalMove,
    Stage,
    check_move,
    is_legal,
    stages_of,
)

LEGAL = {
    ("waiting", "submitting"),
    ("waiting", "generating"),
    ("waiting", "failed"),
    ("waiting", "cancelled"),
    ("submitting", "generating"),
    ("submitting", "downloading"),
    ("submitting", "waiting"),
    ("submitting", "failed"),
    ("submitting", "unknown"),
    ("submitting", "cancelled"),
    ("generating", "downloading"),
    ("generating", "finishing"),
    ("generating", "failed"),
    ("generating", "cancelled"),
    ("downloading", "finishing"),
    ("downloading", "failed"),
    ("downloading", "cancelled"),
    ("finishing", "completed"),
    ("finishing", "downloading"),
    ("finishing", "failed"),
    ("unknown", "generating"),
    ("unknown", "downloading"),
    ("unknown", "waiting"),
    ("unknown", "failed"),
    ("failed", "waiting"),
    ("cancelled", "waiting"),
}


@pytest.mark.parametrize(("source", "target"), list(product(STAGES, STAGES)))
def test_every_move_is_either_legal_or_refused(source: Stage, target: Stage) -> None:
    legal = (source, target) in LEGAL
    assert is_legal(source, target) is legal
    if legal:
        check_move(frozenset({source}), target)
    else:
        with pytest.raises(IllegalMove, match="→"):
            check_move(frozenset({source}), target)


def test_one_illegal_source_spoils_a_set_of_sources() -> None:
    with pytest.raises(IllegalMove, match="completed → failed"):
        check_move(frozenset({"generating", "completed"}), "failed")
    with pytest.raises(IllegalMove, match="nothing"):
        check_move(frozenset(), "failed")


def test_what_is_completed_stays_so() -> None:
    assert MOVES["completed"] == frozenset()


def test_every_unfinished_stage_can_come_to_an_end() -> None:
    def reaches_an_end(stage: Stage, seen: frozenset[Stage] = frozenset()) -> bool:
        return stage in FINISHED or any(
            reaches_an_end(after, seen | {stage}) for after in MOVES[stage] if after not in seen
        )

    assert all(reaches_an_end(stage) for stage in UNFINISHED)


def test_statuses_are_the_public_words() -> None:
    assert set(STATUS) == set(STAGES)
    assert stages_of("queued") == ("waiting", "submitting")
    assert stages_of("in_progress") == ("generating", "downloading", "finishing", "unknown")
    assert stages_of("nonsense") == ()


def test_what_nobody_knows_about_holds_no_slot() -> None:
    assert "unknown" not in HOLDS_SLOT
