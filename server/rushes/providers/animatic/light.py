"""Light: the sky of a time of day and a weather, and what it makes of every colour in the scene.

One rule gives the harmony of a printed poster: whatever is far takes the haze's colour, whatever is near
goes dark in the light's own tint, and a palette that the prompt asks for bends both the same way.
"""
# fmt: off

from dataclasses import dataclass, field, replace

from rushes.providers.animatic.colour import RGB, hexed, luma, mix, ramp, saturated, times, turned
from rushes.providers.animatic.shot import Shot


@dataclass(frozen=True, slots=True)
class Light:
    """How one scene is lit."""

    sky: tuple[tuple[float, RGB], ...]
    """Colours from the top of the sky (0) to the horizon (1)."""
    haze: RGB
    tint: RGB
    """The light's colour, 1.0 is white."""
    sun: RGB
    sun_at: tuple[float, float]
    """Where sun or moon stands: share of the width, share of the sky's height from the top."""
    sun_size: float
    """Radius in units of the stage; 0 hides it."""
    dark: float
    """How far into the night, 0 to 1: windows are lit from 0.4."""
    moon: bool = False
    fog: float = 0.0
    """Extra haze at every depth."""
    grade: tuple[tuple[float, RGB], ...] = ()
    """Colours by brightness that the prompt's palette asks for."""
    grip: float = 0.0
    """How strongly the grade holds, 0 to 1."""
    richness: float = 1.0
    lamps: RGB = field(default=(255.0, 214.0, 130.0))
    """What windows, lamps and fires shine like."""

    def lit(self, colour: RGB, depth: float) -> RGB:
        """What a surface of `colour` looks like at `depth`, 0 near to 1 at the horizon."""
        k = min(0.94, 0.86 * depth**0.9 + self.fog * (0.15 + 0.85 * depth))
        return self.graded(mix(times(colour, self.tint), self.haze, k))

    def keyed(self) -> "Light":
        """The same light with a lamp on the cast: what the film is about must be seen at night and in a
        storm too."""
        level = sum(self.tint) / 3
        k = max(0.0, 0.78 * (0.86 - level))
        warm = mix((255.0, 214.0, 130.0), (255.0, 255.0, 255.0), 0.75)
        # An asked-for palette holds the cast less tightly, so that it stands out.
        return replace(self, tint=mix(self.tint, (warm[0] / 255.0, warm[1] / 255.0, warm[2] / 255.0), k),
            grip=self.grip * 0.72)

    def graded(self, colour: RGB) -> RGB:
        """A colour under the palette that was asked for."""
        if self.richness != 1.0:
            colour = saturated(colour, self.richness)
        if not self.grade:
            return colour
        return mix(colour, ramp(self.grade, luma(colour)), self.grip)


def light_of(shot: Shot, *, side: float) -> Light:
    """The light of a filled shot; `side` (0 to 1) places the sun across the frame."""
    light = _TIMES[shot.time or "day"]
    light = replace(light, sun_at=(0.22 + 0.56 * side, light.sun_at[1]))
    light = _weathered(light, shot.weather or "clear")
    light = _placed(light, shot)
    return _graded(light, shot)


def _sky(*stops: tuple[float, str]) -> tuple[tuple[float, RGB], ...]:
    return tuple((at, hexed(c)) for at, c in stops)


