"""The camera: where it stands and how close it is at each moment of a shot, eased, in stage pixels."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pose:
    """The camera at one moment: `x`, `y` moved right and down in pixels of the subject's plane, `zoom` from
    1 up."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Camera:
    """One move over a whole shot on a stage `width` × `height` whose unit (about its shorter side) is
    `unit` pixels."""

    move: str
    seconds: float
    width: int
    height: int
    unit: float

    @property
    def zooms(self) -> bool:
        """Whether layers change their scale."""
        return self.move in ("push_in", "pull_out", "drone")

    @property
    def reach(self) -> float:
        """How many pixels it travels sideways in all."""
        span = min(1.0, self.seconds / 8.0)
        return {
            "pan_right": 0.62 * self.width * span,
            "pan_left": 0.62 * self.width * span,
            "tracking": 0.34 * self.unit * self.seconds + 0.06 * self.width,
            "static": 0.0,
            "handheld": 0.03 * self.unit,
            "push_in": 0.0,
            "pull_out": 0.0,
            "drone": 0.0,
        }.get(self.move, 0.08 * self.width * span)

    @property
    def climb(self) -> float:
        """How many pixels it travels up and down in all."""
        if self.move in ("crane_up", "crane_down"):
            return 0.36 * self.unit * min(1.0, 0.4 + self.seconds / 12.0)
        return 0.02 * self.unit if self.move == "handheld" else 0.0

    @property
    def lowest(self) -> float:
        """The largest `y` of any pose: so far the ground must reach below the frame."""
        return self.climb / 2

    def at(self, t: float) -> Pose:
        """The pose `t` seconds into the shot."""
        share = min(1.0, max(0.0, t / self.seconds))
        k = eased(share)
        if self.move == "pan_right":
            return Pose(self.reach * k, 0.0, 1.0)
        if self.move == "pan_left":
            return Pose(self.reach * (1.0 - k), 0.0, 1.0)
        if self.move == "tracking":
            # Nearly even, so that wheels and ground agree, with a soft start and end.
            return Pose(self.reach * (0.92 * share + 0.08 * k), 0.0, 1.0)
        if self.move == "crane_up":
            return Pose(0.0, self.climb * (0.5 - k), 1.0)
        if self.move == "crane_down":
            return Pose(0.0, self.climb * (k - 0.5), 1.0)
        if self.move == "push_in":
            return Pose(0.0, 0.0, 1.0 + 0.32 * k)
        if self.move == "pull_out":
            return Pose(0.0, 0.0, 1.32 - 0.32 * k)
        if self.move == "drone":
            return Pose(0.0, 0.0, 1.0 + 0.5 * k)
        if self.move == "handheld":
            x = math.sin(t * 1.7) * 0.5 + math.sin(t * 2.9 + 1.0) * 0.3 + math.sin(t * 4.3 + 2.0) * 0.12
            y = math.sin(t * 2.1 + 0.5) * 0.5 + math.sin(t * 3.7 + 2.0) * 0.3
            return Pose(self.reach * (0.5 + x / 2), self.climb * y / 2, 1.0)
        if self.move == "static":
            return Pose(0.0, 0.0, 1.0)
        return Pose(self.reach * k, 0.0, 1.0)


def eased(share: float) -> float:
    """Slow in, even middle, slow out: 0 to 1, with the middle no faster than 1.3 times the average."""
    ramp_ = 0.23
    peak = 1.0 / (1.0 - ramp_)
    if share < ramp_:
        return peak * share * share / (2 * ramp_)
    if share > 1 - ramp_:
        return 1.0 - peak * (1 - share) ** 2 / (2 * ramp_)
    return peak * (share - ramp_ / 2)
