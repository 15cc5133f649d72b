"""Reading `gateway`: what the SMS gateway's own list says was accepted and delivered in a window.

In the list of Naver Cloud SENS an item is there because it was accepted. `statusCode` means something only once
`status` is COMPLETED, and then `0` alone is delivered. Pages of a live list may show an item twice: the later wins.
A query that matches nothing has been seen answered with an empty body.

AlimTalks are listed apart, with words of their own. One that could not be delivered and has a text in its place is that
text, which the other list holds; the two count once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node, window_of
from bongsu.readings._json import parse as parse_json
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REQUEST_IDS_MAX = 500
DELIVERED, NOTICE_DELIVERED = "0", "0000"
NOTICE_STATUSES = frozenset({"processing", "success", "fail"})
STATUSES = frozenset({"READY", "PROCESSING", "COMPLETED"})


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return the window and the counts; request ids only of a short list, else an empty one."""
    since, until = window_of(args)
    if not responses:
        raise Unreadable("no page of the gateway's list was recorded")
    items: dict[str, Node] = {}
    for index, data in enumerate(responses):
        if data.strip():
            for item in parse_json(data, f"the gateway's list, page {index + 1}").member("messages").items():
                items[item.member("messageId").text()] = item
    kept = [item for item in items.values() if not _fell_over(item)]
    results = [_result(item) for item in kept]
    replaced = len(items) - len(kept)
    codes = Counter(code for code in results if code is not None)
    requests = dict.fromkeys(item.member("requestId").text() for item in items.values())
    delivered = codes[DELIVERED]
    return {
        "since": since,
        "until": until,
        "listed": len(items),
        "accepted": len(kept),
        **({"replaced": replaced} if replaced else {}),
        "delivered": delivered,
        "failed": codes.total() - delivered,
        "pending": len(kept) - codes.total(),
        "by_code": {code: codes[code] for code in sorted(codes) if codes[code]},
        "request_ids": sorted(requests) if len(items) <= REQUEST_IDS_MAX else [],
    }


def _fell_over(item: Node) -> bool:
    """Whether it is an AlimTalk in whose place a text went out; a code that begins with B has none."""
    status = item.optional("messageStatusName")
    if status is None or status.text() != "fail":
        return False
    instead = item.optional("useSmsFailover")
    return instead is not None and instead.flag() and not item.member("messageStatusCode").text().startswith("B")


def _result(item: Node) -> str | None:
    """Return the final code of a message, `0` when it was delivered, None while there is none."""
    notice = item.optional("messageStatusName")
    if notice is not None:
        if notice.text() not in NOTICE_STATUSES:
            raise Unreadable(f"{notice.place} is {notice.text()!r}, not a status that SENS documents")
        if notice.text() == "processing":
            return None
        code = str(item.member("messageStatusCode").text())
        return DELIVERED if code == NOTICE_DELIVERED else code
    status = item.member("status")
    if status.text() not in STATUSES:
        raise Unreadable(f"{status.place} is {status.text()!r}, not a status that SENS documents")
    return str(item.member("statusCode").text()) if status.text() == "COMPLETED" else None
