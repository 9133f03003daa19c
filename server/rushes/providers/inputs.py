"""A model's own input schema, read once: what it takes, and how the studio's words become its fields.

Hubs such as Replicate and fal host thousands of models, each with a JSON Schema of its own; their names for
the same things are few. What none of the names below matches is left to a request's `options`.

    inputs = Inputs(schema, components)
    model = inputs.model("kwaivgi/kling-v2.1", label="Kling v2.1")
    body = inputs.fill(submission, files={"first_frame": "https://…"})
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rushes.providers.model import ImageRule, Model, Price, Role, SizeRule
from rushes.providers.protocol import Refused, Submission

_PROMPT = ("prompt", "text_prompt", "text")
_FILES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (
        "first_frame",
        (
            *("first_frame_image", "first_frame_image_url", "first_frame_url", "first_frame"),
            *("start_image", "start_image_url", "start_frame_image_url", "image", "image_url", "input_image"),
        ),
    ),
    (
        "last_frame",
        (
            *("last_frame_image", "last_frame_image_url", "last_frame_url", "last_frame", "last_image"),
            *("end_image", "end_image_url", "tail_image_url"),
        ),
    ),
    (
        "subject",
        ("subject_reference", "reference_images", "reference_image_urls", "image_urls", "subject_images"),
    ),
    ("style", ("style_reference", "style_image", "style_images")),
    ("video", ("video", "video_url", "reference_video", "input_video")),
    ("audio", ("audio_url", "audio_file", "reference_audio", "input_audio")),
)
_SOUND = ("generate_audio", "enable_audio", "with_audio", "audio", "sound")
_SECONDS = ("duration", "seconds", "video_length", "length", "duration_seconds")
_FRAMES = ("num_frames", "frames", "frame_num")
_FPS = ("fps", "frames_per_second", "frame_rate")
_ASPECT = ("aspect_ratio", "ratio")
_SIZE = ("size", "video_size")
_RATIO = re.compile(r"(\d{1,2}):(\d{1,2})")
_LINES = re.compile(r"(\d{3,4})p", re.IGNORECASE)
_PIXELS = re.compile(r"(\d{3,4})\s*[x*×]\s*(\d{3,4})")
_WIDE = {"2k": 1440, "4k": 2160}
_DEFAULT_FPS = 24.0
# How deep an option's schema may be.
_DEEPEST = 12


class Inputs:
    """One schema. `components` are the named schemas that its references lead to."""

    def __init__(self, schema: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        listed = schema.get("properties")
        self._components = components
        self._fields: dict[str, dict[str, Any]] = {
            name: self._resolved(field)
            for name, field in (listed.items() if isinstance(listed, Mapping) else ())
            if isinstance(field, Mapping)
        }
        required = schema.get("required")
        self._required = set(required) if isinstance(required, list) else set()
        self._files = {role: name for role, names in _FILES if (name := self._first(names, takes_files=True))}
        self._sizes = self._read_sizes()

    def model(self, name: str, *, label: str, description: str = "", price: Price | None = None) -> Model:
        """What the model takes, in the studio's words."""
        sizes = tuple(self._sizes)
        values, bounds, step, default_seconds = self._read_seconds()
        rule = self._size_rule()
        default_size = self._default_size() or (sizes[0] if sizes else "1280x720")
        first = self._files.get("first_frame")
        prompt = self._first(_PROMPT)
        return Model(
            name=name,
            label=label,
            description=description,
            sizes=sizes or (() if rule else (default_size,)),
            size_rule=rule,
            default_size=default_size,
            seconds=bounds,
            seconds_values=values,
            seconds_step=step,
            default_seconds=default_seconds,
            references=tuple(self._files),
            needs_image=first is not None and first in self._required,
            # With room for base64 in what hubs take within a request.
            image=ImageRule(max_bytes=7_000_000),
            audio="optional" if self._sound() else "none",
            options={
                "type": "object",
                "properties": {name: self._whole_schema(self._fields[name]) for name in self._free()},
                "additionalProperties": False,
            },
            seed="seed" in self._fields,
            prompt_max=_whole(self._fields[prompt].get("maxLength")) if prompt else None,
            price=price,
        )

    def fill(self, submission: Submission, *, files: Mapping[Role, list[str]]) -> dict[str, Any]:
        """The body's fields. `files` are addresses by role. Raises Refused for what has no place."""
        body: dict[str, Any] = dict(submission.options)
        if prompt := self._first(_PROMPT):
            body[prompt] = submission.prompt
        for role, addresses in files.items():
            field = self._files.get(role)
            if field is None:
                raise Refused(f"{submission.model} takes no {role.replace('_', ' ')}.", code="invalid_image")
            is_list = self._fields[field].get("type") == "array"
            body[field] = addresses if is_list else addresses[0]
        if submission.seed is not None and "seed" in self._fields:
            body["seed"] = submission.seed % (_whole(self._fields["seed"].get("maximum")) or 2**31 - 1)
        if (sound := self._sound()) and submission.audio is not None:
            body[sound] = submission.audio
        body.update(self._sizes.get(submission.size) or self._near(submission) or self._pixels(submission))
        body.update(self._seconds_of(submission.seconds, submission.options))
        return body

    def _read_seconds(
        self,
    ) -> tuple[tuple[str, ...] | None, tuple[float, float] | None, float | None, float]:
        """Choices, range, step and default, in seconds."""
        if name := self._first(_SECONDS):
            field = self._fields[name]
            default = _seconds(field.get("default"))
            if field.get("enum"):
                values = [value for entry in field["enum"] if (value := _seconds(entry)) is not None]
                if values:
                    texts = tuple(f"{value:g}" for value in sorted(values))
                    return texts, None, None, default if default in values else min(values)
            low, high = _seconds(field.get("minimum")), _seconds(field.get("maximum"))
            low = low or 1.0
            high = high or max(default or 0.0, 10.0)
            return None, (low, high), 1.0 if field.get("type") == "integer" else None, default or low
        if name := self._first(_FRAMES):
            field, fps = self._fields[name], self._fps()
            default = _seconds(field.get("default"))
            low = _seconds(field.get("minimum")) or 1.0
            high = _seconds(field.get("maximum")) or max(default or 0.0, fps * 5)
            bounds = (round(low / fps, 3), round(high / fps, 3))
            return None, bounds, None, round((default or low) / fps, 3)
        return ("5",), None, None, 5.0

    def _seconds_of(self, seconds: float, options: Mapping[str, Any]) -> dict[str, Any]:
        if name := self._first(_SECONDS):
            field = self._fields[name]
            for entry in field.get("enum") or ():
                if _seconds(entry) == seconds:
                    # As it is listed: `5`, `"5"` and `"5s"` are all in use.
                    return {name: entry}
            return {name: int(seconds) if field.get("type") == "integer" else seconds}
        if name := self._first(_FRAMES):
            chosen = next((fps for each in _FPS if (fps := _seconds(options.get(each)))), None)
            return {name: round(seconds * (chosen or self._fps()))}
        return {}

    def _fps(self) -> float:
        name = self._first(_FPS)
        return (_seconds(self._fields[name].get("default")) if name else None) or _DEFAULT_FPS

    def _read_sizes(self) -> dict[str, dict[str, Any]]:
        """Sizes in pixels, and the fields that ask for each; the default comes first."""
        if name := self._first(_SIZE):
            found = {}
            for entry in self._ordered(name):
                if isinstance(entry, str) and (match := _PIXELS.fullmatch(entry)):
                    found[f"{match[1]}x{match[2]}"] = {name: entry}
            if found:
                return found
        aspect, resolution = self._first(_ASPECT), "resolution" if "resolution" in self._fields else None
        ratios = [(entry, pair) for entry in self._ordered(aspect) if (pair := _ratio(entry))]
        lines = [(entry, line) for entry in self._ordered(resolution) if (line := _lines(entry))]
        sizes: dict[str, dict[str, Any]] = {}
        for ratio, (wide, high) in ratios or [(None, (16, 9))]:
            for line_word, line in lines or [(None, 720)]:
                asked = {} if ratio is None or aspect is None else {aspect: ratio}
                if line_word is not None:
                    asked["resolution"] = line_word
                sizes.setdefault(_pixels(wide, high, line), asked)
        return sizes if ratios or lines else {}

    def _near(self, submission: Submission) -> dict[str, Any]:
        """The fields for a size of the same height or width, where the shape follows from a picture."""
        if self._first(_ASPECT) is not None:
            return {}
        line = min(submission.width, submission.height)
        return next(
            (asked for size, asked in self._sizes.items() if min(map(int, size.split("x"))) == line), {}
        )

    def _pixels(self, submission: Submission) -> dict[str, Any]:
        if {"width", "height"} <= self._fields.keys():
            return {"width": submission.width, "height": submission.height}
        return {}

    def _size_rule(self) -> SizeRule | None:
        if not {"width", "height"} <= self._fields.keys():
            return None
        sides = (self._fields["width"], self._fields["height"])
        low = max(_whole(side.get("minimum")) or 64 for side in sides)
        high = min(_whole(side.get("maximum")) or 2048 for side in sides)
        step = max(_whole(side.get("multipleOf")) or 2 for side in sides)
        return SizeRule(min=low, max=high, step=step)

    def _default_size(self) -> str | None:
        if {"width", "height"} <= self._fields.keys():
            sides = [_whole(self._fields[side].get("default")) for side in ("width", "height")]
            return f"{sides[0]}x{sides[1]}" if all(sides) else None
        return None

    def _ordered(self, name: str | None) -> list[Any]:
        """A field's choices, its default first."""
        if name is None:
            return []
        field = self._fields[name]
        choices = list(field.get("enum") or ())
        if field.get("default") in choices:
            choices.remove(field["default"])
            choices.insert(0, field["default"])
        return choices

    def _sound(self) -> str | None:
        return next((name for name in _SOUND if self._fields.get(name, {}).get("type") == "boolean"), None)

    def _first(self, names: tuple[str, ...], *, takes_files: bool = False) -> str | None:
        return next(
            (
                name
                for name in names
                if name in self._fields and (not takes_files or _takes_files(self._fields[name]))
            ),
            None,
        )

    def _free(self) -> list[str]:
        """The fields that only `options` set."""
        taken = {*self._files.values(), self._sound(), "seed"}
        taken |= {self._first(names) for names in (_PROMPT, _SECONDS, _FRAMES)}
        if self._sizes or self._size_rule():
            taken |= {*_SIZE, *_ASPECT, "resolution", "width", "height"}
        return [
            name for name, field in self._fields.items() if name not in taken and field.get("format") != "uri"
        ]

    def _whole_schema(self, schema: Any, *, depth: int = _DEEPEST) -> Any:
        """The schema with what it refers to inside: apart from its document the references lead nowhere."""
        if isinstance(schema, list):
            return [self._whole_schema(entry, depth=depth) for entry in schema]
        if not isinstance(schema, Mapping):
            return schema
        if depth == 0:
            # One that refers to itself: anything goes from here on.
            return {}
        found = self._named(schema)
        return {name: self._whole_schema(value, depth=depth - 1) for name, value in found.items()}

    def _resolved(self, field: Mapping[str, Any]) -> dict[str, Any]:
        """The field with what its `$ref`, `allOf` or nullable `anyOf` lead to, one level deep."""
        found = dict(field)
        for word in ("allOf", "anyOf", "oneOf"):
            parts = found.get(word)
            if isinstance(parts, list):
                kept = [part for part in parts if isinstance(part, Mapping) and part.get("type") != "null"]
                if len(kept) == 1 or word == "allOf":
                    del found[word]
                    for part in kept:
                        found = {**self._named(part), **found}
        return self._named(found)

    def _named(self, field: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(field)
        reference = found.pop("$ref", None)
        if isinstance(reference, str):
            target = self._components.get(reference.rsplit("/", 1)[-1])
            if isinstance(target, Mapping):
                found = {**target, **found}
        return found


def _takes_files(field: Mapping[str, Any]) -> bool:
    items = field.get("items")
    kind = field.get("type")
    if kind == "array":
        return isinstance(items, Mapping) and items.get("type", "string") == "string"
    return kind in (None, "string") and not field.get("enum")


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*s?", value.strip())
        return float(match[1]) if match else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _ratio(entry: object) -> tuple[int, int] | None:
    match = _RATIO.fullmatch(entry) if isinstance(entry, str) else None
    return (int(match[1]), int(match[2])) if match and int(match[1]) and int(match[2]) else None


def _lines(entry: object) -> int | None:
    """`720p`, `768P` and `4K` as the shorter side in pixels."""
    if not isinstance(entry, str):
        return None
    match = _LINES.fullmatch(entry)
    return int(match[1]) if match else _WIDE.get(entry.lower())


def _pixels(wide: int, high: int, line: int) -> str:
    """The even size whose shorter side is `line`."""
    longer = round(line * max(wide, high) / min(wide, high) / 2) * 2
    return f"{longer}x{line}" if wide >= high else f"{line}x{longer}"