_TIMES: dict[str, Light] = {"dawn": Light(_sky((0.0, "#39497f"), (0.38, "#8a7fae"), (0.68, "#e8a9a4"),
    (0.88, "#fcd2a8"), (1.0, "#ffe6bd")), hexed("#eebfae"), (0.74, 0.64, 0.76), hexed("#fff1cf"),
    (0.5, 0.84), 0.075, 0.15), "morning": Light(_sky((0.0, "#4b95cf"), (0.5, "#9ccbe4"), (0.85, "#e6eee0"),
    (1.0, "#fdf1d3")), hexed("#d3e2df"), (0.97, 0.93, 0.88), hexed("#fffbe6"), (0.5, 0.46), 0.062, 0.0),
    "day": Light(_sky((0.0, "#2382c6"), (0.55, "#74bde3"), (1.0, "#d9f0ef")), hexed("#b9dde4"),
    (1.0, 0.99, 0.95), hexed("#fffbe0"), (0.5, 0.24), 0.06, 0.0),
    "golden": Light(_sky((0.0, "#5d7fa6"), (0.4, "#c9b58e"), (0.72, "#f6c56f"), (1.0, "#ffe3a0")),
    hexed("#f6c780"), (0.98, 0.78, 0.55), hexed("#fff6d6"), (0.5, 0.66), 0.085, 0.05),
    "sunset": Light(_sky((0.0, "#2b2a5e"), (0.34, "#7c3c7c"), (0.64, "#e35d62"), (0.86, "#ff9a56"),
    (1.0, "#ffc873")), hexed("#ee7c66"), (0.70, 0.46, 0.52), hexed("#ffe9a8"), (0.5, 0.82), 0.115, 0.3),
    "dusk": Light(_sky((0.0, "#12183f"), (0.42, "#353472"), (0.75, "#7d568f"), (0.93, "#cf8291"),
    (1.0, "#ee9f8d")), hexed("#785c8c"), (0.46, 0.42, 0.62), hexed("#fff0da"), (0.5, 0.3), 0.04, 0.65,
    moon=True), "night": Light(_sky((0.0, "#060b22"), (0.45, "#0e1d47"), (0.8, "#1d3a68"),
    (1.0, "#33587f")), hexed("#26466f"), (0.26, 0.34, 0.54), hexed("#f3f1dc"), (0.5, 0.26), 0.062, 1.0,
    moon=True)}


def _weathered(light: Light, weather: str) -> Light:
    if weather in ("clear", "wind"):
        return light
    overcast = {"cloudy": 0.25, "rain": 0.62, "storm": 0.72, "snow": 0.5, "fog": 0.6}[weather]
    deepen = {"cloudy": 0.0, "rain": 0.2, "storm": 0.42, "snow": -0.1,
        "fog": -0.06}[weather] * (1.0 - 0.55 * light.dark)

    def under(c: RGB) -> RGB:
        grey = saturated(c, 1.0 - 0.72 * overcast)
        cold = mix(grey, times(grey, (0.86, 0.96, 1.1)), overcast)
        return (mix(cold, (26.0, 32.0, 48.0), deepen) if deepen > 0 else mix(cold, (236.0, 240.0, 244.0),
            -deepen))

    # An overcast sky is flatter from top to bottom than a clear one.
    middle = under(ramp(light.sky, 0.72))
    sky = tuple((at, mix(under(c), middle, 0.35 * overcast)) for at, c in light.sky)
    hidden = weather in ("rain", "storm", "snow")
    dim = 1.0 - max(0.0, deepen) * 0.55
    even = sum(light.tint) / 3
    return replace(light, sky=sky, haze=mix(under(light.haze), middle, 0.5),
        tint=times(mix(light.tint, (even, even, even * 1.06), overcast * 0.7), (dim, dim, dim)),
        sun_size=0.0 if hidden else light.sun_size, fog={"cloudy": 0.0, "rain": 0.16, "storm": 0.1,
        "snow": 0.2, "fog": 0.42}[weather], dark=min(1.0, light.dark + {"storm": 0.35,
        "rain": 0.25}.get(weather, 0.0)))


