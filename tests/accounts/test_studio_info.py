"""What everybody may know about the studio."""

from __future__ import annotations

import httpx2
from tests.conftest import MakeMember

from rushes import __version__
from rushes.settings import Settings
from rushes.studio import Studio


async def test_it_tells_how_to_get_in(visitor: httpx2.AsyncClient, studio: Studio) -> None:
    answer = await visitor.get("/api/studio")
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "Rushes",
        "version": __version__,
        "demo": False,
        "registration": "invite",
        "password_min_length": 8,
        "default_video_model": "animatic/animatic",
        "first_run": False,
        "signed_in": False,
    }


async def test_it_tells_whether_one_is_signed_in(visitor: httpx2.AsyncClient, member: MakeMember) -> None:
    ada = await member("ada")
    assert (await ada.get("/api/studio")).json()["signed_in"] is True
    visitor.cookies.set("session", "forged")
    assert (await visitor.get("/api/studio")).json()["signed_in"] is False


def test_a_demonstration_is_easy_unless_told_otherwise() -> None:
    easy = Settings(_env_file=None, demo=True)  # type: ignore[call-arg]
    assert (easy.registration, easy.password_min_length) == ("open", 6)
    strict = Settings(_env_file=None, demo=True, registration="closed", password_min_length=12)  # type: ignore[call-arg]
    assert (strict.registration, strict.password_min_length) == ("closed", 12)
