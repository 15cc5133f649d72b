"""What a captain reads when a plan is wrong: place, line, carets, cause, and what to write instead."""

import re
from pathlib import Path

import pytest
from tests.planfile.reading import EXAMPLE, changed, problems_in, refusal

from bongsu.planfile import PlanProblems, load
from bongsu.planfile.model import CHECK

WRONG = [
    ("captain: james  ", "captian: james  ", 'unknown key "captian"', 'did you mean "captain"?'),
    ("bongsu: 1", "bongsu: 2", '"2" is not a plan version', "write 1"),
    ("bongsu: 1", 'bongsu: "1"', "takes the number 1, not text", "without quotes"),
    ("timezone: Asia/Seoul", "timezone: Asia/Soul", '"Asia/Soul" is not a time zone', 'did you mean "Asia/Seoul"?'),
    ("timezone: Asia/Seoul", "timezone: ../../etc/passwd", "is not a time zone", "Asia/Seoul"),
    ("timezone: Asia/Seoul", "timezone: KST", '"KST" is not a time zone', 'write a name like "Asia/Seoul"'),
    ("timezone: Asia/Seoul", "timezone: UTC+9", '"UTC+9" is not a time zone', 'write a name like "Asia/Seoul"'),
    ("start: 2025-10-22T14:00", "start: 14:00", '"14:00" is not a date and time', "2025-10-22T14:00"),
    ("start: 2025-10-22T14:00", "start: 2025-02-30T14:00", "does not exist", "correct the date"),
    ("telegram: 100000001", "telegram: james", "is not a Telegram user id", "digits only"),
    ("slack: U00000003", "slack: ops", "is not a Slack member id", 'begins with "U"'),
    ("channel: C00000001", 'channel: "#alerts"', "is not a Slack channel id", 'begins with "C"'),
    ("chat_id: -1000000000001", 'chat_id: "@ops"', "takes Telegram chat id, not text", "without quotes"),
    ("chat_id: -1000000000001", "chat_id: -1_000", '"-1_000" is not a whole number', "digits only"),
    ("kind: slack\n", "kind: slakc\n", 'unknown channel kind "slakc"', 'did you mean "slack"?'),
    ("kind: telegram\n", "kind: ../telegram\n", 'unknown channel kind "../telegram"', 'did you mean "telegram"?'),
    ("{kind: memory,", "{kind: mem0ry,", 'unknown check kind "mem0ry"', 'did you mean "memory"?'),
    ("{kind: memory, at_most", "{kind: memory, at_least", 'unknown key "at_least"', "known: at_most, kind"),
    ("{kind: memory, at_most: 90%}", "{kind: memory}", 'lacks the key "at_most"', "at_most: percentage"),
    ("{kind: memory, at_most: 90%}", "memory", "a mapping with a kind of check", ""),
    ("{kind: memory, at_most: 90%}", "{at_most: 90%}", 'lacks the key "kind"', "alarms, duration"),
    ("at_most: 90%", "at_most: 90", '"90" is not a percentage', '"99.5%"'),
    ("at_most: 90%", "at_most: 101%", '"101%" is more than 100 %', "ends at 100%"),
    ("at_most: 240s", "at_most: 240", '"240" is not a length of time', '"45s"'),
    ("at_most: 240s", "at_most: 4:00", '"4:00" is not a length of time', '"15m"'),
    ("at_most: 240s", "at_most: PT4M", '"PT4M" is not a length of time', '"15m"'),
    ("at_most: 240s", "at_most: 0s", '"0s" leaves no time at all', "longer"),
    ("over: 7d", "over: 800d", "longer than a year", "shorter"),
    ("from: file:parity.json", "from: parity.json", "does not name a file", '"file:"'),
    ('account: "000000000000"', "account: 000000000000", "is a number to YAML", '"000000000000" in quotes'),
    ('account: "000000000000"', 'account: "12345"', "is not an AWS account", "twelve digits"),
    ("region: ap-northeast-2", "region: seoul", "is not an AWS region", "ap-northeast-2"),
    ("all: OK", "all: NOMINAL", 'unknown word "NOMINAL"', "known: ALARM, INSUFFICIENT_DATA, OK"),
    ("all: OK", "all: ON", 'unknown word "ON"', "known: ALARM, INSUFFICIENT_DATA, OK"),
    ("on_rollback: leave_off", "on_rollback: off", 'unknown word "off"', "leave_off"),
    ("  on_rollback: leave_off ", "  ", 'lacks the key "on_rollback"', "on_rollback: what a rollback does"),
    ("role: Release Captain", "role: yes", "yes without quotes is true or false", '"yes" in quotes'),
    ("role: Release Captain", "role:", "takes text, and holds nothing", ""),
    ("role: Release Captain", 'role: "a\\nb"', "line break", "one line"),
    ("  ops_manager:\n", "  no:\n", 'the key "no" is true or false to YAML', "'no' in quotes"),
    ("  ops_manager:\n", "  Ops Manager:\n", "cannot be a name here", "small letters"),
    ("languages: [en] ", "languages: [kr] ", 'unknown word "kr"', "known: en, ko"),
    ("languages: [en] ", "languages: [] ", "is empty", "at least 1"),
    ("    success:\n", "    succes:\n", 'unknown message "succes"', "success"),
    ("kind: sens", "kind: twilio", 'unknown word "twilio"', "known: sens"),
    ("repeat: 2 ", "repeat: -1 ", "is not between 0 and 100", ""),
    ("repeat: 2 ", "repeat: 2.5 ", "is not a whole number", "digits only"),
    ('View Dashboard: "https', 'View Dashboard: "javascript', "is not an address", "https://example.com"),
    ("{kind: alarms, named", "{kind: identity, named", '"identity" is built in', "leave it out"),
]


