"""Reading `sent_message`: whether a message of ours whose answer was lost stands in its chat after all.

A message is ours when its metadata names this run, the key and the ledger line of the intention. Metadata can only be
set by the app itself, so a text that looks alike proves nothing. That it is not there can only be read from a history
that was read to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node, documents
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVENT_TYPE = "bongsu_message"
PEOPLE = ("U", "W")
"""What the ids of people begin with; the chat with one is asked for first."""


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return `found`, the message's own `ref` where it was, and how many messages were looked through."""
    asked = Node(dict(args), "the arguments")
    ours = {name: asked.member(name).text() for name in ("run", "key")}
    to = asked.member("to").text()
    answers = documents(responses, "conversations.history")
    opened, pages = (answers[0], answers[1:]) if to.startswith(PEOPLE) else (None, answers)
    if not pages:
        raise Unreadable("no page of the history was recorded")
    looked_through = 0
    for page in pages:
        for message in page.member("messages").items():
            looked_through += 1
            if _is_ours(message, ours, str(asked.member("seq").integer())):
                chat = to if opened is None else opened.member("channel").member("id").text()
                ref = {"channel": chat, "ts": message.member("ts").text()}
                return {"found": True, "ref": ref, "looked_through": looked_through}
    more = pages[-1].present("has_more")
    if more is not None and more.value is True:
        raise Unreadable("the history goes on, and the message may stand where it was not read")
    return {"found": False, "ref": {}, "looked_through": looked_through}


def _is_ours(message: Node, ours: Mapping[str, str], seq: str) -> bool:
    metadata = message.present("metadata")
    if metadata is None or metadata.member("event_type").text() != EVENT_TYPE:
        return False
    payload = metadata.present("event_payload")
    if payload is None or any(_text(payload, name) != value for name, value in ours.items()):
        return False
    # Line 0 is any: who looks for another run's message knows its key, and not where it stands in that ledger.
    return seq in ("0", _text(payload, "seq"))


def _text(payload: Node, name: str) -> str:
    value = payload.present(name)
    return "" if value is None else str(value.value)
