"""A stand-in for any server of OpenAI's shape that makes pictures, sound and text: real HTTP and files.

It counts everything that it is asked.

    with serving(forms=("json_object",)) as standin:
        standin.fault("image", "done_drop")
        standin.reply('{"title": …}')
        ...
        assert standin.made() == 1

`app.py` lists what can be set and what can go wrong; `refusals.py` has the vendors' own words.
"""

from tests.standins.openai_makers.server import StandIn, serving

__all__ = ["StandIn", "serving"]
