"""A rules file that cannot be used: every mistake at once, with its line, its column and what to do."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.test_settings import loaded
from tests.naver_sms.world import STORES, booking, document, environ, open_sqlite

from naver_sms.cli import main
from naver_sms.errors import ConfigError
from naver_sms.rules_check import shipped, using
from naver_sms.rules_file import read_rules

HEAD = "rules:\n  - name: a\n    when: "
TAIL = "\n    send: {kind: confirm, template: confirm, purpose: information}\n"


def problems(text, **settings):
    with pytest.raises(ConfigError) as caught:
        using(loaded(**settings), text, name="r.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "{statuss: [RC03]}" + TAIL, "r.yaml:3:12: unknown key 'statuss' in 'when' (did you mean 'status'?)"),
        (HEAD + "{status: [RC09]}" + TAIL, "r.yaml:3:20: 'status' is 'RC09', which is not known (RC03 is confirmed"),
        (HEAD + "{open: [remind]}" + TAIL, "r.yaml:3:18: 'open' is 'remind'"),
        (HEAD + "{between: [20, 21]}" + TAIL, "r.yaml:3:21: 'between' needs two different Korean times"),
        (HEAD + "{used_within: 1}" + TAIL, "r.yaml:3:25: 'used_within' must be a number of days"),
        (HEAD + "{date_range: [2025-10-31, 2025-10-01]}" + TAIL, "'date_range' needs two dates in order"),
        (HEAD + "{before_start: {hours: 2}}" + TAIL, "r.yaml:3:27: unknown key 'hours' in 'before_start'"),
        (HEAD + "{min_count: 2}" + TAIL, "r.yaml:3:23: 'min_count' counts an option (add 'option_keyword')"),
        (HEAD + "{}" + TAIL, "r.yaml:3:11: a rule needs at least one condition"),
        (HEAD + "{stores: ['1']}" + TAIL, "store '1' is not in the settings"),
        ("rules:\n  - name: a\n", "r.yaml:2:5: a rule needs 'when'"),
        ("rules: {}\n", "r.yaml:1:8: rules must be a list"),
        ("rule: []\n", "r.yaml:1:1: unknown key 'rule' in the rules file (did you mean 'rules'?)"),
        ("rules: []\nrules: []\n", "r.yaml:2:1: 'rules' is given twice"),
        ("rules: [\n", "r.yaml:2:1: not valid YAML"),
        ("rules: &a []\nstores: *a\n", "r.yaml:2:9: not valid YAML: an alias ('*name') is not taken here"),
        ("[" * 5000, "nested too deeply"),
        ("", "the rules file is empty"),
        ("rules: ['\x07']\n", "r.yaml:1:1: not valid YAML: a character"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, expected):
    found = problems(text)
    assert any(expected in one for one in found), found


def test_every_mistake_is_named_at_once():
    text = HEAD + "{statuss: [RC03], opn: confirm}\n    send: {kind: confrm, template: x, purpose: promotion}\n"
    found = [one.partition(" (")[0] for one in problems(text)]
    assert found == [
        "r.yaml:3:12: unknown key 'statuss' in 'when'",
        "r.yaml:3:29: unknown key 'opn' in 'when'",
        "r.yaml:4:18: 'kind' is 'confrm', which is not known",
        "r.yaml:4:48: 'purpose' is 'promotion', which is not known",
    ]


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        ("{kind: extra, template: t}", "'send' needs 'purpose'"),
        ("{kind: extra, template: t, purpose: greeting}", "'purpose' is 'greeting', which is not known"),
        ("{kind: extra, template: t, purpose: advertising}", "advertising needs its 'basis' in law"),
        ("{kind: extra, template: t, purpose: advertising, basis: habit}", "'basis' is 'habit'"),
        ("{kind: extra, template: t, purpose: information, basis: transaction}", "information needs no 'basis'"),
        ("{kind: extra, template: gone, purpose: information}", "store 1000001 has no text 'gone'"),
        ("{kind: event, template: t, purpose: information}", "the owner's decision"),
    ],
)
def test_a_text_says_what_it_is_for(send, expected):
    text = HEAD + "{status: [RC03]}\n    send: " + send + "\ntemplates: {t: 안녕하세요}\n"
    assert any(expected in one for one in problems(text))


def template(text):
    send = "    send: {kind: extra, template: t, purpose: information}\n"
    return HEAD + "{status: [RC03]}\n" + send + "templates:\n  t: |-\n    첫 줄\n    " + text + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("예약 😀", "r.yaml:8:8: template 't' of rule 'a': a character that SENS refuses: U+1F600 GRINNING FACE at 8"),
        ("a – b", "use -"),
        ("{booking.nam}", "r.yaml:8:5: template 't' of rule 'a': '{booking.nam}' is not a placeholder"),
        ("{booking.start:%Q}", "has a format that is not known"),
        ("{store.name:%Y}", "takes no format"),
        ("{{ booking.name }}", "a brace that belongs to no placeholder"),
        ("{sender.name}", "'{sender.name}' has no value"),
        ("가" * 1001, "bytes, at most 2000"),
    ],
)
def test_a_text_that_could_not_be_sent_is_refused_where_it_stands(text, expected):
    assert any(expected in one for one in problems(template(text))), problems(template(text))


def test_a_sender_that_is_not_registered_is_refused():
    with pytest.raises(ConfigError) as caught:
        loaded(registered_numbers=["0200000000"])
    assert "'from_number of store 1000002' is 0200000001, which is not among 'registered_numbers'" in str(caught.value)


def test_a_store_without_a_guide_text_is_refused_by_name(tmp_path):
    rules = tmp_path / "r.yaml"
    rules.write_text(shipped("default"), "utf-8")
    texts = {"confirm": "a", "event": "b", f"guide/{STORES[0]}": "c"}
    advertising = {"sender_name": "예시", "optout_number": "0800000000"}
    with pytest.raises(ConfigError) as caught:
        loaded(templates=texts, ids=STORES[:2], rules=f"file:{rules}", **advertising)
    (found,) = caught.value.problems
    assert found == (
        f"{rules}:9:5: rule 'guide': store 1000002 has no text 'guide/1000002' "
        "(write 'guide/1000002' under 'templates')"
    )


@pytest.mark.parametrize("name", ["default", "legacy"])
def test_the_shipped_rules_can_be_used(name):
    settings = loaded(
        sender_name="예시사진관",
        optout_number="0800000000",
        event_as_information={"by": "owner", "on": "2025-10-01"},
    )
    book = using(settings, shipped(name)).rulebook
    assert {rule.send.kind.value for rule in book.rules} == {"confirm", "guide", "event"}


def test_a_store_may_switch_a_rule_off_or_have_its_own():
    text = shipped("default") + (
        'stores:\n  "1000001":\n    off: [confirm]\n    rules:\n'
        "      - {name: guide, when: {status: [RC03]}, send: {kind: guide, template: x, purpose: information}}\n"
    )
    book = read_rules(text)[0]
    assert [(rule.name, rule.send.template) for rule in book.of("1000001")][:1] == [("guide", "x")]
    assert [rule.name for rule in book.of("1000002")] == ["confirm", "guide", "confirm-day", "guide-day", "event"]


@pytest.fixture
def configured(tmp_path, monkeypatch):
    def write(text, **changes):
        rules = tmp_path / "rules.yaml"
        rules.write_text(text, "utf-8")
        settings = document(ids=STORES[:1], rules=f"file:{rules}", **changes)
        monkeypatch.setenv("NAVER_SMS_SETTINGS", json.dumps(settings, ensure_ascii=False))
        monkeypatch.setenv("NAVER_SMS_COOKIES", "file:/nowhere")
        return rules

    return write


def test_check_shows_the_line_and_what_to_do(configured, capsys):
    rules = configured(HEAD + "{statuss: [RC03]}" + TAIL)
    assert main(["check"]) == 4
    assert capsys.readouterr().err == (
        f"error: {rules}:3:12: unknown key 'statuss' in 'when'\n"
        "  3 |     when: {statuss: [RC03]}\n"
        "    |            ^\n"
        "help: did you mean 'status'?\n"
    )


def test_check_says_what_each_rule_sends_and_what_to_look_at(configured, capsys):
    configured(template("할인 쿠폰을 드립니다"))
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "settings can be used: 1 of 1 stores enabled",
        "0호      a                 extra    information  t, 26 bytes before its values",
        "look: rule 'a', template 't': '할인' may make advertising of it (see 'purpose')",
    ]


def test_preview_shows_the_text_its_bytes_and_its_rule_masked(configured, tmp_path, capsys):
    configured(template("{booking.name}님 {booking.start:%H:%M}"), parity_mode="corrected", option_keywords=["원본"])
    saved = tmp_path / "bookings.json"
    raw = [booking(1, name="홍길동"), booking(2, status="RC04"), booking(3, store="1000009"), booking(4, name="홍😀")]
    saved.write_text(json.dumps([*raw, {"bookingId": 5}]))
    assert main(["preview", "--bookings", str(saved), "--at", "2025-10-22T14:00:00+09:00"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "1000001_1  RC03  홍**  010-****-0001  2025-10-22 17:00",
        "  a: extra, SMS, 20 bytes in cp949, information (COMM), from 0200000000, template t",
        "    | 첫 줄",
        "    | 홍＊＊님 17:00",
        "1000001_2  RC04  김**  010-****-0002  2025-10-22 17:00",
        "  no rule holds",
        "1000009_3  RC03  김**  010-****-0003  2025-10-22 17:00",
        "  its store is not enabled",
        "1000001_4  RC03  홍**  010-****-0004  2025-10-22 17:00",
        "  a: extra, SMS, 16 bytes in cp949, information (COMM), from 0200000000, template t",
        "    | 첫 줄",
        "    | 홍님 17:00",
        "None_5  set aside: its 'snapshotJson' cannot be used",
        "as of 2025-10-22 14:00 Korean time; nothing was sent or written",
    ]


@pytest.mark.parametrize("text", ["{}", "no", "[]"])
def test_preview_of_something_else_is_refused_in_words(configured, tmp_path, capsys, text):
    configured(template("a"))
    saved = tmp_path / "bookings.json"
    saved.write_text(text)
    at = "2025-10-22T14:00:00" if text == "[]" else "2025-10-22T14:00:00+09:00"
    assert main(["preview", "--bookings", str(saved), "--at", at]) == 4
    assert capsys.readouterr().err.startswith("error: that cannot be previewed: the ")


@pytest.fixture
def real(tmp_path, naver, sens, monkeypatch):
    """Settings that read the imitated partner site, with a rules file of one extra text."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(template("{booking.name}님 안내") + "  guide/1000001: x\n".replace("guide/1000001", "unused"))
    for name, value in environ(tmp_path, naver, sens, ids=STORES[:1], rules=f"file:{rules}").items():
        monkeypatch.setenv(name, value)


def test_preview_of_real_bookings_reads_and_changes_nothing(real, naver, sens, tmp_path, capsys):
    naver.bookings = [booking(1, name="캐너리이름"), booking(2, status="RC08", minutes=-60)]
    assert main(["preview"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "extra    a       1000001_1             캐**  010-****-0001  10-22 17:00  LMS 23 bytes  t from 0200000000",
        "    첫 줄",
        "    캐**님 안내",
        "1 texts would be sent, 0 could not be; nothing was sent or written",
    ]
    assert sens.sends == 0
    state = open_sqlite(tmp_path)
    assert state.open_claims() == state.pending(STORES[0]) == []
    state.shut()


def test_preview_while_signed_out_says_so(real, naver, capsys):
    naver.auth = "302"
    assert main(["preview"]) == 4
    assert "Naver has signed out; sign in again with naver-sms login" in capsys.readouterr().err
    assert main(["preview", "--at", "2025-10-22T14:00:00+09:00"]) == 4
    assert "are for a saved list" in capsys.readouterr().err
