"""The cards of report.html's first screen: what was measured of the first invocation, or how people answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.evidence.page_bars import bar, share
from bongsu.evidence.page_text import esc, line_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Check, CheckedFigure
    from bongsu.evidence.tables_people import Answer, Matter

_PAIRS = {
    "sms_delivery": ("delivered", "accepted"),
    "state_writes": ("succeeded", "attempted"),
    "parity": ("matched", "compared"),
    "alarms": ("ok", "total"),
    "memory": ("used_mb", "limit_mb"),
}
"""What a card shows large: so many of so many."""
_WORST = ("fail", "unknown", "pass")
_IN_A_ROW = 6


def cards(text: Text) -> str:
    """Return a card for each check of the first run, or of the baseline; of a drill or a page for each person asked."""
    for scope in ("verify", "baseline"):
        checks = [check for check in text.tables["checks"] if check["key"].startswith(scope + "/")]
        if checks:
            checks.sort(key=lambda check: _WORST.index(check["verdict"]))
            return _laid_out(text.word("scope", scope), [_card(text, scope, check) for check in checks])
    asked = [
        _person(text, matter, answer)
        for matter in (text.tables["matters"] if "kind" in text.tables else ())
        for answer in matter["answers"]
    ]
    asked.sort(key=lambda drawn: _WORST.index(drawn[0]))
    return _laid_out(text.say("cards.people"), [card for _, card in asked]) if asked else ""


def _laid_out(name: str, drawn: list[str]) -> str:
    rows = -(-len(drawn) // _IN_A_ROW)
    return f'<h3 class="cards-name">{name}</h3><ul class="cards by{-(-len(drawn) // rows)}">{"".join(drawn)}</ul>'


def _card(text: Text, scope: str, check: Check) -> str:
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
        f'<span class="big">{large}</span>{_against(text, scope, check, figures)}'
        f'<span class="card-why">{text.told(check["why"])}</span>'
        f'<span class="card-foot">{text.pill(check["verdict"])} {line_link(check["seq"])} '
        f"{text.put('from', line=line_link(source)) if source else ''}</span></li>"
    )


def _against(text: Text, scope: str, check: Check, figures: Mapping[str, CheckedFigure]) -> str:
    """Return a bar of the figure that the plan limits, with a line at the limit; nothing where there is none."""
    name = check["key"].partition("/")[2]
    specs = {
        spec.name: spec
        for spec in ((text.plan.verify if scope == "verify" else text.plan.baseline) if text.plan else ())
    }
    options = specs[name].options if name in specs else {}
    limit = options.get("at_most", options.get("at_least"))
    if isinstance(limit, timedelta) and "duration_ms" in figures:
        most = Decimal(limit // timedelta(milliseconds=1))
        return share(Decimal(figures["duration_ms"]["value"]), most, whole=most, tone=check["verdict"])
    if isinstance(limit, Decimal) and "percent" in figures:
        return share(Decimal(figures["percent"]["value"]), limit, whole=Decimal(100), tone=check["verdict"])
    return ""


def _person(text: Text, matter: Matter, answer: Answer) -> tuple[str, str]:
    """Return how long one person took, against the limit of what they were asked; and whether that was in time."""
    contact = next((one for one in text.tables["contacts"] if one["id"] == answer["contact"]), None)
    name, role = (contact["name"], contact["role"]) if contact else (answer["contact"], "")
    took_s = answer["within_s"]
    missed = answer["late"] or took_s is None or took_s > matter["limit_s"]
    tone = "fail" if missed and text.tables["kind"] == "drill" else "unknown" if missed else "pass"
    said = text.say("no_answer") if took_s is None else text.span(took_s)
    pressed = f"{text.word('button', answer['button'])} " if answer["button"] else ""
    return tone, (
        f'<li class="card person {tone}"><span class="card-name">{esc(name)}</span>'
        f'<span class="card-why">{esc(role)}</span><span class="big">{said}</span>'
        f"{bar(text, took_s, matter['limit_s'], late=answer['late'])}"
        f'<span class="card-foot">{pressed}{line_link(answer["answered_seq"] or answer["asked_seq"])} · '
        f"{text.say('limit')} {text.span(matter['limit_s'])}</span></li>"
    )
