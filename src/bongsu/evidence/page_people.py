"""The parts of report.html about messages and people: notifications, answers, the drill, contacts, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.evidence.page_bars import bar
from bongsu.evidence.page_text import esc, facts, inside, line_link, section, table
from bongsu.evidence.picture_lanes import matter_name
from bongsu.evidence.tables_people import unanswered
from bongsu.evidence.words import services_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Notification

_TONES = {"accepted": "pass", "in_doubt": "unknown", "unknown": "unknown"}
_COUNTED = ("prepared", "accepted", "found_in_the_channel", "found_by_a_person", "in_doubt", "refused", "not_sent")


def messages(text: Text) -> str:
    """Return every message that left or was meant to, by the service that it went to."""
    kinds: dict[str, list[Notification]] = {"telegram": [], "slack": [], "other": []}
    posts = [entry for entry in text.tables["notifications"] if entry["method"] == "post"]
    services = services_of(posts)
    for entry in posts:
        kinds[services[entry["channel"]]].append(entry)
    return "".join(
        section(kind, text.say("messages." + kind), *(_message(text, entry) for entry in entries))
        for kind, entries in kinds.items()
        if entries
    )


def _message(text: Text, entry: Notification) -> str:
    person = entry["key"].partition("//")[2].rpartition("@")[0]
    name = text.word("message", entry["message"]) + (f" → {esc(person)}" if person else "")
    tone = _TONES.get(entry["outcome"], "pass" if entry["outcome"].startswith("found") else "fail")
    known = entry.get("resolved_seq") or entry.get("ended_seq")
    return (
        f'<details class="message"><summary><span class="what">{name}</span>'
        f'<span class="soft">{esc(entry["channel"])}</span>{text.clock(entry["intended_at"])}'
        f'<span class="pill {tone}">{text.word("ended", entry["outcome"])}</span></summary>'
        f'<div class="two"><pre class="said">{inside(entry["text"])}</pre><div>{facts(_sent(text, entry, known))}'
        f"{_cited(text, entry)}</div></div></details>"
    )


def _sent(text: Text, entry: Notification, known: int | None) -> Iterator[tuple[str, str]]:
    yield (
        text.say("sent.key"),
        f"<code>{esc(entry['key'])}</code>, {text.say('sent.attempt', attempt=entry['attempt'])}",
    )
    yield text.say("sent.to"), f"<code>{esc(entry['to'])}</code>"
    yield text.say("sent.prepared"), f"{text.moment(entry['intended_at'])} {line_link(entry['intended_seq'])}"
    yield text.say("sent.outcome"), f"{text.word('ended', entry['outcome'])} {line_link(known)}"
    if entry.get("ended_at"):
        yield text.say("sent.ended"), text.moment(entry["ended_at"])
    if entry.get("resolved_at"):
        yield text.say("sent.resolved"), f"{text.moment(entry['resolved_at'])}, {esc(entry.get('resolved_by', ''))}"
    if entry.get("service_at"):
        yield text.say("sent.service_at"), text.moment(entry["service_at"])
    for name, value in entry.get("ref", {}).items():
        yield text.say("sent.ref", name=name.replace("_", " ")), f"<code>{esc(value)}</code>"
    if entry["repeat_of"]:
        yield text.say("sent.repeat"), line_link(entry["repeat_of"])
    if entry.get("instead_of"):
        yield text.say("sent.instead"), line_link(entry["instead_of"])
    if entry.get("moved_to"):
        yield text.say("sent.moved"), f"<code>{esc(entry['moved_to'])}</code>"
    yield text.say("sent.reason"), text.told(entry.get("reason", ""))


def _cited(text: Text, entry: Notification) -> str:
    if not entry["figures"]:
        return ""
    cited = ", ".join(f"<code>{esc(name)}</code>&nbsp;{line_link(seq)}" for name, seq in entry["figures"].items())
    return (
        f'<h3 class="lesser">{text.say("sent.figures", count=len(entry["figures"]))}</h3><p class="cited">{cited}</p>'
    )


def verification(text: Text) -> str:
    """Return who was asked what and when they answered, with the time against its limit."""
    names = {contact["id"]: contact["name"] for contact in text.tables["contacts"]}
    heads = [text.say("answers." + name) for name in ("contact", "matter", "shown", "answered", "within")]
    rows = [
        (
            esc(names.get(answer["contact"], answer["contact"])),
            esc(matter_name(text, matter["subject"])),
            f"{text.clock(answer['asked_at']) or text.say('not_asked')} {line_link(answer['asked_seq'])}",
            f"{text.word('button', answer['button'])} {text.clock(answer['answered_at'])} "
            f"{line_link(answer['answered_seq'])}"
            if answer["answered_at"]
            else text.say("no_answer"),
            bar(text, answer["within_s"], matter["limit_s"], late=answer["late"]),
        )
        for matter in text.tables["matters"]
        for answer in matter["answers"]
    ]
    told = table(heads, rows) if rows else f"<p>{text.say('answers.none')}</p>"
    return section("answers", text.say("answers.title"), told, f'<p class="soft">{text.say("answers.how")}</p>')


def drill(text: Text) -> str:
    """Return the drill: its verdict, and each contact's time on the track of the SLA."""
    held = text.tables["drill"]
    if held is None:
        return ""
    names = {contact["id"]: contact["name"] for contact in text.tables["contacts"]}
    heads = [
        text.say("answers." + name) for name in ("contact", "shown", "answered", "within", "channel", "service_at")
    ]
    rows = [
        (
            esc(names.get(time["contact"], time["contact"])),
            f"{text.clock(time['asked_at']) or text.say('not_asked')} {line_link(time['asked_seq'])}",
            f"{text.clock(time['acked_at']) or text.say('no_answer')} {line_link(time['acked_seq'])}",
            bar(text, time["within_s"], held["ack_sla_s"], late=time["late"]),
            esc(time["channel"]),
            text.clock(time["service_at"]) or text.say("none_given"),
        )
        for time in held["times"]
    ]
    said = f"<p>{text.pill(held['verdict'])} {text.told(held['why'])} {line_link(held['seq'])}</p>"
    return section("drill", text.say("drill.heading"), said, table(heads, rows))


