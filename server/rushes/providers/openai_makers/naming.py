"""What a model makes, guessed from its name: `/v1/models` tells nothing else of it.

The operator has the last word, by `PROVIDERS__<NAME>__IMAGE_MODELS`, `…SPEECH_MODELS` and `…WRITER_MODELS`.
"""

from __future__ import annotations

import re
from typing import Literal

Makes = Literal["image", "speech", "writer", "video"]

_NOTHING_HERE = re.compile(
    r"whisper|transcri|(^|[-/])(asr|stt)\b|embed|rerank|moderation|guard|realtime|(^|[-/])live\b|-live-|audio-preview"
    r"|computer-use|(^|[-/])(clip|bge|gte|e5|siglip|aqa)[-/]|davinci|babbage|music|lyria|safety",
    re.IGNORECASE,
)
_VIDEO = re.compile(
    r"(^|[-/_])(sora|veo|wan[-_.]?\d|wan2|ltx|cogvideo|hunyuan-?video|mochi|kling|svd|animatediff|animatic"
    r"|stable-video|seedance|gen[-_]?[34])|video|[it]2v\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"(^|[-/_.])(tts|orpheus|kokoro|chatterbox|xtts|piper|parler|cosyvoice|bark|csm|dia|espeak|playai)([-/_.\d]|$)"
    r"|text-to-speech|fish-?speech|speech-0|voxtral.*tts|\btts",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"(gpt|chatgpt|qwen|z|glm|longcat|ovis|hunyuan|flash|pro|grok-\d+|hidream)[-_]?image|(^|[-/_.])(image|dall-e"
    r"|imagen|flux|sdxl|sd[-_]?[123]|stable-?diffusion|kandinsky|seedream|ideogram|recraft|hidream|omnigen|sana"
    r"|pixart|playground-v)",
    re.IGNORECASE,
)


# Families whose every member writes. What is none of these may still be anything.
_LANGUAGE = re.compile(
    r"(^|[-/:])(gpt-(3|4|5|6|oss)|chatgpt-4|o[1-9](-|$)|llama|codellama|qwen[-\d.]*(-|:|$)|qwq|gemma|gemini|mi[sx]tral"
    r"|ministral|magistral|codestral|deepseek|claude|phi-?\d|command-|granite|kimi|grok-\d|nemotron|olmo|smollm|compound"
    r"|allam|falcon|yi-|glm-\d|starcoder|solar|vicuna|hermes)",
    re.IGNORECASE,
)


def may_make_videos(name: str) -> bool:
    """Whether a name of a server's list could be a video model's: not one that plainly makes something
    else."""
    kind = makes(name)
    return kind == "video" or (kind == "writer" and not _LANGUAGE.search(name))


def makes(name: str) -> Makes | None:
    """What a model of that name makes; None for one that makes nothing of the kind. Whatever looks like
    nothing else is taken for a language model, which most are."""
    if _NOTHING_HERE.search(name):
        return None
    for kind, pattern in (("speech", _SPEECH), ("image", _IMAGE), ("video", _VIDEO)):
        if pattern.search(name):
            return kind  # type: ignore[return-value]
    return "writer"
