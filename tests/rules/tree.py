"""The repository as the rules see it: its own files, without what is generated or installed."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PURE = ("core", "checks", "messages", "readings")
NOT_OURS = {"__pycache__", "build", "dist", "evidence", "htmlcov", "sandbox"}
"""Folders at the top that a command makes; `.gitignore` names them, as it does those that begin with a dot."""


def files() -> Iterator[Path]:
    """Yield every text file that is committed, or about to be."""
    for top in sorted(ROOT.iterdir()):
        if top.is_symlink() or top.name in NOT_OURS:
            continue
        if top.is_file() and top.name not in (".git", ".coverage"):
            yield top
        elif top.is_dir() and (not top.name.startswith(".") or top.name == ".ci"):
            inside = (path for path in sorted(top.rglob("*")) if path.is_file() and not path.is_symlink())
            yield from (
                path for path in inside if not {"__pycache__"} & set(path.parts) and ".egg-info" not in str(path)
            )


def python(*folders: str) -> Iterator[Path]:
    """Yield every Python file of the folders, by their place in the repository."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    """Return a file's place in the repository, as messages and lists name it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted name of every call whose function is a plain name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield node.lineno, name


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for names and attributes of names, the attribute alone for what hangs on something else."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case _:
            return ""
