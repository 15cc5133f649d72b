"""Two runs side by side: phases, checks, figures, messages, answers and effects, and what only one of them has.

Pure: from the tables of two reports, and what their plans say differently, to the tables of their comparison. A row is
about one thing that either run may have; `one` and `other` say what each has of it, null where it has nothing, and
`same` whether both came to the same.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bongsu.core.figures import plain
from bongsu.core.times import from_iso
from bongsu.evidence.page_first import kind_of, outcome_of
from bongsu.evidence.page_text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bongsu.evidence.tables import Opened, Tables

FORMAT = 1
PARTS = ("phases", "checks", "figures", "messages", "answers", "effects")
Row = dict[str, Any]
_SAME = {
    "phases": ("why",),
    "checks": ("verdict",),
    "figures": ("value", "unit"),
    "messages": ("outcome",),
    "answers": ("answered", "late"),
    "effects": ("outcome", "state"),
}
"""What makes two entries the same; times and line numbers never are."""


def compare(one: Tables, other: Tables, plan_changes: Sequence[Mapping[str, str | None]] = ()) -> dict[str, Any]:
    """Return the comparison of two runs as JSON can hold it; `plan_changes` as `planfile.differences` gives them."""
    parts = {name: _rows(name, part(one), part(other)) for name, part in _PARTS.items()}
    return {
        "format": FORMAT,
        "one": _side(one),
        "other": _side(other),
        "plan": _plan(one["opened"], other["opened"], plan_changes),
        "plan_changes": list(plan_changes),
        **parts,
        "only_one": {name: _only(rows, "one") for name, rows in parts.items()},
        "only_other": {name: _only(rows, "other") for name, rows in parts.items()},
        "differs": {name: _differs(rows) for name, rows in parts.items()},
    }


def _plan(one: Opened, other: Opened, changes: Sequence[Mapping[str, str | None]]) -> str:
    """Return `same`, `reads_the_same` (layout, comments or addresses on this machine differ) or `differs`."""
    if one["plan_sha256"] == other["plan_sha256"]:
        return "same"
    return "differs" if changes else "reads_the_same"


def _side(tables: Tables) -> Row:
    opened = tables["opened"]
    return {
        "run": tables["run"],
        "cutover": tables["cutover"],
        "kind": kind_of(opened),
        "clock": opened["clock"],
        "program": opened["program"],
        "plan_sha256": opened["plan_sha256"],
        "opened_at": opened["at"],
        "enabled_at": opened["enabled_at"],
        "closed_at": opened["closed_at"],
        "verdict": tables["verdict"],
        "why": tables["why"],
        "exit_code": tables["exit_code"],
        "looks": {"all": len(tables["looks"]), "passed": sum(look["verdict"] == "pass" for look in tables["looks"])},
        "outcome": outcome_of(Text(tables)),
        "head": dict(tables["head"]),
    }


def _rows(name: str, one: Mapping[str, Row], other: Mapping[str, Row]) -> list[Row]:
    rows = []
    for key in _in_order(one, other):
        here, there = one.get(key), other.get(key)
        both = here is not None and there is not None
        same = both and all(here.get(part) == there.get(part) for part in _SAME[name])  # type: ignore[union-attr]
        rows.append({"key": key, "one": here, "other": there, "same": same})
    return rows


def _in_order(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the keys of both in the order of the first; what only the other has behind what stands before it there."""
    order = list(one)
    known, place = set(order), 0
    for key in other:
        if key in known:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order


def _only(rows: list[Row], side: str) -> list[str]:
    lacking = "other" if side == "one" else "one"
    return [row["key"] for row in rows if row[lacking] is None]


def _differs(rows: list[Row]) -> list[str]:
    return [row["key"] for row in rows if row["one"] is not None and row["other"] is not None and not row["same"]]


def _since(tables: Tables, at: str) -> int | None:
    """Return the whole seconds from T+0 to a time, negative before it; None when the target was never on."""
    enabled = tables["opened"]["enabled_at"]
    return None if enabled is None else (from_iso(at) - from_iso(enabled)) // timedelta(seconds=1)


