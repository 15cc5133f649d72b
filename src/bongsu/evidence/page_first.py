"""The first screen of report.html: what came of it, what was cut over, when, by whom, figures, what is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bongsu.addresses import is_here
from bongsu.evidence.aftermath import last_read, left_to_do
from bongsu.evidence.page_cards import cards
from bongsu.evidence.page_text import esc, facts, line_link
from bongsu.evidence.words import unproven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Check, Opened, Tables

ALWAYS = frozenset({"seen", "services_and_clock"})
"""What no run can prove."""
ENDS_OF_PAGES = frozenset({"acknowledged", "cleared", "unanswered", "drill_passed", "drill_missed"})
"""How a drill or a page alone can end, when that is known."""
_TONES = {
    **dict.fromkeys(("passed", "acknowledged", "cleared", "drill_passed", "stood_by"), "pass"),
    **dict.fromkeys(("open", "unknown", "missed", "guard_paged"), "unknown"),
}
_GUARDED = {0: "stood_by", 1: "rolled_back", 3: "guard_paged", 4: "rollback_failed"}
"""How a guard's run ends."""
_CAUSES_MOST = 6
_OUTCOMES = {0: "passed", 3: "unknown", 4: "rollback_failed", 6: "no_go"}


def outcome_of(text: Text) -> str:
    """Return the word for what came of the run."""
    tables, rollback = text.tables, text.tables["rollback"]
    if tables["opened"]["closed_at"] is None:
        return "open"
    if "guards" in tables:
        return _GUARDED.get(tables["exit_code"], "unknown")
    if rollback is None:
        return tables["why"] if tables["why"] in ENDS_OF_PAGES else "unknown"
    if tables["exit_code"] == 1:
        return "rolled_back" if rollback["parts"] is not None else "missed"
    return _OUTCOMES.get(tables["exit_code"], "unknown")


def tone_of(text: Text) -> str:
    """Return the verdict whose colour the first screen takes."""
    return _TONES.get(outcome_of(text), "fail")


def kind_of(opened: Opened) -> str:
    """Return what a run was, by what it recorded of itself: `rehearsal`, `on_this_machine` or `live`.

    A rehearsal has a clock of its own; without one, services that all stand on one machine are no production.
    """
    if opened["clock"] != "system":
        return "rehearsal"
    hosts = [urlsplit(url).hostname or "" for url in opened["endpoints"].values()]
    return "on_this_machine" if hosts and all(map(is_here, hosts)) else "live"


def heading_of(text: Text) -> str:
    """Return what the run was about, not escaped: the matter of a page, else what was to be cut over."""
    raised = text.tables.get("raised")
    return text.tables["cutover"] if raised is None else raised["summary"]


def first_screen(text: Text) -> str:
    """Return what a reader sees first."""
    tables, outcome = text.tables, outcome_of(text)
    title = "page.title." + tables["kind"] if "kind" in tables else "page.title"
    closing = tables["phases"][-1]["seq"] if tables["opened"]["closed_at"] else None
    of = f" · {esc(tables['cutover'])}" if "raised" in tables else ""
    kind = f'<span class="pill kind">{text.word("kind_of_run", kind_of(tables["opened"]))}</span>'
    return (
        f'<section id="verdict" class="first {tone_of(text)}" aria-labelledby="h-verdict">'
        f'<p class="eyebrow">{text.say(title)}{of} {kind}</p><h1>{esc(heading_of(text))}</h1>'
        f'{_published(text)}<h2 id="h-verdict" class="verdict">{text.say("outcome_title." + outcome)}</h2>'
        f'<p class="lead">{_lead(text, outcome)}&nbsp;{line_link(closing)}</p>{_left(text)}{_causes(text)}'
        f"{facts(_what(text))}{cards(text)}{_doubts(text)}</section>\n"
    )


def _published(text: Text) -> str:
    """Return what a copy for publication says of itself, before anybody is named in it."""
    if "published" not in text.tables:
        return ""
    original = f"<code>{esc(text.tables['published']['original'])}</code>"
    return f'<p class="copy"><b>{text.say("published.what")}</b> {text.put("published.names", original=original)}</p>'


def _lead(text: Text, outcome: str) -> str:
    tables, rollback = text.tables, text.tables["rollback"]
    said = [text.put("lead." + outcome, why=text.word("why", tables["why"])), *_taken(text)]
    if outcome == "open":
        last = tables["phases"][-1]
        phase, why = text.word("phase", last["phase"]), text.word("why", last["why"])
        said.append(text.put("lead.stands", phase=phase, at=text.clock(last["at"]), why=why))
    verified = [check for check in tables["checks"] if check["key"].startswith("verify/")]
    if verified:
        passed = sum(check["verdict"] == "pass" for check in verified)
        said.append(text.say("lead.verify", passed=passed, all=len(verified)))
    if tables["drill"] is not None and "kind" not in tables:
        said.append(text.put("lead.drill", verdict=text.word("verdict", tables["drill"]["verdict"])))
    if tables["looks"]:
        passed = sum(look["verdict"] == "pass" for look in tables["looks"])
        said.append(text.say("lead.watch", passed=passed, all=len(tables["looks"])))
    said += [
        text.put("lead.safe", took=text.span(part["took_s"]), limit=text.span(part["limit_s"]))
        for part in (rollback["parts"] if rollback is not None else None) or []
        if part["name"] == "total"
    ]
    return " ".join(said)


