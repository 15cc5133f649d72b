"""The rollback: what triggered it, who decided, what was undone and how fast, and what is left to repair."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.core.events import Phase, Why
from bongsu.messages import _sections, _trouble
from bongsu.messages._reason import reason
from bongsu.messages._runs import reports
from bongsu.messages.model import Message, Row, Section

if TYPE_CHECKING:
    from bongsu.core.state import Observation
    from bongsu.messages.facts import Facts

SECOND = timedelta(seconds=1)
LEFT = ("pending", "failed", "unknown")


def compose(facts: Facts) -> Message:
    """Return the message; FigureMissing without the read-back that shows the target off."""
    words = facts.words
    return Message(
        emoji="↩️",
        title=words["rollback.title"],
        subject=facts.plan.cutover,
        lead=facts.must("rollback.lead", who=_trouble.decided(facts, Phase.ROLLING_BACK)),
        sections=_sections.whole(
            Section(title=words["rollback.trigger"], rows=_trigger(facts)),
            Section(title=words["rollback.undone"], rows=_undone(facts)),
            Section(title=words["rollback.time"], rows=_times(facts)),
            Section(title=words["rollback.left"], rows=_left(facts)),
            Section(title=words["success.next"], lines=_next(facts)),
            _sections.notes(facts),
        ),
        links=_sections.links(facts),
        footer=_sections.footer(facts),
    )


def _trigger(facts: Facts) -> tuple[Row, ...]:
    if facts.preview:
        unmeasured = (facts.must("unmeasured.why", phase="deciding"), facts.words["unmeasured.checks"])
        return facts.rows(("rollback.why", unmeasured[0]), ("title.measured", unmeasured[1]))
    back = facts.state.whys.get(Phase.ROLLING_BACK)
    if back is not None and back.why is Why.GUARD_ACTED:
        return facts.rows(("rollback.why", reason(facts, Phase.ROLLING_BACK)))
    if _trouble.cause(facts) is None:
        return facts.rows(("rollback.why", facts.words["rollback.why.order"]))
    why = facts.rows(("rollback.why", reason(facts, Phase.DECIDING)))
    return (*why, *_trouble.measured(facts, "").rows)


def _undone(facts: Facts) -> tuple[Row, ...]:
    state = facts.figure("rollback.target_rule.state")
    read_at = state.at if state is not None and state.seq else None
    off = facts.must("rollback.off", name=_sections.rule_of(facts, facts.plan.target), time=facts.clock(read_at))
    return facts.rows(
        ("label.rule", off),
        ("check.legacy_off", _legacy(facts)),
        ("rollback.running", _running(facts)),
        ("rollback.settling", _settling(facts)[1]),
    )


def _legacy(facts: Facts) -> str | None:
    legacy = facts.plan.legacy
    if legacy is None:
        return None
    if legacy.on_rollback == "leave_off":
        seen = _sections.last_read(facts, "legacy_rule")
        said = {"name": _sections.rule_of(facts, legacy)}
        if seen is None:
            return facts.must("rollback.legacy.left", **said)
        said |= {"state": str(seen.values["state"]), "time": facts.clock(seen.at)}
        return facts.must("rollback.legacy.left.read", **said)
    state = facts.figure("rollback.legacy_rule.state")
    read_at = state.at if state is not None and state.seq else None
    return facts.must("rollback.legacy.on", name=_sections.rule_of(facts, legacy), time=facts.clock(read_at))


def _settling(facts: Facts) -> tuple[bool, str]:
    """Return whether the workload cleared up its open claims, and what is known of it."""
    words, state = facts.words, facts.state
    if not facts.plan.rollback.settle:
        return False, words["rollback.settling.by_hand"]
    if facts.preview:
        return False, "‹rollback.settling›"
    seen = state.observations.get("rollback/invocations")
    call = state.switches.get("switch/workload/settled")
    if call is None or not call.request_id or seen is None:
        return False, words["rollback.settling.not_asked"]
    found = [run for run in seen.values["complete"] if run["request_id"] == call.request_id]
    report = found[0].get("settle") if found else None
    facts.cite("rollback.invocations.until", seen.seq)
    if report is None:
        return False, words["rollback.settling.unseen"]
    names = ("open", "accepted", "released", "abandoned", "still_unknown")
    counts = {name: "?" if report[name] is None else str(report[name]) for name in names}
    settled = report["result"] == "ok" and report["still_unknown"] == 0
    key = "rollback.settling.done" if settled else "rollback.settling.left"
    return key.endswith("done"), facts.must(key, result=str(report["result"]).replace("_", " "), **counts)


def _running(facts: Facts) -> str:
    """Return whether what ran when the rule went off has ended, as far as the logs show."""
    if facts.preview:
        return "‹rollback.invocations›"
    seen = facts.state.observations.get("rollback/invocations")
    if seen is None:
        return facts.words["rollback.running.unseen"]
    facts.cite("rollback.invocations.until", seen.seq)
    open_yet = seen.values["incomplete"]
    key = "rollback.running.open" if open_yet else "rollback.running.ended"
    return facts.must(key, count=str(len(open_yet)), time=facts.clock(seen.at))


def _times(facts: Facts) -> tuple[Row, ...]:
    rule = facts.plan.rollback
    limits = {"detect": rule.detect, "decide": rule.decide, "execute": rule.execute, "total": rule.total}
    judged = facts.state.judgements.get("rollback")
    verdict = "‹rollback.verdict›" if facts.preview else None
    if judged is not None:
        verdict = _sections.verdict(facts, judged)
    rows = [(f"rollback.{part}", _part(facts, part, limit)) for part, limit in limits.items()]
    if judged is not None and facts.figure("rollback.detect_s") is None:
        rows[0] = ("rollback.detect", facts.words["rollback.detect.none"])
    return facts.rows(*rows, ("drill_result.verdict", verdict))


def _part(facts: Facts, part: str, limit: timedelta) -> str | None:
    took = facts.figure(f"rollback.{part}_s")
    if took is None:
        return None
    text = facts.must(f"rollback.{part}.text", limit=facts.length(limit))
    over = bool(took.seq) and int(took.value) > limit // SECOND
    return facts.must("rollback.over", text=text) if over else text


def _left(facts: Facts) -> tuple[Row, ...]:
    """Return what may be lost or doubled, by the last readings."""
    _derive_left(facts)
    sent = facts.rows(*((f"rollback.left.{name}", facts.say(f"rollback.left.{name}.text")) for name in LEFT))
    return (*sent, *facts.rows(("rollback.unlooked", _unlooked(facts)), ("rollback.bookings", _bookings(facts))))


def _observed(facts: Facts, reading: str) -> list[Observation]:
    """Return a reading of every window since the target was enabled; the windows do not overlap."""
    found = facts.state.observations.items()
    return [seen for key, seen in found if seen.reading == reading and key.startswith(("verify/", "watch/"))]


def _derive_left(facts: Facts) -> None:
    listed = _observed(facts, "gateway")
    for name in ("pending", "failed") if listed else ():
        total = sum(int(seen.values.get(name, 0)) for seen in listed)
        facts.derive(f"rollback.left.{name}", total, seq=max(seen.seq for seen in listed))
    looked = _observed(facts, "invocations")
    # One invocation without a report, and a sum of the others would pass for the whole.
    reported = [found for seen in looked if (found := reports(seen)) is not None]
    if looked and len(reported) == len(looked):
        total = sum(int(report.get("unknown") or 0) for found in reported for report in found)
        facts.derive("rollback.left.unknown", total, seq=max(seen.seq for seen in looked))


def _unlooked(facts: Facts) -> str | None:
    """Return the time between the last look at invocations and the read-back of the safe state."""
    enabled, off = facts.state.enabled_at, facts.state.observations.get("rollback/target_rule")
    if facts.preview:
        return facts.must("rollback.unlooked.text", since=facts.clock(None), until=facts.clock(None))
    if enabled is None or off is None:
        return None
    ends = [str(seen.values.get("until") or seen.args.get("until") or "") for seen in _observed(facts, "invocations")]
    since = max((datetime.fromisoformat(end) for end in ends if end), default=enabled)
    if since >= off.at:
        return None
    return facts.must("rollback.unlooked.text", since=facts.clock(since), until=facts.clock(off.at))


def _bookings(facts: Facts) -> str:
    legacy = facts.plan.legacy
    if legacy is None:
        return facts.words["rollback.bookings.none"]
    return facts.words[f"rollback.bookings.{legacy.on_rollback}"]


def _next(facts: Facts) -> tuple[str, ...]:
    plan, words = facts.plan, facts.words
    done, _ = _settling(facts)
    lines = [] if done else [facts.must("rollback.next.settle", captain=facts.person(plan.captain))]
    if plan.legacy is not None and plan.legacy.on_rollback == "leave_off":
        lines.append(facts.must("rollback.next.legacy", legacy=_sections.rule_of(facts, plan.legacy)))
    seen = facts.state.observations.get("rollback/invocations")
    if not facts.preview and (seen is None or seen.values["incomplete"]):
        lines.append(words["rollback.next.running"])
    lines += [words[key] for key in (f"rollback.next.{plan.target.kind}",) if key in words]
    return tuple(lines)
