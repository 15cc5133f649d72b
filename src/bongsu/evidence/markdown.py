"""report.md: the tables of a run as a person reads them, in the sections of the log that bongsu replaces."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bongsu.evidence.words import unproven, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OUTCOMES = {
    "accepted": "accepted",
    "in_doubt": "outcome unknown",
    "unknown": "outcome unknown",
    "refused": "refused",
    "not_sent": "not sent",
    "found_in_the_channel": "the answer was lost; found in the channel",
    "found_by_a_person": "the answer was lost; a person found it there",
}
SCOPES = {"baseline": "Baseline", "verify": "First run", "watch": "Watch", "drill": "Drill", "rollback": "Rollback"}


class Report:
    """Writes one report from its tables."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = tables
        self.zone = ZoneInfo(tables["timezone"])
        self.lines: list[str] = []

    def write(self) -> str:
        """Return the whole report."""
        self._head()
        self._timeline()
        self._channel_sections()
        self._verification()
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

    def _clock(self, text: str | None) -> str:
        return "" if text is None else f"{datetime.fromisoformat(text).astimezone(self.zone):%H:%M:%S}"

    def _moment(self, text: str | None) -> str:
        return (
            "not reached"
            if text is None
            else f"{datetime.fromisoformat(text).astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"
        )

    def _table(self, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        heads = list(heads)
        self._add("| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads))
        for row in rows:
            self._add("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |")
        self._add("")

    def _head(self) -> None:
        tables, opened = self.tables, self.tables["opened"]
        self._add(
            f"# {tables['cutover']}",
            "",
            f"**Verdict: {tables['verdict']}** ({tables['why'].replace('_', ' ')}, exit code {tables['exit_code']})",
            "",
        )
        clock = "this machine's clock" if opened["clock"] == "system" else f"the rehearsal clock at {opened['clock']}"
        facts = ", ".join(f"{name} {value}" for name, value in tables["target"].items() if name != "kind")
        self._table(
            ("What", "Recorded"),
            [
                ("Run", f"`{tables['run']}`"),
                ("Release captain", f"{tables['captain']}, go given on the command line by {opened['go_by']}"),
                ("Window", f"{self._moment(tables['window']['start'])} to {self._clock(tables['window']['end'])}"),
                ("Target", facts),
                ("Opened", self._moment(opened["at"])),
                ("T+0, the read-back that shows the rule ENABLED", self._moment(opened["enabled_at"])),
                ("Closed", self._moment(opened["closed_at"])),
                ("Time told by", clock),
                ("Services asked at", ", ".join(f"{name} {url}" for name, url in sorted(opened["endpoints"].items()))),
                ("Program", opened["program"]),
                ("Plan", f"sha256 `{opened['plan_sha256']}`"),
                ("Newest link of the ledger", f"#{tables['head']['seq']} `{tables['head']['hash']}`"),
            ],
        )
        self._add("`#n` names line n of `ledger.jsonl`. Times are in " + self.tables["timezone"] + ".", "")

    def _timeline(self) -> None:
        self._add("## Timeline", "")
        self._table(
            ("Time", "What", "Detail", "Line"),
            [
                (self._clock(entry["at"]), entry["what"], entry["detail"], f"#{entry['seq']}")
                for entry in self.tables["timeline"]
            ],
        )

    def _channel_sections(self) -> None:
        posts = [entry for entry in self.tables["notifications"] if entry["method"] == "post"]
        kinds: dict[str, list[dict[str, Any]]] = {"Telegram": [], "Slack": [], "Other": []}
        for entry in posts:
            ref = entry.get("ref", {})
            kinds["Slack" if "ts" in ref else "Telegram" if "message_id" in ref else "Other"].append(entry)
        for kind, entries in kinds.items():
            if not entries:
                continue
            title = f"{kind} notifications" if kind != "Other" else "Notifications without a service's reference"
            self._add(f"## {title}", "")
            for number, entry in enumerate(entries, 1):
                self._notification(number, entry)

    def _notification(self, number: int, entry: dict[str, Any]) -> None:
        # A webhook and a terminal have but one place that a message can go to.
        to = f"`{entry['to']}` through `{entry['channel']}`" if entry["to"] else f"`{entry['channel']}`"
        self._add(f"### {number}. {entry['message'].replace('_', ' ')} to {entry['channel']}", "")
        ref = entry.get("ref", {})
        known = entry.get("resolved_seq") or entry.get("ended_seq")
        rows = [
            ("Message", f"`{entry['key']}`, attempt {entry['attempt']}"),
            ("To", to),
            ("Prepared", f"{self._moment(entry['intended_at'])} (#{entry['intended_seq']})"),
            ("Outcome", OUTCOMES[entry["outcome"]] + (f" (#{known})" if known else "")),
        ]
        if entry.get("ended_at"):
            answered = entry["outcome"] in ("accepted", "refused", "not_sent") and "resolved_at" not in entry
            rows.append(("Answer received" if answered else "Answer missed", self._moment(entry["ended_at"])))
        if entry.get("resolved_at"):
            rows.append(("Cleared up", f"{self._moment(entry['resolved_at'])}, by {entry['resolved_by']}"))
        if entry.get("service_at"):
            rows.append(("The service's own time", self._moment(entry["service_at"])))
        rows += [(f"The service's {name.replace('_', ' ')}", f"`{value}`") for name, value in ref.items()]
        if entry["repeat_of"]:
            rows.append(("Possible repeat of", f"#{entry['repeat_of']}"))
        if entry.get("reason"):
            rows.append(("Reason given", entry["reason"]))
        self._table(("What", "Recorded"), rows)
        fence = "````" if "```" in entry["text"] else "```"
        self._add(f"{fence}text", entry["text"], fence, "")
        if entry["figures"]:
            cited = ", ".join(f"`{name}` #{seq}" for name, seq in entry["figures"].items())
            count = len(entry["figures"])
            self._add(f"<details><summary>The {count} figures it shows, and their lines</summary>", "", cited, "")
            self._add("</details>", "")

    def _verification(self) -> None:
        self._add("## Escalation contact verification", "")
        rows = []
        for contact in self.tables["contacts"]:
            answers = contact["acknowledged"]
            said = "; ".join(
                f"{answer['subject'].replace('_', ' ')}: {answer['button'].replace('_', '-')} "
                f"{self._clock(answer['at'])} on {answer['channel']} (#{answer['seq']})"
                for answer in answers
            )
            rows.append(
                (contact["name"], contact["role"], ", ".join(contact["channels"]), said or "no answer asked or given")
            )
        self._table(("Contact", "Role", "Channels", "Answered"), rows)

    def _drill(self) -> None:
        drill = self.tables["drill"]
        if drill is None:
            return
        self._add(
            "## Escalation drill",
            "",
            f"**{drill['verdict']}**: {drill['why']} (#{drill['seq']}). SLA {drill['ack_sla_s']} s.",
            "",
        )
        self._table(
            ("Contact", "Shown", "Acknowledged", "Within", "Channel", "The service's time"),
            [
                (
                    time["contact"],
                    f"{self._clock(time['asked_at'])} (#{time['asked_seq']})",
                    f"{self._clock(time['acked_at'])} (#{time['acked_seq']})" if time["acked_at"] else "no answer",
                    f"{time['within_s']} s" if time["within_s"] is not None else "",
                    time["channel"],
                    self._clock(time["service_at"]) or "none given",
                )
                for time in drill["times"]
            ],
        )
        self._add(
            "A time runs from our receipt of the acceptance to our receipt of the press, rounded up to whole seconds.",
            "",
        )

    def _figures(self) -> None:
        self._add("## Figures and their sources", "")
        readings = {reading["seq"]: reading for reading in self.tables["readings"]}
        for scope, title in SCOPES.items():
            checks = [check for check in self.tables["checks"] if check["key"].partition("/")[0] == scope]
            if not checks:
                continue
            self._add(f"### {title}", "")
            rows = []
            for check in checks:
                figures = ", ".join(
                    f"{figure['name']} {figure['value']} {figure['unit']}".rstrip() + f" (#{figure['seq']})"
                    for figure in check["figures"]
                )
                rows.append((check["key"], check["verdict"], check["why"], figures, f"#{check['seq']}"))
            self._table(("Check", "Verdict", "Why", "Figures and the readings they come from", "Line"), rows)
        cited = sorted({seq for check in self.tables["checks"] for seq in check["sources"] if seq in readings})
        self._add("### Readings cited above", "")
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
        self._add("## Rollback readiness", "")
        rows = [
            ("Reversed when", ", ".join(word.replace("_", " ") for word in rule["when"])),
            ("Detect, decide, execute within", f"{rule['detect_s']} s, {rule['decide_s']} s, {rule['execute_s']} s"),
            ("In all within", f"{rule['total_s']} s"),
        ]
        if rule["legacy"] is not None:
            facts = ", ".join(f"{name} {value}" for name, value in rule["legacy"].items())
            rows.append(("Legacy", f"{facts}; on rollback: {str(rule['on_rollback']).replace('_', ' ')}"))
        self._table(("What", "The plan says"), rows)
        for switch in self.tables["switches"]:
            outcome = OUTCOMES[switch.get("outcome", "unknown")]
            self._add(
                f"- {switch['which']} to be {switch['to']} at {self._moment(switch['at'])}: "
                f"call {outcome} (#{switch['seq']})"
            )
        self._add("")

    def _summary(self) -> None:
        summary = self.tables["summary"]
        self._add("## Notification summary", "")
        names = ("prepared", "accepted", "found_in_the_channel", "found_by_a_person", "in_doubt", "refused", "not_sent")
        rows = [
            (channel, *(counts.get(name, 0) for name in names)) for channel, counts in summary["by_channel"].items()
        ]
        rows.append(("all", *(summary[name] for name in names)))
        heads = ("Prepared", "Accepted", "Found in the channel", "Found by a person", "Outcome unknown", "Refused")
        self._table(("Channel", *heads, "Not sent"), rows)
        self._add(
            f"Answers that count: {summary['acknowledgements']}. Presses recorded that do not count: "
            f"{summary['presses_not_counted']}. Accepted means that the service took the message; no chat service "
            "reports that a message was delivered or read.",
            "",
        )
        skew = self.tables["clock_skew"]
        if skew:
            self._add(
                f"The services' own times and our receipts lie at most {skew['at_most_ms']} ms apart over "
                f"{skew['messages']} messages (#{skew['seq']}).",
                "",
            )

    def _contacts(self) -> None:
        self._add("## Contacts and SLA", "")
        self._table(
            ("Contact", "Name", "Role", "Reached through"),
            [(c["id"], c["name"], c["role"], ", ".join(c["channels"])) for c in self.tables["contacts"]],
        )
        drill = self.tables["drill"]
        if drill is not None:
            self._add(f"Acknowledgement SLA: {drill['ack_sla_s']} s.", "")

    def _not_proven(self) -> None:
        self._add("## What was not proven", "")
        self._add(*(f"- {unproven(words_of('en'), entry)}" for entry in self.tables["not_proven"]), "")

    def _how_to_check(self) -> None:
        self._add(
            "## How to check this record",
            "",
            "`bongsu verify` on this folder walks the chain, recomputes every figure from the recorded answers and",
            "renders this report again. By hand: each file in `blobs/` is named by its own SHA-256; each line of",
            "`ledger.jsonl` begins with the SHA-256 of the rest of it, and holds the hash of the line before it",
            "as `prev`.",
        )


def as_markdown(tables: Mapping[str, Any]) -> bytes:
    """Return the tables as the bytes of report.md."""
    return Report(tables).write().encode()
