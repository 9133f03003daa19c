"""Texts in several scripts, and captions burned into a plain picture to be looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rushes.media.captions.ass import ass
from rushes.media.captions.burning import burning_filter, write_fonts
from rushes.media.captions.cues import Cue
from rushes.media.captions.layout import Layout
from rushes.media.ffmpeg import find_ffmpeg, read

Frame = NDArray[np.int16]
Burn = Callable[[Sequence[Cue], Layout, float], Awaitable[Frame]]

# Between black outlines and white letters, so that both are seen.
BACKGROUND = 0x60

TEXTS = {
    "en": "Every morning the keeper walks down to the water. In 1984 it cost $12, he says: nothing more.",
    "de": "Der Donaudampfschifffahrtsgesellschaftskapitän grüßt schön, dann fährt er ab.",
    "el": "Κάθε πρωί ο φύλακας κατεβαίνει στο νερό και κοιτάζει τη θάλασσα.",
    "ru": "Каждое утро смотритель спускается к воде и смотрит на море.",
    "zh": "每天早晨，守塔人都会走到海边。“灯还亮着吗？”他问道。1984年的冬天，世界很安静。",
    "ja": "毎朝、灯台守は海へと歩いていきます。コンピューターはまだありませんでした。",
    "ko": "매일 아침 등대지기는 물가로 내려갑니다. 램프는 아직도 돌아갑니다.",
    "ar": "كل صباح يمشي حارس المنارة إلى الماء، وفي عام 1984 كان ثمنها 12 دولارًا فقط.",
    "he": "בכל בוקר שומר המגדלור יורד אל המים, ובשנת 1984 זה עלה 12 דולר.",
    "hi": "हर सुबह रखवाला पानी तक जाता है। नमस्ते दुनिया, आप कैसे हैं?",
    "th": "สวัสดีครับ ทุกเช้าคนเฝ้าประภาคารเดินลงไปที่น้ำ",
}
SIZES = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (720, 720),
    "4:5": (720, 900),
    "21:9": (1680, 720),
}


@pytest.fixture
def burn(tmp_path: Path) -> Burn:
    """The picture at a second of a film, with its captions burned in by the bundled ffmpeg."""

    async def burned(cues: Sequence[Cue], layout: Layout, at: float) -> Frame:
        script, fonts = tmp_path / "it's, a [script].ass", tmp_path / "fonts"
        if not script.exists() or script.read_text(encoding="utf-8") != ass(cues, layout):
            script.write_text(ass(cues, layout), encoding="utf-8")
            write_fonts(cues, layout, into=fonts)
        grey = f"0x{BACKGROUND:02x}{BACKGROUND:02x}{BACKGROUND:02x}"
        source = f"color=c={grey}:s={layout.width}x{layout.height}:r=1000:d=0.1"
        chain = f"format=rgb24,setpts=PTS+{at:.3f}/TB,{burning_filter(script, fonts)}"
        pixels = await read(
            find_ffmpeg(),
            [
                "-f",
                "lavfi",
                "-i",
                source,
                "-vf",
                chain,
                *("-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo"),
                "-",
            ],
            timeout=60,
        )
        return np.frombuffer(pixels, np.uint8).reshape(layout.height, layout.width, 3).astype(np.int16)

    return burned


def ink(frame: Frame) -> NDArray[np.bool_]:
    """Where something was drawn."""
    return np.asarray(np.abs(frame - BACKGROUND).max(axis=2) > 12)


def coloured(frame: Frame, colour: str) -> NDArray[np.bool_]:
    """Where something was drawn in a colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return np.asarray(np.abs(frame - wanted).max(axis=2) < 40)
