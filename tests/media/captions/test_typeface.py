"""Which font has which character."""

from __future__ import annotations

import shutil
from pathlib import Path

import manimgx_fonts
import pytest
from tests.media.captions.conftest import TEXTS

from rushes.media.captions import fontfiles
from rushes.media.captions.burning import write_fonts
from rushes.media.captions.cues import cues
from rushes.media.captions.layout import Layout
from rushes.media.captions.styles import STYLES
from rushes.media.captions.timing import timed
from rushes.media.captions.typeface import FontMissing, Typeface, language_of, uncovered

SANS = Typeface("sans", 500)


@pytest.fixture
def forgetting() -> object:
    """What was found is asked for anew, before and after."""
    from rushes.media.captions import typeface

    caches = [fontfiles._packaged, fontfiles._of_system, fontfiles._faces_in]
    caches += [typeface._face_of, typeface._length]
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("style", STYLES)
def test_every_script_is_covered(language: str, style: str) -> None:
    assert uncovered(TEXTS[language], STYLES[style], language=language) == []


def test_signs_and_pictures_are_covered() -> None:
    assert uncovered("€ ½ → ★ ♥ ✓ … “” – ™ 🎬 👨\u200d👩\u200d👧 \u200f", STYLES["classic"]) == []


def test_what_no_font_has_is_named_by_script() -> None:
    (lack,) = uncovered("In ᏣᎳᎩ it is", STYLES["classic"])
    assert (lack.script, lack.characters) == ("Cherokee", "ᏣᎳᎩ")
    assert "fonts-noto" in lack.remedy


def test_without_the_extra_chinese_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, forgetting: object, tmp_path: Path
) -> None:
    whole = fontfiles.importlib.util.find_spec  # type: ignore[attr-defined]
    monkeypatch.setattr(
        fontfiles.importlib.util,  # type: ignore[attr-defined]
        "find_spec",
        lambda name: None if name == "manimgx_fonts_cjk" else whole(name),
    )
    monkeypatch.setattr(fontfiles, "_SYSTEM", ())
    layout = Layout(STYLES["classic"], 1280, 720)
    (lack,) = uncovered("Hello 世界", layout.style)
    assert (lack.script, lack.characters) == ("Chinese", "世界")
    assert "rushes[cjk]" in lack.remedy
    with pytest.raises(FontMissing, match=r"Chinese characters '世界'.*rushes\[cjk\]"):
        write_fonts(cues(timed("Hello 世界", 1.0), layout=layout), layout, tmp_path)
    assert not list(tmp_path.iterdir())


def test_fonts_of_ones_own_come_first(tmp_path: Path) -> None:
    source = Path(manimgx_fonts.__file__).with_name("NotoSansHebrew[wght].ttf")
    shutil.copy(source, tmp_path / "Mine.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "notes.txt").write_text("mine")
    mine = Typeface("sans", 500, folders=(tmp_path,))
    assert [(face.path.name, run) for face, run in mine.runs("שלום abc")] == [
        ("Mine.ttf", "שלום "),
        ("NotoSans[wght].ttf", "abc"),
    ]


def test_punctuation_and_digits_are_set_like_what_is_beside_them() -> None:
    assert [run for _, run in SANS.runs("“你好” (1984)")] == ["“你好” (1984)"]
    assert [run for _, run in SANS.runs("Say “你好” twice")] == ["Say ", "“你好” ", "twice"]


@pytest.mark.parametrize(
    ("language", "index"),
    [("ja", 0), ("ko-KR", 1), ("zh", 2), (None, 2), ("zh-TW", 3), ("zh-Hant", 3), ("zh-HK", 4)],
)
def test_han_signs_have_the_form_of_the_language(language: str | None, index: int) -> None:
    face = Typeface("sans", 500, language).face_of("骨")
    assert face and face.index == index


def test_the_language_is_told_by_its_own_letters() -> None:
    assert [language_of(TEXTS[name]) for name in ("ja", "ko", "zh", "en")] == ["ja", "ko", None, None]


def test_heavier_is_wider_and_arabic_is_joined() -> None:
    assert Typeface("sans", 700).length("lighthouse") > Typeface("sans", 400).length("lighthouse")
    assert SANS.length("ببب") < 3 * SANS.length("ب")
