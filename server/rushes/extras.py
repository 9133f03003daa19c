"""Optional packages: a missing one is a line that says how to install it, never a traceback."""

from __future__ import annotations

from importlib.util import find_spec


class MissingExtra(Exception):
    """A setting asks for something whose package is not installed."""


def need(package: str, *, extra: str, purpose: str) -> None:
    """Raises `MissingExtra` unless `package` can be imported."""
    try:
        found = find_spec(package)
    except ModuleNotFoundError:
        # Of a dotted name, what comes before the last dot is missing already.
        found = None
    if found is None:
        raise MissingExtra(f"{purpose} needs the package {package}: pip install 'rushes[{extra}]'")