def summary(text: Text) -> str:
    """Return how many messages there were, by channel and by what became of them."""
    counted = text.tables["summary"]
    heads = [text.say("answers.channel"), *(text.word("count", name) for name in _COUNTED)]
    rows = [
        [esc(channel), *(f'<span class="num">{counts.get(name, 0)}</span>' for name in _COUNTED)]
        for channel, counts in counted["by_channel"].items()
    ]
    totals: dict[str, object] = dict(counted)
    rows.append([text.say("all"), *(f'<span class="num">{totals[name]}</span>' for name in _COUNTED)])
    said = text.say("summary.answers", counted=counted["acknowledgements"], not_counted=counted["presses_not_counted"])
    skew = text.tables["clock_skew"]
    near = (
        text.put("summary.skew", ms=str(skew["at_most_ms"]), n=str(skew["messages"]), line=line_link(skew["seq"]))
        if skew
        else ""
    )
    return section("summary", text.say("summary.title"), table(heads, rows), f"<p>{said} {near}</p>")


def contacts(text: Text) -> str:
    """Return the plan's contacts, how they are reached, and every answer of theirs that counts."""
    heads = [text.say("contacts." + name) for name in ("name", "role", "channels", "said")]
    rows = []
    for contact in text.tables["contacts"]:
        answers = [
            f"{esc(matter_name(text, answer['subject']))}: {text.word('button', answer['button'])} "
            f"{text.clock(answer['at'])} {line_link(answer['seq'])}"
            for answer in contact["acknowledged"]
        ]
        for subject, one in unanswered(text.tables["matters"], contact["id"]):
            name = esc(matter_name(text, subject))
            if one["asked_at"] is None:
                answers.append(f"{name}: {text.say('contacts.not_reached')}")
            else:
                shown = text.put(
                    "contacts.unanswered", at=text.clock(one["asked_at"]), line=line_link(one["asked_seq"])
                )
                answers.append(f"{name}: {shown}")
        rows.append(
            (
                f"{esc(contact['name'])} <code>{esc(contact['id'])}</code>",
                esc(contact["role"]),
                esc(", ".join(contact["channels"])),
                "<br>".join(answers) or text.say("contacts.none"),
            )
        )
    limits = "; ".join(
        f"{esc(matter_name(text, matter['subject']))} {text.span(matter['limit_s'])}"
        for matter in text.tables["matters"]
    )
    sla = f"<p>{text.put('contacts.sla', limits=limits)}</p>" if limits else ""
    return section("contacts", text.say("contacts.title"), table(heads, rows), sla)
