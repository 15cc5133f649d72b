"""What came from outside, in steps 3, 5, 8 and 9: a line says of it what the plan, and the recorded bytes, say.

An exchange's times, status and ids are this program's own word: only what cannot be is found here.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bongsu.addresses import is_here
from bongsu.core.actors import actor_of
from bongsu.core.events import Outcome
from bongsu.evidence.folder import WITHHELD
from bongsu.evidence.rules import CannotTell, asked
from bongsu.readings._chats import presses_in, taken_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.core.events import (
        ButtonPressed,
        EndedLate,
        Exchange,
        Observed,
        ReadFailed,
        Recorded,
        RunOpened,
        SendEnded,
        SendIntended,
        SwitchEnded,
    )
    from bongsu.core.plan import Plan
    from bongsu.core.presses import Press
    from bongsu.evidence.walk import Walk
    from bongsu.readings._chats import Pressed

    Asked = Observed | ReadFailed | SendEnded | SwitchEnded | EndedLate

SLACK = timedelta(seconds=30)
"""By how much this machine's clock may be corrected without a line of its own (`clock_stepped`)."""
SECRET_ADDRESS = ("slack_webhook", "apprise", "stdout")
"""Services whose address does not stand in the plan."""


def opened(walk: Walk, line: Recorded, event: RunOpened) -> None:
    """Step 3. The run was opened as the plan has it: whose clock, which addresses, what is cut over."""
    _opened(walk, line, "cutover", found=event.cutover, planned=walk.plan.cutover)
    _opened(walk, line, "clock", found=event.clock, planned=walk.plan.clock or "system")
    for name, planned in _addresses(walk.plan):
        if planned and name in event.endpoints:
            _opened(walk, line, name, found=event.endpoints[name], planned=_origin(planned))


def _opened(walk: Walk, line: Recorded, what: str, *, found: str, planned: str) -> None:
    if found != planned:
        walk.wrong(
            "opened_otherwise",
            line,
            found=f"{what}: {found}",
            why="the plan that was signed off says something else",
            instead=f"{what}: {planned}",
        )


