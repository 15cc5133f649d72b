"""Reading `state_table`: what the workload's own table holds about the bookings that its runs wrote about.

A claim counts as accepted once the gateway took the text: its state is then accepted, or what followed from that
(delivered, failed). Only claims of the runs asked about count.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node, documents
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS = {"confirm": "confirm", "guide": "remind", "event": "option"}
"""Our word for a text to the table's: `confirm_claim`, `remind_claim`, `option_claim`; flags end in `_sms`."""
TAKEN = frozenset({"accepted", "delivered", "failed"})
STATES = TAKEN | {"claimed", "released", "unknown", "abandoned"}


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return how many records were found, and what the runs' claims and flags in them came to.

    `accepted` in all and by kind; `delivered`, `failed`, `open`, `unknown`, `released` claims; `created` records;
    `flagged`, the accepted claims whose flag is true as well; the gateway's request ids of accepted claims.
    """
    asked = Node(dict(args), "the arguments")
    records = dict.fromkeys(one.text() for one in asked.member("records").items())
    runs = frozenset(one.text() for one in asked.member("run_ids").items())
    rows = [row for page in (documents(responses, "Query") if records else []) for row in page.member("Items").items()]
    found = {_string(row, "booking_num") for row in rows} & records.keys()
    counts: Counter[str] = Counter()
    requests: set[str] = set()
    for row in rows:
        _count_row(row, runs, counts=counts, requests=requests)
    return {
        "asked": len(records),
        "found": len(found),
        "missing": len(records) - len(found),
        "created": counts["created"],
        "accepted": sum(counts[f"taken/{kind}"] for kind in KINDS),
        **{kind: counts[f"taken/{kind}"] for kind in KINDS},
        "flagged": counts["flagged"],
        "delivered": counts["delivered"],
        "failed": counts["failed"],
        "open": counts["claimed"],
        "unknown": counts["unknown"],
        "released": counts["released"] + counts["abandoned"],
        "request_ids": sorted(requests),
    }


def _count_row(row: Node, runs: frozenset[str], *, counts: Counter[str], requests: set[str]) -> None:
    if row.present("created_run") is not None and _string(row, "created_run") in runs:
        counts["created"] += 1
    for kind, column in KINDS.items():
        claim = row.present(f"{column}_claim")
        if claim is None:
            continue
        members = claim.member("M")
        if _string(members, "run_id") not in runs:
            continue
        state = _string(members, "state")
        if state not in STATES:
            raise Unreadable(f"{members.place}.state is {state!r}, not a state that the workload documents")
        counts[state] += 1
        if state in TAKEN:
            counts[f"taken/{kind}"] += 1
            counts["flagged"] += _flagged(row.present(f"{column}_sms"))
            request = members.present("request_id")
            named = None if request is None else request.present("S")
            requests |= set() if named is None else {named.text()}


def _flagged(flag: Node | None) -> bool:
    """Return whether a flag is set; rows of the legacy may hold a number in its place."""
    if flag is None:
        return False
    if (number := flag.present("N")) is not None:
        return number.integer() != 0
    return flag.member("BOOL").flag()


def _string(row: Node, name: str) -> str:
    return row.member(name).member("S").text()