def _placed(light: Light, shot: Shot) -> Light:
    """Places with a sky, or none, of their own."""
    if shot.place == "space":
        hue = {"sunset": 40.0, "golden": 60.0, "dawn": 80.0, "dusk": 20.0}.get(shot.time or "", 0.0)
        stops = _sky((0.0, "#05061a"), (0.5, "#130f37"), (1.0, "#27164e"))
        return replace(light, sky=tuple((a, turned(c, hue)) for a, c in stops),
            haze=turned(hexed("#2b1d58"), hue), tint=(0.86, 0.86, 0.98), sun_size=0.0, dark=1.0, fog=0.0)
    if shot.place == "room" and light.dark >= 0.4:
        # Indoors the lamps are on.
        return replace(light, tint=mix(light.tint, (0.98, 0.78, 0.56), 0.72),
            haze=mix(light.haze, hexed("#c98f5a"), 0.4))
    if shot.place == "moon":
        return replace(light, sky=_sky((0.0, "#07061a"), (0.6, "#1d1136"), (1.0, "#5a2a4c")),
            haze=hexed("#7a3f55"), tint=(0.84, 0.78, 0.84), sun_size=0.0, dark=0.9, fog=0.0)
    if shot.place == "underwater":
        deep = 0.62 if light.dark > 0.5 else 0.0
        stops = _sky((0.0, "#7fe0dc"), (0.25, "#33b3c6"), (0.65, "#126f9f"), (1.0, "#0b4676"))
        sky = tuple((a, mix(c, hexed("#04153a"), deep)) for a, c in stops)
        warm = {"sunset": 0.22, "golden": 0.2, "dawn": 0.16}.get(shot.time or "", 0.0)
        sky = tuple((a, mix(c, hexed("#f2a36b"), warm * (1 - a))) for a, c in sky)
        return replace(light, sky=sky, haze=mix(hexed("#1c86ae"), hexed("#0a2a58"), deep),
            tint=(0.68, 0.88, 0.95) if not deep else (0.36, 0.5, 0.68), sun_size=0.0, dark=0.0, fog=0.05)
    return light


def _graded(light: Light, shot: Shot) -> Light:
    looks: dict[str, tuple[float, float, tuple[tuple[float, RGB], ...]]] = {"mono": (0.0, 0.75,
        _sky((0.0, "#060607"), (0.16, "#222225"), (0.42, "#8c8c8c"), (0.7, "#d9d8d4"), (1.0, "#ffffff"))),
        "sepia": (0.5, 0.78, _sky((0.0, "#20140c"), (0.35, "#6b4a2c"), (0.7, "#c79f6a"), (1.0, "#f7e6c4"))),
        "pastel": (0.9, 0.5, _sky((0.0, "#6b5f92"), (0.3, "#b48cb4"), (0.6, "#f3bcc0"), (0.8, "#fbe0c4"),
        (1.0, "#fff8ea"))), "neon": (1.35, 0.62, _sky((0.0, "#0b0626"), (0.25, "#3a1078"),
        (0.48, "#c3218f"), (0.7, "#ff5f8f"), (1.0, "#7ff6ff"))),
        "muted": (0.45, 0.15, _sky((0.0, "#1d242b"), (0.5, "#76848c"), (1.0, "#dfe3e2"))),
        "vivid": (1.45, 0.0, ()), "warm": (1.05, 0.34, _sky((0.0, "#2b1322"), (0.4, "#a8503a"),
        (0.7, "#f0a65a"), (1.0, "#fff0cd"))), "cool": (1.0, 0.4,
        _sky((0.0, "#0a1730"), (0.4, "#2f6690"), (0.7, "#8cc0d8"), (1.0, "#f0fafc")))}
    if shot.look:
        richness, grip, grade = looks[shot.look]
        lamps = hexed("#ff4fb4") if shot.look == "neon" else light.lamps
        return replace(light, richness=richness, grip=grip, grade=grade, lamps=lamps)
    if shot.palette:
        by_light = sorted(shot.palette, key=luma)
        dark, bright = by_light[0], by_light[-1]
        if len(by_light) == 1:
            stops = [(0.0, mix(dark, (10.0, 8.0, 22.0), 0.82)), (luma(dark), dark),
                (1.0, mix(dark, (255.0, 252.0, 244.0), 0.82))]
            return replace(light, grip=0.72, grade=tuple(sorted(stops, key=lambda s: s[0])))
        middle = [(0.34 + 0.3 * i / (len(by_light) - 1), c) for i, c in enumerate(by_light)]
        grade = ((0.0, mix(dark, (8.0, 8.0, 20.0), 0.78)), (0.2, mix(dark, (8.0, 8.0, 20.0), 0.35)),
            *middle, (0.84, mix(bright, (255.0, 248.0, 232.0), 0.42)),
            (1.0, mix(bright, (255.0, 252.0, 244.0), 0.86)))
        return replace(light, grip=0.8, grade=grade)
    return light
