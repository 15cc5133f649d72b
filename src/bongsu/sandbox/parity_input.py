"""Recorded input of past runs, for comparing the new workload's decisions with the old one's tables."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.bookings import KEYWORD_OPTION, KST, PLAIN_OPTION, STORES

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNS = 6
CONFIRMED_A_RUN, COMPLETED_A_RUN = 48, 16
# Minutes from the run to the start, around every boundary of the rules and well away from them.
NEW_MINUTES = (-1440, -30, 0, 1, 45, 119, 120, 121, 180, 600, 1500, 9000)
KNOWN_MINUTES = (-60, 0, 1, 15, 30, 59, 90, 118, 119, 120, 121, 179, 240, 1440, 4000, 12000)
FLAGS = ((True, False, False), (True, False, False), (True, True, False), (True, True, True), (False, False, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParitySpec:
    """The configuration under which the runs were recorded; texts are named by key and kept as hashes only.

    `unread` is the number of bookings, over all runs, whose record could not be read.
    """

    option_keywords: tuple[str, ...] = ("네이버", "인스타", "원본")
    texts: Mapping[str, str] = field(default_factory=dict)
    default_from: str = "0200000000"
    unread: int = 0


def recorded_input(anchor_at: datetime, spec: ParitySpec, *, seed: int) -> dict[str, Any]:
    """Return a `naver_sms.recorded` document of six past runs, two of them in the evening texts' hour."""
    random = Random(f"parity {seed}")
    day = anchor_at.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    moments = [day + timedelta(hours=hour, minutes=2, seconds=15) for hour in (9, 12, 15, 18, 20, 20)]
    moments[-1] += timedelta(minutes=20)
    recorder = _Recorder(spec, random)
    runs = [recorder.run(moment) for moment in moments]
    for one in _far_known(runs)[: spec.unread]:
        one["read_failed"] = True
    return {"type": "naver_sms.recorded", "v": 1, "runs": runs}


def _far_known(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return bookings with a record and no text due: the old job would send one when it cannot read the record."""
    found: list[dict[str, Any]] = []
    for run in runs:
        known = {record["booking_num"] for record in run["records"]}
        soon = datetime.fromisoformat(run["now"]) + timedelta(hours=3)
        found += [
            one
            for one in run["confirmed"]
            if one["booking_num"] in known and datetime.fromisoformat(one["start_at"]) > soon
        ]
    return found


class _Recorder:
    def __init__(self, spec: ParitySpec, random: Random) -> None:
        self._spec = spec
        self._random = random
        self._salt = random.randbytes(16)
        self._id = 1_011_000_000

    def run(self, now: datetime) -> dict[str, Any]:
        bookings = [self._booking(now, index) for index in range(CONFIRMED_A_RUN)]
        confirmed = [one for one, _ in bookings]
        past = [self._visit(now, index) for index in range(COMPLETED_A_RUN)]
        records = [record for _, record in (*bookings, *past) if record is not None]
        return {
            "now": now.isoformat(),
            "configuration": self._configuration(),
            "confirmed": confirmed,
            "completed": [one for one, _ in past],
            "records": records,
        }

    def _configuration(self) -> dict[str, Any]:
        names = ["confirm", "event", *(f"guide/{store}" for store in STORES)]
        texts = {name: hashlib.sha256(self._spec.texts.get(name, name).encode()).hexdigest() for name in names}
        return {
            "option_keywords": list(self._spec.option_keywords),
            "store_keywords": {},
            "default_from": self._hash(self._spec.default_from),
            "store_from": {},
            "texts": texts,
            "event_as_information": True,
        }

    def _booking(self, now: datetime, index: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
        known = index % 4 != 0
        minutes = self._random.choice(KNOWN_MINUTES if known else NEW_MINUTES)
        one = self._seen(now.replace(second=0) + timedelta(minutes=minutes), index)
        return one, self._record(one, self._random.choice(FLAGS)) if known else None

    def _visit(self, now: datetime, index: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
        one = self._seen(now.replace(second=0) - timedelta(minutes=self._random.randrange(70, 1500)), index)
        if index % 8 == 7:
            return one, None
        return one, self._record(one, (True, True, self._random.random() < 0.3))

    def _seen(self, start_at: datetime, index: int) -> dict[str, Any]:
        self._id += self._random.randrange(1, 90)
        store = STORES[index % len(STORES)]
        return {
            "booking_num": f"{store}_{self._id}",
            "store_id": store,
            "start_at": start_at.isoformat(),
            "phone": self._hash(f"phone {self._id}"),
            "name": self._hash(f"name {self._id}"),
            "sendable": True,
            "options": self._random.choice(([], [PLAIN_OPTION], [KEYWORD_OPTION])),
            "read_failed": False,
        }

    def _record(self, one: dict[str, Any], flags: tuple[bool, bool, bool]) -> dict[str, Any]:
        confirm, guide, event = flags
        return {
            "booking_num": one["booking_num"],
            "phone": one["phone"],
            "confirm": confirm,
            "guide": guide,
            "event": event,
            "claims": {},
            "closed": None,
        }

    def _hash(self, text: str) -> str:
        return hmac.new(self._salt, text.encode(), hashlib.sha256).hexdigest()[:16]
