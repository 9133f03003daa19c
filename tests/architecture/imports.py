"""Reads who imports whom in the package, from the source alone."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "server" / "rushes"


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name, `rushes` first."""
    found: dict[str, Path] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The file, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_by(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of the package that the file imports, anywhere in it but for type checking alone."""
    found: set[str] = set()
    tree = tree_of(path)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in known}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide who is meant"
            base = node.module or ""
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                if whole in known:
                    found.add(whole)
                elif base in known:
                    found.add(base)
    return found
