"""What a refusal of such a server means: whether its 404 is meant, and whether just the encoding is wrong."""

from __future__ import annotations

import re

from rushes.providers.openai_shaped.dialect import Encoding
from rushes.providers.wire.answers import Answer, read_refusal
from rushes.providers.wire.reading import is_moderation

_FORM = re.compile(
    r"multipart|form[- ]?data|content[- ]?type|application/json|valid dictionary"
    r"|(parse|decode|valid).{0,20}json|json.{0,20}(parse|decode|invalid|body)|input_reference.{0,60}required",
    re.IGNORECASE,
)


def names_the_job(answer: Answer) -> bool:
    """Is this 404 the API's own word on one job?

    A proxy whose server is away, or a wrong base URL, answers 404 to everything; believing that would write
    off every job at once.
    """
    message = read_refusal(answer).message.lower().rstrip(".")
    return answer.json() is not None and message not in ("", "not found")


def other_encoding(answer: Answer, *, sent: Encoding) -> Encoding | None:
    """The body's other encoding, if the server refused just the one it was `sent`; else None.

    Older SGLang builds answer a multipart create without an image with 400 "input_reference is required".
    """
    if answer.status not in (400, 415, 422):
        return None
    said = read_refusal(answer)
    if is_moderation(said.code, said.kind):
        return None
    # A server that could not read the body at all misses the one field that is always sent.
    unread = said.about == "" or (said.about == "prompt" and said.kind == "missing")
    if answer.status == 415 or unread or _FORM.search(f"{said.message} {said.code} {said.kind}"):
        return "json" if sent == "multipart" else "multipart"
    return None
