"""What reports of bongsu's hold and a rule once took for a contradiction; beside each the contradiction it looks like.

Whole reports are audited where the tests write evidence.
"""

from __future__ import annotations

import json

import pytest
from tests.audit.logs import log_of, rules_in

from bongsu.audit import audit
from bongsu.audit.claims import by_hand
from bongsu.evidence.tables import Rollback
from bongsu.messages.words import words_of

REFUSED = "NO-GO: the cutover does not happen.\n\nWhat was read\n• rule: small-hours is DISABLED\n• nothing was changed"
TOLD, LATER = "2026-01-14T01:00:36.7Z", "2026-01-14T01:00:37.1Z"
FENCED = "## Telegram\n\n### Result\n\n**Sent at:** 2026-01-14 10:00:00 KST\n\n```\n{}\n```\n"


def in_a_report(*entries: dict[str, str]) -> str:
    """The entries as a report in JSON lists them."""
    return json.dumps({"sends": entries}, indent=1, ensure_ascii=False)


TELLS_OF_ANOTHER = in_a_report(
    {"at": TOLD, "channel": "pager", "what": "no_go", "text": REFUSED},
    {"at": LATER, "channel": "pager", "what": "no_go accepted"},
)
LISTED_EARLIER = in_a_report(
    {"at": LATER, "channel": "pager", "what": "disabled"},
    {"at": TOLD, "channel": "pager", "what": "no_go accepted"},
)
CALLED_SILENCE = in_a_report(
    {"at": TOLD, "channel": "alerts", "button": "ack", "of": "silence//alerts", "what": "silence"},
    {"at": LATER, "channel": "alerts", "what": "rollback accepted"},
)
LISTED_TWICE = json.dumps(
    {
        "sends": [{"answers": [{"at": TOLD, "button": "ack", "channel": "alerts", "seq": 75, "subject": "page/1"}]}],
        "answers": [
            {"at": TOLD, "button": "ack", "channel": "alerts", "contact": "on_call", "message": "page/1//alerts"}
        ],
    },
    indent=1,
)
OFF_AND_WORKING = in_a_report(
    {"at": TOLD, "channel": "pager", "what": "disabled"},
    {"at": LATER, "channel": "pager", "what": "no_go accepted"},
)
SILENCED_AND_WORKING = in_a_report(
    {"at": TOLD, "channel": "alerts", "what": "silence the alerts"},
    {"at": LATER, "channel": "alerts", "what": "rollback accepted"},
)
DEADLINE = FENCED.format("응답 기한: 2026-01-14 10:30:00 KST")
PAGED = "PAGE\n\nA check failed.\n• Nobody has decided by 10:12:30 KST: rolled back.\n"
UNDECIDED = in_a_report(
    {"at": TOLD, "channel": "pager", "message": "page", "text": PAGED},
    {"at": LATER, "channel": "alerts", "message": "page", "text": PAGED},
)
CITES_LINES = in_a_report(
    {"at": "2026-01-14T01:00:31Z", "channel": "alerts", "what": "silence accepted"},
    {
        "at": "2026-01-14T01:01:02Z",
        "channel": "alerts",
        "what": "rollback accepted",
        "figures": {"rollback.detect_s": 21},
    },
)
ASKED_IN_VAIN = """## Contacts

| Contact | Channels | Answered |
| --- | --- | --- |
| James | slack | silence: {}, {} |

## Messages

- page: sent at 2026-01-14 10:00:31 KST, please acknowledge
"""
UNANSWERED = ASKED_IN_VAIN.format("asked 10:00:31 (#16)", "no answer")
UNANSWERED_KO = ASKED_IN_VAIN.format("10:00:31 요청(#16)", "응답 없음")
ANSWER = FENCED.format("응답: 2026-01-14 10:30:00 KST")


@pytest.mark.parametrize(
    "report",
    [
        *(TELLS_OF_ANOTHER, LISTED_EARLIER, CALLED_SILENCE, LISTED_TWICE, DEADLINE, UNDECIDED),
        *(CITES_LINES, UNANSWERED, UNANSWERED_KO),
    ],
    ids=["text", "order", "name", "twice", "deadline", "undecided", "lines", "unanswered", "unanswered in Korean"],
)
def test_a_report_that_contradicts_nothing_is_left_alone(report: str) -> None:
    assert [(one.spot.line, one.rule) for one in audit([log_of(report, _named(report))])] == []


