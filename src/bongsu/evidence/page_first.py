"""The first screen of report.html: what came of it, what was cut over, when, by whom, figures, what is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.evidence.page_text import esc, facts, line_link
from bongsu.evidence.words import unproven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Check

_PAIRS = {
    "sms_delivery": ("delivered", "accepted"),
    "state_writes": ("succeeded", "attempted"),
    "parity": ("matched", "compared"),
    "alarms": ("ok", "total"),
    "memory": ("used_mb", "limit_mb"),
}
"""What a card shows large: so many of so many."""
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


def first_screen(text: Text) -> str:
    """Return what a reader sees first."""
    tables, outcome = text.tables, outcome_of(text)
    title = "page.title." + tables["kind"] if "kind" in tables else "page.title"
    closing = tables["phases"][-1]["seq"] if tables["opened"]["closed_at"] else None
    return (
        f'<section id="verdict" class="first {tone_of(text)}" aria-labelledby="h-verdict">'
        f'<p class="eyebrow">{text.say(title)}</p><h1>{esc(tables["cutover"])}</h1>'
        f'<h2 id="h-verdict" class="verdict">{text.say("outcome_title." + outcome)}</h2>'
        f'<p class="lead">{_lead(text, outcome)} {line_link(closing)}</p>'
        f"{facts(_what(text))}{_cards(text)}{_doubts(text)}</section>\n"
    )


def _lead(text: Text, outcome: str) -> str:
    tables, rollback = text.tables, text.tables["rollback"]
    said = [text.put("lead." + outcome, why=text.word("why", tables["why"]))]
    verified = [check for check in tables["checks"] if check["key"].startswith("verify/")]
    if verified:
        passed = sum(check["verdict"] == "pass" for check in verified)
        said.append(text.say("lead.verify", passed=passed, all=len(verified)))
    if tables["drill"] is not None:
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


def _what(text: Text) -> Iterator[tuple[str, str]]:
    tables, opened = text.tables, text.tables["opened"]
    if "kind" in tables:
        yield from _paged(text)
        return
    yield text.say("head.target"), _target(text)
    yield text.say("head.enabled"), text.moment(opened["enabled_at"])
    window = tables["window"]
    if window is not None:
        yield text.say("head.window"), f"{text.moment(window['start'])} – {text.clock(window['end'])}"
    yield from _run(text, _by(text))


def _target(text: Text) -> str:
    facts = text.tables["target"].items()
    return "<br>".join(f"{text.word('fact', name.lower())} <b>{esc(value)}</b>" for name, value in [*facts][1:])


def _paged(text: Text) -> Iterator[tuple[str, str]]:
    """Yield what a drill, a page alone or a guard is about, and on whose word it began."""
    tables = text.tables
    yield text.say("head.kind"), text.word("run_kind", tables["kind"])
    if "guards" in tables:
        yield text.say("head.guards"), f"<code>{esc(tables['guards'])}</code>"
        yield text.say("head.target"), _target(text)
        yield from _run(text, esc(tables["captain"]))
        return
    raised = tables.get("raised")
    if raised is not None:
        yield text.say("head.matter"), esc(raised["summary"])
        yield text.say("head.policy"), esc(raised["policy"])
        if raised["dedup"]:
            yield text.say("head.dedup"), f"<code>{esc(raised['dedup'])}</code>"
    yield from _run(text, esc(tables["opened"]["go_by"]) or text.say("by.nobody"))


def _run(text: Text, by: str) -> Iterator[tuple[str, str]]:
    tables, opened = text.tables, text.tables["opened"]
    yield text.say("head.ran"), f"{text.moment(opened['at'])} – {text.moment(opened['closed_at'])}"
    yield text.say("head.captain"), by
    clock = opened["clock"]
    yield (
        text.say("head.clock"),
        text.say("clock.system") if clock == "system" else text.say("clock.other", clock=clock),
    )
    yield text.say("head.run"), f"<code>{esc(tables['run'])}</code>"


def _by(text: Text) -> str:
    said = [text.say("by.captain", captain=text.tables["captain"], go_by=text.tables["opened"]["go_by"])]
    names = {contact["id"]: contact["name"] for contact in text.tables["contacts"]}
    for press in text.tables["presses"]:
        if press["subject"] == "go_request" and press["standing"] == "counted" and press["contact"]:
            button = text.word("button", press["button"])
            said.append(f"{button}: {esc(names[press['contact']])} {text.clock(press['at'])} {line_link(press['seq'])}")
    return "<br>".join(said)


def _cards(text: Text) -> str:
    """Return a card for each check of the first run; for a run that never came so far, of the baseline."""
    for scope in ("verify", "baseline"):
        checks = [check for check in text.tables["checks"] if check["key"].startswith(scope + "/")]
        if checks:
            cards = "".join(_card(text, check) for check in checks)
            return f'<h3 class="cards-name">{text.word("scope", scope)}</h3><ul class="cards">{cards}</ul>'
    return ""


def _card(text: Text, check: Check) -> str:
    figures = {figure["name"]: figure for figure in check["figures"]}
    large, source = "–", 0
    pair = _PAIRS.get(check["check"])
    if pair and pair[0] in figures and pair[1] in figures:
        some, all_ = figures[pair[0]], figures[pair[1]]
        large = f'{esc(some["value"])}<span class="of">/{esc(all_["value"])} {esc(some["unit"])}</span>'
        source = some["seq"]
    elif figures:
        one = figures.get("percent") or next(iter(figures.values()))
        large, source = f'{esc(one["value"])}<span class="of"> {esc(one["unit"])}</span>', one["seq"]
    return (
        f'<li class="card {check["verdict"]}"><span class="card-name">{text.word("check", check["check"])}</span>'
        f'<span class="big">{large}</span><span class="card-why">{text.told(check["why"])}</span>'
        f'<span class="card-foot">{text.pill(check["verdict"])} {line_link(check["seq"])} '
        f"{text.put('from', line=line_link(source)) if source else ''}</span></li>"
    )


def _doubts(text: Text) -> str:
    own = [entry for entry in text.tables["not_proven"] if entry["what"] not in ALWAYS]
    said = "".join(f"<li>{esc(unproven(text.words, entry))}</li>" for entry in own)
    rest = f'<a href="#unproven">{text.say("doubt.rest")}</a>'
    if not own:
        return f'<div class="doubt none"><h3>{text.say("doubt.title")}</h3><p>{text.say("doubt.none")} {rest}</p></div>'
    return f'<div class="doubt"><h3>{text.say("doubt.title")}</h3><ul>{said}</ul><p>{rest}</p></div>'
