"""The source files of the product, read once, for the tests of the house."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "guantong"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def modules(*, tests: bool = False) -> tuple[tuple[str, ast.Module], ...]:
    """(path relative to the root, syntax tree) of each module; migrations left out, tests only when asked for."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if "migrations" in parts or (not tests and "tests" in parts):
            continue
        found.append((path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Full dotted name of everything imported anywhere in a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constant nodes that are docstrings, of attributes too."""
    found: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def chinese_texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Chinese string literals that are not docstrings, with their lines."""
    skip = docstrings(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in skip:
            continue
        if CHINESE.search(node.value):
            yield node.value, node.lineno


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """(path, text) of every page template."""
    found = [p for p in sorted(PACKAGE.rglob("*.html")) if "tests" not in p.parts]
    return tuple((p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8")) for p in found)
