"""Small real files, made once by the ffmpeg that the product uses."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.media.ffmpeg import find_ffmpeg

Clip = Callable[[str], Path]

X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
SINE = "-f lavfi -i sine=d="

RECIPES = {
    "landscape.mp4": f"-f lavfi -i testsrc2=s=320x180:r=24:d=2 {SINE}2 {X264} -c:a aac -movflags +faststart",
    "moov-last.mp4": f"-f lavfi -i testsrc2=s=320x180:r=24:d=2 {X264}",
    "fragmented.mp4": f"-f lavfi -i testsrc2=s=320x180:r=24:d=2 {X264} -g 12 "
    "-movflags frag_keyframe+empty_moov",
    "portrait.mp4": f"-f lavfi -i testsrc2=s=180x320:r=24:d=1 {X264}",
    "odd.mp4": f"-f lavfi -i testsrc2=s=322x182:r=25:d=1.37 {X264}",
    "one-frame.mp4": f"-f lavfi -i testsrc2=s=320x180:r=24 -frames:v 1 {X264}",
    "minute.mp4": f"-f lavfi -i testsrc2=s=160x90:r=10:d=60 {X264} -g 250",
    "varied-rate.mp4": "-f lavfi -i testsrc2=s=320x180:r=30:d=3 -vf select='lt(n,30)+not(mod(n,10))' "
    f"-fps_mode vfr {X264}",
    "two-colours.mp4": "-f lavfi -i color=red:s=320x180:r=24:d=1 -f lavfi -i color=blue:s=320x180:r=24:d=1 "
    f"-filter_complex [0][1]concat {X264}",
    "black-first.mp4": "-f lavfi -i color=black:s=320x180:r=24:d=1.5 "
    f"-f lavfi -i testsrc2=s=320x180:r=24:d=1.5 -filter_complex [0][1]concat {X264}",
    "all-black.mp4": f"-f lavfi -i color=black:s=320x180:r=24:d=1 {X264}",
    "noise.mp4": f"-f lavfi -i nullsrc=s=240x136:r=24:d=25 -vf geq=random(1)*255:128:128,fps=4 {X264} -crf 1",
    "long-sound.mp4": f"-f lavfi -i color=red:s=320x180:r=24:d=1 {SINE}3 {X264} -c:a aac",
    "film.webm": "-f lavfi -i testsrc2=s=320x180:r=24:d=2 -c:v libvpx-vp9 -cpu-used 8 -deadline realtime",
    "sound.mp3": f"{SINE}1 -c:a libmp3lame",
    "sound.m4a": f"{SINE}1 -c:a aac",
    "wide-pixels.mp4": f"-f lavfi -i testsrc2=s=160x180:r=24:d=1 -vf setsar=2 {X264}",
    "still.png": "-f lavfi -i testsrc2=s=320x180 -frames:v 1",
}


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    return find_ffmpeg()


@pytest.fixture(scope="session")
def clip(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """The clip of that name, made at first use. Tests only read them."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str) -> Path:
        path = folder / name
        if not path.exists():
            command = [ffmpeg, "-loglevel", "error", "-y", *RECIPES[name].split(), str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path

    return make


@pytest.fixture(scope="session")
def rotated(ffmpeg: str, clip: Clip) -> Path:
    """Landscape pixels that a display matrix stands upright, as phones record them."""
    path = clip("moov-last.mp4").with_name("rotated.mp4")
    source = ["-display_rotation", "90", "-i", str(clip("moov-last.mp4"))]
    subprocess.run([ffmpeg, "-loglevel", "error", "-y", *source, "-c", "copy", str(path)], check=True)
    return path
