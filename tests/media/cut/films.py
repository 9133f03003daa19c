"""Makes small clips, and looks at and listens to what was cut from them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from rushes.media.cut import CutMade, CutOrder, CutScene, cut

X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
RED, GREEN, BLUE, BLACK, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255)
RATE = 48_000


@dataclass
class Room:
    """Where a test makes its clips and its film."""

    folder: Path
    ffmpeg: str

    def make(self, name: str, recipe: str) -> Path:
        """The file that ffmpeg makes by `recipe`, its arguments."""
        path = self.folder / "clips" / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            command = [self.ffmpeg, "-loglevel", "error", "-y", *recipe.split(), str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path

    def colour(self, name: str, seconds: float = 1.0, *, size: str = "320x180", rate: str = "24") -> Path:
        """A clip of one colour, without sound."""
        source = f"-f lavfi -i color={name}:s={size}:r={rate}:d={seconds}"
        return self.make(f"{name}-{seconds}-{size}-{rate.replace('/', '_')}.mp4", f"{source} {X264}")

    def sounding(self, seconds: float = 2.0, *, hertz: int = 440, level: float = -10) -> Path:
        """A clip with a tone of `level` dB."""
        tone = f"aevalsrc={10 ** (level / 20):.5f}*sin({hertz}*2*PI*t):d={seconds}:s={RATE}"
        source = f"-f lavfi -i color=gray:s=320x180:r=24:d={seconds} -f lavfi -i {tone}"
        return self.make(f"tone-{seconds}-{hertz}-{level}.mp4", f"{source} {X264} -c:a aac")

    def tone(self, seconds: float, *, hertz: int = 1000, level: float = -20, name: str = "tone.wav") -> Path:
        tone = f"aevalsrc={10 ** (level / 20):.5f}*sin({hertz}*2*PI*t):d={seconds}:s={RATE}"
        return self.make(f"{seconds}-{hertz}-{level}-{name}", f"-f lavfi -i {tone}")

    def counting(self, frames: int, rate: str = "24") -> Path:
        """A clip whose n-th frame has the grey of 20 + 2n."""
        chain = f"nullsrc=s=64x64:r={rate},geq=20+2*N:128:128,setparams=range=tv"
        recipe = f"-f lavfi -i {chain} -frames:v {frames} {X264} -qp 1"
        return self.make(f"counting-{frames}-{rate.replace('/', '_')}.mp4", recipe)

    @property
    def film(self) -> Path:
        return self.folder / "film.mp4"

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"

    async def cut(self, *scenes: CutScene, preview: bool = False, **order: Any) -> CutMade:
        return await self.cut_order(order_of(*scenes, **order), preview=preview)

    async def cut_order(
        self, order: CutOrder, *, on_progress: Callable[[float], None] | None = None, preview: bool = False
    ) -> CutMade:
        return await cut(
            order,
            self.film,
            ffmpeg=self.ffmpeg,
            scratch=self.scratch,
            on_progress=on_progress,
            preview=preview,
        )

    def left_over(self) -> list[str]:
        """What lies around beside clips and film."""
        found = [path for path in self.folder.rglob("*") if "clips" not in path.parts]
        return [str(path) for path in found if path not in (self.film, self.scratch)]


def order_of(*scenes: CutScene, **order: Any) -> CutOrder:
    defaults: dict[str, Any] = {"width": 320, "height": 180, "fps": Fraction(24)}
    return CutOrder(scenes, **{**defaults, **order})


def pictures(film: Path) -> list[NDArray[np.int_]]:
    """All frames, in RGB."""
    with av.open(str(film)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def greys(film: Path) -> list[int]:
    """The luma in the middle of every frame."""
    with av.open(str(film)) as container:
        frames = [
            frame.to_ndarray()[frame.height // 4 : frame.height // 2] for frame in container.decode(video=0)
        ]
    return [int(np.median(frame)) for frame in frames]


def stamps(film: Path) -> list[Fraction]:
    """The seconds at which frames are shown."""
    with av.open(str(film)) as container:
        return sorted(p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None)


def middle(frame: NDArray[np.int_]) -> tuple[int, ...]:
    return tuple(int(value) for value in frame[frame.shape[0] // 2, frame.shape[1] // 2])


def is_near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 16) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def sound(path: Path) -> NDArray[np.float32]:
    """All samples, of the two channels' mean."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    samples: NDArray[np.float32] = np.concatenate(frames, axis=1).mean(axis=0)
    return samples


def level(samples: NDArray[np.float32], start: float, end: float, *, hertz: int | None = None) -> float:
    """dB between two seconds; of one tone alone where `hertz` is given."""
    part = samples[int(start * RATE) : int(end * RATE)].astype(float)
    if hertz is None:
        return float(10 * np.log10(np.mean(part**2) + 1e-12))
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / RATE)
    return float(10 * np.log10(2 * abs(np.mean(part * wave)) ** 2 + 1e-12))


def loudness(ffmpeg: str, film: Path) -> tuple[float, float]:
    """LUFS and dBTP, as ffmpeg sums them up."""
    command = [ffmpeg, "-hide_banner", "-nostats", "-i", str(film), "-af", "ebur128=peak=true"]
    told = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    summary = told[told.index("Summary:") :]
    values = {line.split(":")[0].strip(): line for line in summary.splitlines() if ":" in line}
    return float(values["I"].split()[1]), float(values["Peak"].split()[1])
