"""Texts in the pieces that are timed and highlighted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.media.captions.units import clusters, units


def shown(text: str) -> str:
    return "|".join(("" if unit.joined else " ") + unit.text for unit in units(text)).strip()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One lamp.  Two\nkeepers!", "One| lamp.| Two| keepers!"),
        ("nothing more — or less", "nothing| more —| or| less"),
        ("— Hello", "— Hello"),
        ("I ♥ it 🎬", "I| ♥| it| 🎬"),
        ("“灯还亮着吗？”他问道。", "“灯|还|亮|着|吗？”|他|问|道。"),
        ("用Python3.14编程，don't。", "用|Python3.14|编|程，|don't。"),
        ("毎朝、灯台守は歩いていきます。", "毎朝、|灯台守は|歩いていきます。"),
        ("コンピューターはまだ", "コンピューターは|まだ"),
        ("สวัสดีครับ ประเทศไทย", "สวัส|ดี|ครับ| ประ|เทศ|ไทย"),
        ("น้ำ", "น้ำ"),
        ("매일 아침 등대지기는", "매일| 아침| 등대지기는"),
        ("كل صباح، يمشي!", "كل| صباح،| يمشي!"),
        ("", ""),
        ("… — !", ""),
    ],
)
def test_scripts_are_cut_where_they_may_be(text: str, pieces: str) -> None:
    assert shown(text) == pieces


@given(st.text(max_size=60))
def test_nothing_is_lost_but_what_cannot_be_said(text: str) -> None:
    found = units(text)
    kept = "".join(unit.text for unit in found).replace(" ", "")
    printable = "".join(sign for sign in text if not sign.isspace())
    if found and printable.isprintable():
        assert kept == printable
    assert all(unit.text == unit.text.strip() for unit in found)


def test_a_sign_keeps_its_marks() -> None:
    assert clusters("e\u0301a👨\u200d👩\u200d👧🇩🇪🇫🇷क्षि") == [
        *("e\u0301", "a", "👨\u200d👩\u200d👧", "🇩🇪", "🇫🇷"),
        *("क्", "षि"),
    ]
