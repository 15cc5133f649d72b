"""report.md in the plan's first language: the same tables, figures and lines; the times in two zones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.evidence.pages import story_of
from tests.evidence.synthetic import Player, plan_of
from tests.language.english import SOURCE, argument, calls, name_of, says, sentences

from bongsu.evidence.collect import collect
from bongsu.evidence.markdown import as_markdown
from bongsu.evidence.markdown_words import HOW_TO_CHECK, KINDS, NOTIFICATIONS, OUTCOMES, SCOPES, fenced, plain
from bongsu.evidence.page import as_html
from bongsu.evidence.words import services_of, told_detail
from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}\b")


@pytest.fixture(scope="module")
def played() -> Player:
    return Player(plan=plan_of()).play()


def written(player: Player, *languages: str) -> str:
    plan = replace(player.plan, announce=replace(player.plan.announce, languages=languages))
    return as_markdown(collect(story_of(player, plan))).decode("utf-8")


def own_words(report: str) -> str:
    """Return a report without what it quotes: the messages, and what stands as code."""
    return re.sub(r"`[^`]*`", "", re.sub(r"(?s)```.*?```", "", report))


def test_both_languages_have_the_same_lines_and_the_same_figures(played: Player) -> None:
    english, korean = written(played, "en"), written(played, "ko", "en")
    assert len(english.splitlines()) == len(korean.splitlines())
    for ours, theirs in zip(english.splitlines(), korean.splitlines(), strict=True):
        assert ours.count("|") == theirs.count("|")
        assert sorted(re.findall(r"#\d+", ours)) == sorted(re.findall(r"#\d+", theirs))


def test_a_korean_report_holds_no_english_sentence(played: Player) -> None:
    korean = own_words(written(played, "ko"))
    assert ENGLISH.findall(korean) == []
    assert "\n## 타임라인\n" in korean and "**판정: 통과**" in korean


@pytest.mark.parametrize(
    ("name", "copy", "pseudonyms"),
    [("en", "A copy for publication.", "are pseudonyms here"), ("ko", "공개용 사본입니다.", "모두 가명입니다")],
)
def test_a_copy_for_publication_says_first_that_its_names_are_pseudonyms(
    played: Player, name: str, copy: str, pseudonyms: str
) -> None:
    plan = replace(played.plan, announce=replace(played.plan.announce, languages=(name,)))
    story = replace(story_of(played, plan), original="5" * 64)
    tables = collect(story)
    markdown, page = as_markdown(tables).decode("utf-8"), as_html(tables, story).decode("utf-8")
    for report, names in ((markdown, ("James", "On-Call")), (page, ("James", "On-Call"))):
        for said in (copy, pseudonyms, "5" * 64):
            assert said in report
            assert report.index(said) < min(report.index(who) for who in names)
    assert tables["published"] == {
        "pseudonyms": ["people", "service_ids", "chats", "accounts", "keys", "reasons"],
        "original": "5" * 64,
    }
    own = collect(story_of(played, plan))
    assert "published" not in own
    assert copy not in as_markdown(own).decode("utf-8") + as_html(own, story_of(played, plan)).decode("utf-8")


def test_times_stand_in_the_plan_s_zone_and_in_utc(played: Player) -> None:
    opened = next(line for line in written(played, "en").splitlines() if line.startswith("| Opened |"))
    assert re.fullmatch(r"\| Opened \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d KST \(\d\d:\d\d:\d\d UTC\) \|", opened)


def templates() -> Iterator[str]:
    """Yield every text that report.md is made of."""
    yield from (*KINDS.values(), *OUTCOMES.values(), *NOTIFICATIONS.values(), *SCOPES.values(), *HOW_TO_CHECK)
    for call, local in calls(SOURCE / "evidence" / "markdown.py"):
        match name_of(call):
            case "_say" | "_title":
                yield from sentences(argument(call, "text", 0), local)
            case "_table" | "_labelled":
                for node in call.args[:1]:
                    for head in getattr(node, "elts", [node]):
                        yield from sentences(head, local)


def test_every_text_of_the_report_has_a_korean_form() -> None:
    korean = language("ko", "report", "running")
    found = {one for one in templates() if says(one) and re.search("[A-Za-z]{3}", one.replace("{}", ""))}
    assert len(found) > 60
    lacking = [one for one in sorted(found - {"UTC"}) if not re.search("[가-힣]", korean(one, *"abcdefgh"))]
    assert lacking == []


def test_what_a_phase_rests_on_is_told_check_by_check() -> None:
    """A reason may have a semicolon of its own; a reason that is none of a check is told as it is."""
    detail = (
        "error_rate: the metrics hold no datapoint yet for 1 invocations; sms_delivery: 17 of 20 SMS delivered "
        "(85 %), 3 failed, 0 refused, 0 pending; the limit is at least 100 %"
    )
    assert told_detail("en", detail) == detail
    assert told_detail("ko", detail) == (
        "error_rate: 호출 1건에 대한 지표 데이터가 아직 없음; "
        "sms_delivery: SMS 20건 중 17건 수신(85%), 실패 3건, 거부 0건, 대기 0건; 기준 100% 이상"
    )
    assert told_detail("ko", "the rule stays DISABLED") == "규칙이 계속 DISABLED 상태"


@given(st.text("`~ab \n"))
@example("the disk\n````\n\n# Verdict: pass")
def test_no_message_closes_the_fence_that_it_stands_in(text: str) -> None:
    """An alarm's sender writes the text of a page; a report would otherwise say what they like in its own name."""
    begin, inside, end = fenced(text)
    assert inside == text and begin == f"{end}text" and set(end) == {"`"} and len(end) >= 3
    assert end not in text


def test_what_people_write_is_read_as_it_was_written() -> None:
    assert plain("[a](b) <img> `c` *d* _e_ f_g \\\\") == r"\[a](b) \<img> \`c\` \*d\* \_e\_ f_g \\\\"


def test_the_verdict_stands_above_what_did_not_pass(played: Player) -> None:
    tables = collect(story_of(played))
    bad = [{**check, "verdict": "fail"} for check in tables["checks"] if check["key"] == "verify/duration"]
    told = as_markdown({**tables, "exit_code": 1, "checks": bad}).decode()
    assert re.search(r"\*\*Verdict: .*\n\n- fail: `verify/duration`, the only .* 240000 ms \(#\d+\)\n\n\| What", told)
    assert "| What it was | live |" in told and "\n- fail" not in as_markdown(tables).decode()


def test_a_message_whose_answer_was_lost_stands_with_those_of_its_channel() -> None:
    def entry(channel: str, **ref: str) -> dict[str, object]:
        return {"channel": channel, "ref": ref} if ref else {"channel": channel}

    entries = [entry("ops"), entry("ops", message_id="7"), entry("ops"), entry("alerts", ts="1.2"), entry("hook")]
    assert services_of(entries) == {"ops": "telegram", "alerts": "slack", "hook": "other"}