def took(begin: str, end: str | None) -> int | None:
    """Return the whole seconds between two times, rounded up; None while there is no end."""
    if end is None:
        return None
    return -(-(from_iso(end) - from_iso(begin)) // timedelta(seconds=1))


def _phases(tables: Tables) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for number, span in _numbered((span["phase"], span) for span in tables["phases"]):
        found[number] = {
            "seq": span["seq"],
            "phase": span["phase"],
            "at": span["at"],
            "t_s": _since(tables, span["at"]),
            "took_s": took(span["at"], span["until"]),
            "why": span["why"],
            "detail": span["detail"],
        }
    return found


def _numbered(entries: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    """Yield each entry by its name; from the second of a name on with its number."""
    seen: Counter[str] = Counter()
    for name, entry in entries:
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), entry


def _checks(tables: Tables) -> dict[str, Row]:
    return {
        check["key"]: {"seq": check["seq"], "verdict": check["verdict"], "why": check["why"]}
        for check in tables["checks"]
    }


def _figures(tables: Tables) -> dict[str, Row]:
    return {
        f"{check['key']}.{figure['name']}": {"seq": figure["seq"], "value": figure["value"], "unit": figure["unit"]}
        for check in tables["checks"]
        for figure in check["figures"]
    }


def shown(part: str, rows: list[Row]) -> list[Row]:
    """Return the rows that a reader is shown; of a watch only what failed or came to something else."""
    return [row for row in rows if not row["key"].startswith("watch/") or (part == "checks" and _matters(row))]


def _matters(row: Row) -> bool:
    sides = [side for side in (row["one"], row["other"]) if side is not None]
    return any(side["verdict"] == "fail" for side in sides) or (len(sides) == 2 and not row["same"])


def change(row: Row) -> str | None:
    """Return by how much a figure of the other run is more or less, with its sign; None where that cannot be said."""
    one, other = row["one"], row["other"]
    if one is None or other is None or one["unit"] != other["unit"]:
        return None
    try:
        by = Decimal(other["value"]) - Decimal(one["value"])
    except InvalidOperation:
        return None
    return None if not by.is_finite() or not by else f"{'+' if by > 0 else '−'}{plain(abs(by))}"


def _messages(tables: Tables) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for entry in tables["notifications"]:
        if entry["method"] != "post":
            continue
        first = found.get(entry["key"], {"at": entry["intended_at"]})
        found[entry["key"]] = {
            "seq": entry["intended_seq"],
            "message": entry["message"],
            "channel": entry["channel"],
            "at": first["at"],
            "t_s": _since(tables, first["at"]),
            "attempts": entry["attempt"],
            "outcome": "in_doubt" if entry["outcome"] == "unknown" else entry["outcome"],
        }
    return found


def _answers(tables: Tables) -> dict[str, Row]:
    return {
        f"{matter['subject']}: {answer['contact']}": {
            "seq": answer["answered_seq"],
            "asked_seq": answer["asked_seq"],
            "limit_s": matter["limit_s"],
            "within_s": answer["within_s"],
            "button": answer["button"],
            "answered": answer["answered_at"] is not None,
            "late": answer["late"] or (answer["within_s"] is not None and answer["within_s"] > matter["limit_s"]),
        }
        for matter in tables["matters"]
        for answer in matter["answers"]
    }


def _effects(tables: Tables) -> dict[str, Row]:
    calls: list[tuple[int, str, Row]] = [
        (switch["seq"], f"{switch['which']} {switch['to']}", {"outcome": switch.get("outcome", "in_doubt")})
        for switch in tables["switches"]
    ]
    # A rule is read back every few minutes of a watch: what counts is each state that it was found to have.
    newest: dict[str, str] = {}
    for back in tables["read_backs"]:
        if newest.get(back["which"]) != back["state"]:
            newest[back["which"]] = back["state"]
            calls.append((back["seq"], f"{back['which']} read back", {"state": back["state"]}))
    found = {}
    at = {switch["seq"]: switch["at"] for switch in tables["switches"]}
    at |= {back["seq"]: back["at"] for back in tables["read_backs"]}
    for key, (seq, effect) in _numbered((name, (seq, effect)) for seq, name, effect in sorted(calls, key=_first)):
        found[key] = {"seq": seq, "at": at[seq], "t_s": _since(tables, at[seq]), **effect}
    return found


def _first(call: tuple[int, str, Row]) -> int:
    return call[0]


_PARTS: Mapping[str, Callable[[Tables], dict[str, Row]]] = {
    "phases": _phases,
    "checks": _checks,
    "figures": _figures,
    "messages": _messages,
    "answers": _answers,
    "effects": _effects,
}
