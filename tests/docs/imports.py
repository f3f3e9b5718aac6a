"""The real imports of the project, drawn as diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import grimp

ROOMS = ("icm_portal", "exports", "proposals", "icm_portal.accounts", "toolkit")
Edges = Mapping[str, frozenset[str]]


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("icm_portal", "toolkit", "proposals", "exports", cache_dir=None)


def room_of(module: str) -> str:
    """Return the room a module belongs to."""
    return max((room for room in ROOMS if module == room or module.startswith(f"{room}.")), key=len)


def rooms() -> Edges:
    """Return which room imports from which."""
    return _edges(_graph().modules, room_of)


def layers(package: str) -> Edges:
    """Return which layer of a room imports from which; migrations and the app's registration are left out."""
    modules = {
        module
        for module in _graph().modules
        if module.startswith(f"{package}.") and module.split(".")[1] not in {"migrations", "apps", "samples"}
    }
    return _edges(modules, lambda module: module.split(".")[1])


def _edges(modules: Iterable[str], name: object) -> Edges:
    assert callable(name)
    inside = set(modules)
    found: dict[str, set[str]] = {name(module): set() for module in inside}
    for module in inside:
        for imported in _graph().find_modules_directly_imported_by(module):
            if imported in inside and name(module) != name(imported):
                found[name(module)].add(name(imported))
    return {importer: frozenset(targets) for importer, targets in found.items()}


def reduced(edges: Edges) -> Edges:
    """Leave out an arrow where a longer way leads to the same place."""
    return {
        importer: frozenset(
            target
            for target in targets
            if not any(target in reached(edges, other) for other in targets if other != target)
        )
        for importer, targets in edges.items()
    }


def reached(edges: Edges, start: str) -> frozenset[str]:
    """Return everything that a room or layer depends on, directly or not."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges[waiting.pop()] - seen:
            seen.add(target)
            waiting.append(target)
    return frozenset(seen)


def mermaid(edges: Edges) -> str:
    """Draw arrows from importer to imported."""
    lines = ["```mermaid", "flowchart TD"]
    for importer in sorted(edges):
        lines.append(f"    {_id(importer)}[{importer}]")
    lines += [f"    {_id(a)} --> {_id(b)}" for a in sorted(edges) for b in sorted(edges[a])]
    return "\n".join([*lines, "```"])


def _id(name: str) -> str:
    return name.replace(".", "_")
