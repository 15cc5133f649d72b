"""That a button works is known when somebody pressed it; a link button's press is not even reported by its page.

Source: Slack API, button element: a `url` button opens a page in the reader's browser; what that answers is not reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
CLAIM = pattern(
    r"\bbuttons? (?:are |is )?(?:functional|functioning|work(?:s|ing)?|clickable|operational)\b|버튼 ?(?:정상|동작 ?확인)",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that the buttons of a sent message work, with no press behind them."""
    for log in logs:
        for number, line in told(log):
            match = CLAIM.search(prose(line))
            if match and log.service(number) and not denied(line) and "press" not in line.lower():
                yield Hit(
                    spot=log.spot(number, match),
                    why="sending a message measures nothing of its buttons",
                    instead='"the dashboard answered HTTP 200 at T" if somebody asked it, or who pressed what and when',
                )
