"""Verified tokens, remembered for a few seconds: reading the session from the database for every request
costs more than most requests do.

Ending a session forgets its tokens in this process at once; other processes read again within ten seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from rushes.actor import Actor

SECONDS = 10.0
_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a token stands for, and when it was issued and expires (Unix seconds)."""

    actor: Actor
    issued_at: float
    expires_at: float


class Remembered:
    """Tokens by their text, the oldest dropped when there are too many."""

    def __init__(self, *, at_most: int = _AT_MOST) -> None:
        self._at_most = at_most
        self._known: dict[str, tuple[float, Known]] = {}
        self._by_session: dict[str, set[str]] = {}
        self._by_user: dict[str, set[str]] = {}
        # Grows with everything that is forgotten. What was read before that may be out of date.
        self.edition = 0

    def find(self, token: str, *, now: float) -> Known | None:
        """What is known of the token, unless it was too long ago."""
        found = self._known.get(token)
        if found is None:
            return None
        until, known = found
        if now < until:
            return known
        self._drop(token)
        return None

    def keep(self, token: str, known: Known, *, now: float, edition: int) -> None:
        """Remembers, unless something was forgotten since `edition`: a session that ended while it was
        being read would otherwise live on here."""
        if edition != self.edition:
            return
        self._drop(token)
        while len(self._known) >= self._at_most:
            self._drop(next(iter(self._known)))
        self._known[token] = (min(now + SECONDS, known.expires_at), known)
        self._by_user.setdefault(known.actor.user_id, set()).add(token)
        if known.actor.session_id is not None:
            self._by_session.setdefault(known.actor.session_id, set()).add(token)

    def forget_session(self, session_id: str) -> None:
        """The session has ended."""
        self.edition += 1
        for token in list(self._by_session.get(session_id, ())):
            self._drop(token)

    def forget_user(self, user_id: str) -> None:
        """The user has changed: name, role or whether the password must be changed."""
        self.edition += 1
        for token in list(self._by_user.get(user_id, ())):
            self._drop(token)

    def _drop(self, token: str) -> None:
        found = self._known.pop(token, None)
        if found is None:
            return
        actor = found[1].actor
        _discard(self._by_user, actor.user_id, token)
        if actor.session_id is not None:
            _discard(self._by_session, actor.session_id, token)


def _discard(index: dict[str, set[str]], key: str, token: str) -> None:
    tokens = index.get(key)
    if tokens is not None:
        tokens.discard(token)
        if not tokens:
            del index[key]
