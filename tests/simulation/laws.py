"""What must hold in every run, whatever went wrong: each law is looked at on the ledger and on what really happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bongsu.core.chain import verify_chain
from bongsu.core.events import (
    ButtonPressed,
    Judged,
    Method,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    PhaseEntered,
    Recorded,
    Resolved,
    RunClosed,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.kinds import RunKind
from bongsu.core.levels import keys_of, schedule
from bongsu.core.presses import CONSOLE, acknowledgement, asked_of, cleared, contact_by_address, subject_of
from bongsu.core.state import RunState
from bongsu.core.verdict import Verdict
from tests.simulation.outside import RUN
from tests.simulation.plan import PAGER
from tests.simulation.switch_laws import Switching, must

PAGES = ("page", "drill")
ATTEMPTS_MOST = 4
"""Of a page; anything else is tried once less."""
SECOND = timedelta(seconds=1)
ABOUT = timedelta(milliseconds=50)


@dataclass(slots=True)
class Watch:
    """Looks at every line as it is recorded. A line that is folded again by a new process is looked at once."""

    plan: Any
    seen: int = 0
    last_at: Any = None
    open_sends: dict[str, int] = field(default_factory=dict)
    open_switches: dict[str, int] = field(default_factory=dict)
    blind: dict[tuple[str, str], int] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    passed: bool = False
    counted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    announced: dict[str, Outcome | None] = field(default_factory=dict)
    posting: dict[tuple[str, str], SendIntended] = field(default_factory=dict)
    posted_at: dict[tuple[str, str], Any] = field(default_factory=dict)
    pause_until: dict[tuple[str, str], Any] = field(default_factory=dict)
    left: set[tuple[str, str]] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)
    closed: bool = False
    forged: set[str] = field(default_factory=set)
    switching: Switching = field(init=False)

    def __post_init__(self) -> None:
        """Look at what is switched as well."""
        self.switching = Switching(self.plan)

    def __call__(self, line: Recorded, state: RunState) -> None:
        """Look at one more line, with the state after it."""
        if line.seq <= self.seen:
            return
        must(not self.closed, f"#{line.seq} comes after the end")
        self.closed = isinstance(line.event, RunClosed)
        must(line.seq == self.seen + 1, f"line {line.seq} follows line {self.seen}")
        must(self.last_at is None or line.at >= self.last_at, f"#{line.seq} is older than the line before it")
        self.seen, self.last_at = line.seq, line.at
        if isinstance(line.event, ButtonPressed) and not line.event.authentic:
            self.forged.add(line.event.press_id)
        self._effects(line)
        self._pace(line)
        self._verdicts(line)
        self.switching(line, state)
        if isinstance(line.event, ButtonPressed):
            self._press(line.event.press_id, state)
        elif isinstance(line.event, OperatorAsked) and line.event.order is Order.ACKNOWLEDGE:
            self._press(f"{CONSOLE}:{line.seq}", state)
        elif isinstance(line.event, SendIntended):
            self._nobody_woken_for_nothing(line, line.event, state)

    def _effects(self, line: Recorded) -> None:
        match line.event:
            case SendIntended() as event:
                must(event.key not in self.open_sends, f"#{line.seq} {event.key} is begun while it is under way")
                self._may_be_sent(line.seq, event)
                self.open_sends[event.key] = event.attempt
            case SendEnded() as event:
                must(self.open_sends.pop(event.key, None) == event.attempt, f"#{line.seq} ended what was not intended")
                self.announced[event.key] = event.outcome
            case Resolved() as event:
                self.announced[event.key] = Outcome.NOT_SENT if event.found == "not_sent" else Outcome.ACCEPTED
            case SwitchIntended() as event if event.to is not SwitchState.SETTLED:
                must((event.which, event.to) not in self.blind, f"#{line.seq} switches again without a read-back")
                self.blind[event.which, event.to] = line.seq
                self.open_switches[event.key] = event.attempt
            case SwitchEnded() as event if not event.key.startswith("switch/workload"):
                must(
                    self.open_switches.pop(event.key, None) == event.attempt, f"#{line.seq} ended what was not intended"
                )
            case Observed() as event if event.reading in ("target_rule", "legacy_rule"):
                which = event.reading.partition("_")[0]
                self.blind = {key: seq for key, seq in self.blind.items() if key[0] != which}

    def _pace(self, line: Recorded) -> None:
        """Hold what leaves against the chats' limits: one in flight, one a second, none in a pause that was asked."""
        match line.event:
            case SendIntended(method=Method.POST) as event:
                chat = (event.channel, event.to)
                must(chat not in self.posting, f"#{line.seq} leaves for a chat in which one is under way")
                free = line.at if event.channel == PAGER else self.posted_at.get(chat, line.at)
                must(line.at >= free, f"#{line.seq} leaves {free - line.at} after the one before it, too early")
                pause = self.pause_until.get(chat, line.at)
                must(line.at >= pause, f"#{line.seq} leaves in a pause that the service asked for until {pause}")
                must(chat not in self.left, f"#{line.seq} goes to a chat that has moved")
                self._failover(line, event)
                self.posting[chat] = event
                self.posted_at[chat] = line.at + SECOND
            case SendEnded(key=key) as event:
                chats = [chat for chat, one in self.posting.items() if one.key == key]
                for chat in chats:
                    del self.posting[chat]
                    self.posted_at[chat] = max(self.posted_at[chat], line.at + SECOND - ABOUT)
                    if event.retry_after_s:
                        self.pause_until[chat] = line.at + event.retry_after_s * SECOND
                    if event.moved_to:
                        self.left.add(chat)
                person, at, way = key.partition("@")
                if at and event.outcome is Outcome.REFUSED and key.startswith("page/") and not way.startswith(PAGER):
                    spare = f"{person}@{PAGER}/{way.partition('/')[2]}"
                    # It may have stood in already, when the way that is refused now was late.
                    if spare not in self.announced and spare not in self.open_sends:
                        self.refused[spare] = line.seq

    def _failover(self, line: Recorded, event: SendIntended) -> None:
        """Hold that who was refused on one way was sent it on the spare one, before anybody of a later level is."""
        self.refused.pop(event.key, None)
        busy = (
            any(channel == PAGER for channel, _ in self.posting) or self.pause_until.get((PAGER, ""), line.at) > line.at
        )
        if PAGER not in self.plan.channels or event.message != "page" or event.attempt > 1 or busy:
            return
        level = event.key.rpartition("/")[2]
        for spare, seq in self.refused.items():
            earlier = subject_of(spare) == subject_of(event.key) and spare.rpartition("/")[2] < level
            tried = "@" not in event.key or not earlier
            must(tried, f"#{line.seq} pages {level}, and nobody stands in for #{seq}, which was refused")

    def _may_be_sent(self, seq: int, event: SendIntended) -> None:
        before = self.announced.get(event.key)
        most = ATTEMPTS_MOST if event.message in PAGES else ATTEMPTS_MOST - 1
        # One more for a chat that moved: what was refused under its old id goes to the new one.
        must(event.attempt <= most + 1, f"#{seq} tries {event.key} for the {event.attempt}th time")
        if event.method is not Method.POST or before is None:
            return
        must(before is not Outcome.ACCEPTED, f"#{seq} sends {event.key} again, which was accepted")
        if before is Outcome.IN_DOUBT:
            must(event.message in PAGES, f"#{seq} repeats the announcement {event.key} blindly")
            must(event.repeat_of is not None, f"#{seq} repeats {event.key} unmarked")

    def _verdicts(self, line: Recorded) -> None:
        match line.event:
            case Judged(key=key, verdict=verdict) if key.startswith("verify/"):
                keep = self.verified.add if verdict is Verdict.PASS else self.verified.discard
                keep(key)
            case PhaseEntered(phase=Phase.SUCCEEDED):
                wanted = {f"verify/{check.name}" for check in self.plan.verify}
                must(self.verified == wanted, f"#{line.seq} is a success without a pass")
                self.passed = True
            case SendIntended(message="success"):
                must(self.passed, f"#{line.seq} announces a success without a pass")

    def _nobody_woken_for_nothing(self, line: Recorded, event: SendIntended, state: RunState) -> None:
        """Hold a page by itself to its end: once it is taken, or over, no further level hears of it."""
        if state.kind is RunKind.PAGE and event.method is Method.POST:
            subject = subject_of(event.key)
            must(acknowledgement(state, subject) is None, f"#{line.seq} pages about what somebody took")
            must(not cleared(state), f"#{line.seq} pages about what is over")

    def _press(self, press_id: str, state: RunState) -> None:
        press = state.presses[press_id]
        if not press.counted:
            return
        forged = press.channel != CONSOLE and press.press_id in self.forged
        must(not forged, f"{press_id} counts and is forged")
        typed = press.channel == CONSOLE
        contact = press.service_user if typed else contact_by_address(self.plan, press.channel, press.service_user)
        subject = press.subject
        must(contact in asked_of(self.plan, subject), f"{press_id} counts and was not for {contact}")
        self.counted[subject, str(contact), press.button] += 1
        must(self.counted[subject, str(contact), press.button] == 1, f"{contact} counts twice in {subject}")


