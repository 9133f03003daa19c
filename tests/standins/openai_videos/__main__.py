"""`python -m tests.standins.openai_videos --port 9000 [--state jobs.json] [--duration 2] [--key secret]`"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.standins.openai_videos.app import Wire
from tests.standins.server import listen, make_server


def main() -> None:
    parser = argparse.ArgumentParser(prog="openai_videos", description="A stand-in /v1/videos server.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="keep the jobs in this file, over restarts")
    parser.add_argument("--duration", type=float, default=1.0, help="seconds that a job takes")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before any answer")
    parser.add_argument("--key", help="the API key to insist on")
    given = parser.parse_args()
    wire = Wire(state=given.state)
    wire.behaviour.set(duration=given.duration, latency=given.latency, key=given.key)
    listener = listen("127.0.0.1", given.port)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    make_server(wire).run(sockets=[listener])


if __name__ == "__main__":
    main()
