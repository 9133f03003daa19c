"""The cast: puts the shot's subjects on the stage, sized, placed, and moving as their kind does."""

import math
from collections.abc import Callable

from rushes.providers.animatic.colour import hexed
from rushes.providers.animatic.pen import Pen, ellipse
from rushes.providers.animatic.places.land import foliage
from rushes.providers.animatic.shot import Subject
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.subjects import LOOKS
from rushes.providers.animatic.subjects.look import Look

_SCENERY = frozenset(["house", "castle", "lighthouse", "windmill", "tower", "bridge", "tree", "tent"])
_SITTERS = frozenset(["cat", "dog"])
_SPEED = {
    "walks": 0.16,
    "drives": 0.3,
    "floats": 0.07,
    "flies": 0.16,
    "swims": 0.1,
    "hovers": 0.03,
    "stands": 0.0,
}
"""Stage units a second, when the camera does not follow."""
_AT_SEA = frozenset(["lighthouse", "bridge"])
"""What stands in water on its own feet; all else gets an islet."""
_CLIMBERS = frozenset({"rocket"})


def place_cast(stage: Stage, floor: str, waterline: float) -> None:
    """Everything the prompt names, scenery first.  `floor` is the place's; boats float at `waterline`."""
    subjects = [s for s in stage.shot.subjects if s.name in LOOKS]
    scenery = [s for s in subjects if s.name in _SCENERY]
    actors = [s for s in subjects if s.name not in _SCENERY]
    alone = len(subjects) == 1
    for number, subject in enumerate(scenery):
        share = 0.5 if alone else (0.74, 0.2, 0.9, 0.06)[number % 4]
        _place(
            stage,
            subject,
            share,
            floor,
            waterline,
            1.3 if alone and subject.name != "bridge" else 1.1,
            back=not alone,
        )
    for number, subject in enumerate(actors):
        count = len(actors)
        share = 0.5 if count == 1 else 0.5 + (number / (count - 1) - 0.5) * (0.34 if count == 2 else 0.56)
        if count == 1 and scenery:
            share = 0.36
        hero = 1.3 if alone and subject.count == 1 else (1.15 if count == 1 and subject.count <= 2 else 0.95)
        _place(stage, subject, share, floor, waterline, hero)


def _place(
    stage: Stage,
    subject: Subject,
    share: float,
    floor: str,
    waterline: float,
    boost: float,
    *,
    back: bool = False,
) -> None:
    carrier = LOOKS.get(subject.rides or "")
    look = carrier or LOOKS[subject.name]
    count = min(subject.count, 8)
    scale = stage.unit * look.size * boost * (1.0 if count <= 2 else 0.8 if count <= 4 else 0.66)
    # Wide things must leave air on both sides in narrow frames.
    scale = min(scale, stage.width * 0.82 / max(1.0, look.box[2] - look.box[0]))
    # Nor may tall ones touch the top.
    scale = min(scale, 0.74 * stage.ground / max(0.5, -look.box[1]))
    rnd = stage.random(f"place {subject.name}")
    spots = sorted(_formation(count, rnd.uniform), key=lambda s: s[1])
    for number, (dx, dz) in enumerate(spots):
        # The ones behind stand higher, are smaller and a little hazier.
        size = scale * (1.0 - 0.13 * -dz)
        gap = scale * (look.box[2] - look.box[0]) * 0.62
        _perform(
            stage,
            subject,
            look,
            size,
            share,
            dx * gap,
            dz * 0.05 * stage.unit,
            floor,
            waterline,
            number,
            back=back,
        )


def _formation(count: int, uniform: Callable[[float, float], float]) -> list[tuple[float, float]]:
    """(sideways in widths, depth 0 to −1) for each of a group."""
    if count == 1:
        return [(0.0, 0.0)]
    out: list[tuple[float, float]] = []
    for i in range(count):
        out.append((i - (count - 1) / 2 + uniform(-0.16, 0.16), -((i * 0.618) % 1.0)))
    return out


