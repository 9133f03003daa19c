"""Which model makes each stage of a production: the free ones for an animatic, the studio's defaults for a
final film.

    choices = Choices(studio.providers, studio.makers)
    choices.model("frames", "final")         # "openai/gpt-image-2", or "animatic/still" without a default
"""

from __future__ import annotations

from dataclasses import dataclass

from rushes.errors import Invalid, RushesError
from rushes.productions import timing
from rushes.productions.state import Quality, Work
from rushes.providers.makers.protocol import MakerKind, Transcriber, TranscriptionModel
from rushes.providers.makers.registry import DEFAULTS, MakerOffer, Makers
from rushes.providers.protocol import Offer
from rushes.providers.registry import ANIMATIC, Providers

KINDS: dict[Work, MakerKind] = {
    "story": "writer",
    "frames": "image",
    "voices": "speech",
    "rewrite": "writer",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """See the module."""

    providers: Providers
    makers: Makers

    def model(self, stage: Work, quality: Quality) -> str:
        """`provider/model`; empty for what needs none."""
        kind = KINDS.get(stage)
        if stage != "clips" and kind is None:
            return ""
        if quality == "animatic":
            return DEFAULTS[kind] if kind is not None else ANIMATIC
        name = self.makers.default(kind) if kind is not None else self.providers.default_model
        try:
            # A setting may name a model without its provider.
            return self.makers.resolve(kind, name).id if kind is not None else self.providers.resolve(name).id
        except RushesError:
            return name

    def listener(self, quality: Quality) -> MakerOffer[Transcriber, TranscriptionModel] | None:
        """Who tells when words are heard, where a voice does not; nobody for a sketch, which is free."""
        return self.makers.transcriber() if quality == "final" else None

    def video(self, quality: Quality) -> Offer:
        """The offer that clips are ordered from. Raises `Invalid` where it is none."""
        return self.providers.resolve(self.model("clips", quality))

    def longest_clip(self, quality: Quality) -> float:
        """Seconds of the longest clip that the model sells."""
        model = self.video(quality).model
        if model.seconds_values:
            return max(float(each) for each in model.seconds_values)
        return model.seconds[1] if model.seconds else timing.LONGEST

    def clip_seconds(self, quality: Quality, needed: float) -> float:
        """The shortest clip that the model sells and that covers `needed` seconds, else its longest: the cut
        holds or slows what is too short."""
        model = self.video(quality).model
        if model.seconds_values:
            sold = sorted(float(each) for each in model.seconds_values)
            return next((each for each in sold if each >= needed - 1e-6), sold[-1])
        low, high = model.seconds or (needed, needed)
        step = model.seconds_step or 0.0
        seconds = needed if not step else _up_to(needed, step)
        seconds = min(max(seconds, low), high)
        if not low <= seconds <= high:
            raise Invalid(seconds=f"must be between {low:g} and {high:g} for {model.name}")
        return seconds


def _up_to(seconds: float, step: float) -> float:
    count = -(-(seconds - 1e-6) // step)
    return round(count * step, 6)
