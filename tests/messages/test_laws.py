"""What a message may and may not say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.messages import story as told
from tests.messages import trouble
from tests.messages.story import Story, at
from tests.messages.test_golden import CASES

from bongsu.core.events import ButtonPressed, Method, Outcome, Phase, Why
from bongsu.core.presses import Standing
from bongsu.messages import MEASURED_BEFORE, render
from bongsu.messages.facts import FigureMissing
from bongsu.messages.words import languages, words_of
from bongsu.messages.words_en import WORDS

PLACE = re.compile(r"\{[^}]*\}")
ENGLISH = re.compile(r"\b(?!bongsu )[a-z]{2,}(?: [a-z]{2,}){2,}\b")
"""Three small words in a row: no name, no id, no state of a service reads like that."""


def text_of(story: Story, message: str, channel: str = "ops_chat", **more: object) -> str:
    action = story.action(message, channel, **more)
    return str(render(action, story.plan, story.state, run_id=told.RUN_ID).payload["text"])


@pytest.mark.parametrize("case", CASES)
def test_every_cited_line_was_in_the_ledger_before_the_message(case: str) -> None:
    """A figure cites a line that exists, at most the newest link that the footer quotes."""
    message, chapter = CASES[case]
    story = chapter()
    rendered = render(story.action(message, "ops_chat"), story.plan, story.state, run_id=told.RUN_ID)
    assert all(1 <= seq <= story.state.head.seq for seq in rendered.figures.values())
    for name, seq in rendered.figures.items():
        known = story.state.figures.get(name)
        assert known is None or known.seq == seq or name.startswith("drill.")


@pytest.mark.parametrize("case", CASES)
def test_every_number_in_a_message_is_a_figure_or_stands_in_the_plan(case: str) -> None:
    """With another value in the ledger the message says another value: nothing is typed by hand."""
    message, chapter = CASES[case]
    story = chapter()
    figures = {
        name: replace(figure, value="987654")
        for name, figure in story.state.figures.items()
        if figure.value.isdigit() and not name.endswith(("account", "since"))
    }
    action = story.action(message, "ops_chat")
    before = render(action, story.plan, story.state, run_id=told.RUN_ID)
    changed = replace(story.state, figures={**story.state.figures, **figures})
    after = render(action, story.plan, changed, run_id=told.RUN_ID)
    assert after.figures == before.figures
    shown = [name for name in before.figures if name in figures and not name.startswith("drill.")]
    whys = {name.rpartition(".")[0] for name in before.figures if name.endswith(".why")}
    direct = [name for name in shown if name.rpartition(".")[0] not in whys]
    wanted = sum(after.payload["text"].count(form) for form in ("987654", "987.7 s"))
    assert wanted >= len(direct)


def test_rendering_twice_gives_the_same() -> None:
    """`verify` renders again and compares."""
    story = told.watched()
    action = story.action("watch_summary", "alerts")
    one, two = (render(action, story.plan, story.state, run_id=told.RUN_ID) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("case", CASES)
def test_no_message_claims_what_no_service_tells(case: str) -> None:
    """Neither seen nor read nor received; delivered only of SMS, as the gateway's own word."""
    message, chapter = CASES[case]
    text = text_of(chapter(), message).lower()
    assert not re.search(r"\b(seen|received|nominal|operational|verified)\b", text)
    assert "delivered" not in text or "sms delivered" in text


def test_the_footer_names_run_message_and_newest_link() -> None:
    """The chat service's own clock witnesses the chain."""
    story = told.approved()
    text = text_of(story, "start")
    assert f"run {told.RUN_ID} · msg start//ops_chat" in text
    assert f"link #{story.state.head.seq} {story.state.head.hash[:12]}" in text
    assert "possible repeat" not in text


def test_a_page_that_may_repeat_another_says_so() -> None:
    """A page goes out again when in doubt, and the reader can tell."""
    assert "possible repeat of #17" in text_of(trouble.deciding(), "page", attempt=2, repeat_of=17)


