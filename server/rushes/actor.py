"""Who is asking: passed to every service right after `work`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["admin", "member"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, as far as services need to know them. `space_id` is the personal space."""

    user_id: str
    username: str
    role: Role
    space_id: str
    session_id: str | None = None
    must_change_password: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"
