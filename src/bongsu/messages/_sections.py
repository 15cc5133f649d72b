"""Sections that several messages share: the target, check results, links, the footer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.core.figures import segment
from bongsu.core.verdict import Verdict
from bongsu.messages.model import Link, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bongsu.core.plan import CheckSpec, SwitchSpec
    from bongsu.core.state import Judgement, Observation
    from bongsu.messages.facts import Facts

ON_CALL_LEVEL = 0


def target(facts: Facts) -> Section:
    """Return what the plan says of the target."""
    entries = facts.plan.target.facts.items()
    rows = tuple(Row(label=facts.label("fact", name.lower().replace(" ", "_")), text=text) for name, text in entries)
    return Section(title=facts.words["title.target"], rows=rows)


def baseline(facts: Facts) -> Section:
    """Return every baseline result with the time at which it was read."""
    rows = tuple(row for spec in facts.plan.baseline for row in check(facts, "baseline", spec, read_time=True))
    return Section(title=facts.words["title.baseline"], rows=rows)


def check(facts: Facts, scope: str, spec: CheckSpec, *, read_time: bool = False) -> tuple[Row, ...]:
    """Return a check's figures as one row, none when it was not judged; a check we have no words for says its why."""
    key = f"{scope}/{spec.name}"
    judged = facts.state.judgements.get(key)
    if judged is None and not facts.preview:
        return ()
    text = _figures(facts, key, spec)
    if text is None:
        text = facts.why(judged) if judged else f"‹{key.replace('/', '.')}.why›"
    if read_time:
        time = facts.clock(_read_at(facts, judged))
        text = facts.must("line.with_read_time", text=text, time=time)
    return (Row(label=facts.label("check", spec.kind), text=text),)


def _figures(facts: Facts, key: str, spec: CheckSpec) -> str | None:
    scope = key.replace("/", ".") + "."
    if spec.kind == "alarms":
        return _alarms(facts, scope, spec)
    over = next((need.args["over_s"] for need in spec.reads if "over_s" in need.args), None)
    if spec.kind == "sms_delivery" and over is not None:
        return facts.say("figures.sms_delivery.over", scope=scope, over=_history(facts, int(str(over))))
    if spec.kind == "error_rate":
        alone = spec.options.get("operations") is False
        nouns = {name: _noun(facts, scope, of) for name, of in (("worked", "operation"), ("invoked", "invocation"))}
        return facts.say(f"figures.error_rate{'.invocations' if alone else ''}", scope=scope, **nouns)
    template = f"figures.{spec.kind}"
    return facts.say(template, scope=scope) if template in facts.words else None


def _noun(facts: Facts, scope: str, noun: str) -> str:
    """Return the word for what a figure counts: for one alone, or for none and many."""
    counted = facts.figure(f"{scope}{noun}s")
    return facts.words[f"noun.{noun}" if counted is not None and counted.value == "1" else f"noun.{noun}s"]


def _history(facts: Facts, over_s: int) -> str:
    days, rest = divmod(over_s, 86_400)
    if days and not rest:
        return facts.amount(days, "d")
    return facts.length(timedelta(seconds=over_s))


def _alarms(facts: Facts, scope: str, spec: CheckSpec) -> str | None:
    total = facts.say("figures.alarms", scope=scope, wanted=str(spec.options.get("all", "OK")))
    named = spec.options.get("named")
    if total is None or not isinstance(named, list | tuple):
        return total
    parts = [total]
    for alarm in named:
        state = facts.figure(f"{scope}{segment(str(alarm))}")
        if state is None:
            continue
        facts.cite(state.name, state.seq)
        since = facts.state.figures.get(f"{state.name}.since")
        if since is None:
            parts.append(facts.must("figures.alarm", alarm=str(alarm), state=state.value))
            continue
        facts.cite(since.name, since.seq)
        time = facts.day_clock(datetime.fromisoformat(since.value))
        parts.append(facts.must("figures.alarm.since", alarm=str(alarm), state=state.value, since=time))
    return "; ".join(parts)


def _read_at(facts: Facts, judged: Judgement | None) -> datetime | None:
    if judged is None:
        return None
    read = [at for seq in judged.sources if (at := facts.read_at(seq)) is not None]
    return max(read, default=judged.at)