def test_a_line_without_its_figure_is_left_out() -> None:
    """What was not measured is not said, and a plan's own line falls whole."""
    story = told.approved()
    gone = {name: figure for name, figure in story.state.figures.items() if "parity" not in name}
    state = replace(story.state, figures=gone, judgements={})
    text = render(story.action("start", "ops_chat"), story.plan, state, run_id=told.RUN_ID).payload["text"]
    assert "Parity" not in text and "Notes" not in text
    assert "Never measured" not in text_of(told.succeeded(), "success")


def test_a_success_without_the_read_back_cannot_be_composed() -> None:
    """The rule's state and the first invocation are what the message is about."""
    story = told.succeeded()
    figures = {name: figure for name, figure in story.state.figures.items() if not name.startswith("enable.")}
    with pytest.raises(FigureMissing, match=r"enable\.target_rule\.state"):
        render(
            story.action("success", "ops_chat"),
            story.plan,
            replace(story.state, figures=figures),
            run_id=told.RUN_ID,
        )
    seen = {key: one for key, one in story.state.observations.items() if key != "verify/invocations"}
    with pytest.raises(FigureMissing, match="request_id"):
        render(
            story.action("success", "ops_chat"),
            story.plan,
            replace(story.state, observations=seen),
            run_id=told.RUN_ID,
        )


def test_a_success_names_the_first_run_even_when_no_check_reads_it() -> None:
    """The invocations that were waited for are enough; a plan may verify by alarms alone."""
    story = told.succeeded()
    seen = dict(story.state.observations)
    watched = replace(seen.pop("verify/invocations"), key="observe/invocations")
    story.state = replace(story.state, observations={**seen, watched.key: watched})
    rendered = render(story.action("success", "ops_chat"), story.plan, story.state, run_id=told.RUN_ID)
    assert f"First invocation: {told.FIRST}, began 14:02:15 KST" in rendered.payload["text"]
    assert rendered.figures["observe.invocations.first.request_id"] == watched.seq


def test_a_drill_result_needs_the_judgement() -> None:
    """There is no result before the drill was judged."""
    with pytest.raises(FigureMissing, match="drill"):
        text_of(told.succeeded(), "drill_result")


def test_the_drill_says_so_first_and_holds_no_result() -> None:
    """The first word of the title is DRILL, and no acknowledgement is in it."""
    text = text_of(told.succeeded(), "drill")
    assert text.startswith("🔔 <b>DRILL ")
    assert "14:2" not in text and "passed" not in text.lower()
    assert "On-Call Engineer (Technical Lead), Operations Manager (Ops Lead)" in text


def test_the_drill_result_rounds_up_and_says_within() -> None:
    """Fourteen and a half seconds by our clock are within 15 s."""
    text = text_of(told.drilled(), "drill_result")
    assert "On-Call Engineer (Technical Lead): within 15 s on ops_chat, at 14:20:15 KST" in text
    assert "Slowest: Operations Manager (Ops Lead), 22 s" in text


def test_a_missed_drill_names_who_did_not_answer() -> None:
    """Silence is shown as silence."""
    text = text_of(told.drilled(ops_manager=False), "drill_result")
    assert "DRILL MISSED" in text
    assert "Operations Manager (Ops Lead): did not answer" in text


def test_an_acknowledgement_after_the_judgement_is_shown_as_late() -> None:
    """A late answer is said, and does not turn a miss into a pass."""
    story = told.drilled(ops_manager=False)
    story.press(at("14:36:00"), "drill//alerts", "U00000003", "ack")
    text = text_of(story, "drill_result")
    assert "within 960 s on alerts, at 14:36:00 KST (the service's clock: 14:35:59 KST), LATE" in text
    assert "DRILL MISSED" in text


