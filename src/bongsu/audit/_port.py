"""What a file in `rules` must have. Its docstring says what it finds, and in its last line where the fact is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Confidence, Hit, Severity
    from bongsu.audit.log import Log


class Rule(Protocol):
    """One way in which a log can be wrong."""

    SEVERITY: Severity
    CONFIDENCE: Confidence
    __doc__: str | None

    def find(self, logs: Sequence[Log]) -> Iterator[Hit]:
        """Yield what is wrong in the logs; most rules look at each alone."""
        ...

    def __hash__(self) -> int:
        """Tell rules apart: what one finds in a log is kept under it."""
        ...