@pytest.mark.parametrize("report", [OFF_AND_WORKING, SILENCED_AND_WORKING], ids=["disabled", "silence"])
def test_what_is_off_and_works_in_objects_is_found(report: str) -> None:
    assert {one.rule for one in audit([log_of(report, _named(report))])} == {"off_and_working"}


def test_a_result_that_left_in_the_second_of_the_last_answer_is_left_alone() -> None:
    """As long as a row shows that answer behind the time at which it was asked for."""
    told = FENCED.replace("10:00:00", "10:04:09").format("DRILL PASSED. Please read the result.")
    told += "\n## Contacts\n\n| Contact | Answered |\n|---|---|\n| Ida | drill: ack 10:04:09 on alerts |\n"
    drill = "\n## Drill\n\n| Contact | Shown | Answered |\n|---|---|---|\n| Ida | 10:00:08 | 10:04:09 |\n"
    assert rules_in(told + drill) == set()
    assert rules_in(told) == {"ack_equals_send_time"}


@pytest.mark.parametrize(
    ("answered", "found"), [(None, set()), (TOLD, {"ack_equals_send_time"})], ids=["open", "answered"]
)
def test_a_contact_who_has_not_answered_yet_was_asked_in_the_second_of_the_page(
    answered: str | None, found: set
) -> None:
    """Whoever is asked and has not answered stands in a list of answers, too."""
    report = {
        "answers": [{"answered_at": answered, "asked_at": TOLD, "contact": "manager"}],
        "notifications": [{"ended_at": TOLD, "message": "page", "text": "Please acknowledge", "to": "C00000001"}],
    }
    assert {one.rule for one in audit([log_of(json.dumps(report, indent=1), "report.json")])} == found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_limit_over_all_parts_of_a_rollback_is_no_sum_of_theirs(language: str) -> None:
    """A plan may give the whole more time than its parts have together."""
    said = words_of(language)["start.sla"].format(detect="10 min", decide="6 min", execute="8 min", total="35 min")
    assert rules_in(f"# Plan\n\n{said}\n") == set()
    limits = {"detect_s": 600, "decide_s": 360, "execute_s": 480, "within_s": 2100}
    assert limits.keys() <= Rollback.__annotations__.keys()
    assert audit([log_of(json.dumps({"rollback": limits}, indent=1), "report.json")]) == []
    assert "sums" in rules_in("# Plan\n\ndetect 10 min, decide 6 min, execute 8 min, in total 35 min\n")


def test_a_part_of_a_rollback_and_its_limit_are_no_parts_of_the_whole() -> None:
    """The parts are rounded up each, and in JSON a message's lines stand in one."""
    times = (("Detect", 31, "10 min"), ("Decide", 1, "10 min"), ("Execute", 1, "15 min"), ("Total", 31, "35 min"))
    text = "\n".join(f"• {part}: {took} s, limit {limit}" for part, took, limit in times)
    assert audit([log_of(in_a_report({"what": "rollback", "text": text}), "report.json")]) == []
    assert "sums" in rules_in("The steps took 1 s and 15 s. Total: 31 s.\n")


def test_an_answer_that_its_question_holds_is_found() -> None:
    assert "ack_in_its_own_request" in rules_in(ANSWER)


@pytest.mark.parametrize("rows", [3, 300], ids=["typed", "generated"])
def test_figures_of_a_program_are_no_slips_of_the_hand(rows: int) -> None:
    """By chance 22, 25 and 85 ms stand above 123 ms; in some thousand rows something always does."""
    waits = [{"wait_ms": 40_000 + 7 * row} for row in range(rows)]
    report = {"waits": waits, "took_ms": {"detect": 22, "decide": 25, "execute": 85, "told": 123}}
    text = json.dumps(report, indent=1).replace('{\n   "wait_ms"', '{"wait_ms"').replace("\n  },\n", "},\n")
    assert {one.rule for one in audit([log_of(text, "report.json")])} == ({"near_sum"} if rows == 3 else set())


@pytest.mark.parametrize("lines", [20, 21], ids=["typed", "generated"])
def test_a_page_that_says_every_sentence_twice_is_a_programs(lines: int) -> None:
    """Once as it was meant and once as a chat was sent it: what a hand would have had to mean, a template does not."""
    said = "".join(f"- gate {letter} has confirmed {ord(letter)} texts\n" for letter in "abcdefghijklmnopqrstu"[:lines])
    assert by_hand(log_of(said + said, "log.md")) is (lines == 20)


def _named(report: str) -> str:
    return "report.json" if report.startswith("{") else "report.md"
