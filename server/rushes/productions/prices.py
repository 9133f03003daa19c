"""What the next steps of a production would cost, before anything is begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.errors import Invalid, RushesError
from rushes.productions.choices import Choices
from rushes.productions.plan import Due, Run, wanted
from rushes.productions.shapes import nearest_size, size_of
from rushes.productions.state import Quality, State
from rushes.productions.timing import LEAD, TAIL
from rushes.providers.makers.protocol import MakerPrice
from rushes.providers.makers.story import USUAL_SCENES, speaking_seconds
from rushes.providers.model import Model

# What a language model reads and writes for a story, in tokens: its instructions, and a scene each.
_INSTRUCTIONS = 700
_SCENE = 220
_CHARACTERS_A_TOKEN = 3.5

# How far the truth may lie from what is told, where clips are as long as narrations not yet spoken.
_MAY_BE_LESS = 0.8
_MAY_BE_MORE = 1.3


def estimate(state: State, run: Run, choices: Choices) -> dict[str, Any]:
    """`models.Estimate` of what the run has still to make."""
    items: dict[tuple[str, str], dict[str, Any]] = {}
    is_certain = True
    left = wanted(state, run, choices)
    if not state.scenes:
        left = [*left, *_to_come(state, run)]
    for due in left:
        model = model_of(state, due, choices, run.quality)
        if not model:
            continue
        item = items.setdefault(
            (due.stage, model), {"stage": due.stage, "model": model, "count": 0, "amount": 0.0}
        )
        item["count"] += 1
        amount = _price_or_none(state, due, choices, run.quality)
        item["amount"] = None if amount is None or item["amount"] is None else item["amount"] + amount
        spoken = due.scene is None or state.is_made("voices", due.scene) or not due.scene.narration
        is_certain = is_certain and (due.stage not in ("story", "clips") or spoken or amount == 0)
    amounts = [item["amount"] for item in items.values()]
    total = None if None in amounts else round(sum(amounts), 6)
    low, high = (1.0, 1.0) if is_certain else (_MAY_BE_LESS, _MAY_BE_MORE)
    return {
        "amount": total,
        "low": None if total is None else round(total * low, 6),
        "high": None if total is None else round(total * high, 6),
        "currency": "USD",
        "items": list(items.values()),
    }


def estimate_of_step(state: State, due: Due, choices: Choices, quality: Quality) -> dict[str, Any]:
    """`models.Estimate` of making one step once more, whether it is there or not."""
    amount = _price_or_none(state, due, choices, quality)
    model = choices.model(due.stage, quality)
    return {
        "amount": amount,
        "low": amount,
        "high": amount,
        "currency": "USD",
        "items": [{"stage": due.stage, "model": model, "count": 1, "amount": amount}],
    }


def model_of(state: State, due: Due, choices: Choices, quality: Quality) -> str:
    """`provider/model` of a step; empty for what needs none."""
    if due.stage == "captions":
        listener = choices.listener(quality)
        return listener.id if listener is not None and state.untold else ""
    return choices.model(due.stage, quality)


def price_of(state: State, due: Due, choices: Choices, quality: Quality) -> float | None:
    """USD of one step, None where nobody knows."""
    production, scene = state.production, due.scene
    match due.stage:
        case "story":
            scenes = production.wanted_scenes or USUAL_SCENES
            return writing(
                choices.makers.writer(choices.model("story", quality)).model.price, production.idea, scenes
            )
        case "rewrite":
            writer = choices.makers.writer(choices.model("rewrite", quality)).model
            return writing(writer.price, scene.narration, 1)
        case "frames":
            return choices.makers.image(choices.model("frames", quality)).model.price.per_image
        case "voices":
            price = choices.makers.speech(choices.model("voices", quality)).model.price.per_1000_characters
            text = scene.narration if scene is not None else "x" * 80
            return None if price is None else round(price * len(text) / 1000, 6)
        case "clips":
            offer = choices.video(quality)
            seconds = choices.clip_seconds(quality, _needed(state, scene))
            return _clip(offer.model, production.aspect_ratio, seconds)
        case "captions":
            listener = choices.listener(quality)
            if listener is None or not state.untold:
                return 0.0
            seconds, price = sum(map(state.spoken, state.untold)), listener.model.price.per_minute
            return None if price is None else round(price * seconds / 60, 6)
        case _:
            return 0.0


def _price_or_none(state: State, due: Due, choices: Choices, quality: Quality) -> float | None:
    """None too for a model that nobody offers just now: looking at a production must not fail for that."""
    try:
        return price_of(state, due, choices, quality)
    except RushesError:
        return None


def writing(price: MakerPrice, idea: str, scenes: int) -> float | None:
    """USD of a story of so many scenes about `idea`, None where nobody knows."""
    if price.per_million_tokens_in is None or price.per_million_tokens_out is None:
        return None
    reads = _INSTRUCTIONS + len(idea) / _CHARACTERS_A_TOKEN
    return round(
        (reads * price.per_million_tokens_in + scenes * _SCENE * price.per_million_tokens_out) / 1e6, 6
    )


def clip_size(model: Model, aspect_ratio: str, lines: int = 720) -> str:
    """The size to order: the film's own where the model makes it, else what comes closest in shape."""
    width, height = size_of(aspect_ratio, lines)
    own = f"{width}x{height}"
    rule = model.size_rule
    if own in model.sizes or (rule is None and not model.sizes):
        return own
    if rule is not None and all(
        rule.min <= side <= rule.max and side % rule.step == 0 for side in (width, height)
    ):
        return own
    if model.sizes:
        return nearest_size(model.sizes, aspect_ratio, lines)
    if rule is None:
        raise Invalid(aspect_ratio=f"cannot be made by {model.name}")
    shorter = max(rule.min, min(lines, int(rule.max * min(width, height) / max(width, height))))
    sides = size_of(aspect_ratio, shorter)
    return "x".join(str(min(rule.max, max(rule.min, round(side / rule.step) * rule.step))) for side in sides)


def _clip(model: Model, aspect_ratio: str, seconds: float) -> float | None:
    if model.price is None:
        return None
    return model.price.of(size=clip_size(model, aspect_ratio), seconds=seconds)


def _needed(state: State, scene: Any) -> float:
    if scene is None:
        wanted_seconds = state.production.wanted_seconds
        return (
            float(wanted_seconds / (state.production.wanted_scenes or USUAL_SCENES))
            if wanted_seconds
            else 5.0
        )
    if state.is_made("voices", scene) or not scene.narration.strip():
        return float(state.lengths[scene.id])
    return max(float(scene.seconds), speaking_seconds(scene.narration) + LEAD + TAIL)


def _to_come(state: State, run: Run) -> Sequence[Due]:
    """The scenes of a story that is not written yet."""
    count = state.production.wanted_scenes or USUAL_SCENES
    stages = [stage for stage in ("frames", "voices", "clips") if stage in run.stages]
    return [Due(stage) for stage in stages for _ in range(count)]
