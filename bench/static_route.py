"""The barest server that could answer: Starlette on uvicorn, answers ready as bytes, no sign-in.

python bench/static_route.py        reads {path: body} as JSON from standard input, prints the port
"""

from __future__ import annotations

import json
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main() -> None:
    """Serves until it is stopped."""
    bodies = {path: body.encode() for path, body in json.loads(sys.stdin.readline()).items()}

    async def ready_made(request: Request) -> Response:
        return Response(bodies[request.url.path], media_type="application/json")

    app = Starlette(routes=[Route(path, ready_made) for path in bodies])
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listener.getsockname()[1], flush=True)
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", loop="uvloop", log_config=None, access_log=False)
    )
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
