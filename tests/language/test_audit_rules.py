"""Everything that a rule of the audit can say is told in Korean, with the values that it was made of."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.audit.examples import EXAMPLES
from tests.audit.logs import AS_RECEIVED, DATA, PLANTED, SEED, log_of
from tests.cli.calling import call
from tests.language.english import SOURCE, argument, calls, given, name_of, says, sentences
from tests.rules.tree import python

from bongsu.audit import audit
from bongsu.audit.aws_answers import KINDS as AWS_KINDS
from bongsu.audit.beside import open_log
from bongsu.audit.called import KINDS as NAMED_KINDS
from bongsu.audit.numbering import WORDS as PART_KINDS
from bongsu.audit.rules.all_of_some import MATTERS
from bongsu.audit.rules.dangling_reference import KINDS as REFERRED_KINDS
from bongsu.audit.rules.kubectl_output import TABLES
from bongsu.audit.rules.slack_answer import SHAPES
from bongsu.cli.speech import AUDIT_RULES
from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Finding

KOREAN = language("ko", *AUDIT_RULES)
HANGUL = re.compile("[가-힣]")
SPEAKS = ("past.py", "shares.py", "aws_answers.py", "lengths.py")
"""The files beside the rules that say why for them."""
HANDED_ON = ("_hit", "_group_hit")
"""The functions of the rules to which the others hand what they say."""
PIECES = {
    "`aws {}`: ": "put in front of why an answer is not one",
    "{} is {}": "with what a member of an answer is: AWS_KINDS",
    "is never {} but {}": "behind the member's name",
    "is a text": "behind the member's name",
    " UTC": "a zone",
}
"""What is no sentence before it is put together with others."""
SETS = ("first", "seventh", "twelfth")
"""The strangers' logs that are read here: some of each kind, in both languages."""
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,} ){2,}[A-Za-z]{2,}\b")


def said() -> Iterator[str]:
    """Yield every sentence of the rules, with `{}` for its values."""
    for path in [*python("src/bongsu/audit/rules"), *(SOURCE / "audit" / name for name in SPEAKS)]:
        for made, local in calls(path):
            handed = made.args if name_of(made) in HANDED_ON else ()
            for one in (argument(made, "why"), argument(made, "instead"), *handed):
                yield from sentences(one, local)
        for one, local in given(path):
            yield from (text for text in sentences(one, local) if " " in text)


SENTENCES = sorted({one for one in said() if says(one) and " " in one.strip()} - PIECES.keys())


def test_the_sentences_are_read_from_the_source() -> None:
    assert len(SENTENCES) > 200
    assert "from {} to {} it is {}, not {}" in SENTENCES
    assert "the two recorded times; the duration follows from them" in SENTENCES


@pytest.mark.parametrize("template", SENTENCES)
def test_a_sentence_is_told_in_korean_and_keeps_its_values(template: str) -> None:
    values = [f"v{number}x" for number in range(template.count("{}"))]
    told = KOREAN.told(language("en")(template, *values))
    assert HANGUL.search(told), f"add it to language/ko/audit_rules*.py: {template!r}"
    assert sorted(re.findall(r"v\dx", told)) == values


def words() -> Iterator[str]:
    """Yield the words that the rules put into their sentences."""
    yield from {*NAMED_KINDS.values(), *PART_KINDS, *REFERRED_KINDS.values(), *MATTERS} - {""}
    yield from {one[3] for one in TABLES}
    yield from {what for _, what in SHAPES.values()}
    yield from {f"v0x is {what}" for _, what in AWS_KINDS.values()}


@pytest.mark.parametrize("word", sorted(set(words())))
def test_a_word_that_a_rule_puts_into_a_sentence_is_told_in_korean(word: str) -> None:
    assert HANGUL.search(KOREAN.told(word)), f"add it to language/ko/audit_rules*.py: {word!r}"


