"""Rules of the core, each broken by hand in one place: the simulation must notice every one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A text of the program and what stands there instead."""

    name: str
    file: str
    old: str
    new: str
    kind: str = "cutover"
    """The kind of run that shows it."""


MUTANTS = (
    Mutant(
        "an announcement in doubt is sent again",
        "core/agenda.py",
        "in_doubt_again = record.message in PAGES or record.method == Method.CLOSE",
        "in_doubt_again = True",
    ),
    Mutant(
        "a repeat is not marked",
        "core/agenda.py",
        "repeat_of = record.in_doubt_seq or None",
        "repeat_of = None",
    ),
    Mutant(
        "a press by somebody else counts",
        "core/presses.py",
        "if contact is None or contact not in asked_of(plan, subject):",
        "if contact is None:",
    ),
    Mutant("a forged press counts", "core/presses.py", "if not event.authentic:", "if False:"),
    Mutant(
        "the same answer counts twice",
        "core/presses.py",
        "if any(press.button == button for press in same):",
        "if False and any(press.button == button for press in same):",
    ),
    Mutant(
        "an unknown check is a pass",
        "core/phases.py",
        "    if verdict is Verdict.PASS:\n        _succeed(agenda)",
        "    if verdict is not None and verdict is not Verdict.FAIL:\n        _succeed(agenda)",
    ),
    Mutant(
        "a switch is repeated without a reading",
        "core/switching.py",
        "    place, after_seq = f",
        "    if record is not None and record.outcome is not Outcome.ACCEPTED:\n"
        "        agenda.do(Switch(key=key, which=which, to=to, attempt=record.attempt + 1))\n"
        "        return None\n"
        "    place, after_seq = f",
    ),
    Mutant(
        "an old reading is believed",
        "core/switching.py",
        "fresh = seen if seen is not None and seen.seq > after_seq else None",
        "fresh = seen",
    ),
    Mutant(
        "a failure is told to nobody",
        "core/reversal.py",
        '    told = announce(agenda, subject, "page")\n    if acknowledgement(state, subject) is None:\n'
        "        page_people(agenda, subject, policy_of(agenda.plan), since)\n",
        "    told = []\n",
    ),
    Mutant(
        "a switch is called before it is written down",
        "run/acting.py",
        "                if self.book.decide(now, intended) is not None:\n"
        "                    self._start(action, lambda",
        "                if action.which:\n                    self._start(action, lambda",
    ),
    Mutant(
        "what was under way at a kill is forgotten",
        "run/start.py",
        "        if send.outcome is None:\n            return SendEnded(key=send.key, attempt=send.attempt, "
        "outcome=Outcome.IN_DOUBT",
        "        if send.outcome is None:\n            return SendEnded(key=send.key, attempt=send.attempt, "
        "outcome=Outcome.NOT_SENT",
    ),
    Mutant(
        "two messages are under way in one chat",
        "core/agenda.py",
        "if chat in self.asked or any(moment.ended_at is None for moment in newest):",
        "if chat in self.asked:",
    ),
    Mutant(
        "a pause that the service asks for is too short",
        "core/sends.py",
        "asked = send.ended_at + timedelta(seconds=send.retry_after_s) if send.retry_after_s else None\n    due",
        "asked = None\n    due",
    ),
    Mutant(
        "a chat that moved is written to under its old id",
        "core/agenda.py",
        "            send = replace(send, to=moved.to)",
        "            send = replace(send, to=moved.to) if record is not None else send",
    ),
    Mutant(
        "a message is tried for ever",
        "core/pacing.py",
        "if record.attempt >= patience.attempts or record.ended_at is None:",
        "if record.ended_at is None:",
    ),
    Mutant(
        "a switch is believed without its reading",
        "core/switching.py",
        '    if fresh.values["state"] in WORDS[to]:\n        return fresh',
        '    if fresh.values["state"]:\n        return fresh',
    ),
    Mutant(
        "a page goes on although somebody took it",
        "core/paging.py",
        "    if acknowledgement(state, state.raised.subject) is not None:\n",
        "    if False:\n",
        kind="page",
    ),
    Mutant(
        "a page ends before its last level was paged",
        "core/presses.py",
        "    return over is not None and at >= over\n",
        "    return True\n",
        kind="page",
    ),
    Mutant(
        "a word on the command line counts beside a press",
        "core/presses.py",
        '        standing = _among_the_asked(plan, state, subject, contact=contact, button="ack", at=recorded.at)\n',
        "        standing = Standing.COUNTED\n",
        kind="drill",
    ),
    Mutant(
        "nothing stands in for a way that was refused",
        "core/telling.py",
        "        if begun is None and number >= len(failed):",
        "        if begun is None:",
    ),
    Mutant(
        "the target is enabled after the window",
        "core/phases.py",
        "    if agenda.now >= agenda.plan.window.end:\n        _not_enabled",
        "    if False:\n        _not_enabled",
    ),
    Mutant(
        "the legacy is believed off for ever",
        "core/phases.py",
        "fresh = seen is None or (seen.seq > state.went_on_seq and agenda.now <= seen.at + READ_JUST_NOW)",
        "fresh = True",
    ),
    Mutant(
        "a rollback runs into the enabling",
        "core/reversal.py",
        "    if on is not None and on.outcome is None:\n        return\n",
        "",
    ),
    Mutant(
        "a call that may still land is nothing changed",
        "core/phases.py",
        "    if in_doubt or (called is not None and called.may_be_done):\n",
        "    if in_doubt:\n",
    ),
    Mutant("a hold overrules the way back", "core/state.py", "    if waits:\n", "    if False:\n"),
    Mutant(
        "a success after a hold asks for no rule",
        "core/phases.py",
        "    if agenda.plan.guard is None and not agenda.state.went_on_seq:\n",
        "    if agenda.plan.guard is None:\n",
    ),
    Mutant(
        "a page ends although it still goes out again",
        "core/presses.py",
        "    if not all(sent) or any(_goes_out_again(state, send) for sends in sent for send in sends):\n",
        "    if sent and not any(sent):\n",
        kind="page",
    ),
)
