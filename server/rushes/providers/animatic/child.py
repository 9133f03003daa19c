"""The child process that draws: `python -m rushes.providers.animatic.child FFMPEG INTO < brief.json`.

It starts its own ffmpeg, pipes frames to it and prints `{"progress": 0..1}` lines on standard output, from
what ffmpeg says it has encoded.  It exits 0 when the file is finished, 1 with a reason on standard error
otherwise, and dies with its parent, taking ffmpeg along.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.encoder import encoder_arguments

_PR_SET_PDEATHSIG = 1
_F_SETPIPE_SZ = 1031
_PIPE_BYTES = 1 << 20


Draw = Callable[[Brief, Callable[[memoryview], None]], None]
"""Hands every frame of a brief, as yuv420p, to a function."""


def main() -> int:
    """Draws the brief on standard input."""
    return run(_draw)


def run(draw: Draw) -> int:
    """Encodes what `draw` draws of the brief on standard input; gives the process's exit status."""
    ffmpeg, into = sys.argv[1], sys.argv[2]
    die_with_parent(int(os.environ.get("RUSHES_RENDER_PARENT", "0")))
    os.nice(5)
    brief = Brief.from_json(sys.stdin.readline())
    arguments = encoder_arguments(ffmpeg, width=brief.width, height=brief.height, fps=brief.fps, into=into)
    own = os.getpid()
    # The encoder is started first: it sets itself up while numpy is being imported and the scene is painted.
    encoder = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=lambda: die_with_parent(own)
    )
    assert encoder.stdin
    assert encoder.stdout
    reporting = threading.Thread(target=_report, args=(encoder.stdout, brief.frames), daemon=True)
    reporting.start()
    frames_in = encoder.stdin.fileno()
    _widen(frames_in)
    try:
        draw(brief, lambda frame: _write(frames_in, frame))
        encoder.stdin.close()
    except BrokenPipeError:
        pass  # ffmpeg has given up; it says why on the standard error that both share
    status = encoder.wait()
    reporting.join()
    if status:
        sys.stderr.write(f"ffmpeg ended with status {status}\n")
        return 1
    return 0


def _draw(brief: Brief, out: Callable[[memoryview], None]) -> None:
    from rushes.providers.animatic.scene import (
        draw_frames,
    )  # numpy takes its time; the encoder starts meanwhile

    draw_frames(brief, out)


def die_with_parent(parent: int) -> None:
    """Asks Linux for SIGKILL when the parent goes; elsewhere the broken pipes end this process soon
    enough."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(1)  # the parent went before the request was made


def _widen(pipe: int) -> None:
    """A pipe that holds most of a frame lets drawing and encoding overlap; the default of 64 kB makes them
    take turns."""
    if sys.platform.startswith("linux"):
        try:
            fcntl.fcntl(pipe, _F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            return  # over the user's limit: slower, nothing else


def _write(pipe: int, frame: memoryview) -> None:
    while frame:
        frame = frame[os.write(pipe, frame) :]


def _report(stream: IO[bytes], frames: int) -> None:
    """Turns ffmpeg's `-progress` into JSON lines that never go back."""
    shown = -1
    for line in stream:
        key, _, value = line.decode("ascii", "replace").partition("=")
        if key == "frame" and value.strip().isdigit():
            # The last step, 1.0, is the parent's: only a file that is complete is finished.
            done = min(999, int(value) * 1000 // frames)
            if done > shown:
                shown = done
                sys.stdout.write(json.dumps({"progress": done / 1000}) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
