"""What people see of the models that make stills, narration and stories, beside those that make videos."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from rushes.providers.makers.protocol import ImageModel, MakerModel, SpeechModel, Voice, WriterModel
from rushes.providers.makers.registry import AnyOffer
from rushes.videos.offer_models import Models, ModelView, SizeRuleView


class ModelsQuery(BaseModel):
    """Which models to list."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["video", "image", "speech", "writer"] = "video"


class VoiceView(BaseModel):
    """A voice. `language` is a BCP 47 tag, null for one that speaks many."""

    id: str
    label: str
    language: str | None
    gender: Literal["female", "male"] | None


class SpeedRange(BaseModel):
    min: float
    max: float


class MakerPriceView(BaseModel):
    """USD; what nobody says is null. 0 is free."""

    per_image: float | None
    per_1000_characters: float | None
    per_million_tokens_in: float | None
    per_million_tokens_out: float | None


class MakerModelView(BaseModel):
    """What a model takes that makes stills, narration or stories. `embedded` ones work on this machine,
    free and without AI."""

    id: str
    name: str
    provider: str
    kind: Literal["image", "speech", "writer"]
    label: str
    description: str
    embedded: bool
    price: MakerPriceView
    sizes: list[str] = Field(description="Of images: what it makes; empty where it is not known.")
    size_rule: SizeRuleView | None = Field(description="Of images: further sizes that it makes.")
    references: int = Field(description="Of images: how many pictures it takes to go by.")
    seed: bool = Field(description="Of images: whether the same seed gives the same picture.")
    voices: list[VoiceView] = Field(description="Of speech: its own choice first; empty where nobody tells.")
    speeds: SpeedRange | None = Field(description="Of speech: 1 is the voice's own pace.")
    text_max: int | None = Field(description="Of speech: the most characters at once.")
    word_times: bool = Field(description="Of speech: whether it tells when each word is heard.")
    shapes: list[str] = Field(description="Of writers: the only things that it writes; empty for any.")


class MakerModels(BaseModel):
    models: list[MakerModelView]
    default: str


class ModelsOfKind(RootModel[Models | MakerModels]):
    """The models of the kind that was asked for: of videos unless another was."""


class AnyModel(RootModel[ModelView | MakerModelView]):
    """One model of any kind."""


def maker_model_view(offer: AnyOffer, voices: list[Voice]) -> dict[str, object]:
    """`MakerModelView`."""
    model: MakerModel = offer.model
    image = model if isinstance(model, ImageModel) else None
    speech = model if isinstance(model, SpeechModel) else None
    writer = model if isinstance(model, WriterModel) else None
    rule = image.size_rule if image else None
    price = model.price
    return {
        "id": offer.id,
        "name": model.name,
        "provider": offer.provider,
        "kind": model.kind,
        "label": model.label,
        "description": model.description,
        "embedded": offer.maker.embedded,
        "price": {
            "per_image": price.per_image,
            "per_1000_characters": price.per_1000_characters,
            "per_million_tokens_in": price.per_million_tokens_in,
            "per_million_tokens_out": price.per_million_tokens_out,
        },
        "sizes": list(image.sizes) if image else [],
        "size_rule": {"min": rule.min, "max": rule.max, "step": rule.step} if rule else None,
        "references": image.references if image else 0,
        "seed": image.seed if image else False,
        "voices": [
            {"id": each.id, "label": each.label, "language": each.language, "gender": each.gender}
            for each in voices
        ],
        "speeds": {"min": speech.speeds[0], "max": speech.speeds[1]} if speech else None,
        "text_max": speech.text_max if speech else None,
        "word_times": speech.word_times if speech else False,
        "shapes": list(writer.shapes) if writer else [],
    }
