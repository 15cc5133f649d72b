"""One person has one role in one log.

Source: the log's own table of contacts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Cell, Log

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.MEDIUM
PERSON = ("contact", "name", "담당자", "이름")
ROLE = ("role", "역할")
NEAR = 3
WHO = re.compile(r"who|person|people|name|contact|담당자?|성명|이름|사람|대상", re.IGNORECASE)
WHAT = re.compile(
    r"(?:.* )?(?:roles?|position|function|title|post|duty)(?: .*)?|역할|직책|직위|직무|담당 ?업무", re.IGNORECASE
)
STANDS_IN = re.compile(
    r"\b(?:acting|deput\w+|stand(?:s|ing)?[- ]in|stood in|cover(?:s|ed|ing)? for|instead|swap\w*|on behalf|also|both|hand(?:ed)? over|took over|substitut\w+|relie\w+)\b|대행|대리|대신|겸임|겸직|교대|교체|인수|인계",
    re.IGNORECASE,
)
PRETENDED = re.compile(r"drill|exercise|test|rehears|game|훈련|연습|모의", re.IGNORECASE)
"""A part that somebody played."""
LEAST = 2


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield roles that are not those of the table of contacts."""
    for log in logs:
        roles = _roles(log)
        named = [one for one in log.fields if one.key in PERSON and one.value in roles]
        for one in named:
            for other in log.fields_of(one.spot.line + 1, one.spot.line + NEAR):
                cell = roles[one.value]
                if other.key in ROLE and other.value.lower() != cell.text.lower():
                    yield _hit((one.value, other.value), (cell.text, "the table"), (other.spot, cell.spot))
        yield from _changed(log)


def _changed(log: Log) -> Iterator[Hit]:
    """Yield who has, in a second table, the role that is somebody else's in the first."""
    known: dict[str, tuple[str, Spot]] = {}
    for pairs in _pairs(log):
        theirs = {role: who for who, (role, _) in known.items()}
        for who, (role, spot) in pairs.items():
            before = known.get(who)
            if any(STANDS_IN.search(line) for _, line in log.numbered() if who.split()[-1] in line):
                continue
            if before and before[0] != role and theirs.get(role, who) != who and who not in _sharing(pairs, role, who):
                line = before[1].line
                yield _hit((who, role), (before[0], f"line {line}"), (spot, before[1]))
        for who, told in pairs.items():
            known.setdefault(who, told)


def _sharing(pairs: dict[str, tuple[str, Spot]], role: str, who: str) -> set[str]:
    """Return who else has a role in one table: then it is shared, and says nothing."""
    return {who for other, (held, _) in pairs.items() if other != who and held == role}


def _pairs(log: Log) -> Iterator[dict[str, tuple[str, Spot]]]:
    """Yield each table's people with their roles, where each of them stands once."""
    for table in log.tables:
        who = [n for n, head in enumerate(table.heads) if WHO.fullmatch(head.strip(" *`"))]
        what = [n for n, head in enumerate(table.heads) if WHAT.fullmatch(head.strip(" *`"))]
        if any(PRETENDED.search(table.heads[n]) for n in what):
            continue
        rows = [row for row in table.rows if len(who) == len(what) == 1 and row[what[0]].text and row[who[0]].text]
        names = [row[who[0]].text for row in rows]
        if len(rows) >= LEAST and len(set(names)) == len(names):
            yield {row[who[0]].text: (row[what[0]].text.lower(), row[what[0]].spot) for row in rows}


def _hit(here: tuple[str, str], there: tuple[str, str], spots: tuple[Spot, Spot]) -> Hit:
    return Hit(
        spot=spots[0],
        also=(spots[1],),
        why=f"{here[0]} is {here[1]!r} here and {there[0]!r} in {there[1]}",
        instead="one role, the same everywhere",
    )


def _roles(log: Log) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for table in log.tables:
        who = next((n for n, head in enumerate(table.heads) if head in PERSON), None)
        what = next((n for n, head in enumerate(table.heads) if head in ROLE), None)
        if who is not None and what is not None:
            found |= {row[who].text: row[what] for row in table.rows if row[what].text}
    return found
