"""Reading `sent_message`: whether a message of ours whose answer was lost stands in its chat after all.

A message is ours when its metadata names this run, the key and the ledger line of the intention. Metadata can only be
set by the app itself, so a text that looks alike proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node, documents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVENT_TYPE = "bongsu_message"


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return `found`, the message's own `ref` where it was, and how many messages were looked through."""
    asked = Node(dict(args), "the arguments")
    ours = {name: asked.member(name).text() for name in ("run", "key")}
    history = documents(responses, "conversations.history")[-1]
    messages = history.member("messages").items()
    for message in messages:
        metadata = message.present("metadata")
        if metadata is None or metadata.member("event_type").text() != EVENT_TYPE:
            continue
        payload = metadata.present("event_payload")
        if payload is None or any(_text(payload, name) != value for name, value in ours.items()):
            continue
        if _text(payload, "seq") == str(asked.member("seq").integer()):
            ref = {"channel": _chat_of(asked, responses), "ts": message.member("ts").text()}
            return {"found": True, "ref": ref, "looked_through": len(messages)}
    return {"found": False, "ref": {}, "looked_through": len(messages)}


def _text(payload: Node, name: str) -> str:
    value = payload.present(name)
    return "" if value is None else str(value.value)


def _chat_of(asked: Node, responses: Sequence[bytes]) -> str:
    """Return the chat that was looked through: the one a person's id was turned into, or the one asked for."""
    if len(responses) == 1:
        return asked.member("to").text()
    return documents(responses, "conversations.open")[0].member("channel").member("id").text()