def after(told: Any) -> None:
    """Look at the run as a whole, once it is over, against what really happened."""
    for law in (_chain_is_whole, _messages_stand_once, *OF_A_KIND[told.state.kind]):
        law(told)


def _chain_is_whole(told: Any) -> None:
    lines = (row.line for row in told.ledger.rows(RUN))
    must(verify_chain(lines) == told.ledger.head(RUN), "the chain does not end at its head")


def _messages_stand_once(told: Any) -> None:
    copies: Counter[str] = Counter()
    for message in told.outside.stored:
        copies[message.key] += 1
        page = message.key.partition("//")[0].partition("/")[0] in PAGES
        again = copies[message.key] > 1
        must(not again or page, f"the announcement {message.key} stands {copies[message.key]} times")
        must(not again or message.marked, f"a repeat of {message.key} is not marked")


def _rule_is_as_told(told: Any) -> None:
    closed, rule = told.state.closed, told.outside.rules["target"]
    if "target" in told.outside.lied:
        return  # bongsu trusts what the service says, and says so
    if closed.exit_code == 0:
        must(rule == "ENABLED", f"a pass, and the rule is {rule}")
    elif Phase.ROLLED_BACK in told.state.entered or closed.exit_code == 6:
        must(rule == "DISABLED", f"{closed.why}, and the rule is {rule}")
    enabled = told.outside.switched.count(("target", "ENABLED"))
    must(enabled <= 1 + told.outside.late + told.outside.by_hand, f"the rule was enabled {enabled} times")


