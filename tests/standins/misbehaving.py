"""What goes wrong on the wire, for every stand-in: see `faults` for the kinds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from tests.standins.clips import PAGE
from tests.standins.faults import Fault


class Misbehaving:
    """A stand-in that knows its open `connections` by their far end, to break them."""

    connections: dict[Any, asyncio.Transport]

    def says(self, status: int) -> Any:
        """The body of an answer that means nothing but its status."""
        return {"detail": f"The stand-in says {status}."}

    def moved_to(self, request: Request) -> str:
        """Where a redirect leads that names no place."""
        return "/"

    async def misbehave(self, request: Request, fault: Fault, kind: str) -> Response:
        """The answer to a request that meets `fault`; `kind` is what of it is left to do."""
        if kind == "drop":
            return self.hang_up(request)
        if kind == "hang":
            while not await request.is_disconnected():
                await asyncio.sleep(0.02)
            return Response()
        if kind == "not_http":
            transport = self.connections[request.scope["client"]]
            transport.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
            transport.close()
            return Response()
        if kind == "garbage":
            return Response(b"\x00\xff{]garbage", media_type="application/json")
        if kind == "html":
            return Response(PAGE, fault.status or 200, media_type="text/html")
        if kind == "redirect":
            url = fault.url or self.moved_to(request)
            return Response(status_code=fault.status or 302, headers={"location": url})
        if kind == "late":
            await asyncio.sleep(fault.seconds)
        headers = {"retry-after": str(fault.retry_after)} if fault.retry_after is not None else {}
        status = fault.status or (200 if kind == "answer" else 500)
        if isinstance(fault.body, str):
            return Response(fault.body, status, headers, "text/plain")
        return JSONResponse(self.says(status) if fault.body is None else fault.body, status, headers)

    def in_pieces(self, request: Request, response: Response, fault: Fault) -> Response:
        """The answer with its length announced, sent slowly or only by half."""
        head = {
            "content-length": str(len(response.body)),
            "content-type": response.headers["content-type"],
        }
        return StreamingResponse(self._dribble(request, bytes(response.body), fault), headers=head)

    async def _dribble(self, request: Request, body: bytes, fault: Fault) -> AsyncIterator[bytes]:
        if fault.kind == "mid_body":
            yield body[: len(body) // 2]
            self.connections[request.scope["client"]].close()
            return
        step = max(1, -(-len(body) // fault.pieces))
        for start in range(0, len(body), step):
            await asyncio.sleep(fault.seconds)
            yield body[start : start + step]

    def hang_up(self, request: Request) -> Response:
        self.connections[request.scope["client"]].abort()
        return Response()