@pytest.mark.parametrize(("old", "new", "text", "hint"), WRONG)
def test_each_mistake_says_what_is_wrong_and_what_to_write(old: str, new: str, text: str, hint: str) -> None:
    found = problems_in(changed((old, new)))
    assert [(p.text, p.help) for p in found if text in p.text and hint in p.help], [(p.text, p.help) for p in found]


@pytest.mark.parametrize(("old", "new", "text", "hint"), WRONG)
def test_each_mistake_is_shown_on_its_own_line(old: str, new: str, text: str, hint: str) -> None:
    source = changed((old, new))
    problem = next(p for p in problems_in(source) if text in p.text)
    first = EXAMPLE.count("\n", 0, EXAMPLE.index(old)) + 1
    holder = first - 4  # a key that is missing is shown at what lacks it
    assert holder <= problem.line <= first if "lacks" in problem.text else problem.line == first
    assert 1 <= problem.column <= len(source.splitlines()[problem.line - 1]) + 1


def test_all_mistakes_are_listed_at_once_in_the_order_of_the_file() -> None:
    edits = [
        ("captain: james  ", "captain: jmaes  "),
        ("start: 2025-10-22T14:00", "start: noon"),
        ("at_most: 90%", "at_most: 90"),
        ("detect: 10m", "detect: 30m"),
    ]
    found = problems_in(changed(*edits))
    assert len(found) == 4
    assert [p.line for p in found] == sorted(p.line for p in found)


def test_a_refused_part_makes_no_second_guess() -> None:
    """A misspelt kind in `verify` is one error, not also an unknown check of the watch and an unmeasured figure."""
    found = problems_in(changed(("{kind: error_rate, at_most: 0%}", "{kind: eror_rate, at_most: 0%}")))
    assert [p.text for p in found] == ['unknown check kind "eror_rate"']


def test_a_problem_is_printed_with_place_line_carets_and_help() -> None:
    error = refusal(changed(("{kind: error_rate, at_most: 0%}", "{kind: eror_rate, at_most: 0%}")))
    assert error is not None
    line = EXAMPLE.splitlines().index("  - {kind: error_rate, at_most: 0%}") + 1
    assert str(error).splitlines() == [
        f'a.yaml:{line}:12: unknown check kind "eror_rate"',
        f"{line:>3} |   - {{kind: eror_rate, at_most: 0%}}",
        "    |            ^^^^^^^^^",
        f'help: did you mean "error_rate"? known: {", ".join(CHECK.kinds)}',
        "",
        "1 problem in a.yaml",
    ]


def test_a_missing_key_is_shown_at_the_key_that_lacks_it() -> None:
    (problem,) = problems_in(changed(("  on_rollback: leave_off ", "  ")))
    assert (problem.source_line, problem.column, problem.width) == ("legacy:", 1, len("legacy"))


