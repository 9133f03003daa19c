"""Every setting is described in docs/settings.md, with its true default, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices

from rushes.settings import ProviderSettings, Settings

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"

# A row of one of the tables: | `NAME` | meaning | default | example |
_ROW = re.compile(r"^\| `([A-Z0-9_<>]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str, str]]:
    rows = _ROW.findall(_PAGE.read_text(encoding="utf-8"))
    names = [row[0] for row in rows]
    assert len(names) == len(set(names)), "a setting is described twice"
    return {name: (meaning, default, example) for name, meaning, default, example in rows}


def existing() -> set[str]:
    names: set[str] = set()
    for name, info in Settings.model_fields.items():
        if name == "providers":
            names |= {f"PROVIDERS__<NAME>__{field.upper()}" for field in ProviderSettings.model_fields}
        elif isinstance(info.validation_alias, AliasChoices):
            names |= {str(choice).upper() for choice in info.validation_alias.choices}
        else:
            names.add(name.upper())
    return names


def test_the_page_names_exactly_what_there_is() -> None:
    assert set(documented()) == existing()


def test_the_defaults_on_the_page_are_the_real_ones() -> None:
    for name, info in Settings.model_fields.items():
        if name == "providers":
            continue
        _, default, _ = documented()[name.upper()]
        assert default == _shown(info.default), name
    for name, info in ProviderSettings.model_fields.items():
        _, default, _ = documented()[f"PROVIDERS__<NAME>__{name.upper()}"]
        assert default == _shown(info.default), name


def _shown(default: Any) -> str:
    if default is None or default in ([], {}):
        return "–"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("name", sorted(documented()))
def test_each_example_is_accepted_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, example = documented()[name]
    monkeypatch.setenv(name.replace("<NAME>", "GPU"), example.strip("`"))
    Settings(_env_file=None)  # type: ignore[call-arg]