def _somebody_was_told(told: Any) -> None:
    pages = {send.key.partition("//")[0] for send in told.state.sends.values() if send.message == "page"}
    wanted = {f"page/{number}" for number in range(1, told.state.troubles + 1)}
    # Whoever holds it or takes it back before the page has left has it in hand already.
    ordered = any(entered.why is Why.ASKED_BY_OPERATOR for entered in told.state.whys.values())
    must(pages == wanted or (ordered and pages < wanted), f"paged about {sorted(pages)} of {sorted(wanted)}")
    closed = told.state.closed
    if closed.exit_code in (0, 6) or closed.why == "drill_missed":
        return
    news = [one for one in told.outside.stored if one.key.startswith(("page/", "rollback"))]
    tried = {key for key, send in told.state.sends.items() if send.message in ("page", "rollback")}
    must(bool(tried), "it failed, and nobody was ever told")
    doubt = any(told.state.sends[key].outcome is Outcome.IN_DOUBT for key in tried)
    refused = all(not told.state.sends[key].accepted for key in tried)
    must(bool(news) or doubt or refused, "it failed, and nobody was told although the chats took messages")


def _nothing_was_switched(told: Any) -> None:
    must(not told.outside.switched, f"a {told.state.kind} has switched {told.outside.switched}")


def _a_page_ends_as_it_was_answered(told: Any) -> None:
    """Whoever took it ended it; unanswered means that every level of every round was paged and had its time."""
    state, plan = told.state, told.outside.plan
    subject, closed = state.raised.subject, state.closed
    taken = acknowledgement(state, subject)
    must((closed.why is Why.ACKNOWLEDGED) is (taken is not None), f"{closed.why}, and taken by {taken}")
    must(closed.why is not Why.CLEARED or cleared(state), "nobody said that it is over")
    if closed.why not in (Why.UNANSWERED, Why.NOBODY_TOLD):
        return
    policy = plan.escalation[state.raised.policy]
    dues, over = schedule(policy, state.entered[Phase.PAGING])
    paged = {key.partition("//")[2].partition("@")[0] for key in state.sends if subject_of(key) == subject}
    must(set(policy.people) <= paged, f"it ended {closed.why}, and only {sorted(paged)} were ever paged")
    last = [key for person in dues[-1].people for key in keys_of(plan, subject, dues[-1], person)]
    begun = [state.sends[key].first_at for key in last if key in state.sends]
    must(bool(begun), "it ended before its last level was paged")
    until = max(over, max(begun) + policy.levels[-1].wait)
    must(state.closed_at >= until, f"it ended at {state.closed_at}, and the last level had until {until}")
    seen = any(one.key.startswith(f"{subject}//") for one in told.outside.stored)
    must(closed.why is Why.NOBODY_TOLD or seen, "nobody could have answered")


def _a_drill_ends_as_it_was_judged(told: Any) -> None:
    verdict, closed = told.state.judgements["drill"].verdict, told.state.closed
    must(closed.verdict is verdict and closed.exit_code == int(verdict is not Verdict.PASS), f"{closed} of {verdict}")


OF_A_KIND = {
    RunKind.CUTOVER: (_rule_is_as_told, _somebody_was_told),
    RunKind.DRILL: (_nothing_was_switched, _a_drill_ends_as_it_was_judged),
    RunKind.PAGE: (_nothing_was_switched, _a_page_ends_as_it_was_answered),
}
