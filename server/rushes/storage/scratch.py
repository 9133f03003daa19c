"""The folder of unfinished files: whoever dies in the middle leaves some, and they go when they are old."""

import os
from contextlib import suppress
from pathlib import Path


def sweep_scratch(scratch: Path, *, before: float) -> int:
    """Delete what nobody has written to since `before` (Unix seconds), in folders of callers too, which go
    when they are empty; how many files it were. Blocks."""
    swept = 0
    for folder, _, names in os.walk(scratch, topdown=False):
        for name in names:
            path = Path(folder, name)
            with suppress(FileNotFoundError):  # finished or swept by another worker meanwhile
                if path.lstat().st_mtime < before:
                    path.unlink()
                    swept += 1
        with suppress(OSError):  # not empty, or gone
            if Path(folder) != scratch and os.stat(folder).st_mtime < before:
                os.rmdir(folder)
    return swept
