"""What the timeline picture shows: lanes of marks, each with its time, its words and its ledger line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.evidence.page_bars import tone_of_look
from bongsu.evidence.words import told_detail, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Notification
    from bongsu.evidence.tables_people import Answer, Matter

_TONES = {
    "succeeded": "pass",
    "drilled": "pass",
    "watching": "pass",
    "deciding": "unknown",
    "held": "unknown",
    "rolling_back": "fail",
    "rolled_back": "fail",
    "rollback_failed": "fail",
    "no_go": "fail",
    "closed": "ink",
}
_LIVE = frozenset({"enabled", "observing", "verifying"})
_ENDED = {"accepted": ("dot", "info"), "found_in_the_channel": ("ring", "info"), "found_by_a_person": ("ring", "info")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that happened, or a span in which it lasted."""

    seq: int
    at: datetime
    until: datetime | None = None
    shape: str = "dot"
    tone: str = "info"
    label: str = ""
    title: str = ""
    many: bool = False
    """One of so many that a row of ticks shows them in the watch, without words."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Marks of one kind, in order of time."""

    name: str
    marks: tuple[Mark, ...]


def lanes_of(text: Text) -> Iterator[Lane]:
    """Yield the lanes that have something to show, from top to bottom."""
    tables = text.tables
    channels = dict.fromkeys(entry["channel"] for entry in tables["notifications"])
    yield _lane(text.words["lane.phases"], _phases(text))
    for channel in channels:
        yield _lane(text.words["lane.channel"].format(channel=channel), _messages(text, channel))
    lanes = {
        "lane.orders": _orders(text),
        "lane.switches": _effects(text),
        "lane.invocations": _invocations(text),
        "lane.looks": _looks(text),
    }
    for key, marks in lanes.items():
        lane = _lane(text.words[key], marks)
        if lane.marks:
            yield lane
    for contact in tables["contacts"]:
        lane = _lane(contact["name"], _people(text, contact["id"]))
        if lane.marks:
            yield lane


def _lane(name: str, marks: Iterator[Mark]) -> Lane:
    return Lane(name, tuple(sorted(marks, key=lambda mark: (mark.at, mark.seq))))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _title(text: Text, at: str, what: str, seq: int) -> str:
    here = text.local(at)
    return f"{here:%Y-%m-%d %H:%M:%S} {here.tzname()} · {what} · #{seq}"


def _phases(text: Text) -> Iterator[Mark]:
    for span in text.tables["phases"]:
        phase = word(text.words, "phase", span["phase"])
        detail = told_detail(text.words["lang"], span["detail"])
        what = f"{phase}: {word(text.words, 'why', span['why'])} {detail}".strip()
        tone = _TONES.get(span["phase"], "live" if span["phase"] in _LIVE else "calm")
        until = None if span["until"] is None else _at(span["until"])
        instant = until is None or (until - _at(span["at"])).total_seconds() < 0.5
        yield Mark(
            seq=span["seq"],
            at=_at(span["at"]),
            until=until,
            shape="tick" if instant else "bar",
            tone=tone,
            label=phase,
            title=_title(text, span["at"], what, span["seq"]),
        )


def _messages(text: Text, channel: str) -> Iterator[Mark]:
    for entry in text.tables["notifications"]:
        if entry["channel"] == channel and entry["method"] == "post":
            yield _message(text, entry)

    for way in text.tables["listening"]:
        if way["channel"] == channel and way["state"] != "open":
            title = _title(text, way["at"], text.words["way_lost"], way["seq"])
            yield Mark(seq=way["seq"], at=_at(way["at"]), shape="cross", tone="unknown", title=title)


def _message(text: Text, entry: Notification) -> Mark:
    shape, tone = _ENDED.get(entry["outcome"], ("cross", "fail"))
    if entry["outcome"] in ("unknown", "in_doubt"):
        shape, tone = "ring", "unknown"
    seq = entry.get("ended_seq", entry["intended_seq"])
    at = entry.get("ended_at", entry["intended_at"])
    person = entry["key"].partition("//")[2].rpartition("@")[0]
    label = word(text.words, "message", entry["message"]) + (f" → {person}" if person else "")
    what = f"{label}, {word(text.words, 'ended', entry['outcome'])}"
    return Mark(seq=seq, at=_at(at), shape=shape, tone=tone, label=label, title=_title(text, at, what, seq))


