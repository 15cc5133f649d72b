"""Findings as SARIF 2.1.0, for code review (GitHub code scanning, GitLab, Azure DevOps and editors read it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bongsu.audit import names, rule_of
from bongsu.audit.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.findings import Finding, Spot

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
SUPPRESSED = {"kind": "external", "status": "accepted"}
COLUMNS = "unicodeCodePoints"


def as_sarif(findings: Sequence[Finding], version: str, accepted: Sequence[Finding] = ()) -> dict[str, Any]:
    """Return one SARIF run with every rule and these findings as its results; accepted ones are suppressed in it."""
    order = {name: place for place, name in enumerate(names())}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "bongsu audit", "version": version, "rules": [_rule(n) for n in names()]}},
                "columnKind": COLUMNS,
                "results": [
                    *(_result(one, order[one.rule]) for one in findings),
                    *(_result(one, order[one.rule]) | {"suppressions": [SUPPRESSED]} for one in accepted),
                ],
            }
        ],
    }


def about(name: str) -> tuple[str, str]:
    """Return what a rule finds, and the source of the fact that it rests on: its docstring's two parts."""
    text = " ".join((rule_of(name).__doc__ or "").split())
    found, _, source = text.partition(" Source: ")
    return found, source


def _rule(name: str) -> dict[str, Any]:
    rule = rule_of(name)
    found, source = about(name)
    return {
        "id": name,
        "shortDescription": {"text": found},
        "fullDescription": {"text": f"{found} Source: {source}"},
        "defaultConfiguration": {"level": LEVELS[rule.SEVERITY]},
        "properties": {"confidence": rule.CONFIDENCE.value},
    }


def _result(one: Finding, place: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": place,
        "level": LEVELS[one.severity],
        "message": {"text": f"{one.why}. Instead: {one.instead}"},
        "locations": [_location(one.spot)],
        "properties": {"confidence": one.confidence.value, "found": one.found},
    }
    if one.also:
        made["relatedLocations"] = [
            {"id": number, **_location(spot), "message": {"text": "the other place"}}
            for number, spot in enumerate(one.also, 1)
        ]
    return made


def _location(spot: Spot) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": max(spot.line, 1)}
    if spot.column:
        region |= {"startColumn": spot.column, "endColumn": max(spot.end, spot.column)}
    uri = quote(spot.file.replace("\\", "/"), safe="/:~@!$&'()*+,;=-._")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