def test_carets_stand_under_wide_characters() -> None:
    error = refusal('bongsu: 1\ncutover: {"서울": 1}\n')
    assert error is not None
    shown = str(error).splitlines()
    at = next(i for i, line in enumerate(shown) if "takes text, and holds a mapping" in line)
    assert shown[at + 2].index("^") == shown[at + 1].index("{")
    assert shown[at + 2].count("^") == len('{"서울": 1}') + 2


def test_a_long_line_is_cut_around_the_place() -> None:
    error = refusal("bongsu: 1\n" + "x" * 30 + ": [" + "1, " * 500 + "]\n")
    assert error is not None
    assert max(len(line) for line in str(error).splitlines() if "|" in line) < 160


def test_a_flood_of_problems_is_cut_and_counted() -> None:
    error = refusal("\n".join(f"k{i}: 1" for i in range(300)))
    assert error is not None
    assert len(error.problems) > 300
    assert re.search(r"3\d\d problems in a.yaml, the first 100 shown$", str(error))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "a.yaml: is empty"),
        (b" \n\n", "a.yaml: is empty"),
        (b"# nothing but a comment\n", "a plan is a mapping"),
        (b"- a\n- b\n", "a plan is a mapping"),
        (b"just words\n", "a plan is a mapping"),
        (b"bongsu: 1\ncutover: \xff\n", "a.yaml: is not UTF-8: line 2 holds the byte 0xff"),
        (b"x" * 1_000_001, "a.yaml: is larger than 1000 kB"),
        (b"a: {b: c\nd: e\n", "not YAML"),
        (b"a: b\n\tc: d\n", "a.yaml:2:1: not YAML: found a tab character"),
        (b"a:\n\tb: c\n", "help: indent with spaces: YAML takes no tabs there"),
        (b"a: \x00\n", "a.yaml:1:4: not YAML: control characters are not allowed"),
        (b"a: @b\n", "a.yaml:1:4: not YAML"),
        (b"a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document begins"),
        (b"a: *nowhere\n", '"*nowhere" names no anchor above'),
        (b"a: &a [*a]\n", '"*a" names no anchor above'),
        (b"a: !!python/object/apply:os.system [id]\n", "unknown key"),
        (b"a: !!python/name:os.system x\n", "has no meaning in a plan"),
        (b"[a]: 1\n", "a key must be text"),
        (b"a: 1\na: 2\n", 'the key "a" stands twice'),
        (b"<<: 5\n", '"<<" takes a mapping'),
        (b"[" * 200_000, "nested deeper than 24 levels"),
        (b"- " * 200_000, "nested deeper than 24 levels"),
    ],
)
def test_a_file_that_is_no_plan_says_so(data: bytes, text: str) -> None:
    error = refusal(data)
    assert error is not None
    assert text in str(error)


def test_aliases_that_multiply_are_refused_before_they_grow() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    (problem,) = (p for p in problems_in("\n".join(lines)) if "more than" in p.text)
    assert problem.text == "holds more than 5000 values"


@pytest.mark.parametrize(
    "text", ["a" * 900_000, "a: " + "b" * 900_000, "b" * 900_000 + ": 1", "bongsu: " + "1" * 900_000]
)
def test_an_endless_line_is_refused_without_being_shown(text: str) -> None:
    error = refusal(text)
    assert error is not None
    assert max(map(len, str(error).splitlines())) < 1_000


def test_a_file_that_is_not_there_is_a_problem_of_the_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanProblems, match="cannot be read: no such file or directory") as caught:
        load(tmp_path / "nothing.yaml")
    assert caught.value.exit_code == 2


def test_a_folder_is_not_a_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanProblems, match="cannot be read: is a directory"):
        load(tmp_path)


def test_a_long_list_of_what_is_known_is_cut_between_its_names() -> None:
    """Half a name looks like a name, and is written into the plan as one."""
    (problem,) = problems_in(changed(("{baseline.sms_delivery.delivered}", "{verify.nope.x}")))
    before, _, after = problem.help.partition(" … ")
    names = [*before.removeprefix("known: ").split(", "), *after.split(", ")]
    assert after and all(re.fullmatch(r"(baseline|verify)(\.[\w-]+)+,?", name) for name in names), names
