"""Names that a file imports of ours and that are not there: `python -m tests.rules.imported_names`, for `make lint`.

The types of the tests are not checked, and a linter looks at one file at a time: a name that was moved away was found
by the whole run of the tests alone. Reading every file takes a few seconds, collecting every test half a minute.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from typing import TYPE_CHECKING

from tests.rules.tree import ROOT, SOURCE, parsed, place, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = {"bongsu": SOURCE, "naver_sms": SOURCE, "sens": SOURCE, "tests": ROOT, "bench": ROOT}


def not_there(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of what a file imports of our packages and they do not have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names if _is_ours(one.name) and not _has(one.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and _is_ours(node.module):
            for one in node.names:
                if not (_has(node.module) and (one.name in _bound(node.module) or _has(f"{node.module}.{one.name}"))):
                    yield node.lineno, f"{node.module}.{one.name}"


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def _path(module: str) -> Path:
    return OURS[module.partition(".")[0]].joinpath(*module.split("."))


@cache
def _has(module: str) -> bool:
    return _path(module).with_suffix(".py").is_file() or _path(module).is_dir()


@cache
def _bound(module: str) -> frozenset[str]:
    """Return the names that a module's own statements bind, whichever of their branches are taken."""
    path = _path(module)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return frozenset(_names(parsed(file))) if file.is_file() else frozenset()


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (one.asname or one.name.partition(".")[0] for one in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case _:
                yield from _names(node)


def everywhere() -> list[str]:
    """Return place, line and name of everything of that kind."""
    return [
        f"{place(path)}:{line}: {name} is not there"
        for path in python("src", "tests", "bench")
        for line, name in not_there(parsed(path))
    ]


if __name__ == "__main__":
    found = everywhere()
    sys.exit("\n".join(found) if found else 0)
