"""Step 9: every message is rendered again, is what left, and was taken when the service says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from bongsu.core.events import EndedLate, Method, Outcome, SendEnded, SendIntended
from bongsu.evidence import steps_outside
from bongsu.evidence.findings import first_difference
from bongsu.evidence.rules import CannotTell, asked
from bongsu.evidence.steps_causality import press_after_message, send_of
from bongsu.evidence.steps_clock import taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.core.events import Recorded
    from bongsu.evidence.walk import Walk

_CODE = re.compile(r"\{code:([a-z_]+)\}")
_SLACK_TS = re.compile(r"(\d{1,11})\.(\d{6})")
_MESSAGE_MEMBERS = frozenset({"text", "blocks"})
_MORE_CONTENT = _MESSAGE_MEMBERS | {"attachments", "caption", "reply_markup"}
"""Members that people would see: none of them may be in a request that is not in the payload."""
_CODED = frozenset({"callback_data", "value"})
"""The members of a button that hold its code, on Telegram and Slack."""


def intended(walk: Walk, line: Recorded, event: SendIntended) -> None:
    """Step 9. Render the message from the state before its intention and compare it byte for byte."""
    walk.looked[9] += 1
    stored = walk.content(line, "payload")
    if event.method is Method.POST and "payload" in line.blobs:
        walk.payloads[event.key] = line.blobs["payload"]
    if stored is None:
        return
    try:
        original = _original(walk, line, event)
        rendered = asked(
            walk.rules.render_message,
            send_of(event),
            walk.plan,
            walk.state,
            run_id=walk.run_id,
            original=original,
        )
        payload = asked(msgspec.json.encode, rendered.payload, order="sorted")
    except CannotTell as exc:
        walk.wrong(
            "message",
            line,
            found=stored,
            why=f"the message cannot be rendered from the lines before it: {exc}",
            instead="a message that the program renders",
        )
        return
    if payload != stored:
        walk.wrong(
            "message",
            line,
            found=first_difference(stored, payload),
            why="the lines before it give another message",
            instead=first_difference(payload, stored),
        )
    if dict(rendered.figures) != event.figures:
        walk.wrong(
            "message_figures",
            line,
            found=sorted(event.figures.items()),
            why="the message shows other figures, or from other lines",
            instead=sorted(rendered.figures.items()),
        )


def _original(walk: Walk, line: Recorded, event: SendIntended) -> Mapping[str, Any] | None:
    """Return the payload whose buttons a closing takes off."""
    if event.method is not Method.CLOSE:
        return None
    digest = walk.payloads.get(event.about)
    content = walk.folder.blob(digest, line.seq) if digest else None
    if content is None:
        raise CannotTell(f"no message `{event.about}` was posted before")
    original: Mapping[str, Any] = asked(msgspec.json.decode, content, type=dict[str, Any])
    return original


def ended(walk: Walk, line: Recorded, event: SendEnded | EndedLate) -> None:
    """Step 9, for outcomes. What left is what was rendered; a claim of acceptance has the service's answer."""
    intention = walk.intents.get(event.key)
    meant = intention.event if intention is not None else None
    if isinstance(event, EndedLate) and not (isinstance(meant, SendIntended) and meant.attempt == event.attempt):
        return  # of a switch, or of an attempt that another has followed: nothing rests on it
    walk.looked[9] += 1
    if intention is None:
        return
    sent = [message for message in _requests(walk, line, event) if message.keys() & _MESSAGE_MEMBERS]
    digest = intention.blobs.get("payload")
    content = walk.folder.blob(digest, intention.seq) if digest else None
    for message in sent:
        _left_as_rendered(walk, line, intention, message, content=content)
    if isinstance(meant, SendIntended):
        steps_outside.carried(walk, intention, line, len(event.exchanges) - 1)
        steps_outside.answered(walk, line, event, meant)
    if isinstance(event, SendEnded):
        _moved(walk, line, event)
    if event.outcome is Outcome.ACCEPTED:
        walk.accepted[event.key] = line
        for press in walk.state.presses.values():
            # A press may be recorded before the answer to its message: two threads, two connections.
            if press.message_key == event.key:
                press_after_message(walk, line, pressed=press, service_at=press.service_at)
        _taken(walk, line, event, intention, sent_something=bool(sent))


def _moved(walk: Walk, line: Recorded, event: SendEnded) -> None:
    """Compare the id that a chat is said to have now with the one that the service's answer gives."""
    told = ""
    for number in range(len(event.exchanges)):
        digest = line.blobs.get(f"response.{number}")
        answer = _object(walk.folder.blob(digest, line.seq)) if digest else None
        parameters = answer.get("parameters") if answer is not None else None
        if isinstance(parameters, dict) and "migrate_to_chat_id" in parameters:
            told = str(parameters["migrate_to_chat_id"])
    if event.moved_to != told:
        walk.wrong(
            "moved_to",
            line,
            found=event.moved_to,
            why="the service's answer gives the chat another id, or none",
            instead=told,
        )


