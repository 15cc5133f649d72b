"""What a rule finds in one log, for the rules that leave to it what it finds: each is asked once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.audit._port import Rule
    from bongsu.audit.findings import Hit
    from bongsu.audit.log import Log


@lru_cache(maxsize=1024)
def hits(rule: Rule, log: Log) -> tuple[Hit, ...]:
    """Return everything that a rule finds in a log by itself."""
    return tuple(rule.find([log]))
