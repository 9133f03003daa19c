"""Assembles a film from scenes: clips, narration, music and captions become one file.

order = CutOrder(
    scenes=(CutScene(Path("one.mp4"), 5.0, narration=Path("one.mp3")), CutScene(Path("two.png"), 3.0)),
    width=1280, height=720, fps=Fraction(24), transition="dissolve",
)
made = await cut(order, Path("film.mp4"), ffmpeg=find_ffmpeg(), scratch=Path("/tmp"))
"""

from rushes.media.cut.cutting import cut
from rushes.media.cut.order import (
    AI_GENERATED,
    DIGITAL_SOURCE_TYPE,
    ClipAudio,
    CutFailed,
    CutMade,
    CutOrder,
    CutScene,
    Fit,
    Music,
    Transition,
    frame_size,
)

__all__ = [
    "AI_GENERATED",
    "DIGITAL_SOURCE_TYPE",
    "ClipAudio",
    "CutFailed",
    "CutMade",
    "CutOrder",
    "CutScene",
    "Fit",
    "Music",
    "Transition",
    "cut",
    "frame_size",
]
