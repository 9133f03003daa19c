"""A stand-in for any `/v1/videos` server: real HTTP, real little MP4s, adjustable speed and faults.

It counts everything that it is asked.

    with serving(duration=0.5) as standin:
        standin.fault("create", "status", status=429, retry_after=2)
        ...
        assert standin.counts()["accepted"] == 1

Beside a studio that gets killed it runs as its own process, adjusted over HTTP:

    python -m tests.standins.openai_videos --port 9000 --state jobs.json
    curl localhost:9000/_control -d '{"duration": 5, "faults": [{"verb": "content", "kind": "zero"}]}'
    curl localhost:9000/_counts

`faults.py` lists the kinds of fault, `behaviour.py` what else can be set.
"""

from tests.standins.openai_videos.server import StandIn, serving

__all__ = ["StandIn", "serving"]
