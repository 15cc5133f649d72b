"""What code may not do: look at the clock in the pure parts, print outside the command line, sleep without a reason."""

from __future__ import annotations

import ast
import re

from tests.rules.tree import PURE, calls, parsed, place, python

ASKS_THE_OUTSIDE = re.compile(
    r"(?:.*\.)?(?:now|utcnow|today|read_text|read_bytes|write_text|write_bytes|getenv|urandom)"
    r"|(?:time|random|os|secrets|uuid|socket|subprocess)\..*"
    r"|open|print|input|__import__|eval|exec"
)
SLEEPS = {
    "src/bongsu/cli/world_process.py": "waits for another process to write a file; nothing tells it when",
    "src/naver_sms/clock.py": "the one place at which a run waits: for its rates, its pauses and the gateway's list",
    "tests/naver_sms/fakes.py": "a service takes time to answer; the workload measures it",
    "tests/sandbox/test_world.py": "waits for another process to write a file; nothing tells it when",
}
"""Files that sleep, each with its reason. A test that waits for a time to pass has the wrong clock."""


def test_the_pure_parts_ask_nothing_of_the_outside() -> None:
    """Time and chance are arguments there: the same ledger must lead to the same decision for ever."""
    found = [
        f"{place(path)}:{line}: {name}"
        for path in python(*(f"src/bongsu/{part}" for part in PURE))
        for line, name in calls(parsed(path))
        if ASKS_THE_OUTSIDE.fullmatch(name)
    ]
    assert found == []


def test_only_the_command_lines_print() -> None:
    found = [
        f"{place(path)}:{line}"
        for path in python("src")
        if "cli" not in path.parts and path.name not in ("cli.py", "invoke.py")
        for line, name in calls(parsed(path))
        if name == "print"
    ]
    assert found == []


def test_whoever_sleeps_has_a_reason() -> None:
    found = {
        place(path)
        for path in python("src", "tests")
        for _, name in calls(parsed(path))
        if name == "sleep" or name.endswith("time.sleep")
    }
    assert found - set(SLEEPS) == set(), "wait for an event or use a clock of your own, or write down the reason here"
    assert set(SLEEPS) - found == set(), "does not sleep any more: take it out of SLEEPS"


def test_nothing_swallows_every_error_without_saying_why() -> None:
    """Whoever catches everything raises again, or a worker must survive and the line says so."""
    found = []
    for path in python("src"):
        lines = path.read_text("utf-8").splitlines()
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.ExceptHandler) or not catches_everything(node):
                continue
            if not isinstance(node.body[-1], ast.Raise) and "#" not in lines[node.lineno - 1]:
                found.append(f"{place(path)}:{node.lineno}")
    assert found == []


def catches_everything(clause: ast.ExceptHandler) -> bool:
    """Return whether a clause has no class, or one that every error is of."""
    return clause.type is None or (
        isinstance(clause.type, ast.Name) and clause.type.id in ("Exception", "BaseException")
    )