def _taken(text: Text) -> Iterator[str]:
    """Yield who took a page, on what button, and within what limit."""
    names = {contact["id"]: contact["name"] for contact in text.tables["contacts"]}
    for matter in text.tables["matters"] if "raised" in text.tables else ():
        for answer in matter["answers"]:
            if answer["within_s"] is not None:
                name = esc(names.get(answer["contact"], answer["contact"]))
                took, limit = text.span(answer["within_s"]), text.span(matter["limit_s"])
                yield text.put("lead.taken", name=name, took=took, limit=limit)


def not_passed(tables: Tables) -> list[Check]:
    """Return the checks that did not pass, the failed ones first, where the run did not end with a pass."""
    if tables["exit_code"] == 0:
        return []
    idle = {key for look in tables["looks"] if look["verdict"] == "pass" for key in look["checks"]}
    found = [check for check in tables["checks"] if check["verdict"] != "pass" and check["key"] not in idle]
    return sorted(found, key=lambda check: (check["verdict"] != "fail", check["seq"]))[:_CAUSES_MOST]


def _left(text: Text) -> str:
    """Return how the target was last read, and what was left to a person, where a rollback failed."""
    steps = left_to_do(text.tables, text.words)
    if not steps:
        return ""
    read = f"<p>{text.say('head.last_read')}:<br>{_last_read(text)}</p>" if text.tables["read_backs"] else ""
    said = "".join(f"<li>{esc(step)}</li>" for step in steps)
    return f'<div class="left"><h3>{text.say("left.title")}</h3>{read}<ol>{said}</ol></div>'


def _last_read(text: Text) -> str:
    """Return the state of target and legacy as they were last read, and when."""
    said = (
        f"{text.say('head.last_read.' + one['which'])} <b>{esc(one['state'])}</b> "
        f"{text.clock(one['at'])}&nbsp;{line_link(one['seq'])}"
        for one in last_read(text.tables)
    )
    return "<br>".join(said)


def _causes(text: Text) -> str:
    said = "".join(
        f"<li>{text.pill(check['verdict'])} <b>{text.word('check', check['check'])}</b> "
        f"{text.told(check['why'])} {line_link(check['seq'])}</li>"
        for check in not_passed(text.tables)
    )
    return f'<ul class="causes">{said}</ul>' if said else ""


def _what(text: Text) -> Iterator[tuple[str, str]]:
    tables, opened = text.tables, text.tables["opened"]
    if "kind" in tables:
        yield from _paged(text)
        return
    yield text.say("head.target"), _target(text)
    read = _last_read(text)
    # One below the other: what was read first, and what was read last.
    below = f"</dd><dt>{text.say('head.last_read')}</dt><dd>{read}" if read else ""
    yield text.say("head.enabled"), text.moment(opened["enabled_at"]) + below
    window = tables["window"]
    if window is not None:
        yield text.say("head.window"), text.between(window["start"], window["end"])
    yield from _run(text, _by(text))


def _target(text: Text) -> str:
    facts = text.tables["target"].items()
    return "<br>".join(f"{text.word('fact', name.lower())} <b>{esc(value)}</b>" for name, value in [*facts][1:])


def _paged(text: Text) -> Iterator[tuple[str, str]]:
    """Yield what a drill, a page alone or a guard is about, and on whose word it began."""
    tables = text.tables
    if "guards" in tables:
        yield text.say("head.guards"), f"<code>{esc(tables['guards'])}</code>"
        yield text.say("head.target"), _target(text)
        yield from _run(text, esc(tables["captain"]))
        return
    raised = tables.get("raised")
    if raised is not None:
        yield text.say("head.policy"), esc(raised["policy"])
        if raised["dedup"]:
            yield text.say("head.dedup"), f"<code>{esc(raised['dedup'])}</code>"
    yield from _run(text, esc(tables["opened"]["go_by"]) or text.say("by.nobody"))


def _run(text: Text, by: str) -> Iterator[tuple[str, str]]:
    tables, opened = text.tables, text.tables["opened"]
    yield text.say("head.run"), f"{text.between(opened['at'], opened['closed_at'])}<code>{esc(tables['run'])}</code>"
    yield text.say("head.captain"), by
    clock = opened["clock"]
    yield (
        text.say("head.clock"),
        text.say("clock.system") if clock == "system" else text.say("clock.other", clock=clock),
    )


def _by(text: Text) -> str:
    said = [text.say("by.captain", captain=text.tables["captain"], go_by=text.tables["opened"]["go_by"])]
    names = {contact["id"]: contact["name"] for contact in text.tables["contacts"]}
    for press in text.tables["presses"]:
        if press["subject"] == "go_request" and press["standing"] == "counted" and press["contact"]:
            button = text.word("button", press["button"])
            said.append(
                f"{button}: {esc(names[press['contact']])} {text.clock(press['at'])}&nbsp;{line_link(press['seq'])}"
            )
    return "<br>".join(said)


def _doubts(text: Text) -> str:
    own = [entry for entry in text.tables["not_proven"] if entry["what"] not in ALWAYS]
    said = "".join(f"<li>{esc(unproven(text.words, entry))}</li>" for entry in own)
    rest = f'<a href="#unproven">{text.say("doubt.rest")}</a>'
    if not own:
        return f'<div class="doubt none"><h3>{text.say("doubt.title")}</h3><p>{text.say("doubt.none")} {rest}</p></div>'
    return f'<div class="doubt"><h3>{text.say("doubt.title")}</h3><ul>{said}</ul><p>{rest}</p></div>'
