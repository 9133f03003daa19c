"""Verified tokens are remembered briefly and forgotten at once when their session ends."""

from __future__ import annotations

from rushes.actor import Actor
from rushes.remembered import Known, Remembered


def _known(user: str, session: str, *, expires_at: float = 1000.0) -> Known:
    return Known(Actor(user, user, "member", "space", session), 0.0, expires_at)


def test_for_ten_seconds() -> None:
    remembered = Remembered()
    ada = _known("ada", "s1")
    remembered.keep("t", ada, now=100, edition=remembered.edition)
    assert remembered.find("t", now=109.9) is ada
    assert remembered.find("t", now=110) is None
    assert remembered.find("t", now=100) is None


def test_not_beyond_the_token_s_own_life() -> None:
    remembered = Remembered()
    remembered.keep("t", _known("ada", "s1", expires_at=103), now=100, edition=remembered.edition)
    assert remembered.find("t", now=102) is not None
    assert remembered.find("t", now=103) is None


def test_forgotten_with_the_session_or_the_user() -> None:
    remembered = Remembered()
    for token, user, session in (
        ("a1", "ada", "s1"),
        ("a2", "ada", "s1"),
        ("a3", "ada", "s2"),
        ("b", "bob", "s3"),
    ):
        remembered.keep(token, _known(user, session), now=0, edition=remembered.edition)
    remembered.forget_session("s1")
    assert [remembered.find(token, now=1) is not None for token in ("a1", "a2", "a3", "b")] == [0, 0, 1, 1]
    remembered.forget_user("ada")
    assert [remembered.find(token, now=1) is not None for token in ("a3", "b")] == [0, 1]


def test_what_was_read_before_something_ended_is_not_kept() -> None:
    remembered = Remembered()
    edition = remembered.edition
    remembered.forget_session("s1")
    remembered.keep("t", _known("ada", "s1"), now=0, edition=edition)
    assert remembered.find("t", now=1) is None


def test_the_oldest_make_room() -> None:
    remembered = Remembered(at_most=3)
    for i in range(5):
        remembered.keep(f"t{i}", _known("ada", f"s{i}"), now=0, edition=remembered.edition)
    assert [remembered.find(f"t{i}", now=1) is not None for i in range(5)] == [False, False, True, True, True]
    remembered.forget_user("ada")
    assert all(remembered.find(f"t{i}", now=1) is None for i in range(5))
