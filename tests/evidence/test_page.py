"""report.html: one page that needs nothing else, says only what is recorded, and shows where each figure comes from."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from tests.evidence.pages import Page, page_of, story_of
from tests.evidence.synthetic import Player, plan_of

from bongsu.core.event_kinds import KINDS
from bongsu.core.events import (
    ClockStepped,
    Found,
    ListeningChanged,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    ReadFailed,
    Resolved,
    SendEnded,
    SwitchState,
    Why,
)
from bongsu.core.presses import Standing
from bongsu.evidence import words_en, words_ko
from bongsu.evidence.collect import collect
from bongsu.evidence.page import as_html
from bongsu.evidence.words import words_of

if TYPE_CHECKING:
    from bongsu.evidence.tables import Check, Invocation

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;b&gt;\u202e\x07</pre>"
PLAIN = {"html", "head", "meta", "title", "style", "body", "nav", "main", "header", "footer", "section", "figure"}
PLAIN |= {"figcaption", "article", "h1", "h2", "h3", "p", "a", "b", "br", "ul", "li", "dl", "dt", "dd", "div"}
PLAIN |= {"span", "time", "code", "pre", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"}
DRAWN = {"svg", "desc", "text", "tspan", "rect", "circle", "line", "path"}


@pytest.fixture(scope="module")
def played() -> Player:
    return Player(plan=plan_of()).play()


@pytest.fixture(scope="module")
def page(played: Player) -> Page:
    return page_of(story_of(played))


def in_korean(player: Player) -> Page:
    plan = player.plan
    return page_of(story_of(player, replace(plan, announce=replace(plan.announce, languages=("ko",)))))


def test_the_same_story_gives_the_same_bytes(played: Player) -> None:
    story = story_of(played)
    tables = collect(story)
    assert as_html(tables, story) == as_html(collect(story_of(played)), story_of(played))


def test_every_ledger_line_has_its_anchor_and_every_link_leads_somewhere(played: Player, page: Page) -> None:
    story = story_of(played)
    assert len(page.ids) == len(set(page.ids))
    assert {f"l{line.seq}" for line in story.lines} <= set(page.ids)
    cited = {f"blobs/{digest}" for line in story.lines for digest in line.blobs.values()}
    assert {link for link in page.links if link.startswith("blobs/")} == cited
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert {link for link in page.links if link[0] != "#"} - cited == {"plan.yaml"}


def test_each_line_shows_its_time_kind_body_and_hash(played: Player, page: Page) -> None:
    for line in story_of(played).lines:
        assert line.hash in page.text
        assert f"{line.at:%Y-%m-%d %H:%M:%S}.{line.at.microsecond:06d} UTC" in page.text


def test_every_figure_stands_beside_the_line_that_it_came_from(played: Player, page: Page) -> None:
    for check in collect(story_of(played))["checks"]:
        if not check["key"].startswith("watch/"):
            for figure in check["figures"]:
                shown = f"<b>{figure['value']}</b>"
                assert re.search(re.escape(shown) + r'[^<]*<a class="n" href="#l' + str(figure["seq"]), page.source)


def test_a_browser_loads_nothing_and_runs_nothing(page: Page) -> None:
    """No script, no style but the one whose hash the page's own policy names, nothing to fetch."""
    assert {tag for tag, _ in page.elements} <= PLAIN | DRAWN
    loads = {"src", "srcset", "data", "action", "style", "xlink:href", "background", "poster", "formaction"}
    for _, attrs in page.elements:
        assert not loads & set(attrs) and not [name for name in attrs if name.startswith("on")]
    (style,) = [data for tag, data in page.texts if tag == "style"]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "@import" not in style and "url(" not in style


def test_it_is_built_for_readers_of_every_kind(page: Page) -> None:
    """Landmarks, one first heading and no level left out, heads of tables, words for pictures."""
    tags = [tag for tag, _ in page.elements]
    assert tags.count("main") == tags.count("nav") == tags.count("footer") == tags.count("h1") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert all("scope" in head for head in page.of("th"))
    for attrs in page.of("svg"):
        named = attrs.get("aria-label") or set(attrs.get("aria-labelledby", "-").split()) <= set(page.ids)
        assert named or attrs["aria-hidden"] == "true"
    for attrs in page.of("section"):
        assert attrs["aria-labelledby"] in page.ids
    marks = re.findall(r'<a href="#l\d+" aria-label="[^"]+"><title>[^<]+</title>', page.source)
    assert len(marks) > 20
    assert page.of("html") == [{"lang": "en"}]


