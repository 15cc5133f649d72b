"""Somebody answers where they can be reached: not in a channel that the log's own table does not give them.

Source: the log's own table of contacts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, denied
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
PERSON = ("contact", "name", "who", "person", "담당자", "이름")
CHANNEL = ("channel", "channels", "채널")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield answers of contacts in a channel that is not one of theirs."""
    for log in logs:
        for name, (channels, spot) in _contacts(log).items():
            for number, line in log.numbered():
                answered = name in line and ACK.search(line) and log.moments(number)
                service = log.service(number).replace("webhook", "slack") if answered else ""
                if (
                    answered
                    and service
                    and not denied(line)
                    and not line.lstrip().startswith("|")
                    and service not in channels
                ):
                    yield Hit(
                        spot=log.at(number, name),
                        also=(spot,),
                        why=f"{name} answers on {service.title()}, and is reached on {channels} alone",
                        instead="the channel and the user id of the answer, as recorded",
                    )


def _contacts(log: Log) -> dict[str, tuple[str, Spot]]:
    found = {}
    for table in log.tables:
        who = next((n for n, head in enumerate(table.heads) if head in PERSON), None)
        where = next((n for n, head in enumerate(table.heads) if head in CHANNEL), None)
        if who is None or where is None:
            continue
        for row in table.rows:
            named = row[where].text.lower()
            if ("telegram" in named or "slack" in named) and len(row[who].text) > 2:
                found[row[who].text] = (named, row[where].spot)
    return found
