"""The plan file: YAML that a release captain signs off, read with every error at once.

`load` never resolves a secret and never opens another file: what a plan says can be checked anywhere, and
`verify` reads it again from the evidence.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.planfile.build import build, build_paging
from bongsu.planfile.checklists import built_in, needed, read_list, watch_list
from bongsu.planfile.figures import check_lines
from bongsu.planfile.masking import token_spans
from bongsu.planfile.model import NEEDED_TO_PAGE, OF_A_CUTOVER, PAGING, PLAN
from bongsu.planfile.problems import PlanProblems, Problem, Report
from bongsu.planfile.rules import Rules, check_all, moments
from bongsu.planfile.warn import warnings
from bongsu.planfile.yamlmap import Place, Table, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bongsu.core.plan import Plan

__all__ = ["PlanProblems", "Problem", "load", "load_bytes", "supposed", "warnings"]

LARGEST_BYTES = 1_000_000
_FILE = Place(0, 0, 0, 0)


def load(path: Path) -> Plan:
    """Return the plan of a file.

    Raises:
        PlanProblems: the file cannot be read or used; carries every problem found.
    """
    report = Report(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        hint = "give the path of the plan, like plans/naver-sms.yaml"
        report.add(_FILE, f"cannot be read: {(error.strerror or 'no reason given').lower()}", hint)
        report.stop()
    return load_bytes(data, path)


def load_bytes(data: bytes, path: Path) -> Plan:
    """Return the plan that the bytes hold; `path` only names them in errors.

    Raises:
        PlanProblems: the bytes cannot be used; carries every problem found.
    """
    report, built = _read(data, path)
    report.raise_if_any()
    return built()


def supposed(data: bytes, path: Path) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan of bytes that nobody signed off, and what makes it one that could not be: for a replay alone.

    Raises:
        PlanProblems: a value in it cannot be read at all.
    """
    report, built = _read(data, path)
    return built(), tuple(report.problems())


def _read(data: bytes, path: Path) -> tuple[Report, Callable[[], Plan]]:
    """Return what was found and a maker of the plan; raises for what cannot be read at all."""
    text = _decode(data, str(path))
    report = Report(str(path), text)
    _refuse_tokens(text, report)
    root = read_tree(text, report)
    if not isinstance(root, Table):
        if not report:
            place = Place(1, 1, 1, 2) if root is None else root.place
            report.add(place, "a plan is a mapping of keys, and this holds none", 'begin with "bongsu: 1"')
        report.stop()
    report.root = root
    if for_paging_alone(root):
        return _paging(root, report, sha256(data).hexdigest())
    raw = PLAN.read(root, (), report)
    unread = len(report)
    rules = Rules(raw, report)
    check_all(rules)
    baseline, verify = read_list(rules, "baseline"), read_list(rules, "verify")
    checks = {"baseline": baseline, "verify": verify, "watch": watch_list(rules, verify)}
    rules.sources(needed(spec for specs in checks.values() for spec in specs))
    window = moments(rules)
    options = rules.part("target").get("options", {})
    first = built_in(options.get("account", ""), options.get("region", ""), legacy=bool(raw.get("legacy")))
    checks["baseline"] = (*first, *baseline)
    check_lines(rules, checks)
    if unread or window is None:
        report.stop()
    return report, lambda: build(raw, window, checks, sha256(data).hexdigest())


def for_paging_alone(root: Table) -> bool:
    """Return whether a plan says whom to page and nothing of a cutover."""
    has = [name for name in OF_A_CUTOVER if root.get(name) is not None]
    return not has and all(root.get(name) is not None for name in NEEDED_TO_PAGE)


def _paging(root: Table, report: Report, digest: str) -> tuple[Report, Callable[[], Plan]]:
    raw = PAGING.read(root, (), report)
    unread = len(report)
    rules = Rules(raw, report)
    check_all(rules)
    check_lines(rules, {})
    if unread:
        report.stop()
    return report, lambda: build_paging(raw, digest)


def _decode(data: bytes, path: str) -> str:
    report = Report(path)
    text = ""
    if len(data) > LARGEST_BYTES:
        report.add(_FILE, f"is larger than {LARGEST_BYTES // 1000} kB", "a plan is a few kB; is it the right file?")
    elif not data.strip():
        report.add(_FILE, "is empty", "begin from plans/naver-sms.yaml")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            text = f"is not UTF-8: line {line} holds the byte 0x{data[error.start]:02x}"
            report.add(_FILE, text, "save the file as UTF-8")
    report.raise_if_any()
    return text


def _refuse_tokens(text: str, report: Report) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        for start, end, what in token_spans(line):
            place = Place(number, start + 1, number, end + 1)
            hint = 'take it out, revoke it, and write a reference: "env:NAME", "file:path" or "secret:name#field"'
            report.add(place, f"looks like {what}", hint)
