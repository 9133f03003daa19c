"""fal: a thousand hosted models behind one queue.

`places` are the addresses of a request, `schemas` its models' own descriptions, `refusals` and `results`
read what the queue says (pure), `catalogue` is what is offered unasked; `queue` makes jobs and asks about
them, and is shared with Hugging Face, whose router leads to the same queue; `adapter` is fal itself.
"""

from rushes.providers.fal.adapter import Fal

__all__ = ["Fal"]