def _addresses(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield each driver with the address that the plan gives it; nothing where it is the service's own."""
    for name, channel in plan.channels.items():
        yield name, str(channel.options.get("api_url") or "")
    yield "target", str(plan.target.options.get("endpoint_url") or "")
    if plan.gateway is not None:
        yield "sms_gateway", str(plan.gateway.options.get("endpoint_url") or "")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else url


def exchanges(walk: Walk, line: Recorded, event: Asked) -> None:
    """Step 5. No answer came before its question or after the line that tells of it, nor from another world."""
    for exchange in event.exchanges:
        _in_order(walk, line, exchange)
        here = _leads_here(exchange.address)
        if here is not None and here is not _rehearsed(walk) and exchange.service not in SECRET_ADDRESS:
            walk.wrong(
                "exchange_address",
                line,
                found=exchange.address,
                why="a run asks either the services themselves or those of a rehearsal, as its plan says",
                instead="an address on this machine" if _rehearsed(walk) else "the service's own address",
                also=(1,),
            )


def _rehearsed(walk: Walk) -> bool:
    if walk.rehearsed is None:
        here = (_leads_here(address) for _, address in _addresses(walk.plan) if address)
        walk.rehearsed = walk.plan.clock is not None or any(here)
    return walk.rehearsed


@lru_cache(maxsize=256)
def _leads_here(address: str) -> bool | None:
    """Return whether an address is on this machine; None for what is no address of a host, as a file's name."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return False
    return is_here(host) if host else None


def _in_order(walk: Walk, line: Recorded, exchange: Exchange) -> None:
    began = walk.state.opened_at or line.at
    sent = exchange.sent_at or began
    received = exchange.received_at or sent
    if sent + SLACK < began or received + SLACK < sent or line.at + SLACK < received:
        walk.wrong(
            "exchange_time",
            line,
            found=f"{exchange.operation}: {exchange.sent_at} to {exchange.received_at}",
            why="a question is asked in the run, answered after that, and told of after that",
            instead="times in their order",
        )


def acted(walk: Walk, line: Recorded) -> None:
    """Step 8. A line is by whoever its event tells of."""
    actor = actor_of(line.event)
    if line.actor != actor:
        walk.wrong("actor", line, found=line.actor, why="what the line tells was done by somebody else", instead=actor)


def pressed(walk: Walk, line: Recorded, event: ButtonPressed) -> None:
    """Step 8. Who pressed which button, and when, is what the service delivered."""
    received = walk.content(line, "received")
    if received is None or (walk.original is not None and received == WITHHELD):
        return
    spec = walk.plan.channels.get(event.channel)
    there = presses_in(spec.kind, received) if spec is not None else []
    shown = next((one for one in there if one.press_id == event.press_id), None)
    found = (event.service_user, dict(event.ref), event.service_at, line.actor)
    if shown is None:
        _otherwise(walk, line, event.press_id, ", ".join(one.press_id for one in there))
        return
    expected = (shown.service_user, dict(shown.ref), shown.service_at, f"{event.channel}:{shown.service_user}")
    if found != expected:
        _otherwise(walk, line, found, expected)
    if event.authentic:
        _of_that_button(walk, line, event, shown)


def _of_that_button(walk: Walk, line: Recorded, event: ButtonPressed, shown: Pressed) -> None:
    """Compare the code with the button it is said to be of, and with the codes that left with that message."""
    seq, _, rest = shown.code.partition(".")
    named = walk.state.intents.get(int(seq), "") if seq.isascii() and seq.isdigit() and len(seq) < 11 else ""
    button = rest.partition(".")[0]
    if (named, button) != (event.message_key, event.button):
        _otherwise(walk, line, f"{event.button} under {event.message_key}", f"{button} under {named or 'no message'}")
    elif walk.original is None:
        walk.codes[event.press_id] = shown.code
        _that_left(walk, line, shown.code)


def _that_left(walk: Walk, line: Recorded | Press, code: str) -> None:
    digest = walk.left.get(int(code.partition(".")[0]))
    if digest is not None and f'"{code}"'.encode() not in (walk.folder.blob(digest, line.seq) or b""):
        _otherwise(walk, line, code, "a code that left with that message")


def _otherwise(walk: Walk, line: Recorded | Press, found: object, expected: object) -> None:
    walk.wrong(
        "pressed_otherwise",
        line,
        found=found,
        why="what the service delivered says something else of this press",
        instead=expected or "no press",
    )


def carried(walk: Walk, intention: Recorded, line: Recorded, number: int) -> None:
    """Keep which request carried a message; step 8 for presses told of before that was known."""
    digest = line.blobs.get(f"request.{number}")
    if digest is None:
        return
    walk.left[intention.seq] = digest
    for press in walk.state.presses.values():
        code = walk.codes.get(press.press_id, "")
        if code.partition(".")[0] == str(intention.seq):
            _that_left(walk, press, code)


def answered(walk: Walk, line: Recorded, event: SendEnded | EndedLate, meant: SendIntended) -> None:
    """Step 9. A message was taken when the recorded answer says so, under the name and at the time that it gives."""
    spec = walk.plan.channels.get(meant.channel)
    number = len(event.exchanges) - 1
    digest = line.blobs.get(f"response.{number}")
    if spec is None or digest is None:
        return
    content = walk.folder.blob(digest, line.seq) or b""
    try:
        shown = asked(taken_in, spec.kind, meant.method, event.exchanges[number].status, content)
    except CannotTell:
        return
    claimed = event.outcome is Outcome.ACCEPTED
    if claimed and shown is not None:
        known = shown.service_at or event.service_at
        ref: Mapping[str, str] = event.ref if shown.unchanged else shown.ref
        if (dict(event.ref), event.service_at) == (dict(ref), known):
            return
        expected = f"accepted as {dict(ref)} at {known}"
    elif claimed is (shown is not None):
        return
    else:
        expected = "accepted" if shown is not None else "not accepted"
    walk.wrong(
        "answered_otherwise",
        line,
        found=(event.outcome.value, event.ref, event.service_at),
        why="the service's recorded answer says something else of the message",
        instead=expected,
    )
