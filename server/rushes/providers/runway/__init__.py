"""Runway: its own models and those of Google, ByteDance, Kling and Alibaba, all behind one API.

`models` says what there is, `bodies` what is sent for a video, `tasks` reads what comes back; none of them
touches the network. `adapter` does, with the vendor's SDK for what may cost money.
"""

from rushes.providers.runway.adapter import Runway

__all__ = ["Runway"]