def test_markup_in_the_plan_in_answers_and_in_messages_comes_out_as_text(played: Player) -> None:
    """Whatever a plan or a service says: the page has the elements of its own, and the words stand in it to be read."""
    plan = played.plan
    hostile = replace(
        plan,
        cutover=HOSTILE,
        contacts={name: replace(contact, name=HOSTILE, role=HOSTILE) for name, contact in plan.contacts.items()},
        target=replace(plan.target, facts={HOSTILE: HOSTILE, "rule": HOSTILE}),
    )
    player = Player(plan=plan).play(until=30)
    key = next(key for key, send in player.state.sends.items() if send.accepted)
    player.record(ListeningChanged(channel=HOSTILE, state="lost", reason=HOSTILE))
    player.record(ReadFailed(key=f"verify/{HOSTILE}", reading=HOSTILE, reason=HOSTILE))
    player.record(
        Observed(key=f"verify/{HOSTILE}", reading=HOSTILE, args={}, values={HOSTILE: HOSTILE}, exchanges=()),
        response_0=HOSTILE.encode(),
        response_1=b"\xff\xfe" + HOSTILE.encode(),
    )
    player.record(SendEnded(key=key, outcome=Outcome.REFUSED, reason=HOSTILE, ref={HOSTILE: HOSTILE}))
    page = page_of(story_of(player, hostile))
    assert {tag for tag, _ in page.elements} <= PLAIN | DRAWN
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    seen = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;b&gt;[U+202E][U+0007]</pre>"
    assert page.text.count(seen) > 8
    assert "\u202e" not in page.source and "\x07" not in page.source


def test_it_speaks_korean_when_the_plan_does_and_keeps_what_is_recorded(played: Player) -> None:
    page = in_korean(played)
    assert page.of("html") == [{"lang": "ko"}]
    assert "성공" in page.text and "에스컬레이션 담당자 확인" in page.text
    assert re.search(r"14:00:\d\d 05:00:\d\d\u202fUTC", page.text)
    assert [line for line in page.links if line.startswith("blobs/")]


def test_a_language_without_a_catalogue_is_told_in_english(played: Player) -> None:
    plan = played.plan
    page = page_of(story_of(played, replace(plan, announce=replace(plan.announce, languages=("xx",)))))
    assert page.of("html") == [{"lang": "en"}]


def test_both_languages_have_the_same_keys_and_the_same_places() -> None:
    assert words_en.WORDS.keys() == words_ko.WORDS.keys()
    for key, text in words_en.WORDS.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words_ko.WORDS[key])), key


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_recorded_word_has_a_word_that_is_complete(language: str) -> None:
    """A phase, a reason, an outcome, a standing or a unit: none is shown as a bare name or with a place left open."""
    words = words_of(language)
    scopes = {"phase": Phase, "why": Why, "ended": Outcome, "standing": Standing, "order": Order, "to": SwitchState}
    keys = [f"{scope}.{member.value}" for scope, members in scopes.items() for member in members]
    keys += [f"kind.{kind}" for kind in KINDS]
    for key in keys:
        assert "{" not in words[key], key


def test_an_open_run_says_so_first(played: Player) -> None:
    page = page_of(story_of(Player(plan=plan_of()).play(until=25)))
    assert "It stands at “succeeded” since 14:00:" in page.text
    assert "Not ended" in page.text and "How the run ended: its ledger is not closed." in page.text


def test_a_time_over_its_limit_shows_as_such(played: Player) -> None:
    plan = played.plan
    assert plan.drill is not None
    strict = replace(plan, drill=replace(plan.drill, ack_sla=timedelta(seconds=5)))
    tables = collect(story_of(played, strict))
    (answer,) = tables["matters"][-1]["answers"]
    assert tables["matters"][-1]["limit_s"] == 5 and answer["within_s"] == 16
    page = page_of(story_of(played, strict))
    assert re.search(r'aria-label="16 s, limit 5 s"[^>]*><rect class="track" width="31.25%"', page.source)
    assert '<rect class="fail" width="100.00%"' in page.source


def test_orders_lost_ways_in_findings_and_a_set_clock_are_marks_of_the_picture() -> None:
    player = Player(plan=plan_of()).play(until=20)
    key = next(key for key, send in player.state.sends.items() if send.accepted)
    first = player.state.head.seq + 1
    player.record(OperatorAsked(order=Order.HOLD, by="james", reason="the shop asks to wait"))
    player.record(ListeningChanged(channel="alerts", state="lost", reason="closed"))
    player.record(ClockStepped(by_ms=-120_000, followed=False))
    player.record(Resolved(key=key, found=Found.ACCEPTED, by="read_back"))
    page = page_of(story_of(player))
    (wide, _) = re.findall(r'<svg class="timeline.*?</svg>', page.source, re.DOTALL)
    for seq, said in enumerate(("hold (james)", "presses are not being received", "clock set by -120000 ms"), first):
        assert re.search(rf'href="#l{seq}" aria-label="[^"]*{re.escape(said)}', wide)
    assert "answer lost; found in the channel" in page.text


def test_long_and_binary_answers_are_cut_in_view_and_named_whole() -> None:
    player = Player(plan=plan_of()).play(until=20)
    long, binary = b'{"values":' + b"x" * 50_000, b"\x00\xff" * 500
    player.record(
        Observed(key="verify/long", reading="invented", args={}, values={}), response_0=long, response_1=binary
    )
    page = page_of(story_of(player))
    assert "The first 6000 characters; the whole has 50,010 bytes." in page.text
    assert "x" * 5_000 in page.text and "x" * 6_001 not in page.text
    assert "00 ff 00 ff" in page.text
    for digest in story_of(player).lines[-1].blobs.values():
        assert f"blobs/{digest}" in page.links


