"""Whether a log itself tells two names apart, by where it puts them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.audit.log import Log


NAME_AND_VALUE = 2


def in_one_column(log: Log, one: str, other: str) -> bool:
    """Return whether two names stand in one column of one table, as two things of a kind do.

    In a table of names and values the second column holds values of many kinds.
    """
    first, second = (re.compile(rf"\W{{0,6}}{re.escape(name)}(?![\w-]).{{0,12}}") for name in (one, other))
    for table in log.tables:
        for column in range(len(table.heads)):
            if column and len(table.heads) == NAME_AND_VALUE:
                continue
            cells = [row[column].text for row in table.rows]
            if any(first.fullmatch(text) for text in cells) and any(second.fullmatch(text) for text in cells):
                return True
    return False
