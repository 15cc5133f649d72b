"""One person has one role in one log.

Source: the log's own table of contacts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Cell, Log

SEVERITY = Severity.NOTE
CONFIDENCE = Confidence.LOW
PERSON = ("contact", "name", "담당자", "이름")
ROLE = ("role", "역할")
NEAR = 3


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield roles that are not those of the table of contacts."""
    for log in logs:
        roles = _roles(log)
        named = [one for one in log.fields if one.key in PERSON and one.value in roles]
        for one in named:
            for other in log.fields_of(one.spot.line + 1, one.spot.line + NEAR):
                cell = roles[one.value]
                if other.key in ROLE and other.value.lower() != cell.text.lower():
                    yield Hit(
                        spot=other.spot,
                        also=(cell.spot,),
                        why=f"{one.value} is {other.value!r} here and {cell.text!r} in the table",
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
