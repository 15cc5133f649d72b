"""A whole cutover in Korean: its messages, its reports and its terminal; and plans that speak both languages."""

from __future__ import annotations

import re

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import KOREAN_PLAN, Run, bongsu, environment, rehearse, short_plan
from wcwidth import wcswidth

ENGLISH = re.compile(r"\b(?!bongsu )[a-z]{2,}(?: [a-z]{2,}){2,}\b")
"""Three small words in a row: no name, no id, no state of a service reads like that."""
KOREAN = environment(BONGSU_LANG="ko")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("korean")
    return rehearse(folder, short_plan(folder, KOREAN_PLAN), env=KOREAN)


def own_words(text: str) -> str:
    """Return a text without what it quotes as code."""
    return re.sub(r"`[^`]*`", "", re.sub(r"(?s)```.*?```", "", text))


def test_it_passes_and_verifies(run):
    assert run.code == 0, run.ended.err
    verified = bongsu("verify", run.evidence, cwd=run.evidence.parent, env=KOREAN)
    assert verified.code == 0
    assert verified.out.splitlines()[-1].endswith("실행의 판정: 통과")
    assert ENGLISH.findall(verified.out) == []


def test_every_message_is_korean(run):
    """Announcements, personal messages, answers to presses and closings: no sentence is English."""
    sent = run.told("send_intended")
    assert {line["body"]["language"] for line in sent} == {"ko"}
    assert {line["body"]["method"] for line in sent} == {"post", "answer", "close"}
    for intended in sent:
        text = run.text(intended)
        assert re.search("[가-힣]", text)
        assert ENGLISH.findall(text) == [], intended["body"]["key"]


def test_the_ledger_holds_each_reason_once_and_in_english(run):
    whys = [line["body"]["why"] for line in run.told("judged")]
    assert whys and not any(re.search("[가-힣]", why) for why in whys)


def test_the_report_is_korean(run):
    report = own_words((run.evidence / "report.md").read_text("utf-8"))
    assert "## 타임라인" in report and "**판정: 통과**" in report
    assert ENGLISH.findall(report) == []
    assert contradictions(run.evidence) == []


def test_the_terminal_is_korean_and_stands_in_columns(run):
    lines = [line for line in run.ended.err.splitlines() if re.match(r"T[+-]\d\d:", line)]
    assert len(lines) > 30
    assert ENGLISH.findall("\n".join(lines)) == []
    for line in lines:
        head = re.match(r"T[+-][\d:]{8} +#\d+  ", line)
        label = re.match(r"\S+(?: \S+)?", line[head.end() :])
        text = line[head.end() + label.end() :]
        spaces = len(text) - len(text.lstrip())
        assert wcswidth(head[0] + label[0]) + spaces == 31, line


@pytest.mark.parametrize("languages", ["[ko, en]", "[en, ko]"])
def test_a_plan_can_speak_both(languages, tmp_path):
    """Each announcement goes out in both languages, each person is asked in the first; people press what they see."""
    plan = short_plan(tmp_path)
    text = plan.read_text("utf-8").replace("languages: [en] ", f"languages: {languages} ")
    text = re.sub(r"(?m)^(watch: \{for: )1h(.*report_every: )1h", r"\g<1>20m\g<2>20m", text)
    plan.write_text(text, "utf-8")
    run = rehearse(tmp_path, plan)
    assert run.code == 0, run.ended.err
    bodies = [line["body"] for line in run.posts()]
    said = {(body["message"], body["language"]) for body in bodies if "@" not in body["key"]}
    assert said == {(message, language) for message, _ in said for language in ("en", "ko")}
    first = languages[1:3]
    assert {body["language"] for body in bodies if "@" in body["key"]} == {first}
    heading = "## 타임라인" if first == "ko" else "## Timeline"
    assert heading in (run.evidence / "report.md").read_text("utf-8")
    assert bongsu("verify", run.evidence, cwd=tmp_path).code == 0
    assert contradictions(run.evidence) == []
