"""The `rushes` command: serves the studio, works for it, or tells about it.

Whatever keeps it from starting is one line on standard error and an exit code of its own.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import re
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console
from rich.text import Text

from rushes import __version__
from rushes.accounts.first_run import BadAdminPassword, Welcome, first_run
from rushes.app import build_app, build_watch_app
from rushes.doctor import examine
from rushes.errors import Unavailable
from rushes.extras import MissingExtra
from rushes.http.answers import to_json
from rushes.http.errors import CutShort
from rushes.http.openapi import build_document
from rushes.http.validation import invalid_from
from rushes.http.webapp import find_build
from rushes.lock import AlreadyRunning
from rushes.media.ffmpeg import FfmpegMissing
from rushes.migrations import DatabaseTooNew
from rushes.observe.logs import set_up_logs
from rushes.parts import ENDPOINTS, minding_providers, open_hub
from rushes.realtime.server import open_sockets
from rushes.secrets import BadSecret
from rushes.serving import Serving, StartFailed, listen
from rushes.settings import BadSetting, Settings
from rushes.studio import open_studio
from rushes.videos.samples import add_samples
from rushes.worker import run_worker

log = structlog.get_logger(__name__)

# Exit codes, by what went wrong.
FAILED, BAD_SETTINGS, ALREADY_RUNNING, TOO_NEW, PORT_TAKEN, NO_DATABASE = 1, 2, 3, 4, 5, 6

_SIGNS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "red")}

cli = typer.Typer(
    help="A self-hosted studio for AI video.", no_args_is_help=True, pretty_exceptions_enable=False
)


def main() -> None:
    """The entry point."""
    cli()


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, else HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port, else PORT; 0 is any free one.")] = None,
    worker: Annotated[bool, typer.Option(help="Run the worker in this process as well.")] = True,
    demo: Annotated[
        bool, typer.Option("--demo", help="Known passwords and sample videos, for this machine alone.")
    ] = False,
) -> None:
    """Serve the studio: the web app, the API and, in this process, the worker."""
    with _plainly():
        given = {"host": host, "port": port, "demo": demo or None}
        settings = _settings({name: value for name, value in given.items() if value is not None})
        if settings.demo and not _is_loopback(settings.host):
            _fail(
                BAD_SETTINGS, f"A demonstration serves this machine alone, so HOST cannot be {settings.host}."
            )
        listener = _listen(settings, "PORT", settings.port)
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        if not worker and not settings.redis_url:
            _say("Without REDIS_URL no other process can work for this one: the worker runs here.")
            worker = True
        _set_up_logs(settings, "web and worker" if worker else "web")
        _run(_serve(settings, listener, with_worker=worker))


@cli.command()
def worker() -> None:
    """Work for a studio whose parts share a database and Redis; serve nothing."""
    with _plainly():
        settings = _settings({})
        _set_up_logs(settings, "worker")
        if not settings.redis_url:
            _run(_wait_in_vain())
            return
        port = settings.metrics_port
        _run(_work(settings, _listen(settings, "METRICS_PORT", port) if port is not None else None))


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
) -> None:
    """Look at everything that the studio stands on, and say how to mend what is wrong."""
    with _plainly():
        settings = _settings({})
        set_up_logs("error", settings.log_format)
        is_well = asyncio.run(_examine(settings, as_json=as_json))
    raise typer.Exit(0 if is_well else FAILED)


@cli.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@cli.command()
def openapi(
    output: Annotated[
        Path | None, typer.Option(help="The file to write, instead of standard output.")
    ] = None,
) -> None:
    """Print the OpenAPI document of the API."""
    text = to_json(build_document(ENDPOINTS)).decode()
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


async def _examine(settings: Settings, *, as_json: bool) -> bool:
    """Prints each finding as soon as it is known; whether there is no fault."""
    console = Console(soft_wrap=True, highlight=False)
    count = Counter[str]()
    async for finding in examine(settings):
        count[finding.state] += 1
        if as_json:
            typer.echo(to_json(asdict(finding)).decode())
            continue
        sign, style = _SIGNS[finding.state]
        line = Text.assemble((f" {sign} ", style), (f"{finding.part:<16}", "bold"), finding.text)
        console.print(line)
        if finding.mend:
            console.print(Text(f"{'':<19}→ {finding.mend}"))
    if not as_json:
        console.print(Text(_summary(count)))
    return not count["fault"]


def _summary(count: Counter[str]) -> str:
    if count["fault"]:
        return f"\n{count['fault']} of {count.total()} parts need mending."
    if count["warning"]:
        return "\nIt works; look at what is marked with !."
    return "\nAll is well."


async def _serve(settings: Settings, listener: socket.socket, *, with_worker: bool) -> None:
    stop = _stop_on_signals()
    async with open_studio(settings) as studio:
        app = build_app(studio)
        welcomes = await first_run(studio)
        if settings.demo:
            await add_samples(studio)
        async with Serving.start(app, studio, listener) as serving:
            working = asyncio.create_task(run_worker(studio), name="worker") if with_worker else None
            _greet(serving.url, settings, welcomes)
            _spare_the_collector()
            await _until(stop, working)
            log.info("stopping")
            asked_at = time.monotonic()
        # The server has answered what it had to; meanwhile what the worker does hands itself back.
        if working is not None:
            await _finish(working, settings.shutdown_grace - (time.monotonic() - asked_at))


async def _work(settings: Settings, listener: socket.socket | None) -> None:
    stop = _stop_on_signals()
    async with AsyncExitStack() as stack:
        if listener is not None:
            stack.enter_context(listener)
        studio = await stack.enter_async_context(open_studio(settings))
        sockets = open_sockets(settings, write_only=True)
        # A remix at a provider needs to know what its models can do.
        async with minding_providers(studio), open_hub(studio, sockets).running():
            working = asyncio.create_task(run_worker(studio), name="worker")
            if listener is not None:
                serving = await stack.enter_async_context(
                    Serving.start(build_watch_app(studio), studio, listener)
                )
                _say(f"Its metrics are at {serving.url}/metrics.")
            _say(f"Rushes {__version__} is working. Stop it with Ctrl+C.")
            _spare_the_collector()
            await _until(stop, working)
            studio.stopping.set()
            await _finish(working, settings.shutdown_grace)
        await sockets.close_all()


async def _wait_in_vain() -> None:
    """A supervisor that starts both a server and a worker must not see this one end and give up."""
    stop = _stop_on_signals()
    _say("Without REDIS_URL the server contains the worker; there is nothing to do here. Stop with Ctrl+C.")
    await stop.wait()


async def _until(stop: asyncio.Event, working: asyncio.Task[None] | None) -> None:
    """Returns when asked to stop, and raises what ended the worker if that comes first."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({stopped, *([working] if working else [])}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working is not None and working.done():
        working.result()
        raise StartFailed("The worker ended by itself; the log says why.")


