"""Refusals as the vendors word them."""

from __future__ import annotations

from typing import Any

WRONG_KEY: dict[str, tuple[int, Any]] = {
    "openai": (
        401,
        {
            "error": {
                "message": "Incorrect API key provided: sk-verys********deed.",
                "type": "invalid_request_error",
                "param": None,
                "code": "invalid_api_key",
            }
        },
    ),
    "google": (
        400,
        [
            {
                "error": {
                    "code": 400,
                    "message": "API key not valid. Please pass a valid API key.",
                    "status": "INVALID_ARGUMENT",
                }
            }
        ],
    ),
}
NO_CREDIT: tuple[int, Any] = (
    429,
    {
        "error": {
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        }
    },
)
MODERATION: tuple[int, Any] = (
    400,
    {
        "error": {
            "message": "Your request was rejected by the safety system.",
            "type": "image_generation_user_error",
            "param": None,
            "code": "moderation_blocked",
        }
    },
)
NO_MODEL: tuple[int, Any] = (
    404,
    {
        "error": {
            "message": "The model `nothing` does not exist or you do not have access to it.",
            "type": "invalid_request_error",
            "param": None,
            "code": "model_not_found",
        }
    },
)


def unknown_field(style: str, name: str) -> tuple[int, Any]:
    """How OpenAI, Google and a FastAPI server refuse a field that they do not know."""
    if style == "google":
        message = f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
        return 400, [{"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}]
    if style == "fastapi":
        detail = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
        return 422, {"detail": [detail]}
    return 400, {
        "error": {
            "message": f"Unknown parameter: '{name}'.",
            "type": "invalid_request_error",
            "param": name,
            "code": "unknown_parameter",
        }
    }


def unknown_form(style: str, form: str) -> tuple[int, Any]:
    """How OpenAI, Groq and vLLM refuse a kind of structured output."""
    if style == "google":
        message = f"This model does not support response format `{form}`."
        return 400, {"error": {"message": message, "type": "invalid_request_error"}}
    if style == "fastapi":
        return 400, {"object": "error", "message": f"{form} is not supported by this server", "code": 400}
    return 400, {
        "error": {
            "message": f"Invalid parameter: 'response_format' of type '{form}' is not supported here.",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    }
