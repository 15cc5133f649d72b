"""Reading `sent_text`: whether a text message of ours whose answer was lost is in the list of SENS after all.

The list holds no texts, so that each message of the number was asked for by itself. A text is ours when it holds run,
key and ledger line of the intention; the texts of others were withheld before anybody kept them. That it is not there
can only be read where every listed message was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node
from bongsu.readings._json import parse as parse_json
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return `found`, an empty `ref` since SENS changes no message, and how many messages were looked through."""
    asked = Node(dict(args), "the arguments")
    run, key = (asked.member(name).text() for name in ("run", "key"))
    ours = f"{run} {key} #{asked.member('seq').integer()}"
    if not responses:
        raise Unreadable("no page of the gateway's list was recorded")
    listed: set[str] = set()
    read: set[str] = set()
    found = False
    for index, data in enumerate(responses):
        if not data.strip():
            continue  # how SENS has been seen to say that there is nothing
        for item in parse_json(data, f"SENS, answer {index + 1}").member("messages").items():
            message = item.member("messageId").text()
            listed.add(message)
            content = item.present("content")
            if content is not None:
                read.add(message)
                found = found or ours in content.text()
    if not found and listed - read:
        raise Unreadable("a listed message was not asked for, and it may be the one")
    return {"found": found, "ref": {}, "looked_through": len(listed)}
