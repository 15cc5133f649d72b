"""report.md: the tables of a run as a person reads them, in the sections of the log that bongsu replaces."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from bongsu.evidence.aftermath import left_lines, read_text
from bongsu.evidence.markdown_words import COPY, HOW_TO_CHECK, KINDS, NOTIFICATIONS, OUTCOMES, SCOPES, fenced, plain
from bongsu.evidence.page_first import kind_of, not_passed
from bongsu.evidence.page_text import span_of
from bongsu.evidence.tables_people import unanswered
from bongsu.evidence.words import services_of, told_detail, unproven, words_of
from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bongsu.evidence.tables import Tables


class Report:
    """Writes one report from its tables, in the plan's first language."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = tables
        self.zone = ZoneInfo(tables["timezone"])
        self._say = language(tables["language"], "report", "running")
        self._reason = language(tables["language"], "reasons").told
        self._seconds = partial(span_of, words_of(tables["language"]))
        self.lines: list[str] = []

    def write(self) -> str:
        """Return the whole report."""
        self._head()
        self._timeline()
        self._channel_sections()
        self._verification()
        self._page()
        self._drill()
        self._figures()
        self._readiness()
        self._summary()
        self._contacts()
        self._not_proven()
        self._how_to_check()
        return "\n".join(self.lines) + "\n"

    def _add(self, *lines: str) -> None:
        self.lines.extend(lines)

    def _title(self, text: str, level: int = 2) -> None:
        self._add(f"{'#' * level} {self._say(text)}", "")

    def _word(self, recorded: object) -> str:
        """Return one of our own recorded words as the language has it."""
        return self._say(str(recorded).replace("_", " "))

    def _clock(self, text: str | None) -> str:
        return "" if text is None else f"{datetime.fromisoformat(text).astimezone(self.zone):%H:%M:%S}"

    def _moment(self, text: str | None) -> str:
        """Return a time in the plan's zone and in UTC."""
        if text is None:
            return self._say("not reached")
        at = datetime.fromisoformat(text)
        here, there = at.astimezone(self.zone), at.astimezone(UTC)
        form = "%H:%M:%S UTC" if there.date() == here.date() else "%m-%d %H:%M:%S UTC"
        return f"{here:%Y-%m-%d %H:%M:%S %Z}" + ("" if here.utcoffset() == there.utcoffset() else f" ({there:{form}})")

    def _detail(self, text: str) -> str:
        """Return an entry's detail; of a phase, why it was entered and what that rests on."""
        why, _, rest = text.partition(" ")
        if rest and (found := self._say(why)) != why:
            return f"{found}: {plain(told_detail(self.tables['language'], rest))}"
        return plain(self._say.told(text))

    def _matter(self, subject: str) -> str:
        name, _, number = subject.partition("/")
        return self._word(name) + (f"/{number}" if number else "")

    def _table(self, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        heads = [self._say(head) for head in heads]
        self._add("| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads))
        for row in rows:
            self._add("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |")
        self._add("")

    def _labelled(self, head: str, rows: Iterable[tuple[str, str]]) -> None:
        self._table(("What", head), [(self._say(label), text) for label, text in rows])

    def _head(self) -> None:
        tables, opened = self.tables, self.tables["opened"]
        why = self._word(tables["why"])
        self._add(
            f"# {plain(tables['cutover'])}",
            "",
            self._say("**Verdict: {}** ({}, exit code {})", self._word(tables["verdict"]), why, tables["exit_code"]),
            "",
        )
        if "published" in tables:
            self._add(self._say(COPY, tables["published"]["original"]), "")
        failed = [
            f"- {self._word(check['verdict'])}: `{check['key']}`, {plain(self._reason(check['why']))} (#{check['seq']})"
            for check in not_passed(cast("Tables", tables))
        ]
        self._add(*left_lines(tables, words_of(tables["language"])), *failed, *([""] if failed else []))
        own = opened["clock"] == "system"
        clock = self._say("this machine's clock") if own else self._say("the rehearsal clock at {}", opened["clock"])
        self._labelled(
            "Recorded",
            [
                ("Run", f"`{tables['run']}`"),
                ("What it was", self._say(KINDS[kind_of(opened)])),
                *(self._of_a_cutover() if "kind" not in tables else self._of_a_page()),
                ("Closed", self._moment(opened["closed_at"])),
                ("Time told by", clock),
                ("Services asked at", ", ".join(f"{name} {url}" for name, url in sorted(opened["endpoints"].items()))),
                ("Program", opened["program"]),
                ("Plan", f"sha256 `{opened['plan_sha256']}`"),
                ("Newest link of the ledger", f"#{tables['head']['seq']} `{tables['head']['hash']}`"),
            ],
        )
        times = "`#n` names line n of `ledger.jsonl`. Times without a zone are in {}."
        self._add(self._say(times, self.tables["timezone"]), "")

    def _of_a_cutover(self) -> Iterator[tuple[str, str]]:
        tables, opened = self.tables, self.tables["opened"]
        go = self._say("{}, go given on the command line by {}", tables["captain"], opened["go_by"])
        yield "Release captain", go
        yield "Window", self._say("{} until {}", *(self._moment(tables["window"][end]) for end in ("start", "end")))
        yield "Target", self._target()
        yield "Opened", self._moment(opened["at"])
        yield "T+0, the read-back that shows the rule ENABLED", self._moment(opened["enabled_at"])
        yield "As last read back", read_text(tables, self._word, self._clock) or self._say("not reached")

    def _target(self) -> str:
        facts = self.tables["target"].items()
        return ", ".join(f"{self._say(name)} {value}" for name, value in facts if name != "kind")

    def _of_a_page(self) -> Iterator[tuple[str, str]]:
        """Yield what a drill, a page alone or a guard is about, and on whose word it began."""
        tables, raised = self.tables, self.tables.get("raised")
        yield "Kind of run", self._word(tables["kind"])
        if "guards" in tables:
            yield "Run that was guarded", f"`{tables['guards']}`"
            yield "Target", self._target()
            yield "Opened", self._moment(tables["opened"]["at"])
            return
        if raised is not None:
            yield "Matter", plain(raised["summary"])
            yield "Policy", raised["policy"]
            if raised["dedup"]:
                yield "The alarm's own name", plain(raised["dedup"])
        yield "On the word of", plain(tables["opened"]["go_by"]) or self._say("nobody who gave a name")
        yield "Opened", self._moment(tables["opened"]["at"])

    def _timeline(self) -> None:
        self._title("Timeline")
        told = self._say.told
        self._table(
            ("Time", "UTC", "What", "Detail", "Line"),
            [
                (
                    self._clock(entry["at"]),
                    f"{datetime.fromisoformat(entry['at']).astimezone(UTC):%H:%M:%S}",
                    told(entry["what"]),
                    self._detail(entry["detail"]),
                    f"#{entry['seq']}",
                )
                for entry in self.tables["timeline"]
            ],
        )

    def _channel_sections(self) -> None:
        posts = [entry for entry in self.tables["notifications"] if entry["method"] == "post"]
        kinds: dict[str, list[dict[str, Any]]] = {"Telegram": [], "Slack": [], "Other": []}
        services = services_of(posts)
        for entry in posts:
            kinds[services[entry["channel"]].title()].append(entry)
        for kind, entries in kinds.items():
            if not entries:
                continue
            self._title(NOTIFICATIONS[kind])
            for number, entry in enumerate(entries, 1):
                self._notification(number, entry)

    def _notification(self, number: int, entry: dict[str, Any]) -> None:
        title = self._say("{} to {}", self._word(entry["message"]), entry["channel"])
        self._add(f"### {number}. {title}", "")
        self._labelled("Recorded", self._sent(entry))
        self._add(*fenced(entry["text"]), "")
        if entry["figures"]:
            cited = ", ".join(f"`{name}` #{seq}" for name, seq in entry["figures"].items())
            count = self._say("The {} figures it shows, and their lines", len(entry["figures"]))
            self._add(f"<details><summary>{count}</summary>", "", cited, "")
            self._add("</details>", "")

    def _sent(self, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what is recorded of one attempt at a message."""
        ref = entry.get("ref", {})
        known = entry.get("resolved_seq") or entry.get("ended_seq")
        yield "Message", self._say("{}, attempt {}", f"`{entry['key']}`", entry["attempt"])
        # A webhook and a terminal have but one place that a message can go to.
        through = f"`{entry['channel']}`"
        yield "To", self._say("{} through {}", f"`{entry['to']}`", through) if entry["to"] else through
        yield "Prepared", f"{self._moment(entry['intended_at'])} (#{entry['intended_seq']})"
        yield "Outcome", self._say(OUTCOMES[entry["outcome"]]) + (f" (#{known})" if known else "")
        if entry.get("ended_at"):
            answered = entry["outcome"] in ("accepted", "refused", "not_sent") and "resolved_at" not in entry
            yield ("Answer received" if answered else "Answer missed"), self._moment(entry["ended_at"])
        if entry.get("resolved_at"):
            yield "Cleared up", self._say("{}, by {}", self._moment(entry["resolved_at"]), entry["resolved_by"])
        if entry.get("service_at"):
            yield "The service's own time", self._moment(entry["service_at"])
        for name, value in ref.items():
            yield self._say("The service's {}", name.replace("_", " ")), f"`{value}`"
        if entry["repeat_of"]:
            yield "Possible repeat of", f"#{entry['repeat_of']}"
        if entry.get("instead_of"):
            yield "Stands in for", f"#{entry['instead_of']}"
        if entry.get("moved_to"):
            yield "The chat's id now", f"`{entry['moved_to']}`"
        if entry.get("reason"):
            yield "Reason given", plain(self._reason(entry["reason"]))

    def _verification(self) -> None:
        self._title("Escalation contact verification")
        rows = []
        for contact in self.tables["contacts"]:
            said = [
                self._say(
                    "{}: {} {} on {} (#{})",
                    self._matter(answer["subject"]),
                    self._say(answer["button"].replace("_", "-")),
                    self._clock(answer["at"]),
                    answer["channel"],
                    answer["seq"],
                )
                for answer in contact["acknowledged"]
            ]
            for subject, one in unanswered(self.tables["matters"], contact["id"]):
                seen = () if one["asked_at"] is None else (self._clock(one["asked_at"]), one["asked_seq"])
                shown = "{}: asked {} (#{}), no answer" if seen else "{}: not reached"
                said.append(self._say(shown, self._matter(subject), *seen))
            answers = "; ".join(said) or self._say("was asked nothing")
            rows.append((contact["name"], contact["role"], ", ".join(contact["channels"]), answers))
        self._table(("Contact", "Role", "Channels", "Answered"), rows)

    def _page(self) -> None:
        if self.tables.get("kind") != "page":
            return
        self._title("Page")
        heads = ("Contact", "Shown", "Acknowledged", "Within", "Limit")
        rows = [
            (
                answer["contact"],
                f"{self._clock(answer['asked_at'])} (#{answer['asked_seq']})" if answer["asked_at"] else "",
                f"{self._clock(answer['answered_at'])} (#{answer['answered_seq']})" if answer["answered_at"] else "",
                self._seconds(answer["within_s"]) if answer["within_s"] is not None else self._say("no answer"),
                self._seconds(matter["limit_s"]),
            )
            for matter in self.tables["matters"]
            for answer in matter["answers"]
        ]
        self._table(heads, rows)

    def _drill(self) -> None:
        drill = self.tables["drill"]
        if drill is None:
            return
        self._title("Escalation drill")
        sla, verdict = self._seconds(drill["ack_sla_s"]), self._word(drill["verdict"])
        self._add(f"**{verdict}**: {self._reason(drill['why'])} (#{drill['seq']}). SLA {sla}.", "")
        self._table(
            ("Contact", "Shown", "Acknowledged", "Within", "Channel", "The service's time"),
            [
                (
                    time["contact"],
                    f"{self._clock(time['asked_at'])} (#{time['asked_seq']})",
                    f"{self._clock(time['acked_at'])} (#{time['acked_seq']})"
                    if time["acked_at"]
                    else self._say("no answer"),
                    self._seconds(time["within_s"]) if time["within_s"] is not None else "",
                    time["channel"],
                    self._clock(time["service_at"]) or self._say("none given"),
                )
                for time in drill["times"]
            ],
        )
        how = "A time runs from our receipt of the acceptance to our receipt of the press, rounded up to whole seconds."
        self._add(self._say(how), "")

    def _figures(self) -> None:
        self._title("Figures and their sources")
        readings = {reading["seq"]: reading for reading in self.tables["readings"]}
        for scope, title in SCOPES.items():
            checks = [check for check in self.tables["checks"] if check["key"].partition("/")[0] == scope]
            if not checks:
                continue
            self._title(title, 3)
            rows = []
            for check in checks:
                figures = ", ".join(
                    f"{figure['name']} {figure['value']} {figure['unit']}".rstrip() + f" (#{figure['seq']})"
                    for figure in check["figures"]
                )
                verdict, why = self._word(check["verdict"]), plain(self._reason(check["why"]))
                rows.append((check["key"], verdict, why, figures, f"#{check['seq']}"))
            self._table(("Check", "Verdict", "Why", "Figures and the readings they come from", "Line"), rows)
        cited = sorted({seq for check in self.tables["checks"] for seq in check["sources"] if seq in readings})
        self._title("Readings cited above", 3)
        rows = []
        for seq in cited:
            reading = readings[seq]
            bodies = ", ".join(
                f"`{name}` {digest[:12]}" for name, digest in reading["blobs"].items() if name.startswith("response")
            )
            operations = ", ".join(dict.fromkeys(f"{e['service']} {e['operation']}" for e in reading["exchanges"]))
            requests = len(reading["exchanges"])
            rows.append(
                (f"#{seq}", self._moment(reading["at"]), reading["reading"], f"{operations} ({requests})", bodies[:400])
            )
        self._table(("Line", "Read at", "Reading", "Asked", "Recorded answers in `blobs/` (first 12 digits)"), rows)

    def _readiness(self) -> None:
        rule = self.tables["rollback"]
        if rule is None:
            return
        self._title("Rollback readiness")
        rows = [
            ("Reversed when", ", ".join(self._word(word) for word in rule["when"])),
            (
                "Detect, decide, execute within",
                ", ".join(self._seconds(rule[f"{part}_s"]) for part in ("detect", "decide", "execute")),
            ),
            ("In all within", self._seconds(rule["within_s"])),
        ]
        if rule["legacy"] is not None:
            facts = ", ".join(f"{self._say(name)} {value}" for name, value in rule["legacy"].items())
            rows.append(("Legacy", self._say("{}; on rollback: {}", facts, self._word(rule["on_rollback"]))))
        self._labelled("The plan says", rows)
        for switch in self.tables["switches"]:
            outcome = self._say(OUTCOMES[switch.get("outcome", "unknown")])
            asked = self._say.told(f"{switch['which']} to be {switch['to']}")
            line = self._say("{} at {}: call {} (#{})", asked, self._moment(switch["at"]), outcome, switch["seq"])
            self._add(f"- {line}")
        self._add("")

    def _summary(self) -> None:
        summary = self.tables["summary"]
        self._title("Notification summary")
        names = ("prepared", "accepted", "found_in_the_channel", "found_by_a_person", "in_doubt", "refused", "not_sent")
        rows = [
            (channel, *(counts.get(name, 0) for name in names)) for channel, counts in summary["by_channel"].items()
        ]
        rows.append((self._say("all"), *(summary[name] for name in names)))
        heads = ("Prepared", "Accepted", "Found in the channel", "Found by a person", "Outcome unknown", "Refused")
        self._table(("Channel", *heads, "Not sent"), rows)
        counted = "Answers that count: {}. Presses recorded that do not count: {}."
        means = (
            "Accepted means that the service took the message; no chat service reports that a message was delivered "
            "or read."
        )
        self._add(
            self._say(counted, summary["acknowledgements"], summary["presses_not_counted"]) + " " + self._say(means), ""
        )
        skew = self.tables["clock_skew"]
        if skew:
            apart = "The services' own times and our receipts lie at most {} ms apart over {} messages (#{})."
            self._add(self._say(apart, skew["at_most_ms"], skew["messages"], skew["seq"]), "")

    def _contacts(self) -> None:
        self._title("Contacts and SLA")
        self._table(
            ("Contact", "Name", "Role", "Reached through"),
            [(c["id"], c["name"], c["role"], ", ".join(c["channels"])) for c in self.tables["contacts"]],
        )
        drill = self.tables["drill"]
        if drill is not None:
            self._add(self._say("Acknowledgement SLA: {}.", self._seconds(drill["ack_sla_s"])), "")

    def _not_proven(self) -> None:
        self._title("What was not proven")
        words = words_of(self.tables["language"])
        self._add(*(f"- {unproven(words, entry)}" for entry in self.tables["not_proven"]), "")

    def _how_to_check(self) -> None:
        self._title("How to check this record")
        self._add(*(self._say(line) for line in HOW_TO_CHECK))


def as_markdown(tables: Mapping[str, Any]) -> bytes:
    """Return the tables as the bytes of report.md."""
    return Report(tables).write().encode()
