"""What report.md says that is the same in every report: how effects end, sections, how to check it."""

from __future__ import annotations

import re

KINDS = {
    "rehearsal": "a rehearsal",
    "live": "live",
    "on_this_machine": "on one machine, as all of its services",
}
OUTCOMES = {
    "accepted": "accepted",
    "in_doubt": "outcome unknown",
    "unknown": "outcome unknown",
    "refused": "refused",
    "not_sent": "not sent",
    "found_in_the_channel": "the answer was lost; found in the channel",
    "found_by_a_person": "the answer was lost; a person found it there",
}
COPY = (
    "**A copy for publication.** The names of people and what they typed, their ids at services, chats, accounts and "
    "keys are pseudonyms here. The ledger of its original ends in `{}`."
)
HOW_TO_CHECK = (
    "`bongsu verify` on this folder walks the chain, recomputes every figure from the recorded answers and",
    "renders this report again. By hand: each file in `blobs/` is named by its own SHA-256; each line of",
    "`ledger.jsonl` begins with the SHA-256 of the rest of it, and holds the hash of the line before it",
    "as `prev`.",
)
NOTIFICATIONS = {
    "Telegram": "Telegram notifications",
    "Slack": "Slack notifications",
    "Other": "Notifications without a service's reference",
}
SCOPES = {"baseline": "Baseline", "verify": "First run", "watch": "Watch", "drill": "Drill", "rollback": "Rollback"}
_MARKS = re.compile(r"[\\`*\[<]|(?<!\w)_|_(?!\w)")


def plain(text: str) -> str:
    """Return what people or services wrote so that a reader of Markdown sees it as it was written, and no more."""
    return _MARKS.sub(r"\\\g<0>", text)


def fenced(text: str) -> tuple[str, str, str]:
    """Return a text between fences that nothing in it can close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text", text, fence
