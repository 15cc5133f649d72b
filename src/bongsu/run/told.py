"""What a worker tells of on the side, by its kind."""

from __future__ import annotations

from enum import StrEnum


class Told(StrEnum):
    """What a worker tells of, beside what the ledger says."""

    CLOSED = "closed"
    PARKED = "parked"
    PASSED_ON = "passed_on"
    NOT_SERVED = "not_served"
    LEDGER = "ledger"
    LEDGER_BACK = "ledger_back"
    FAULT = "fault"
    FORGED = "forged"