def test_the_first_screen_says_whether_it_was_a_rehearsal(played: Player) -> None:
    tables = collect(story_of(played))
    for clock, said in (("system", "Live"), ("http://127.0.0.1:9/clock", "Rehearsal")):
        told = as_html({**tables, "opened": {**tables["opened"], "clock": clock}}, story_of(played)).decode()
        assert f'<span class="pill kind">{said}</span></p><h1>' in told


def test_a_figure_that_is_a_time_is_told_in_the_plans_zone(played: Player) -> None:
    since = "2025-10-22T02:51:00.000Z"
    story = story_of(played)
    tables = collect(story)
    tables["checks"][0]["figures"].append({"name": "lambda-errors.since", "value": since, "unit": "", "seq": 3})
    page = Page(as_html(tables, story))
    assert "lambda-errors since 2025-10-22 11:51:00 KST" in page.text
    assert since not in page.text
    assert {"datetime": since} in page.of("time")


def test_the_first_screen_says_what_was_measured_of_what_failed(played: Player) -> None:
    """Above all else, failed before unknown; in the cards too what did not pass stands first."""
    tables = collect(story_of(played))
    good = next(check for check in tables["checks"] if check["key"] == "verify/duration")
    unknown: Check = {
        **good,
        "key": "verify/errors",
        "check": "error_rate",
        "verdict": "unknown",
        "why": "no datapoint",
    }
    bad: Check = {**good, "key": "verify/sms", "check": "sms_delivery", "verdict": "fail", "why": "17 of 20"}
    told = as_html({**tables, "exit_code": 1, "checks": [good, unknown, bad]}, story_of(played)).decode()
    causes = re.findall(r'<ul class="causes">.*?</ul>', told)[0]
    assert re.findall("17 of 20|no datapoint|240000", causes) == ["17 of 20", "no datapoint"]
    assert re.findall(r'<li class="card (\w+)', told) == ["fail", "unknown", "pass"]
    assert '<ul class="causes">' not in as_html(tables, story_of(played)).decode()


def test_a_line_never_ends_between_a_figure_and_its_unit(played: Player) -> None:
    """On a phone a card said "(0", and on the next line "%)"."""
    cards = re.findall(
        r'<span class="card-why">.*?</span>', as_html(collect(story_of(played)), story_of(played)).decode()
    )
    assert any("\u00a0ms" in card for card in cards)
    assert not any(re.search(r"\d (?:%|ms|s|MB)(?!\w)", card) for card in cards)


def test_a_card_draws_its_figure_against_the_plans_limit(played: Player) -> None:
    """1,093.77 ms of 240,000."""
    told = as_html(collect(story_of(played)), story_of(played)).decode()
    assert '<rect class="pass" width="0.46%" height="8" rx="2"/><line class="limit" x1="100.00%"' in told


@pytest.mark.parametrize(
    ("took", "levels", "far"),
    [(("90", "300", "1210.5"), "0 500 1,000 1,500", True), (("90", "300", "200000"), "0 50,000 240,000", False)],
)
def test_every_invocation_is_drawn_against_the_limit(
    played: Player, took: tuple[str, ...], levels: str, *, far: bool
) -> None:
    """On one scale with the limit when that is near, else with the limit beyond a torn edge; always in its field."""
    tables = collect(story_of(played))
    one = tables["invocations"][0]
    runs: list[Invocation] = [
        {**one, "duration_ms": ms, "started_at": f"2025-10-22T0{hour}:00:00Z", "failed": hour == 6}
        for hour, ms in enumerate(took, 5)
    ]
    told = as_html({**tables, "invocations": runs}, story_of(played)).decode()
    wide = re.findall(r'<svg class="plot timeline large".*?</svg>', told, re.DOTALL)[0]
    assert [level for level in levels.split() if f">{level} ms</text>" not in wide] == []
    assert ("beyond this scale" in wide) is ('class="tear"' in wide) is far
    places = re.findall(r'<circle class="(\w+)" cx="([\d.]+)" cy="([\d.]+)"', wide)
    assert [tone for tone, _, _ in places] == ["info", "fail", "info"]
    assert all(76 <= float(x) <= 1120 and 36 <= float(y) <= 186 for _, x, y in places)
    assert [float(y) for _, _, y in places] == sorted((float(y) for _, _, y in places), reverse=True)
    assert 'class="plot' not in as_html({**tables, "invocations": runs[:2]}, story_of(played)).decode()


def test_a_name_that_is_too_long_for_its_lane_is_shortened_and_can_be_read_whole(played: Player) -> None:
    name = "Maximiliane-Alexandra von und zu Hohenstein"
    contacts = {key: replace(contact, name=name) for key, contact in played.plan.contacts.items()}
    page = page_of(story_of(played, replace(played.plan, contacts=contacts)))
    assert re.search(rf'<text class="lane" x="0"[^>]*>Maximiliane-\w*…<title>{name}</title>', page.source)
