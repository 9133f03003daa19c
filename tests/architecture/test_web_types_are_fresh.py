"""The web app's types are those of the server's OpenAPI document; `make types` brings them up to date."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rushes.http.answers import to_json
from rushes.http.openapi import build_document
from rushes.parts import ENDPOINTS

WEB = Path(__file__).parents[2] / "web"


def test_the_generated_types_are_those_of_the_present_document(tmp_path: Path) -> None:
    document, generated = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    document.write_bytes(to_json(build_document(ENDPOINTS)))
    command = [
        "node_modules/.bin/openapi-typescript",
        str(document),
        "--default-non-nullable=false",
        "--output",
        str(generated),
    ]
    subprocess.run(command, cwd=WEB, check=True, capture_output=True, timeout=60)
    if generated.read_text() != (WEB / "src/api/schema.d.ts").read_text():
        pytest.fail("web/src/api/schema.d.ts is not what the server documents: run `make types`")