def test_deviations_name_the_channel_and_how_it_ended() -> None:
    """A refused announcement is said in the success; its own delivery never is."""
    story = told.succeeded(alerts=Outcome.REFUSED)
    text = text_of(story, "success")
    assert "start to alerts: refused (channel_not_found)" in text
    story.send(at("14:05:00"), "success//alerts", "success", outcome=Outcome.IN_DOUBT)
    assert "success to" not in text_of(story, "success")
    assert "none recorded" in text_of(told.succeeded(), "success")


def test_the_no_go_only_says_untouched_when_the_ledger_holds_no_switch() -> None:
    """A run that had begun to switch cannot claim that nothing was changed."""
    assert "Nothing was changed: no switch was attempted." in text_of(told.no_go(), "no_go")
    story = told.verified()
    story.enter(at("14:05:00"), Phase.NO_GO, Why.REFUSED_BY_APPROVER, "on_call")
    text = text_of(story, "no_go")
    assert "Nothing was changed" not in text
    assert "On-Call Engineer (Technical Lead) said no-go" in text


def test_the_watch_summary_adds_up_every_look() -> None:
    """Sums and worsts over the looks; a look with nothing due is counted, not called a failure."""
    text = text_of(told.watched(), "watch_summary")
    assert "SMS: 10 accepted, 10 confirmed by the gateway, in 2 of 3 looks with SMS due" in text
    assert "Longest invocation: 61.3 s" in text
    assert "had nothing to judge: 1" in text
    failed = text_of(told.watched(bad_look=True), "watch_summary")
    assert failed.startswith("⚠️") and "1 of 3 looks did not pass." in failed
    assert "watch/0003 Errors: fail: 1 of 1 invocation failed" in failed


def answer_to(story: Story, press_id: str, channel: str = "ops_chat") -> str:
    key = f"answer//{press_id}"
    action = story.action("answer", channel, key=key, method=Method.ANSWER, about=press_id)
    return str(render(action, story.plan, story.state, run_id=told.RUN_ID).payload["text"])


def test_every_press_gets_the_answer_of_its_standing() -> None:
    """Counted, repeated, wrong person and late are told apart to the presser, each with its ledger line."""
    story = told.drilled(ops_manager=False)
    counted = next(iter(press for press in story.state.presses.values() if press.subject == "drill"))
    name = "On-Call Engineer (Technical Lead)"
    assert answer_to(story, counted.press_id) == f"Recorded: acknowledged by {name}, #{counted.seq}"
    wrong = story.press(at("14:36:00"), "drill//ops_chat", "100000009", "ack")
    assert "does not count" in answer_to(story, wrong) and name in answer_to(story, wrong)
    again = story.press(at("14:36:01"), "drill//ops_chat", "100000002", "ack")
    assert "recorded before" in answer_to(story, again)
    late = story.press(at("14:36:02"), "drill//alerts", "U00000003", "ack")
    assert answer_to(story, late, "alerts").startswith("Too late to count")


@pytest.mark.parametrize("standing", Standing)
def test_an_answer_fits_what_telegram_shows(standing: Standing) -> None:
    """Two hundred characters at most, however long the names are."""
    story = told.succeeded()
    story.send(at("14:20:00"), "drill//ops_chat", "drill")
    press_id = story.press(at("14:20:15"), "drill//ops_chat", "100000002", "ack")
    long = {key: replace(one, name="N" * 90, role="R" * 9) for key, one in story.plan.contacts.items()}
    story.plan = replace(story.plan, contacts=long)
    press = replace(story.state.presses[press_id], standing=standing)
    story.state = replace(story.state, presses={press_id: press})
    assert 0 < len(answer_to(story, press_id)) <= 200


def test_a_forged_press_is_answered_without_effect() -> None:
    """A button that is not ours is said to be without effect."""
    story = told.succeeded()
    story.send(at("14:20:00"), "drill//ops_chat", "drill")
    forged = ButtonPressed(
        press_id="telegram:9",
        channel="ops_chat",
        service_user="100000002",
        message_key="drill//ops_chat",
        button="ack",
        authentic=False,
    )
    story.add(at("14:20:15"), forged)
    assert "without effect" in answer_to(story, "telegram:9")


