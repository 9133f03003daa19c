"""Who may import whom: downward only, as docs/architecture.md draws it.

A module that fits none of the patterns below fails, so that a new one is placed on purpose.
"""

from __future__ import annotations

import ast
import re

import pytest
from tests.architecture.imports import imported_by, modules, tree_of

SLICES = ("accounts", "collections", "money", "productions", "provider_settings", "videos", "uploads")
CAPABILITIES = ("providers", "media", "storage", "realtime", "observe")
_SLICE = "(?:" + "|".join(SLICES) + ")"

# From the ground up. A module may import from its own layer and those below it.
LAYERS: list[tuple[str, str]] = [
    (
        "ground",
        r"rushes|rushes\.(errors|clock|events|actor|lock|secrets|encryption|passwords|remembered|settings|origins|database|stopping|extras|quick_reads|words)"
        r"|rushes\.(providers|media|storage|observe|realtime)(\..+)?|rushes\.http|rushes\.http\.limiter|rushes\.wakes",
    ),
    ("tables", r"rushes\.tables(\..+)?|rushes\.migrations(\..+)?|rushes\.visibility"),
    ("studio", r"rushes\.(transaction|background|studio|loose_files|watching|catching_up)"),
    ("edge", r"rushes\.http\..+|rushes\.hub"),
    # A slice: what is pure or asks the database, then the rules, then whatever speaks to the outside.
    ("slices", rf"rushes\.{_SLICE}(\..+)?"),
    ("dialects", r"rushes\.dialects(\..+)?"),
    ("whole", r"rushes\.(parts|app|worker|serving|cli)|rushes\.doctor(\..+)?"),
]

# Within a slice, the modules that others may use. Its queries are its own.
_PUBLIC = (
    "service",
    "models",
    "identify",
    "spaces",
    "sessions",
    "first_run",
    "routes",
    "queue_routes",
    "model_routes",
    "recovery_routes",
    "webhook_routes",
    "tasks",
    "live",
    "known_models",
    "in_force",
    "opening",
    "reading",
    "samples",
    "creation",
    "fields",
    "idempotency",
    "room",
    "waiting",
    "made",
    "imported",
    "once",
    "request_models",
    "shapes",
    "state",
    "scene_routes",
    "keeping",
    "styles",
    "choices",
    "prices",
)
# Of these only the ends of a slice may be used by `whole`.
_OPEN_TO_SLICES = (
    "service",
    "models",
    "spaces",
    "reading",
    "creation",
    "fields",
    "idempotency",
    "made",
    "imported",
    "once",
    "keeping",
)

# Within a slice, what each kind of module may not know.
_ABOVE = {
    "queries": {"service", "routes", "tasks", "live"},
    "models": {"service", "routes", "tasks", "live", "queries"},
    "service": {"routes", "tasks", "live"},
}

_ALL = modules()
_IMPORTS = sorted((module, imported) for module in _ALL for imported in imported_by(_ALL[module], _ALL))


def layer_of(module: str) -> int:
    for number, (_, pattern) in enumerate(LAYERS):
        if re.fullmatch(pattern, module):
            return number
    pytest.fail(f"{module} belongs to no layer: place it in tests/architecture/test_layers.py")


def slice_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in SLICES else None


def test_imports_go_downward_only() -> None:
    assert [
        f"{module} imports {imported}, which stands above it"
        for module, imported in _IMPORTS
        if layer_of(imported) > layer_of(module)
    ] == []


def test_capabilities_know_no_slices_no_tables_and_no_http() -> None:
    above = re.compile(r"rushes\.(tables|http|hub|studio|transaction|background)(\.|$)")
    assert [
        f"{module} imports {imported}"
        for module, imported in _IMPORTS
        if module.split(".")[1:2] and module.split(".")[1] in CAPABILITIES
        if above.match(imported) or slice_of(imported) is not None
    ] == []


def test_a_slice_uses_another_by_its_service_never_by_its_queries() -> None:
    wrong = []
    for module, imported in _IMPORTS:
        own, other = slice_of(module), slice_of(imported)
        if other is None or other == own or imported.count(".") < 2:
            continue
        if imported.split(".")[2] not in (_OPEN_TO_SLICES if own is not None else _PUBLIC):
            wrong.append(f"{module} reaches into {imported}")
    assert wrong == []


def test_inside_a_slice_queries_know_no_service_and_services_no_routes() -> None:
    wrong = []
    for module, imported in _IMPORTS:
        if slice_of(module) is None or slice_of(module) != slice_of(imported):
            continue
        if module.count(".") < 2 or imported.count(".") < 2:
            continue
        name = module.split(".")[2]
        above = _ABOVE.get(name, set() if name in ("routes", "tasks", "live") else {"routes", "live"})
        if imported.split(".")[2] in above:
            wrong.append(f"{module} imports {imported}")
    assert wrong == []


def test_no_file_is_too_long_to_be_one_thought() -> None:
    assert [m for m, path in _ALL.items() if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


# The edges where a failure of any kind must be written down and survived.
_BOUNDARIES = {
    "rushes.doctor.finding",  # one look
    "rushes.http.errors",  # one request
    "rushes.hub",  # one loop of the live hub
    "rushes.observe.health",  # one check of /ready
    "rushes.productions.making",  # one step of a production
    "rushes.providers.freshness",  # one look at a provider's models
    "rushes.providers.kinds",  # one package that adds a kind
    "rushes.providers.registry",  # one provider that is opened
    "rushes.providers.watched",  # one call of an adapter
    "rushes.videos.polling",  # one shift of a poller
}


def test_any_exception_is_caught_only_at_a_boundary() -> None:
    wrong = []
    for module, path in _ALL.items():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler) or module in _BOUNDARIES:
                continue
            caught = ast.unparse(node.type) if node.type else "everything"
            raises_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if caught in ("everything", "Exception", "BaseException") and not raises_again:
                wrong.append(f"{module}:{node.lineno} catches {caught}")
    assert wrong == []


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    trees = {module: tree_of(path) for module, path in _ALL.items()}
    assert [module for module, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    empty = re.compile(r"(utils?|helpers?|common|manager|misc)$")
    assert [module for module in _ALL if empty.search(module)] == []


def test_every_module_has_its_place() -> None:
    for module in _ALL:
        layer_of(module)
