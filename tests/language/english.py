"""The English sentences that the source makes, as the catalogues name them: `{}` for each value put in."""

from __future__ import annotations

import ast
import re
from itertools import product
from typing import TYPE_CHECKING

from tests.rules.tree import ROOT, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = ROOT / "src" / "bongsu"
DEEPEST = 10
Names = dict[str, ast.expr]


def sentences(node: ast.expr | None, local: Names | None = None, depth: int = 0) -> set[str]:
    """Return every text that an expression can be, with `{}` for what only a run knows."""
    known = local or {}
    if depth > DEEPEST:
        return {"{}"}
    match node:
        case None:
            return {""}
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Name(id=name) if name in known:
            rest = {other: value for other, value in known.items() if other != name}
            return sentences(known[name], rest, depth + 1)
        case ast.FormattedValue(value=ast.Name() as value, conversion=-1, format_spec=None):
            return sentences(value, known, depth + 1)
        case ast.FormattedValue(value=ast.IfExp() as value):
            return sentences(value, known, depth + 1)
        case ast.JoinedStr(values=values):
            parts = [sentences(one, known, depth + 1) for one in values]
            return {_joined("".join(chosen)) for chosen in product(*parts)}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [sentences(one, known, depth + 1) for one in (left, right)]
            return {_joined("".join(chosen)) for chosen in product(*parts)}
        case ast.IfExp(body=body, orelse=other):
            return sentences(body, known, depth + 1) | sentences(other, known, depth + 1)
        case _:
            return {"{}"}


def _joined(text: str) -> str:
    # Two values side by side come back as one.
    return re.sub(r"\{\}( ?\{\})+", "{}", text)


def says(text: str) -> bool:
    """Return whether a template holds words of its own."""
    return bool(re.search(r"[A-Za-z]{2}", text.replace("{}", "")))


def calls(path: Path) -> Iterator[tuple[ast.Call, Names]]:
    """Yield every call of a file with what the names of its function were given above it."""
    tree = parsed(path)
    constants = _assigned(tree.body, len(tree.body) and 10**9)
    inside: set[ast.Call] = set()
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            if call not in inside:
                inside.add(call)
                yield call, constants | _assigned(list(ast.walk(function)), call.lineno)
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call) and one not in inside):
        yield call, constants


def _assigned(nodes: list[ast.stmt] | list[ast.AST], before: int) -> Names:
    found: Names = {}
    for one in nodes:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.lineno < before:
            earlier = found.get(one.targets[0].id)
            if earlier is None or earlier.lineno < one.lineno:
                found[one.targets[0].id] = one.value
    return found


def name_of(call: ast.Call) -> str:
    """Return what a call calls, without what it belongs to."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def argument(call: ast.Call, name: str, position: int = -1) -> ast.expr | None:
    """Return what a call hands over under a name, or at a position."""
    named = [one.value for one in call.keywords if one.arg == name]
    if named:
        return named[0]
    return call.args[position] if 0 <= position < len(call.args) else None


def given(path: Path) -> Iterator[tuple[ast.expr, Names]]:
    """Yield what the functions of a file give back, each part of a tuple alone, with what their names were given."""
    tree = parsed(path)
    constants = _assigned(tree.body, 10**9)
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        local = constants | _assigned(list(ast.walk(function)), 10**9)
        for one in ast.walk(function):
            value = one.value if isinstance(one, (ast.Return, ast.Yield)) else None
            for part in value.elts if isinstance(value, ast.Tuple) else [value]:
                if part is not None:
                    yield part, local
