"""Messages: pure functions from the plan and the ledger's state to what a channel sends.

A message is a file with `compose(facts)`; its name is the message's name. A channel's way to write one is the file
that `FORMS` names for its kind, with `post`; where messages can be answered and closed, also with `answer` and `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bongsu.core.actions import Send
from bongsu.core.events import Method
from bongsu.core.state import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from bongsu.core.plan import Plan

MEASURED_BEFORE: Mapping[str, tuple[str, ...]] = {
    "go_request": ("baseline",),
    "start": ("baseline",),
    "success": ("baseline", "enable", "observe", "verify"),
    "drill": (),
    "drill_result": ("baseline", "enable", "observe", "verify", "drill"),
    "page": ("baseline", "enable", "observe", "verify", "drill", "watch"),
    "rollback": ("baseline", "enable", "observe", "verify", "drill", "watch", "rollback"),
    "hold": ("baseline", "enable", "observe", "verify", "drill", "watch"),
    "watch_summary": ("baseline", "enable", "observe", "verify", "drill"),
    "no_go": ("baseline",),
    "silence": (),
    "guard_lost": (),
}
"""Every message that is posted, and the scopes whose figures are measured before it is written, where they ran."""
OF_GUARDS = frozenset({"silence", "guard_lost"})
"""Messages of a plan with a guard alone."""
FORMS: Mapping[str, str] = {
    "apprise": "plain",
    "slack": "slack",
    "slack_webhook": "slack",
    "sms": "sms",
    "stdout": "plain",
    "telegram": "telegram",
}
"""Kind of channel to the form in which it takes a message: an incoming webhook takes what chat.postMessage does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What a channel is given to send, and every figure in it with the ledger line it came from."""

    payload: Mapping[str, Any]
    figures: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as one channel would get it, with `‹name›` for every figure that is not measured yet."""

    channel: str
    language: str
    payload: Mapping[str, Any]


def render(
    action: Send,
    plan: Plan,
    state: RunState,
    *,
    run_id: str,
    original: Mapping[str, Any] | None = None,
) -> Rendered:
    """Return the payload of a send, with button codes still to be filled in by the channel.

    `original` is the payload that a closing takes the buttons from. The same arguments give the same bytes, always.

    Raises:
        FigureMissing: the message must not go without a figure that was not measured.
        ModuleNotFoundError: no such message, language or kind of channel.
    """
    return _render(action, plan, state, run_id=run_id, original=original)


def closed_answer(action: Send, plan: Plan, state: RunState, *, run_id: str) -> Mapping[str, Any]:
    """Return the payload that answers a press under a run that is closed; such a press has no line to speak of."""
    from bongsu.messages import answer
    from bongsu.messages.facts import Facts
    from bongsu.messages.words import words_of

    facts = Facts(plan=plan, state=state, action=action, words=words_of(action.language), run_id=run_id)
    payload: Mapping[str, Any] = _writer_of(plan.channels[action.channel].kind).answer(answer.after_the_end(facts))
    return payload


def messages_of(plan: Plan) -> tuple[str, ...]:
    """Return every message that a plan can send; a plan for paging alone has those of its drill and the page."""
    drilled = ("drill", "drill_result") if plan.drill is not None else ()
    if not plan.cuts_over:
        return (*drilled, "page")
    return tuple(name for name in MEASURED_BEFORE if plan.guard is not None or name not in OF_GUARDS)


def preview(plan: Plan, kind: str) -> tuple[Preview, ...]:
    """Return a message for every channel and language it would be announced in, before anything is measured."""
    previews: list[Preview] = []
    for channel in plan.announce.to or plan.channels:
        for language in plan.announce.languages:
            action = Send(
                key=f"{kind}//{channel}" + ("" if language == plan.announce.languages[0] else f"#{language}"),
                message=kind,
                channel=channel,
                to=plan.channels[channel].to,
                language=language,
            )
            rendered = _render(action, plan, RunState(), run_id="‹run›", original=None, unmeasured=True)
            previews.append(Preview(channel=channel, language=language, payload=rendered.payload))
    return tuple(previews)


def _render(
    action: Send,
    plan: Plan,
    state: RunState,
    *,
    run_id: str,
    original: Mapping[str, Any] | None,
    unmeasured: bool = False,
) -> Rendered:
    from bongsu.messages import _answering, answer, closing
    from bongsu.messages.facts import Facts
    from bongsu.messages.words import words_of

    facts = Facts(
        plan=plan,
        state=state,
        action=action,
        words=words_of(action.language),
        run_id=run_id,
        preview=unmeasured,
    )
    writer = _writer_of(plan.channels[action.channel].kind)
    payload: Mapping[str, Any]
    match action.method:
        case Method.ANSWER:
            payload = writer.answer(answer.compose(facts))
        case Method.CLOSE:
            if original is None:
                raise ValueError(f"closing {action.about!r} needs the payload that was sent")
            payload = writer.close(original, closing.compose(facts), keep=closing.kept(facts))
        case Method.POST:
            payload = writer.post(_answering.answerable(_composer_of(action.message).compose(facts), facts))
    return Rendered(payload=payload, figures=dict(sorted(facts.used.items())))


@cache
def _composer_of(message: str) -> ModuleType:
    if message not in MEASURED_BEFORE:
        raise ModuleNotFoundError(f"no message {message!r}")
    return import_module(f"bongsu.messages.{message}")


@cache
def _writer_of(kind: str) -> ModuleType:
    if kind not in FORMS:
        raise ModuleNotFoundError(f"no way to write a message for a channel of kind {kind!r}")
    return import_module(f"bongsu.messages.{FORMS[kind]}")
