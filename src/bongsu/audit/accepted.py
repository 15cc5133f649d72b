"""Findings that somebody looked at and accepted: the audit was wrong about them, or the log has to stay as it is.

They are kept in the form in which `audit --json` prints findings. One is the same as long as its rule, its file and the
claim as it stands in the log are the same; so lines may be added above it, and once the claim is written otherwise it
is looked at anew.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.findings import Finding

SHAPE = "a file as `bongsu audit --json` prints it, with the findings that are accepted"
Key = tuple[str, str, str]
"""Rule, file and the claim."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Findings without the accepted ones."""

    left: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    gone: int
    """Accepted ones that are not found any more."""


def accepted(text: str, name: str) -> Counter[Key]:
    """Return how often each finding is accepted; UsageError when the text is not in the form of `audit --json`."""
    try:
        found = json.loads(text)["findings"]
        return Counter(_key(one) for one in found)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name!r} is not JSON", cause=f"line {error.lineno}: {error.msg}", hint=SHAPE) from error
    except (KeyError, TypeError) as error:
        raise UsageError(f"{name!r} does not list findings", hint=SHAPE) from error


def parted(findings: Sequence[Finding], known: Counter[Key], rules: Sequence[str], files: Sequence[str]) -> Parted:
    """Return the findings that nobody has accepted, those that somebody has, and how many of these rules are gone."""
    rest = Counter({key: count for key, count in known.items() if key[0] in rules and key[1] in files})
    left: list[Finding] = []
    taken: list[Finding] = []
    for one in findings:
        key = (one.rule, one.spot.file, one.found)
        (taken if rest[key] else left).append(one)
        rest[key] -= 1 if rest[key] else 0
    return Parted(tuple(left), tuple(taken), rest.total())


def _key(one: Any) -> Key:
    rule, file, found = one["rule"], one["file"], one["found"]
    if not (isinstance(rule, str) and isinstance(file, str) and isinstance(found, str)):
        raise TypeError("a finding's members are texts")
    return rule, file, found
