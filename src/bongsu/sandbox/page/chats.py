"""What stands in the chats, read from the services' own account of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands; all ids as text."""

    service: str
    chat: str
    message: str


def open_buttons(service: str, state: State) -> dict[Place, tuple[str, ...]]:
    """Return each message that can be answered now, with the labels of its buttons; links are no answer."""
    found: dict[Place, tuple[str, ...]] = {}
    for chat in state["chats"] if service == "telegram" else state["channels"]:
        for message in chat["messages"]:
            labels = tuple(_telegram_labels(message) if service == "telegram" else _slack_labels(message))
            if labels:
                key = "message_id" if service == "telegram" else "ts"
                found[Place(service, str(chat["id"]), str(message[key]))] = labels
    return found


def _telegram_labels(message: State) -> Iterator[str]:
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from (str(button["text"]) for button in row if "callback_data" in button)


def _slack_labels(message: State) -> Iterator[str]:
    for block in message.get("blocks", ()):
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]
        for element in elements:
            if element["type"] == "button" and "url" not in element:
                yield str(element["text"]["text"])


def presses(service: str, state: State, contacts: Mapping[str, str]) -> Iterator[State]:
    """Yield what became of each press, whoever made it; `contacts` maps the service's ids to persons."""
    for press in state["presses"]:
        user = str(press["user"])
        seen = _telegram_press(press) if service == "telegram" else _slack_press(press)
        yield {"service": service, "person": contacts.get(user, user), "button": press["button"], **seen}


def _telegram_press(press: State) -> State:
    outcome = "answered" if press["answered_at"] else "waiting"
    return {
        "id": press["query"],
        "chat": str(press["chat"]),
        "message": str(press["message"]),
        "at": press["pressed_at"],
        "outcome": outcome,
        "answered_at": press["answered_at"],
        "answer": press["answer"] or "",
    }


def _slack_press(press: State) -> State:
    if press["envelope"] is None:
        outcome = "lost"
    elif press["ack_ms"] is None:
        outcome = "waiting"
    else:
        outcome = "answered" if press["responses"] else ("taken" if press["ack_in_time"] else "late")
    return {
        "id": press["press"],
        "chat": press["channel"],
        "message": press["ts"],
        "at": press["pressed_at"],
        "outcome": outcome,
        "ack_ms": None if press["ack_ms"] is None else str(press["ack_ms"]),
        "answered_at": press["answered_at"],
        "answer": press["answer"],
    }
