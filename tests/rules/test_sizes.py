"""A file has at most 400 lines and a function 40 without its docstring: what is longer may only shrink."""

from __future__ import annotations

import ast

from tests.rules.tree import parsed, place, python

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 40
FOLDERS = ("src", "tests", "bench")

LONG_FILES = {}
LONG_FUNCTIONS = {
    "src/bongsu/evidence/steps_messages.py:intended": 43,
    "src/bongsu/evidence/verify.py:verify": 51,
    "src/bongsu/run/wiring.py:drivers": 44,
    "src/naver_sms/run.py:_stores": 42,
    "tests/core/world.py:answer": 48,
    "tests/core/world.py:plan": 62,
    "tests/evidence/synthetic.py:plan_of": 59,
    "tests/ports/chat_worlds.py:slack_sandbox": 46,
    "tests/ports/cloud.py:run_report": 41,
    "tests/readings/test_invocations.py:test_a_cold_start_is_read_with_all_its_figures_and_its_report": 45,
}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    assert function.end_lineno is not None
    whole = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return whole
    told = function.body[0]
    assert told.end_lineno is not None
    return whole - (told.end_lineno - told.lineno + 1)


def grown(found: dict[str, int], known: dict[str, int]) -> list[str]:
    """Return what is longer than its limit and is not known, or has grown since."""
    return [
        f"{name}: {size} lines, {known.get(name, 'not')} known"
        for name, size in found.items()
        if size > known.get(name, 0)
    ]


def test_no_file_is_longer_than_400_lines_or_than_it_was() -> None:
    sizes = {place(path): len(path.read_text("utf-8").splitlines()) for path in python(*FOLDERS)}
    found = {name: size for name, size in sizes.items() if size > FILE_LINES_MAX}
    assert grown(found, LONG_FILES) == []
    assert sorted(set(LONG_FILES) - set(found)) == [], "no longer too long: take it out of LONG_FILES"


def test_no_function_is_longer_than_40_lines_or_than_it_was() -> None:
    found: dict[str, int] = {}
    for path in python(*FOLDERS):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LINES_MAX:
                found[f"{place(path)}:{node.name}"] = lines_of(node)
    assert grown(found, LONG_FUNCTIONS) == []
    assert sorted(set(LONG_FUNCTIONS) - set(found)) == [], "no longer too long: take it out of LONG_FUNCTIONS"
