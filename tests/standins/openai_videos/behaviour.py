"""How the stand-in behaves when nothing is wrong: its speed and which server's habits it has."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Behaviour:
    """Everything can be set while it runs, by `/_control` or by attribute.

    `duration`: seconds from create to completed, the first tenth queued. `latency`: seconds before an answer.
    `opaque_ids`: base64 ids as LiteLLM's. `has_list`, `has_models`, `takes_multipart`, `takes_json`: what it
    speaks at all. `ignores_after`: every page of the list is the first. `page_cap`: most entries of a page.
    `lists_other_ids`: the list names jobs differently. `progress`: int, float, null, absent or over (past
    100). `created_at`: int, float or iso. `echoes_prompt`: off for servers that keep no prompt. `remixes`:
    knows `/remix`. `plain_404`: its proxy answers 404 to everything, as if nothing were there.
    """

    duration: float = 1.0
    latency: float = 0.0
    key: str | None = None
    models: list[str] = field(default_factory=lambda: ["wan-2.2", "sora-2"])
    opaque_ids: bool = False
    has_list: bool = True
    has_models: bool = True
    takes_multipart: bool = True
    takes_json: bool = True
    ignores_after: bool = False
    page_cap: int = 100
    lists_other_ids: bool = False
    progress: str = "int"
    created_at: str = "int"
    echoes_prompt: bool = True
    remixes: bool = True
    plain_404: bool = False

    def set(self, **changes: Any) -> None:
        """Raises ValueError for a name that is none of its fields."""
        known = {each.name for each in fields(self)}
        if unknown := changes.keys() - known:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, name, value)
