"""What the tests of bundles share: taking one out, changing what it says, and bringing it in elsewhere."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
from sqlalchemy import func, select

from rushes.studio import Studio
from rushes.tables import assets, ledger, loose_files, production_steps, productions, scenes, takes, videos

# Quick to make: two seconds of film, a second of which is narrated.
SCRIPT = {
    "title": "Hills",
    "scenes": [
        {
            "narration": "A hill.",
            "frame_prompt": "a hill at noon",
            "motion_prompt": "Pan left.",
            "seconds": 1,
        },
        {"narration": "", "frame_prompt": "a boat at night", "seconds": 1},
    ],
}

# Of which no two productions, or two looks at one, have the same.
_OWN = {"id", "space_id", "user_id", "seq", "created_at", "updated_at", "preview"}
_IDS = {"video_id", "asset_id", "music_asset_id", "reference_asset_id"}
_URLS = {"url", "thumbnail_url"}


async def taken_out(client: httpx2.AsyncClient, production_id: str) -> bytes:
    answer = await client.get(f"/api/productions/{production_id}/export?format=bundle")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert len(answer.content) == int(answer.headers["content-length"])
    return answer.content


async def brought(client: httpx2.AsyncClient, bundle: bytes) -> httpx2.Response:
    file = ("film.rushes.zip", bundle, "application/zip")
    return await client.post("/api/productions/import", files={"file": file}, timeout=120)


async def imported(client: httpx2.AsyncClient, bundle: bytes) -> dict[str, Any]:
    answer = await brought(client, bundle)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def unpacked(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], *, is_small: bool = False) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED if is_small else zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return into.getvalue()


def said(bundle: bytes) -> dict[str, Any]:
    """The manifest's content."""
    content: dict[str, Any] = orjson.loads(unpacked(bundle)["manifest.json"])["content"]
    return content


def rewritten(
    bundle: bytes,
    change: Callable[[dict[str, Any]], object] = lambda content: None,
    files: dict[str, bytes | None] | None = None,
) -> bytes:
    """The bundle with another content, and other `files` (None: without it), with hashes that are right: as
    somebody would write it who knows how."""
    entries = unpacked(bundle)
    manifest = orjson.loads(entries.pop("manifest.json"))
    change(manifest["content"])
    for name, body in (files or {}).items():
        if body is None:
            del entries[name]
        else:
            entries[name] = body
    manifest["files"] = [
        {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in entries.items()
    ]
    return packed({"manifest.json": orjson.dumps(manifest), **entries})


def alike(shown: Any) -> Any:
    """A production as it is shown, without ids, addresses and times: whether there is one stays."""
    if isinstance(shown, list):
        return [alike(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    return {
        name: (value is not None) if name in _IDS | _URLS else alike(value)
        for name, value in shown.items()
        if name not in _OWN
    }


async def counted(studio: Studio) -> dict[str, int]:
    """How many rows and files there are, of all that an import could leave."""
    tables = (productions, scenes, production_steps, takes, videos, assets, ledger, loose_files)
    async with studio.reading() as session:
        rows = {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }
    folder = studio.settings.videos_dir
    return {**rows, "files": sum(1 for path in folder.rglob("*") if path.is_file())}