def _left_as_rendered(
    walk: Walk, line: Recorded, intention: Recorded, message: Mapping[str, Any], *, content: bytes | None
) -> None:
    payload = _object(content)
    if content is None or payload is None:
        return
    if not (_carries(message, payload, (intention.seq, walk.run_id)) and _witnessed(message, content, intention.seq)):
        walk.wrong(
            "message_sent",
            line,
            found=msgspec.json.encode(message, order="sorted"),
            why="what left is not what was rendered",
            instead=content,
            also=(intention.seq,),
        )
    meant = intention.event
    if isinstance(meant, SendIntended) and not _addressed(walk, message, meant):
        walk.wrong(
            "message_address",
            line,
            found=message.get("chat_id", message.get("channel", "no address")),
            why="the message went somewhere else",
            instead=meant.to if meant.method is Method.POST else f"the message of {meant.about}",
            also=(intention.seq,),
        )


def _taken(
    walk: Walk, line: Recorded, event: SendEnded | EndedLate, intention: Recorded, *, sent_something: bool
) -> None:
    meant = intention.event
    if not sent_something and event.attempt == 1:
        walk.wrong(
            "accepted_nothing",
            line,
            found=f"{len(event.exchanges)} exchanges, none with the message",
            why="a message that never left cannot have been accepted",
            instead="the request that carried the message",
            also=(intention.seq,),
        )
    answers = [walk.content(line, f"response.{number}") or b"" for number in range(len(event.exchanges))]
    shown = _scalars([_object(answer) for answer in answers])
    if isinstance(meant, SendIntended) and meant.method is Method.CLOSE:
        # Telegram says no more than "message is not modified" when an earlier attempt had closed it already.
        shown |= set(_ref(walk, meant.about).values())
    missing = {name: value for name, value in event.ref.items() if value not in shown}
    if missing:
        walk.wrong(
            "message_reference",
            line,
            found=missing,
            why="the service's answer does not name the message so",
            instead="the reference from the recorded answer",
        )
    if isinstance(meant, SendIntended) and meant.method is Method.POST:
        for said in dict.fromkeys((event.service_at, _slack_time(event.ref.get("ts", "")))):
            if said is not None:
                taken(walk, intention, line, said)


def _requests(walk: Walk, line: Recorded, event: SendEnded | EndedLate) -> Iterator[Mapping[str, Any]]:
    for number in range(len(event.exchanges)):
        request = _object(walk.content(line, f"request.{number}"))
        if request is not None:
            yield request


def _object(content: bytes | None) -> Mapping[str, Any] | None:
    if content is None:
        return None
    try:
        value = msgspec.json.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _carries(sent: Mapping[str, Any], payload: Mapping[str, Any], of: tuple[int, str]) -> bool:
    """Return whether what left is the payload, its button codes made for that line of that run, plus an address."""
    if (sent.keys() - payload.keys()) & _MORE_CONTENT:
        return False
    return all(name in sent and _equal(sent[name], value, of, name) for name, value in payload.items())


def _equal(sent: Any, payload: Any, of: tuple[int, str], name: str = "") -> bool:
    if isinstance(payload, dict):
        return (
            isinstance(sent, dict)
            and sent.keys() == payload.keys()
            and all(_equal(sent[member], value, of, member) for member, value in payload.items())
        )
    if isinstance(payload, list):
        return (
            isinstance(sent, list)
            and len(sent) == len(payload)
            and all(_equal(one, other, of) for one, other in zip(sent, payload, strict=True))
        )
    code = _CODE.fullmatch(payload) if name in _CODED and isinstance(payload, str) else None
    if code is None or not isinstance(sent, str):
        return bool(sent == payload)
    # The run's own name stands in a code where it is short enough for one.
    return re.fullmatch(rf"{of[0]}\.{code[1]}(?:\.{re.escape(of[1])})?\.[A-Za-z0-9_-]{{22}}", sent) is not None


def _addressed(walk: Walk, message: Mapping[str, Any], meant: SendIntended) -> bool:
    """Return whether a request went where the intention says: to its addressee, or to the message it closes."""
    to = str(message.get("chat_id", message.get("channel", "")))
    match meant.method:
        case Method.POST:
            return to == meant.to
        case Method.CLOSE:
            ref = _ref(walk, meant.about)
            number = str(message.get("message_id", message.get("ts", "")))
            return {to, number} == set(ref.values())
        case Method.ANSWER:
            return True


def _witnessed(message: Mapping[str, Any], content: bytes, seq: int) -> bool:
    """Return whether the metadata that a message carries, where it does, names its own line and digest."""
    metadata = message.get("metadata")
    if metadata is None:
        return True
    told = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return isinstance(told, dict) and (told.get("seq"), told.get("sha256")) == (seq, sha256(content).hexdigest())


def _ref(walk: Walk, key: str) -> Mapping[str, str]:
    """Return a message's name at its service: as told when it was accepted, or as found when that was lost."""
    posted = walk.state.sends.get(key)
    return {} if posted is None else posted.ref


def _scalars(values: list[Any]) -> set[str]:
    """Return every text and integer in some values, as text."""
    found: set[str] = set()
    for value in values:  # the list grows by what stands in its members
        if isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
        elif isinstance(value, str | int):
            found.add(str(value))
    return found


def _slack_time(ts: str) -> datetime | None:
    found = _SLACK_TS.fullmatch(ts)
    if found is None:
        return None
    since_epoch = timedelta(seconds=int(found[1]), microseconds=int(found[2]))
    return datetime(1970, 1, 1, tzinfo=UTC) + since_epoch
