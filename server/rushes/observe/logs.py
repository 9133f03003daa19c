"""Logs as JSON lines for machines, or in colour for a person at a terminal; one stream, on standard error.

    set_up_logs("info", "auto")
    structlog.get_logger(__name__).info("job_found", video_id=video.id, seconds=3.2)

What a line belongs to (a request, a background step, a video) is bound where that begins: see `context.py`.
What libraries write through `logging` (uvicorn, docket, sqlalchemy) takes the same way, secrets masked.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Collection, MutableMapping
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import Processor

from rushes.observe.redaction import redact

# Libraries that say at `info` what concerns only their own authors.
_TALKATIVE = {
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "docket": logging.WARNING,
    "engineio": logging.ERROR,
    "openai": logging.WARNING,
    "PIL": logging.WARNING,
    "python_multipart": logging.ERROR,
    "socketio": logging.ERROR,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
}


def set_up_logs(
    level: str,
    form: Literal["auto", "json", "console"] = "auto",
    *,
    told_already: Collection[type[BaseException]] = (),
    process: str | None = None,
    for_good: bool = False,
) -> None:
    """Routes everything to standard error. `auto` is `console` at a terminal, else `json`, whose lines name
    the `process` (what it is for) and its `pid`, to be told apart when many write to one place.

    Records about exceptions in `told_already` are dropped: their story was logged where it was known. What is
    set up `for_good` cannot be set up otherwise later: loggers keep it, and write a line in less time.
    """
    to_person = form == "console" or (form == "auto" and sys.stderr.isatty())
    told = _Told(tuple(told_already))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        # Before the secrets are masked: the terminal's own, prettier, way would show every local variable.
        structlog.processors.format_exc_info,
        redact,
        # What comes from here on holds no secrets, and would only cost the looking.
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if to_person else "iso", utc=not to_person),
        *([] if to_person else [_Process(process)]),
    ]
    render: Processor = structlog.dev.ConsoleRenderer() if to_person else _as_json
    # Our own lines go straight to the stream: by way of `logging` each would cost as much as a small request.
    structlog.configure(
        processors=[told.drop, *shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=_Stream,
        cache_logger_on_first_use=for_good,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    handler.addFilter(told)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in _TALKATIVE.items():
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(max(least, root.level) if level != "debug" else logging.NOTSET)


class _Stream:
    """A logger of structlog's that writes each line to standard error as one piece."""

    def __init__(self, name: str = "rushes") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


class _Process:
    """Adds which process a line comes from."""

    def __init__(self, name: str | None) -> None:
        self._said = {**({"process": name} if name else {}), "pid": os.getpid()}

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        return {**event, **self._said}


class _Told(logging.Filter):
    """Drops records whose exception was logged before."""

    def __init__(self, told: tuple[type[BaseException], ...]) -> None:
        super().__init__()
        self._told = told

    def filter(self, record: logging.LogRecord) -> bool:
        return not self._is_told(record.exc_info)

    def drop(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The same as a processor of structlog's."""
        if self._told and self._is_told(event.get("exc_info")):
            raise structlog.DropEvent
        return event

    def _is_told(self, exc_info: Any) -> bool:
        if exc_info is True:
            exc_info = sys.exc_info()
        error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
        return isinstance(error, self._told)


def _as_json(_logger: Any, _method: str, event: Any) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
