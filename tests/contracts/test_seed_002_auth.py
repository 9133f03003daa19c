"""Signing in exactly as seed 002 documents it, and as seed 000's curl commands do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from rushes.accounts.first_run import first_run
from rushes.serving import Serving
from rushes.studio import Studio


async def _curl(*arguments: str) -> tuple[int, str]:
    """Status and body of what the real curl gets."""
    running = await asyncio.create_subprocess_exec(
        "curl",
        "--silent",
        "--show-error",
        "--max-time",
        "30",
        "--write-out",
        "\n%{http_code}",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    body, _, status = out.decode().rpartition("\n")
    return int(status), body


async def _post(url: str, body: dict[str, Any], *more: str) -> tuple[int, dict[str, Any]]:
    status, text = await _curl(
        "-X", "POST", url, "-H", "Content-Type: application/json", "-d", json.dumps(body), *more
    )
    return status, json.loads(text)


@pytest.fixture
async def demo(studio: Studio, server: Serving) -> str:
    """A demonstration's address."""
    studio.settings.demo = True
    studio.settings.registration = "open"
    studio.settings.password_min_length = 6
    await first_run(studio)
    return server.url


async def test_login_with_the_users_file_of_the_document(studio: Studio, server: Serving) -> None:
    hashed = bcrypt.hashpw(b"admin", bcrypt.gensalt(10)).decode()
    people = [
        {"id": "user_1", "username": "admin", "password": hashed},
        {"id": "user_2", "username": "alice", "password": hashed},
    ]
    studio.settings.effective_users_file.write_text(json.dumps(people))
    await first_run(studio)

    status, answer = await _post(f"{server.url}/api/auth/login", {"username": "admin", "password": "admin"})
    assert status == 200
    assert answer["token"].startswith("eyJhbGciOiJIUzI1NiIs")
    assert (answer["user"]["id"], answer["user"]["username"]) == ("user_1", "admin")

    status, text = await _curl(f"{server.url}/api/auth/me", "-H", f"Authorization: Bearer {answer['token']}")
    assert status == 200
    assert json.loads(text)["user"]["id"] == "user_1"


async def test_login_by_action_keeps_a_cookie(demo: str, tmp_path: Path) -> None:
    jar = str(tmp_path / "cookies.txt")
    status, answer = await _post(
        f"{demo}/api/auth", {"action": "login", "username": "demo", "password": "demo123"}, "-c", jar
    )
    assert status == 200
    assert answer["user"]["username"] == "demo"
    status, text = await _curl(f"{demo}/api/auth/me", "-b", jar)
    assert (status, json.loads(text)["user"]["username"]) == (200, "demo")

    status, text = await _curl("-X", "POST", f"{demo}/api/logout", "-b", jar, "-c", jar)
    assert (status, json.loads(text)) == (200, {"success": True})
    status, _ = await _curl(f"{demo}/api/auth/me", "-b", jar)
    assert status == 401


async def test_register_by_action(demo: str) -> None:
    status, answer = await _post(
        f"{demo}/api/auth", {"action": "register", "username": "newuser", "password": "pass123"}
    )
    assert status == 201
    assert answer["user"]["username"] == "newuser"