def _perform(
    stage: Stage, subject: Subject, look: Look, scale: float, share: float, dx: float, dy: float,
    floor: str, waterline: float, number: int, *, back: bool,
) -> None:  # fmt: skip
    camera, unit = stage.camera, stage.unit
    parallax = 0.9 if back else 1.0
    gait = look.gait if floor != "void" or look.gait in ("flies", "swims", "hovers") else "hovers"
    moving = camera.move in ("tracking", "pan_left", "pan_right") and stage.shot.place != "room"
    resting = subject.name in _SITTERS and not subject.rides and not moving
    stranded = floor == "water" and gait in ("stands", "walks", "drives") and subject.name not in _AT_SEA
    left = camera.move == "pan_left" and gait in ("walks", "drives", "flies", "swims", "floats")
    base = _height(stage, subject, look, gait, floor, waterline, scale, number) + dy
    speed = 0.0 if resting or stranded else _SPEED[gait] * unit
    speed = math.copysign(min(speed, 0.5 * stage.width / stage.seconds), -1.0 if left else 1.0)
    if camera.zooms:
        speed *= 0.35
    start = 0.37 * number
    middle = stage.middle(parallax) + (share - 0.5) * stage.width
    # Depth among a group follows the camera too; a few pixels, so one parallax for all will do.
    bob = {"floats": 0.012, "flies": 0.02, "swims": 0.018, "hovers": 0.02}.get(gait, 0.0) * unit
    climb = (
        unit * min(0.05, 0.3 / stage.seconds)
        if subject.name in _CLIMBERS or subject.rides in _CLIMBERS
        else 0.0
    )

    def where(t: float) -> tuple[float, float]:
        if camera.move == "tracking":
            x = stage.width * share + parallax * camera.at(t).x + unit * 0.05 * math.sin(t * 0.7 + number)
        else:
            x = middle + speed * (t - stage.seconds / 2)
        wave = math.sin(t * (1.15 + 0.13 * number) + number * 2.1)
        return x + dx, base + bob * wave - climb * (t - stage.seconds / 2)

    size, colour = scale, subject.colour or look.colour
    if subject.name == "tree" and not subject.colour and stage.shot.drifts:
        colour = foliage(stage, colour, stage.random("tree"))

    def drawing(phase: float) -> Callable[[Pen], None]:
        def drawn(pen: Pen) -> None:
            if (
                gait in ("stands", "walks", "drives")
                and floor == "land"
                and subject.name not in ("bridge", "kite")
            ):
                wide = (look.box[2] - look.box[0]) * (0.36 if gait == "drives" else 0.3)
                pen.shade(
                    ellipse(0.0, size * 0.012, size * min(wide, 1.25), size * 0.05), (14.0, 12.0, 30.0), 0.26
                )
            own = pen.at(0.0, 0.0, size, flip=left)
            if stranded:
                half = (look.box[2] - look.box[0]) * 0.5
                own.blob(
                    [
                        (-half * 1.15, 0.14),
                        (-half * 0.9, -0.02),
                        (0.0, -0.07),
                        (half * 0.9, -0.02),
                        (half * 1.15, 0.14),
                    ],
                    hexed("#7f9a5a"),
                )
                own.blob(
                    [(-half * 1.2, 0.2), (-half, 0.06), (0.0, 0.03), (half, 0.06), (half * 1.2, 0.2)],
                    hexed("#d8bd88"),
                )
            if look is LOOKS.get(subject.rides or ""):
                _ridden(own, subject, look, phase)
            else:
                look.draw(own, phase, colour, resting)
                if subject.umbrella:
                    LOOKS["umbrella"].draw(own.at(0.12, -0.42, 0.62), phase, subject.umbrella, False)

        return drawn

    frames = look.frames if not (resting and look.frames > 1) else 12
    pace = 1.45 if gait == "walks" and camera.move == "tracking" else 1.0
    rate = look.rate * pace if not resting else 6.0
    west, north, east, south = look.box
    if subject.rides and look.seat:
        north = min(north, look.seat[1] - 1.45 * look.seat[2])
    if subject.umbrella:
        west, north, east = min(west, -0.5), min(north, -1.3), max(east, 0.75)
    if stranded:
        half = (east - west) * 0.62
        west, east, south = min(west, -half), max(east, half), max(south, 0.25)
    if left:
        west, east = -east, -west
    box = (west * size, north * size, east * size, south * size)
    stage.sprite([drawing(i / frames) for i in range(frames)], box, where, parallax=parallax, rate=rate,
                 depth=0.1 if back else 0.0, start=start, light=stage.light.keyed())  # fmt: skip


def _ridden(pen: Pen, subject: Subject, carrier: Look, phase: float) -> None:
    rider = LOOKS[subject.name]
    seat = carrier.seat or (0.0, -0.6, 0.6)
    carrier_colour = subject.colour or carrier.colour
    # A rider's unit is its height; four-legged ones are drawn to their shoulder and grow a little to be seen.
    on_top = pen.at(seat[0], seat[1], seat[2])
    if carrier.rider_behind:
        rider.draw(on_top, phase, rider.colour, True)
        carrier.draw(pen, phase, carrier_colour, False)
    else:
        carrier.draw(pen, phase, carrier_colour, False)
        rider.draw(on_top, phase, rider.colour, True)


def _height(
    stage: Stage,
    subject: Subject,
    look: Look,
    gait: str,
    floor: str,
    waterline: float,
    scale: float,
    number: int,
) -> float:
    """The y on which the subject's origin stands."""
    unit = stage.unit
    middle = (look.box[1] + look.box[3]) / 2 * scale
    if floor == "void" and subject.name == "rocket":
        return max(stage.height * 0.66, 0.2 * unit - look.box[1] * scale)
    if floor == "void":
        return stage.height * 0.5 - middle + (0.1 * unit * math.sin(number * 2.4) if number else 0.0)
    if subject.name == "rocket" or subject.rides == "rocket":
        return max(stage.ground - 0.2 * unit, 0.2 * unit - look.box[1] * scale)
    if gait == "flies":
        spread = 0.13 * unit * math.sin(number * 2.2)
        low = 0.44 if subject.name == "butterfly" else 0.5
        return max(stage.ground - low * unit + spread, 0.06 * unit - look.box[1] * scale)
    if gait == "hovers":
        # A cast shadow or beam reaches for the ground; the top must stay in the frame.
        rise = 0.26 if number % 2 == 0 else 0.4
        return max(stage.ground - rise * unit, -look.box[1] * scale + 0.05 * unit)
    if floor == "water":
        # Whales show their backs, fish leap.
        deep = {"fish": -0.1}.get(subject.name, 0.22) if gait == "swims" else 0.0
        return waterline + deep * scale
    return stage.ground