@cache
def findings() -> tuple[tuple[Finding, str], ...]:
    """Return what the rules find in their own examples, in the planted logs and in strangers' logs, with its log."""
    logs = [[log_of(wrong)] for wrong, _ in EXAMPLES.values()]
    logs += [[open_log(path)] for path in (*PLANTED, SEED, AS_RECEIVED)]
    for key in sorted(one for name in SETS for one in (DATA / "strangers" / name).glob("*.key.json")):
        stem = key.name.removesuffix(".key.json")
        beside = sorted(one for one in key.parent.glob(f"{stem}.*") if one != key)
        logs.append([open_log(path) for path in beside])
    return tuple(
        (one, "\n".join(line for log in group for line in log.text.lines)) for group in logs for one in audit(group)
    )


def test_what_is_found_in_logs_is_told_in_korean() -> None:
    assert {one.rule for one, _ in findings()} >= EXAMPLES.keys()
    texts = {text for one, _ in findings() for text in (one.why, one.instead)}
    assert sorted(text for text in texts if not (KOREAN.knows(text) and HANGUL.search(KOREAN.told(text)))) == []


def test_no_english_is_left_but_what_a_log_says() -> None:
    left = []
    for one, log in findings():
        for text in (one.why, one.instead):
            runs = [match[0] for match in ENGLISH.finditer(QUOTED.sub("", KOREAN.told(text)))]
            left += [text for run in runs if run not in " ".join(log.split())]
    assert left == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "from 02:11:20 to 02:13:05 it is 1 min 45 s, not 65 seconds",
            "02:11:20부터 02:13:05까지는 1분 45초입니다(65 seconds 아님).",
        ),
        ("from 10:10:00 to 10:10:45 it is 45 s", "10:10:00부터 10:10:45까지는 45초입니다."),
        (
            "14:36:12 is 6 min 12 s after the page; the limit is 5 min",
            "14:36:12: 긴급 알림 6분 12초 후입니다(기준 5분).",
        ),
        ("4 + 9 + 12 = 25, not 27", "4 + 9 + 12 = 25입니다(27 아님)."),
        (
            "EventBridge refuses rate(10 minute): one is singular, more are plural: rate(10 minutes)",
            "EventBridge는 rate(10 minute) 식을 거부합니다: 1이면 단수, 그 외에는 복수로 써야 합니다: rate(10 minutes)",
        ),
        (
            "`aws events describe-rule`: 'State' is never 'ACTIVE' but ENABLED or DISABLED",
            "`aws events describe-rule`: 'State'의 값은 ENABLED, DISABLED 중 하나입니다('ACTIVE' 값은 없음).",
        ),
        (
            "20:00:05, after 0 s, is the second in which a message was sent; nobody can have answered it yet",
            "20:00:05(0초 후): 메시지를 발송한 바로 그 초이므로 아직 아무도 응답할 수 없습니다.",
        ),
        (
            "13:08 is before 13:10, which it follows from",
            "13:08 시각이 그 원인인 13:10보다 빠릅니다.",
        ),
        (
            "59 s here, 95 s in the same announcement on the other channel",
            "여기는 59초, 다른 채널의 같은 공지에는 95초입니다.",
        ),
        (
            "Min-jun is 'Lead' here and 'Ops' in the table",
            "Min-jun: 여기는 'Lead', 표에는 'Ops'입니다.",
        ),
        (
            "the new primary is 'orders-c' here and 'orders-b' elsewhere",
            "새 프라이머리가 여기는 'orders-c', 다른 곳은 'orders-b'입니다.",
        ),
        ("the last of its kind here is AI5", "이 기록에서 같은 종류의 마지막은 AI5입니다."),
    ],
)
def test_sentences_read_as_reviewed(text: str, told: str) -> None:
    assert KOREAN.told(text) == told


def test_people_read_korean_and_programs_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_LANG", "ko")
    log = tmp_path / "log.md"
    log.write_text("점검 소요 12분 (14:00~14:20)\n", "utf-8")
    told = call("audit", log)
    assert told.code == 1
    assert "14:00부터 14:20까지는 20분입니다(12분 아님)." in told.out
    assert "기재 내용: 기록된 두 시각. 소요 시간은 두 시각에서 계산됩니다." in told.out
    assert "지적 사항 1건 (오류 1건)" in told.out
    english = "from 14:00 to 14:20 it is 20 min, not 12분"
    assert json.loads(call("audit", "--json", log).out)["findings"][0]["why"] == english
    assert english in call("audit", "--sarif", log).out
