"""Looks as data."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from rushes.media.captions.styles import STYLES, CaptionStyle


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_json(name: str) -> None:
    assert CaptionStyle.model_validate_json(STYLES[name].model_dump_json()) == STYLES[name]


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "yellow"},
        {"colour": "#fff"},
        {"sise": 0.05},
        {"size": 0.9},
        {"weight": 50},
        {"lines": 3},
        {"outline": {"width": 2}},
        {"outline": {"colour": "#000000", "blur": 1}},
        {"label": ""},
    ],
)
def test_what_is_wrong_in_one_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CaptionStyle.model_validate({"label": "Mine"} | wrong)
