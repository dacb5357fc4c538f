"""The product's own files as the guards see them: modules with their syntax trees, and what imports what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "hongyan"


@dataclass(frozen=True)
class Module:
    """One Python file. `name` below the package: `storage.sqlite.engine`, `identity` for its `__init__`."""

    name: str
    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parse(self.text)

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT)) if self.path.is_relative_to(ROOT) else str(self.path)


@cache
def _parse(text: str) -> ast.Module:
    return ast.parse(text)


def modules() -> list[Module]:
    """Every module of the package."""
    return [
        Module(module_name(path), path, path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
    ]


def module_name(path: Path) -> str:
    """`src/hongyan/identity/__init__.py` -> `identity`; the package's own `__init__` is ``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@dataclass(frozen=True)
class Import:
    """One imported module. `target`: full dotted name; `names`: what is taken from it."""

    target: str
    names: tuple[str, ...]
    line: int
    level: int = 0


def imports(tree: ast.AST) -> Iterator[Import]:
    """Every import statement, also those inside functions and under TYPE_CHECKING: a direction is a direction."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield Import(node.module or "", names, node.lineno, node.level)


def ours(found: Import, known: frozenset[str]) -> list[str]:
    """Modules of the package that an import reaches, named below the package. `from a import b` reaches a.b when
    that is a module, otherwise a."""
    if found.target != "hongyan" and not found.target.startswith("hongyan."):
        return []
    base = found.target.removeprefix("hongyan").removeprefix(".")
    below = [".".join(filter(None, (base, name))) for name in found.names]
    reached = [name for name in below if name in known]
    if not reached or len(reached) < len(below):
        reached.append(base)
    return reached
