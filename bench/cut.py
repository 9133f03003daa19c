"""How fast a film is cut: against bare commands of ffmpeg that do the same work in the same run.

    python bench/cut.py [--rounds 3]

Six clips of five seconds in 720p, each with sound and a narration, and music under them. The bare command is
one graph of filters with everything in it, as somebody would write it for this one film; it brings the sound
to its loudness in one pass (`loudnorm`), where a cut measures first and again afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT / "server"), str(_ROOT / "bench")]

from running import rounds, verdict  # noqa: E402
from rushes.media.cut import CutMade, CutOrder, CutScene, Music, Transition, cut  # noqa: E402
from rushes.media.ffmpeg import find_ffmpeg  # noqa: E402

AIM = 1.1
COUNT, SECONDS, FADE = 6, 5.0, 0.5
_X264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-profile:v", "high"]
_AAC = ["-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2", "-movflags", "+faststart"]
_DUCK = "sidechaincompress=threshold=0.02:ratio=6:attack=30:release=450"


def main() -> None:
    """Prints a line a way of cutting, beside its aim."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3, help="the best of so many runs counts")
    wanted = options.parse_args()
    length = COUNT * SECONDS
    load = os.getloadavg()[0]
    print(f"cutting {COUNT} clips of {SECONDS:g} s in 720p, best of {wanted.rounds}, load {load:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        work = _Work(Path(folder))
        for name, likes, transition in (
            ("copied", True, "none"),
            ("encoded again", False, "none"),
            ("with dissolves", False, "dissolve"),
        ):
            spent: dict[str, list[float]] = {"bare": [], "cut": []}
            sides = {
                "bare": _counted(spent["bare"], lambda like=likes, how=transition: work.bare(like, how)),
                "cut": _counted(spent["cut"], lambda like=likes, how=transition: work.cut(like, how)),
            }
            found = {side: min(times) for side, times in rounds(wanted.rounds, sides).items()}
            ratio, processor = found["cut"] / found["bare"], min(spent["cut"]) / min(spent["bare"])
            print(
                f"  {name:15} {found['cut']:5.2f} s, {length / found['cut']:5.1f} × real time"
                f"   {ratio:4.2f} × bare {verdict(ratio, '≤', AIM)}   processor time {processor:4.2f} × bare"
            )
        seconds = min(work.cut(False, "dissolve", preview=True) for _ in range(wanted.rounds))
        print(f"  {'a preview':15} {seconds:5.2f} s, {length / seconds:5.1f} × real time")


def _counted(spent: list[float], measure: Callable[[], float]) -> Callable[[], float]:
    """`measure`, after which `spent` has the processor seconds of all processes: a busy machine changes them
    less than the time that passes."""

    def counted() -> float:
        before = os.times()
        seconds = measure()
        spent.append(sum(os.times()[:4]) - sum(before[:4]))
        return seconds

    return counted


class _Work:
    """The clips, and both ways to make a film of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ffmpeg = folder, find_ffmpeg(os.environ.get("FFMPEG_PATH"))
        self.film = folder / "film.mp4"
        # What moves as a filmed picture does, in the cost of encoding it.
        for n in range(COUNT):
            source = f"mandelbrot=s=1280x720:r=24:start_scale={1 + n},noise=alls=6:allf=t"
            sound = f"anoisesrc=c=pink:a=0.2:seed={n}"
            for like in (True, False):
                preset = "fast" if like or n % 2 else "medium"
                self._make(
                    self._clip(n, like),
                    *("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", sound, "-t", str(SECONDS)),
                    *(
                        "-c:v",
                        "libx264",
                        "-preset",
                        preset,
                        "-crf",
                        "23",
                        "-pix_fmt",
                        "yuv420p",
                        "-c:a",
                        "aac",
                    ),
                )
            voice = f"sine=f={200 + 40 * n}:d={SECONDS - 1}"
            self._make(folder / f"voice{n}.mp3", "-f", "lavfi", "-i", voice)
        self._make(folder / "music.mp3", "-f", "lavfi", "-i", "anoisesrc=c=brown:a=0.5:d=20")

    def cut(self, like: bool, transition: Transition, *, preview: bool = False) -> float:
        """Seconds."""
        order = CutOrder(
            tuple(
                CutScene(
                    self._clip(n, like), SECONDS, narration=self.folder / f"voice{n}.mp3", narration_at=0.5
                )
                for n in range(COUNT)
            ),
            *(1280, 720, Fraction(24), transition, FADE),
            music=Music(self.folder / "music.mp3"),
        )
        begun = time.perf_counter()
        made: CutMade = asyncio.run(
            cut(order, self.film, ffmpeg=self.ffmpeg, scratch=self.folder, preview=preview)
        )
        seconds = time.perf_counter() - begun
        if made.copied is not like and not preview:
            raise SystemExit("The pictures were not made as they should have been.")
        return seconds

    def bare(self, like: bool, transition: Transition) -> float:
        """Seconds."""
        clips = [argument for n in range(COUNT) for argument in ("-i", str(self._clip(n, like)))]
        voices = [argument for n in range(COUNT) for argument in ("-i", str(self.folder / f"voice{n}.mp3"))]
        music = ["-stream_loop", "-1", "-i", str(self.folder / "music.mp3")]
        graph, video = [self._sound()], ["-map", "[v]", *_X264]
        inputs = [*clips, *voices, *music]
        if like:
            names = (f"file {self._clip(n, like).name}\n" for n in range(COUNT))
            (self.folder / "list.txt").write_text("".join(names))
            inputs += ["-f", "concat", "-i", str(self.folder / "list.txt")]
            video = ["-map", f"{2 * COUNT + 1}:v", "-c:v", "copy"]
        elif transition == "none":
            graph.append("".join(f"[{n}:v]" for n in range(COUNT)) + f"concat=n={COUNT}[v]")
        else:
            # A clip's last frame is held so that the film stays as long as its scenes.
            graph += [
                f"[{n}:v]settb=1/24,tpad=stop_mode=clone:stop_duration={FADE}[v{n}]" for n in range(COUNT)
            ]
            last = "v0"
            for n in range(1, COUNT):
                into = "v" if n == COUNT - 1 else f"x{n}"
                at = f"duration={FADE}:offset={n * SECONDS}"
                graph.append(f"[{last}][v{n}]xfade=transition=fade:{at}[{into}]")
                last = into
        mapped = ["-filter_complex", ";".join(graph), *video, "-map", "[a]", *_AAC]
        begun = time.perf_counter()
        self._make(self.film, *inputs, *mapped, "-t", str(COUNT * SECONDS))
        return time.perf_counter() - begun

    def _sound(self) -> str:
        every = range(COUNT)
        one = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
        whole = f"apad,atrim=duration={SECONDS}"
        return ";".join(
            [
                *(f"[{n}:a]{one},{whole}[c{n}]" for n in every),
                *(
                    f"[{COUNT + n}:a]{one},adelay=500:all=1,{whole},asplit[n{n}][k{n}]"
                    f";[c{n}][k{n}]{_DUCK}[d{n}]"
                    for n in every
                ),
                "".join(f"[n{n}]" for n in every) + f"concat=n={COUNT}:v=0:a=1,asplit[voice][key]",
                "".join(f"[d{n}]" for n in every) + f"concat=n={COUNT}:v=0:a=1[clips]",
                f"[{2 * COUNT}:a]{one},volume=-8dB,atrim=duration={COUNT * SECONDS}[music]",
                f"[music][key]{_DUCK}[ducked]",
                "[voice][clips][ducked]amix=inputs=3:normalize=0,loudnorm=I=-16:TP=-1.5[a]",
            ]
        )

    def _clip(self, n: int, like: bool) -> Path:
        return self.folder / f"clip{n}{'' if like else '-mixed'}.mp4"

    def _make(self, into: Path, *args: str) -> None:
        command = [self.ffmpeg, "-loglevel", "error", "-nostdin", "-y", *args, str(into)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
