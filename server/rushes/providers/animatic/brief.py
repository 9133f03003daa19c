"""What a render is asked for: everything that decides the pixels of one animatic, and nothing else."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

SMALLEST, LARGEST = 128, 1920
SHORTEST, LONGEST = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Brief:
    """One animatic to draw.  Equal briefs (and equal pictures behind `image`) give equal frames, bit for
    bit."""

    prompts: tuple[str, ...]
    """The chain of remixes, oldest first; the last is this video's own."""
    width: int
    """Pixels, even, 128 to 1920."""
    height: int
    seconds: float
    """1 to 60."""
    seed: int
    slate: str
    """The code printed in the corner, such as `RX-0412`; nothing is printed for an empty one."""
    image: Path | None = None
    """A picture on the local disk that was decoded and checked before; the camera then moves over it."""
    fps: int = 24

    def __post_init__(self) -> None:
        if not self.prompts:
            raise ValueError("a brief needs at least one prompt")
        for name, value in (("width", self.width), ("height", self.height)):
            if value % 2 or not SMALLEST <= value <= LARGEST:
                raise ValueError(f"{name} must be even and from {SMALLEST} to {LARGEST}, not {value}")
        if not SHORTEST <= self.seconds <= LONGEST:
            raise ValueError(f"seconds must be from {SHORTEST:g} to {LONGEST:g}, not {self.seconds:g}")

    @property
    def frames(self) -> int:
        """How many frames the video has."""
        return max(1, round(self.seconds * self.fps))

    def to_json(self) -> str:
        """One line that `from_json` reads back."""
        return json.dumps(
            {
                "prompts": list(self.prompts),
                "width": self.width,
                "height": self.height,
                "seconds": self.seconds,
                "seed": self.seed,
                "slate": self.slate,
                "image": str(self.image) if self.image else None,
                "fps": self.fps,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Brief":
        """The brief that `to_json` wrote."""
        read = json.loads(text)
        image = read.pop("image")
        return cls(**{**read, "prompts": tuple(read["prompts"]), "image": Path(image) if image else None})


def seed_of(prompt: str) -> int:
    """A stable seed (0 to 2³¹ − 1) for a prompt whose user gave none: the same words always give the same
    animatic."""
    digest = hashlib.sha256(" ".join(prompt.lower().split()).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