def _orders(text: Text) -> Iterator[Mark]:
    for given in text.tables["orders"]:
        label = f"{word(text.words, 'order', given['order'])} ({given['by']})"
        title = _title(text, given["at"], f"{label} {given['reason']}".strip(), given["seq"])
        yield Mark(seq=given["seq"], at=_at(given["at"]), shape="square", tone="ink", label=label, title=title)
    for step in text.tables["clock_steps"]:
        label = text.words["clock_step"].format(ms=step["by_ms"])
        title = _title(text, step["at"], label, step["seq"])
        yield Mark(seq=step["seq"], at=_at(step["at"]), shape="cross", tone="unknown", label=label, title=title)


def _effects(text: Text) -> Iterator[Mark]:
    words = text.words
    for switch in text.tables["switches"]:
        outcome = switch.get("outcome", "unknown")
        seq, at = switch.get("ended_seq", switch["seq"]), switch.get("ended_at", switch["at"])
        label = f"{word(words, 'which', switch['which'])}: {word(words, 'to', switch['to'])}"
        what = f"{label}, {word(words, 'ended', outcome)}"
        tone = {"accepted": "info", "unknown": "unknown", "in_doubt": "unknown"}.get(outcome, "fail")
        yield Mark(seq=seq, at=_at(at), shape="square", tone=tone, label=label, title=_title(text, at, what, seq))
    for read in text.tables["read_backs"]:
        if read["key"].partition("/")[0] == "baseline":
            continue
        label = words["read_back"].format(which=word(words, "which", read["which"]), state=read["state"])
        title = _title(text, read["at"], label, read["seq"])
        yield Mark(seq=read["seq"], at=_at(read["at"]), shape="ring", tone="info", label=label, title=title)


def _invocations(text: Text) -> Iterator[Mark]:
    for run in text.tables["invocations"]:
        what = text.words["invocation"].format(request=run["request_id"], ms=run["duration_ms"])
        if run["failed"]:
            what = f"{what}, {text.words['failed']}"
        yield Mark(
            seq=run["seq"],
            at=_at(run["started_at"]),
            shape="dot",
            tone="fail" if run["failed"] else "live",
            label=f"{run['duration_ms']} ms",
            title=_title(text, run["started_at"], what, run["seq"]),
            many=True,
        )


def _looks(text: Text) -> Iterator[Mark]:
    for look in text.tables["looks"]:
        what = text.words["look"].format(number=look["number"]) + f": {word(text.words, 'verdict', look['verdict'])}"
        if look["idle"]:
            what = f"{what} ({text.words['looks.idle']})"
        title = _title(text, look["at"], what, look["seq"])
        yield Mark(seq=look["seq"], at=_at(look["at"]), shape="tick", tone=tone_of_look(look), title=title, many=True)


def _people(text: Text, contact: str) -> Iterator[Mark]:
    for matter in text.tables["matters"]:
        for answer in matter["answers"]:
            if answer["contact"] == contact and answer["asked_at"] is not None:
                yield _answer(text, matter, answer, answer["asked_at"])
    for press in text.tables["presses"]:
        if press["contact"] == contact and press["standing"] != "counted":
            what = f"{word(text.words, 'button', press['button'])}, {word(text.words, 'standing', press['standing'])}"
            title = _title(text, press["at"], what, press["seq"])
            yield Mark(seq=press["seq"], at=_at(press["at"]), shape="cross", tone="unknown", title=title)


def _answer(text: Text, matter: Matter, answer: Answer, asked_at: str) -> Mark:
    subject = matter_name(text, matter["subject"])
    within, limit = answer["within_s"], text.span(matter["limit_s"])
    if within is None or answer["answered_at"] is None:
        closed = text.tables["opened"]["closed_at"]
        over = _at(asked_at) + timedelta(seconds=matter["limit_s"])
        until, said = over if closed is None else min(over, _at(closed)), text.words["no_answer"]
        tone = "unknown"
    else:
        until, said = _at(answer["answered_at"]), f"{word(text.words, 'button', answer['button'])}, {text.span(within)}"
        tone = "fail" if answer["late"] or within > matter["limit_s"] else "pass"
    what = f"{subject}: {said} ({text.words['limit']} {limit})"
    seq = answer["answered_seq"] or answer["asked_seq"]
    return Mark(
        seq=seq,
        at=_at(asked_at),
        until=until,
        shape="bar",
        tone=tone,
        label=f"{subject}: {said}",
        title=_title(text, asked_at, what, seq),
    )


def matter_name(text: Text, subject: str) -> str:
    """Return what a matter is called: the message that asked."""
    kind, _, number = subject.partition("/")
    return word(text.words, "message", kind) + (f" {number}" if number else "")