def test_a_direct_drill_message_closes_with_that_persons_answer_only() -> None:
    """Everyone answers a drill for themselves; without an answer the closing says so."""
    story = told.drilled(ops_manager=False)
    original = {"text": "x", "blocks": [{"type": "actions", "elements": []}]}
    told_to = {}
    for person in ("on_call", "ops_manager"):
        about = f"drill//{person}@alerts"
        action = story.action("closing", "alerts", key=f"close//{about}", method=Method.CLOSE, about=about)
        closed = render(action, story.plan, story.state, run_id=told.RUN_ID, original=original).payload
        assert [block["type"] for block in closed["blocks"]] == ["section"]
        told_to[person] = closed["text"]
    assert "no answer that counts was recorded" in told_to["ops_manager"]
    assert story.plan.contacts["on_call"].name in told_to["on_call"]


def test_a_closing_needs_the_original() -> None:
    """There is nothing to take the buttons from without it."""
    story = told.drilled()
    action = story.action("closing", "alerts", method=Method.CLOSE, about="drill//alerts")
    with pytest.raises(ValueError, match="payload that was sent"):
        render(action, story.plan, story.state, run_id=told.RUN_ID)


def test_times_and_lengths_are_written_in_the_plans_zone() -> None:
    """A window over midnight names both days; an odd length names its parts."""
    story = told.approved()
    window = replace(story.plan.window, end=at("01:00:00", day=23))
    first = replace(story.plan.first_run, within=timedelta(hours=1, minutes=30, seconds=5))
    story.plan = replace(story.plan, window=window, first_run=first)
    text = text_of(story, "start")
    assert "2025-10-22 14:00–2025-10-23 01:00 KST" in text and "1 h 30 min 5 s" in text


@pytest.mark.parametrize("message", [*MEASURED_BEFORE, "answer", "closing"])
def test_every_message_is_documented(message: str) -> None:
    """A reader finds what each message holds and where each figure comes from."""
    page = (Path(__file__).parents[2] / "docs" / "messages.md").read_text("utf-8")
    assert re.search(rf"^### {message}\b", page, re.MULTILINE)


def test_languages_are_the_catalogues_in_the_folder() -> None:
    """A language is a file, and one that is not there is refused."""
    assert "en" in languages()
    for language in languages():
        words = words_of(language)
        assert set(words) == set(WORDS)
        places = {key: sorted(set(PLACE.findall(words[key]))) for key in WORDS}
        assert places == {key: sorted(set(PLACE.findall(WORDS[key]))) for key in WORDS}
    with pytest.raises(ModuleNotFoundError):
        words_of("xx")
    with pytest.raises(ModuleNotFoundError, match=r"\.\./en"):
        words_of("../en")


@pytest.mark.parametrize("case", CASES)
def test_a_korean_message_holds_no_english_sentence(case: str) -> None:
    """Names, ids and the services' own states stay; what a check found is told in Korean."""
    message, chapter = CASES[case]
    story = chapter()
    plan = replace(story.plan, announce=replace(story.plan.announce, lines={}))
    action = story.action(message, "ops_chat", language="ko")
    text = str(render(action, plan, story.state, run_id=told.RUN_ID).payload["text"])
    assert re.search("[가-힣]", text)
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize("key", WORDS)
def test_no_particle_stands_right_after_a_value(key: str) -> None:
    """은/는, 이/가, 을/를 and 으로/로 follow a sound that a value does not tell; 님, 에서, 부터 and 까지 suit any."""
    assert not re.search(r"\}(은|는|이|가|을|를|으로|로|과|와)(?![가-힣])", words_of("ko")[key])


def test_a_message_that_is_none_is_refused() -> None:
    """Only the files that are messages are."""
    story = told.approved()
    with pytest.raises(ModuleNotFoundError, match="facts"):
        text_of(story, "facts")
    assert "page" in MEASURED_BEFORE
