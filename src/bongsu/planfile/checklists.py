"""Lists of checks: from the plan's words to specs with names and the readings they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.plan import CheckSpec
from bongsu.planfile.kinds import check_module
from bongsu.planfile.problems import suggest
from bongsu.planfile.shapes import MISSING, Path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.planfile.rules import Rules

Raw = dict[str, Any]

_AFTER_A_RUN = frozenset({"invocations", "state_table"})
_BEFORE_ANY = frozenset({"parity_file", "workload_metrics"})


def spec(name: str, kind: str, options: Mapping[str, Any]) -> CheckSpec:
    """Return the check of a kind with what it must read."""
    loaded = check_module(kind)
    reads = loaded.reads(loaded.Options(**options))
    return CheckSpec(name=name, kind=kind, options=dict(options), reads=tuple(reads))


def read_list(rules: Rules, name: str) -> tuple[CheckSpec, ...]:
    """Return the specs of `baseline` or `verify`; refused ones are left out and recorded."""
    written = rules.raw.get(name)
    if written is None:
        return ()
    found = tuple(_specs([((name, i), raw) for i, raw in enumerate(written)]))
    wrong = _AFTER_A_RUN if name == "baseline" else _BEFORE_ANY
    why = "nothing has run yet" if name == "baseline" else "that was measured before the run"
    for path, check in found:
        if any(need.reading in wrong for need in check.reads):
            others = ", ".join(sorted(need.reading for need in check.reads if need.reading in wrong))
            rules.say(
                path,
                f'"{check.kind}" as written here reads {others}, and {why}',
                _ELSEWHERE.get(check.kind, ""),
            )
    return tuple(check for _, check in found)


_ELSEWHERE = {
    "parity": "`from: file:…` belongs to the baseline, and only there",
    "sms_delivery": "`over: 7d` belongs to the baseline, and only there",
}


def watch_list(rules: Rules, verify: tuple[CheckSpec, ...]) -> tuple[CheckSpec, ...]:
    """Return the specs of `watch.checks`; a bare kind takes the limits that `verify` gives it."""
    written = (rules.raw.get("watch") or {}).get("checks") or ()
    limits = {check.name: check for check in reversed(verify)}
    entries: list[tuple[Path, Any]] = []
    for i, raw in enumerate(written):
        path: Path = ("watch", "checks", i)
        if not isinstance(raw, str):
            entries.append((path, raw))
        elif raw in limits:
            entries.append((path, {"kind": limits[raw].kind, "options": dict(limits[raw].options)}))
        elif not rules.refused("verify"):
            hint = suggest(raw, limits) + "; or write it out with its limits"
            rules.say(path, f'"verify" has no check "{raw}" whose limits could hold here', hint)
    return tuple(check for _, check in _specs(entries))


def _specs(entries: Iterable[tuple[Path, Any]]) -> Iterable[tuple[Path, CheckSpec]]:
    seen: dict[str, int] = {}
    for path, raw in entries:
        if raw is MISSING or raw.get("refused"):
            continue
        kind = raw["kind"]
        seen[kind] = seen.get(kind, 0) + 1
        name = kind if seen[kind] == 1 else f"{kind}-{seen[kind]}"
        yield path, spec(name, kind, raw["options"])


def built_in(account: str, region: str, *, legacy: bool) -> tuple[CheckSpec, ...]:
    """Return the checks that every baseline begins with: the right account, and both rules off."""
    first = spec("identity", "identity", {"account": account, "region": region})
    kinds = ("legacy_off", "target_off") if legacy else ("target_off",)
    return (first, *(spec(kind, kind, {}) for kind in kinds))


def needed(checks: Iterable[CheckSpec]) -> dict[str, str]:
    """Return every reading that the checks need, with the first check that needs it."""
    found: dict[str, str] = {}
    for check in checks:
        for need in check.reads:
            found.setdefault(need.reading, check.name)
    return found