def measured(facts: Facts, judgements: Iterable[Judgement]) -> Section:
    """Return what did not pass, measured against which limit."""
    lines = (facts.words["unmeasured.checks"],) if facts.preview else ()
    return Section(title=facts.words["title.measured"], rows=unpassed(facts, judgements), lines=lines)


def unpassed(facts: Facts, judgements: Iterable[Judgement]) -> tuple[Row, ...]:
    """Return a row for every judgement that is not a pass: its verdict and its own sentence."""
    return tuple(
        Row(label=facts.label("check", judged.check), text=verdict(facts, judged))
        for judged in judgements
        if judged.verdict is not Verdict.PASS
    )


def verdict(facts: Facts, judged: Judgement) -> str:
    """Return a judgement's verdict and its own sentence."""
    return facts.must("line.verdict", verdict=facts.words[f"verdict.{judged.verdict}"], why=facts.why(judged))


def idle(judged: Judgement) -> bool:
    """Return whether a check found, with all its sources agreeing, that there was nothing to judge."""
    return any(figure.name == "items" and figure.value == "0" for figure in judged.figures)


def last_read(facts: Facts, reading: str) -> Observation | None:
    """Return the newest reading of a rule, cited; None when it was never read."""
    read = (seen for seen in facts.state.observations.values() if seen.reading == reading)
    newest = max(read, key=lambda seen: seen.seq, default=None)
    if newest is not None:
        scope = newest.key.rpartition("/")[0].replace("/", ".")
        facts.cite(f"{scope}.{reading}.state", newest.seq)
    return newest


def rule_row(facts: Facts) -> tuple[Row, ...]:
    """Return the target's state as last read back, with the time of the reading; nothing when it was never read."""
    return _read_row(facts, "target_rule", "page.rule")


def legacy_row(facts: Facts) -> tuple[Row, ...]:
    """Return the legacy's state as last read back, with the time of the reading; nothing when it was never read."""
    return _read_row(facts, "legacy_rule", "page.legacy")


def _read_row(facts: Facts, reading: str, label: str) -> tuple[Row, ...]:
    seen = last_read(facts, reading)
    if seen is None:
        return ()
    values = {name: str(seen.values.get(name, "")) for name in ("name", "state")}
    text = facts.must("page.rule.text", time=facts.clock(seen.at), **values)
    return (Row(label=facts.words[label], text=text),)


def rule_of(facts: Facts, switch: SwitchSpec) -> str:
    """Return the name of the rule of the target or the legacy, as the plan's facts have it."""
    named = {name.lower(): text for name, text in switch.facts.items()}
    return named.get("rule") or facts.words["rule.unnamed"]


def outcome(facts: Facts, ended: str | None) -> str:
    """Return the words for how an effect ended."""
    return facts.words[f"outcome.{ended or 'none'}"]


def notes(facts: Facts) -> Section:
    """Return the plan's own lines for this message."""
    return Section(title=facts.words["title.notes"], lines=facts.own_lines())


def links(facts: Facts) -> tuple[Link, ...]:
    """Return the plan's links as buttons."""
    return tuple(Link(text=text, url=url) for text, url in facts.plan.announce.links.items())


def on_call(facts: Facts) -> tuple[str, ...]:
    """Return the contacts of the first level of the policy that pages go to."""
    policy = facts.plan.escalation.get("critical") or next(iter(facts.plan.escalation.values()), None)
    return policy.levels[ON_CALL_LEVEL].page if policy and policy.levels else ()


def whole(*sections: Section) -> tuple[Section, ...]:
    """Return the sections that hold anything."""
    return tuple(section for section in sections if not section.empty)


def footer(facts: Facts) -> tuple[str, ...]:
    """Return run, message and the ledger's newest link, so that the services' own clocks witness the chain."""
    head = facts.state.head
    lines = [
        facts.must("footer.run", run=facts.run_id, key=facts.action.key),
        facts.must("footer.link", seq=str(head.seq), hash=head.short),
    ]
    if facts.action.repeat_of is not None:
        lines.append(facts.must("footer.repeat", seq=str(facts.action.repeat_of)))
    if facts.action.instead_of is not None:
        lines.append(facts.must("footer.instead", seq=str(facts.action.instead_of)))
    for (channel, before), moved in facts.state.moved.items():
        if (channel, moved.to) == (facts.action.channel, facts.action.to):
            lines.append(facts.must("footer.moved", before=before, to=moved.to, seq=str(moved.seq)))
    return tuple(lines)