async def _finish(working: asyncio.Task[None], grace: float) -> None:
    done, _ = await asyncio.wait({working}, timeout=max(1.0, grace))
    if not done:
        log.warning("worker_cut_short")
        working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def _stop_on_signals() -> asyncio.Event:
    """An event that the first Ctrl+C or SIGTERM sets. The second leaves at once: whatever is unfinished is
    found again by the next start, as after any crash."""
    stop = asyncio.Event()

    def asked() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    return stop


def _spare_the_collector() -> None:
    """What lives as long as the process is never looked at again, and full collections become rare: they are
    what makes the slowest of a thousand sockets slow."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    return uvloop.new_event_loop


def _settings(given: dict[str, Any]) -> Settings:
    try:
        settings = Settings(**given)
    except ValidationError as error:
        wrong = invalid_from(error).details["fields"]
        _fail(BAD_SETTINGS, "; ".join(f"{_variable(name)} {text}" for name, text in wrong.items()) + ".")
    except UnicodeDecodeError:
        _fail(BAD_SETTINGS, ".env is not UTF-8 text.")
    except SettingsError as error:
        named = re.search(r'"(\w+)"', str(error))
        _fail(BAD_SETTINGS, f"{named[1].upper() if named else 'A setting'} must be valid JSON.")
    return settings


def _set_up_logs(settings: Settings, process: str) -> None:
    set_up_logs(
        settings.log_level, settings.log_format, told_already=[CutShort], process=process, for_good=True
    )


def _variable(field: str) -> str:
    """`providers.gpu.base_url` is PROVIDERS__GPU__BASE_URL in the environment."""
    return field.upper().replace(".", "__").replace("-", "_")


def _listen(settings: Settings, variable: str, port: int) -> socket.socket:
    place = f"{settings.host}:{port}"
    try:
        return listen(settings.host, port)
    except socket.gaierror:
        _fail(BAD_SETTINGS, f"HOST {settings.host} is no address of this machine.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            option = ", or --port" if variable == "PORT" else ""
            _fail(
                PORT_TAKEN, f"{place} is in use, maybe by another Rushes. Choose another {variable}{option}."
            )
        if error.errno == errno.EACCES:
            _fail(
                PORT_TAKEN, f"The system does not let you listen on {place}. Choose a {variable} above 1023."
            )
        _fail(BAD_SETTINGS, f"Cannot listen on {place}: {error.strerror}.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _plainly() -> Iterator[None]:
    """Turns what keeps the studio from starting into a line and an exit code."""
    try:
        yield
    except AlreadyRunning as error:
        _fail(ALREADY_RUNNING, str(error))
    except DatabaseTooNew as error:
        _fail(TOO_NEW, str(error))
    except (BadSetting, BadSecret, BadAdminPassword, FfmpegMissing, MissingExtra) as error:
        _fail(BAD_SETTINGS, str(error))
    except Unavailable as error:
        _fail(NO_DATABASE, error.message)
    except StartFailed as error:
        _fail(FAILED, str(error))
    except PermissionError as error:
        _fail(FAILED, f"No permission to use {error.filename}.")


def _fail(code: int, line: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(f"rushes: {line}", style="red", highlight=False, markup=False)
    raise typer.Exit(code)


def _say(line: str) -> None:
    Console(soft_wrap=True).print(line, highlight=False, markup=False)


def _greet(url: str, settings: Settings, welcomes: list[Welcome]) -> None:
    """Where the studio is, and how those sign in who can from now on."""
    console = Console(soft_wrap=True, highlight=False)
    address = settings.effective_public_url if settings.public_url else url
    console.print(f"\n  [bold]Rushes {__version__}[/bold] is at [bold cyan]{address}[/bold cyan]")
    for welcome in welcomes:
        password = welcome.password or "(the ADMIN_PASSWORD that you set)"
        console.print(f"  Sign in as [bold]{welcome.username}[/bold] with password [bold]{password}[/bold]")
        if welcome.must_change:
            console.print("  It is shown this once, and you choose your own when you sign in.")
    if find_build() is None:
        console.print("  The web app is not built yet: make setup builds it.")
    console.print("  Stop with Ctrl+C.\n")
    sys.stdout.flush()
