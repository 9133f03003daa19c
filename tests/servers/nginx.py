"""nginx with the `server` block of the documentation, in front of a studio on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import ServerProcess, free_port

_DOCUMENT = Path(__file__).parents[2] / "docs" / "many-machines.md"


@contextlib.contextmanager
def nginx(*, studio: str, files: Path, everybody: bool = False) -> Iterator[str]:
    """Its address for as long as the block lasts. `studio` is the address behind it; `everybody` may have the
    files without asking it."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    assert Path(program).exists(), "nginx is not installed: make test-tools"
    folder, port = Path(tempfile.mkdtemp(prefix="rushes-nginx-")), free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(folder, port, studio, files, everybody))
    process = ServerProcess(
        [program, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")],
        port=port,
        folder=folder,
        answers=lambda: _listens(port),
        user=None,
    )
    try:
        process.start()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, port: int, studio: str, files: Path, everybody: bool) -> str:
    text = _DOCUMENT.read_text(encoding="utf-8")
    (server,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    (upgrade,) = re.findall(r"`(map .*?})`", text)
    for documented, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("proxy_pass http://127.0.0.1:3000;", f"proxy_pass {studio};"),
        ("alias /srv/rushes/videos/;", f"alias {files}/;"),
        ("internal;", "" if everybody else "internal;"),
    ):
        assert documented in server
        server = server.replace(documented, here)
    # As root it would hand its workers to somebody who may not read the tests' folders.
    user = "user root;" if os.getuid() == 0 else ""
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; {user} pid {folder}/pid; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{upgrade}\n{server} }}\n"
    )


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except ConnectionError:
        return False
