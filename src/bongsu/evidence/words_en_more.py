"""What is made of a run beside its own reports, in English words; the same keys as `words_ko_more.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARED: dict[str, str] = {
    "compare.title": "Comparison of two runs",
    "compare.how": "The same tables as in each run's own report, side by side. A number is a line of that run's "
    "ledger; both heads stand at the end, so that each side can be checked with bongsu verify on its own folder.",
    "compare.one": "First",
    "compare.other": "Second",
    "kind_of_run.rehearsal": "Rehearsal",
    "kind_of_run.live": "Live",
    "kind_of_run.on_this_machine": "On one machine",
    "compare.kind.rehearsal": "a rehearsal: time was told by the clock at {clock}, which jumps where nothing happens",
    "compare.kind.live": "live: this machine's clock, and services elsewhere",
    "compare.kind.on_this_machine": "this machine's clock, and services that all stood on this machine",
    "compare.mixed": "A rehearsal beside a live run: spans in which bongsu waits for a time of the plan are alike "
    "by design; spans in which services or people answer are imitated in the rehearsal.",
    "compare.opened": "Opened",
    "compare.enabled": "T+0",
    "compare.closed": "Closed",
    "compare.kind": "What it was",
    "compare.looks": "Looks of the watch that passed",
    "compare.passed": "{passed} of {all}",
    "compare.plan": "Plan",
    "compare.plan.same": "the same bytes",
    "compare.plan.differs": "not the same bytes",
    "compare.differences": "What differs",
    "compare.none": "Nothing: every phase, verdict, message, answer and effect came to the same in both.",
    "compare.only_one": "Only in the first",
    "compare.only_other": "Only in the second",
    "compare.differs": "Came to something else",
    "compare.part.phases": "Phases",
    "compare.part.checks": "Verdicts",
    "compare.part.figures": "Figures",
    "compare.part.messages": "Messages",
    "compare.part.answers": "Answers against their limits",
    "compare.part.effects": "Switches and read-backs",
    "compare.phases.how": "When each phase began, counted from T+0, and how long it was. Bars of one row share a "
    "scale.",
    "compare.watch": "{count} rows of the watch are left out here: none of them failed, and none has another "
    "verdict in the other run.",
    "compare.what": "What",
    "compare.change": "More or less",
    "compare.nothing": "nothing",
    "compare.open": "not over",
    "compare.attempts": "attempt {n}",
    "compare.mark.one": "only in the first",
    "compare.mark.other": "only in the second",
    "compare.mark.differs": "differs",
    "compare.mark.same": "",
    "compare.none_shown": "nothing in either",
    "compare.foot": "{name}: {run}, made from its ledger up to line {seq}:",
}

_MOMENT: dict[str, str] = {
    "at.title": "{run} at {at} ({zone})",
    "at.known": "known: {seq} lines, newest #{seq} at {at}, link {hash}; {later} lines came later",
    "at.phase": "phase",
    "at.phase.since": "{phase} since {at}: {why} (#{seq})",
    "at.next": "next",
    "at.looks": "would look again at {at}",
    "at.deadline": "deadline {at}, by {key} of the plan",
    "at.no_deadline": "no deadline in the plan for this phase",
    "at.no_wake": "nothing left to wait for",
    "at.awake": "waits for an answer from outside alone",
    "at.wants": "asks for {keys}",
    "at.check": "check",
    "at.figures": "figures",
    "at.told": "told",
    "at.answer": "answered",
    "at.awaited": "awaited",
    "at.awaits": "{contact}, for {subject}, asked at {at} (#{seq}), within {limit}",
    "at.in_flight": "in flight",
    "at.in_doubt": "IN DOUBT",
    "at.nothing": "nothing",
    "at.nobody": "nobody",
    "at.since": "since",
    "at.later": "then",
    "at.then": "decided next at {at}: {what} (#{seq})",
    "at.rests": "it rested on #{line}",
    "at.rests.waited": "it rested on #{line}, and on the time {at}",
    "at.no_next": "nothing was decided after this",
    "at.checks_before": "{n} older looks of the watch, {passed} of their verdicts pass",
}

_PAGED: dict[str, str] = {
    "outcome_title.acknowledged": "Acknowledged",
    "outcome_title.cleared": "Over before anybody took it",
    "outcome_title.unanswered": "Nobody answered",
    "outcome_title.drill_passed": "Drill passed",
    "outcome_title.drill_missed": "Drill missed",
    "lead.acknowledged": "Somebody took the page.",
    "lead.cleared": "The matter was over, and nobody was paged any more.",
    "lead.unanswered": "Every level was paged as often as the plan says, and nobody acknowledged.",
    "lead.drill_passed": "Everybody acknowledged within the SLA.",
    "lead.drill_missed": "Not everybody acknowledged within the SLA.",
    "head.kind": "Kind of run",
    "head.matter": "Matter",
    "head.policy": "Policy",
    "head.dedup": "The alarm's own name",
    "by.nobody": "nobody who gave a name",
    "run_kind.drill": "drill",
    "run_kind.page": "page",
    "order.acknowledge": "acknowledge",
    "order.clear": "over",
    "phase.drilling": "drilling",
    "phase.paging": "paging",
}

_WHAT_IF: dict[str, str] = {
    "if.title": "HYPOTHETICAL: {run} replayed under other limits; nothing of this happened, and none of it is evidence",
    "if.change": "{key}: {before} → {after}",
    "if.refused": "`bongsu check` would refuse such a plan: {text}",
    "if.judged": "#{seq} {key} would have been {verdict} instead of {was}: {why}",
    "if.answer": "#{seq} {contact}, {subject}: answered within {took}, which is {side} {limit} instead of {was}",
    "if.within": "within",
    "if.beyond": "beyond",
    "if.same": "Everything else would have been judged and decided as it was: every line up to #{seq} follows under "
    "these limits too.",
    "if.parted": "From #{seq} on nothing can be known: at {at} the rules would have asked for something else, and "
    "the world would have gone otherwise.",
    "if.recorded": "was: {what}",
    "if.instead": "instead: {what}",
    "if.waits": "instead: it would have waited, until {at} at the latest",
    "if.waits_open": "instead: it would have waited",
    "if.known": "Up to #{seq} everything else follows as it was recorded.",
    "if.enter": "phase {what}: {why}",
    "if.close": "the run closed with {what}: {why}",
    "if.judge": "{what}: {why}, {detail}",
    "if.read": "a reading, {what}",
    "if.send": "a message, {what}",
    "if.switch": "a switching, {what}",
    "if.resolve": "a clearing up, {what}",
    "if.words": "Messages would have named the other limits; whether people had then acted otherwise is not looked at.",
}

WORDS: Mapping[str, str] = {**_COMPARED, **_MOMENT, **_PAGED, **_WHAT_IF}
