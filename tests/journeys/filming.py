"""What journeys through productions share: a film begun by the API, and waiting for what becomes of it."""

from __future__ import annotations

from typing import Any

from tests.journeys.studio import Person, wait_for

SCENES = (
    {"narration": "The sea is calm.", "frame_prompt": "a calm sea at dawn", "seconds": 2},
    {"narration": "A ship goes by.", "frame_prompt": "a ship at noon", "seconds": 3},
    {"narration": "The night comes.", "frame_prompt": "a harbour at night", "seconds": 2},
)


def begin(person: Person, **wanted: Any) -> dict[str, Any]:
    """A film that nothing is made of yet; of three short scenes unless told otherwise."""
    return person.ask(
        "POST", "/api/productions", wanted or {"script": {"title": "The harbour", "scenes": [*SCENES]}}
    )


def look(person: Person, film: dict[str, Any]) -> dict[str, Any]:
    return person.ask("GET", f"/api/productions/{film['id']}")


async def made(person: Person, *, through: str = "clips", **wanted: Any) -> dict[str, Any]:
    """A film, once it is made up to a stage."""
    film = begin(person, **wanted)
    person.ask("POST", f"/api/productions/{film['id']}/run", {"through": through})

    def over() -> bool:
        return bool(look(person, film)["status"] != "running")

    await wait_for(over, "the run to end", 120)
    done = look(person, film)
    assert done["status"] in ("paused", "completed"), done["error"]
    return done


async def took(person: Person, film: dict[str, Any], number: int) -> dict[str, Any]:
    """The film with one take more of a scene."""
    before = len(look(person, film)["scenes"][number - 1]["takes"])
    person.ask("POST", f"/api/productions/{film['id']}/scenes/{number}/takes", {})

    def there() -> bool:
        takes = look(person, film)["scenes"][number - 1]["takes"]
        return len(takes) > before and all(take["status"] == "completed" for take in takes)

    await wait_for(there, "another take", 60)
    return look(person, film)
