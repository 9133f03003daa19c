"""How one event reaches a thousand sockets, against Node's socket.io and a bare python-socketio.

    python bench/fanout.py [--sockets 1000] [--rounds 3]

*last client*: from the emit to the last of all sockets, median over events 50 ms apart. *p99*: over all
deliveries of those. *burst*: deliveries a second of events sent without a pause. All relative to Node.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

_HERE = Path(__file__).resolve().parent
AIMS = {"last": ("≤", 1.0), "p99": ("≤", 1.0), "rate": ("≥", 1.0)}
NAMES = {"last": "last client", "p99": "p99", "rate": "burst rate"}
# As large as a video's public object.
VIDEO = {"video_id": "video_" + "0" * 26, "updates": {"prompt": "a harbour at dawn " * 30}, "seq": 1}
SERVERS = {
    "Node socket.io": ["node", str(_HERE / "peers" / "fanout.mjs")],
    "bare python-socketio": [sys.executable, str(_HERE / "fanout_server.py"), "bare"],
    "Rushes": [sys.executable, str(_HERE / "fanout_server.py"), "rushes"],
}


def main() -> None:
    """Prints a row a server and the verdicts."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sockets", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3, help="the median of so many counts")
    wanted = options.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    print(f"fan-out to {wanted.sockets} sockets, median of {wanted.rounds}, load {os.getloadavg()[0]:.1f}")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SERVERS}
    for _ in range(wanted.rounds):
        for name, command in SERVERS.items():
            found[name].append(_measure(command, wanted.sockets))
    medians = {
        name: {key: statistics.median(run[key] for run in runs) for key in AIMS}
        for name, runs in found.items()
    }
    node = medians["Node socket.io"]
    for name, values in medians.items():
        told = "   ".join(f"{NAMES[key]} {values[key] / node[key]:5.2f}" for key in AIMS)
        print(
            f"  {name:22} {told}   ({values['last'] * 1000:.1f} ms, {values['p99'] * 1000:.1f} ms,"
            f" {values['rate']:,.0f}/s)"
        )
    for key, (sign, aim) in AIMS.items():
        ratio = medians["Rushes"][key] / node[key]
        reached = ratio <= aim if sign == "≤" else ratio >= aim
        verdict = "reached" if reached else "NOT reached"
        print(f"{NAMES[key]}: {ratio:.2f} × Node (aim: {sign} {aim:g}) {verdict}")
    print("Most of it is one write to the system for each socket, which is the same for all.")


def _measure(command: list[str], sockets: int) -> dict[str, float]:
    with ExitStack() as stack:
        server = stack.enter_context(_started(command))
        port = server.stdout.readline().strip()
        clients = stack.enter_context(
            _started([sys.executable, str(_HERE / "fanout_clients.py"), port, str(sockets)])
        )
        assert clients.stdout.readline() == "ready\n"
        _round(server, clients, events=20, pause=0.02)  # warm
        paced = _round(server, clients, events=100, pause=0.05)
        burst = _round(server, clients, events=200, pause=0)
        stack.callback(server.kill)
        stack.callback(clients.kill)
    return {"last": paced["last"], "p99": paced["p99"], "rate": burst["rate"]}


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _round(
    server: subprocess.Popen[str], clients: subprocess.Popen[str], *, events: int, pause: float
) -> dict[str, float]:
    clients.stdin.write(f"{events}\n")
    clients.stdin.flush()
    assert clients.stdout.readline() == "listening\n"
    server.stdin.write(json.dumps({"count": events, "pause": pause, "video": VIDEO}) + "\n")
    server.stdin.flush()
    answer: dict[str, float] = json.loads(clients.stdout.readline())
    return answer


if __name__ == "__main__":
    main()
