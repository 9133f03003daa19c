"""Hugging Face: models of its Hub, run by fal's queue behind its router, or by its own servers at once.

`mapping` reads who runs a model, `held` keeps results that came with the answer itself; `adapter` is the
rest.
"""

from rushes.providers.huggingface.adapter import HuggingFace

__all__ = ["HuggingFace"]
