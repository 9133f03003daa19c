"""Files that people might bring: pictures in colours, sounds that swell and speak, as bytes of real files."""

from __future__ import annotations

import io
import wave

import numpy as np
from PIL import Image, ImageDraw

_RATE = 8000  # samples a second


def picture(name: str, width: int, height: int) -> bytes:
    """A JPEG with a hill under a sky, in colours that follow from the name."""
    hue = sum(map(ord, name)) % 255
    sky = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("HSV", (sky.point(lambda _: hue), sky.point(lambda value: 90 + value // 4), sky))
    draw = ImageDraw.Draw(image)
    draw.ellipse((-width // 4, height * 0.62, width, height * 1.7), fill=((hue + 90) % 255, 120, 80))
    draw.ellipse((width * 0.7, height * 0.15, width * 0.7 + height * 0.18, height * 0.33), fill=(30, 60, 250))
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def music(seconds: float = 24, *, key: float = 220.0) -> bytes:
    """A WAV of a chord that swells and falls with every bar."""
    time = np.arange(int(seconds * _RATE)) / _RATE
    chord = sum(np.sin(2 * np.pi * key * step * time) for step in (1, 1.25, 1.5))
    swell = (0.25 + 0.75 * np.sin(np.pi * time / seconds)) * (0.4 + 0.6 * np.abs(np.sin(np.pi * time / 3)))
    return _wav(chord / 3 * swell)


def voice(seconds: float = 9) -> bytes:
    """A WAV of bursts and pauses, as words are."""
    time = np.arange(int(seconds * _RATE)) / _RATE
    chance = np.random.default_rng(7)
    words = np.repeat(chance.choice([0.02, 0.3, 0.6, 0.9], size=int(seconds * 6) + 1), _RATE // 6)[
        : len(time)
    ]
    return _wav(np.sin(2 * np.pi * 150 * time) * np.sin(2 * np.pi * 4 * time) * words)


def _wav(samples: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes((samples * 30_000).astype("<i2").tobytes())
    return buffer.getvalue()
