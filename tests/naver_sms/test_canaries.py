"""Planted names, numbers, codes, cookies and keys, in every mode and command: nobody reads them who should not.

Whatever a command prints on both streams and logs, the libraries below it included, whatever the chats are told, and
what `--record` writes is looked through for each of them, in clear and in JSON's escapes; the way out of an error is
looked at as closely as the way of a good run.
"""

from __future__ import annotations

import json
import logging
import sys

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY, FakeChats
from tests.naver_sms.world import NOW, STORES, booking, cookie_file, document, open_sqlite, record_for, seed_sqlite

from naver_sms import serve, telling
from naver_sms.cli import main
from naver_sms.settings import load

NAME, PHONE, MAIL, ADDRESS = "카나리아이름", "01000008888", "canary@example.invalid", "203.0.113.77"
DOOR, TOKEN, COOKIE = "canary-door-4711", "0" * 9 + ":canary-token", "canaryNID_AUT"
CANARIES = (
    *(NAME, NAME[1:], "이름카나", PHONE, "00008888", "0000-8888", "010-0000-8", MAIL, ADDRESS),
    *(DOOR, TOKEN, COOKIE, SECRET_KEY, ACCESS_KEY),
)
RULES = """
rules:
  - {name: confirm, when: {status: [RC03], open: confirm, starts: future},
     send: {kind: confirm, template: confirm, purpose: information}}
  - {name: guide, when: {status: [RC03], open: guide, before_start: {minutes: 120}},
     send: {kind: guide, template: guide, purpose: information}}
  - {name: hello, when: {status: [RC03], record: absent}, send: {kind: extra, template: hello, purpose: information}}
  - {name: review, when: {status: [RC08], open: event}, send: {kind: event, template: event, purpose: advertising,
     basis: transaction}}
  - {name: listed, when: {status: [RC03]}, notify: [slack, telegram]}
templates:
  confirm: "{booking.name}님 확정 {booking.start}"
  guide: "{booking.name}님 문 {code.door}"
  hello: "{booking.name}님 반갑습니다"
  event: "{booking.name}님 후기"
"""
EVIL = "카나리아이름😀{}\\n\x1b[31m"


@pytest.fixture
def chats():
    with FakeChats().serve() as served:
        yield served


@pytest.fixture
def shop(tmp_path, naver, sens, chats, monkeypatch):
    """Two stores with rules, codes and chats; return what is said by a command, to anybody."""
    telling._TOLD.clear()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "codes.json").touch(mode=0o600)
    (tmp_path / "codes.json").write_text(json.dumps({"door": DOOR}))
    chat = {"token": "env:OWNER_TOKEN", "url": chats.url}
    settings = document(
        STORES[:2],
        rules="file:rules.yaml",
        codes="file:codes.json",
        parity_mode="corrected",
        sender_name="예시",
        optout_number="080-000-0000",
        settle_after_s=0,
        state="sqlite:state.db",
        telegram=chat | {"chat_id": "1000"},
        slack=chat | {"channel": "C0000"},
    )
    (tmp_path / "settings.json").write_text(json.dumps(settings, ensure_ascii=False))
    environ = {
        "SETTINGS": "file:settings.json",
        "NAVER_URL": naver.url,
        "SENS_URL": sens.url,
        "CLOCK_URL": naver.url + "/clock",
        "COOKIES": f"file:{cookie_file(tmp_path)}",
        "SENS_ACCESS_KEY": ACCESS_KEY,
        "SENS_SECRET_KEY": SECRET_KEY,
    }
    for name, value in environ.items():
        monkeypatch.setenv(f"NAVER_SMS_{name}", value)
    monkeypatch.setenv("OWNER_TOKEN", TOKEN)
    return tmp_path


@pytest.fixture
def hears_nothing(shop, chats, capfd, caplog):
    """Return what makes a command and looks at everything that it said."""
    caplog.set_level(logging.DEBUG)

    def command(*words, code=None):
        try:
            ended = main(list(words))
        except Exception as exc:  # noqa: BLE001  whatever it is, it is what is looked through
            ended = f"{type(exc).__name__}: {exc}"
        said = "".join(capfd.readouterr()) + caplog.text + str(ended)
        said += json.dumps([body for _, _, body in chats.heard], ensure_ascii=False)
        said += "".join(one.read_text("utf-8") for one in shop.glob("*.recorded"))
        looked_through(said)
        assert code is None or ended == code, said
        return said

    return command


def looked_through(said):
    plain = said + said.encode().decode("unicode_escape", errors="ignore")
    assert [one for one in CANARIES if one in plain] == []


def person(number, **changes):
    """Return a booking with every field that holds a person."""
    extra = {"email": MAIL, "address": NAME, "payments": [{"number": PHONE}]}
    made = booking(number, name=NAME, phone=PHONE, **extra, **changes)
    made["snapshotJson"] |= {"userAgentJson": {"ip": ADDRESS}, "customFormInputJson": [{"title": "t", "value": NAME}]}
    return made


@pytest.fixture
def people(naver, shop):
    """Bookings of every kind: due, known, odd, unreadable, used."""
    used = person(6, minutes=-120, status="RC08")
    naver.bookings = [
        person(1, minutes=60),
        person(2, minutes=300, store=STORES[1]),
        person(3, minutes=90) | {"name": EVIL},
        person(4) | {"phone": "0200008888"},
        person(5) | {"snapshotJson": {"startDateTime": NAME}},
        used,
    ]
    seed_sqlite(shop, [record_for(used, guide=True)])


LOOKING = [["check"], ["preview"], *(["run", "--mode", one] for one in ("dry-run", "shadow"))]


@pytest.mark.parametrize("words", [*LOOKING, ["run", "--mode", "dry-run", "--show-text"], ["run", "--mode", "adopt"]])
def test_who_looks_or_adopts_sees_nobody(people, hears_nothing, words):
    # A person who asks for the words themselves sees the customer's name in them, as the option says.
    if "--show-text" not in words:
        assert hears_nothing(*words)


def test_a_live_run_and_all_that_is_done_with_its_record_names_nobody(people, hears_nothing, shop, chats, sens):
    said = hears_nothing("run", "--record", "one.recorded")
    assert len(sens.outbox) >= 5 and len(chats.heard) >= 2 and "010-****-8888" in said
    for words in (
        ["parity", "--input", "one.recorded", "--out", "two.recorded"],
        ["replay", "--input", "one.recorded"],
        ["settle"],
        ["resend", f"{STORES[0]}_1", "guide", "--by", "kim", "--reason", "lost"],
        ["resend", f"{STORES[0]}_9", "guide", "--by", "kim", "--reason", "lost"],
        ["run"],
        ["optout", "add", PHONE],
        ["optout", "list"],
        ["consent", "add", PHONE, "--how", "form", "--text", "1"],
        ["consent", "list"],
        ["optout", "sync"],
    ):
        assert hears_nothing(*words)


@pytest.mark.parametrize(
    "faults",
    [
        dict.fromkeys(range(1, 12), fault)
        for fault in ("refuse:400", "refuse:401", "refuse:429", "accept_then:500", "accept_then_drop", "lose")
    ],
    ids=lambda faults: faults[1],
)
def test_whatever_sens_does_nobody_is_named(people, hears_nothing, sens, faults):
    sens.faults, sens.late_codes = faults, {PHONE: "3023"}
    hears_nothing("run")
    hears_nothing("settle")
    hears_nothing("run")


@pytest.mark.parametrize("trouble", ["401", "html", "302"])
def test_signed_out_and_what_naver_says_then_names_nobody(people, hears_nothing, naver, trouble):
    naver.auth = trouble
    hears_nothing("run", code=3)
    hears_nothing("preview", code=4)


def test_what_breaks_off_shows_nobody(people, hears_nothing, shop, chats):
    chats.status = 500
    state = open_sqlite(shop)
    state._db.execute("DROP TABLE intent")
    state._db.execute("CREATE TABLE intent(x TEXT)")
    state.shut()
    hears_nothing("run")
    hears_nothing("settle")


def test_cookies_that_cannot_be_used_are_not_shown(people, hears_nothing, shop):
    (shop / "export.txt").write_text(f"Cookie: NID_AUT={COOKIE}; x{NAME}")
    hears_nothing("login", "--from", "export.txt")
    (shop / "cookies.json").write_text(f'[{{"name": "{COOKIE}"')
    hears_nothing("run", code=1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rules.yaml", RULES + f"  broken: '{DOOR}"),
        ("codes.json", json.dumps({"door": DOOR, "x y": NAME})),
        ("codes.json", f'{{"door": "{DOOR}"'),
        ("saved.json", f'[{{"name": "{NAME}"'),
        ("one.json", json.dumps({"type": "naver_sms.recorded", "v": 1, "runs": [{"name": NAME}]})),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_its_people_are_not(people, hears_nothing, shop, name, text):
    (shop / name).write_text(text, "utf-8")
    words = {
        "saved.json": ["preview", "--bookings", name],
        "one.json": ["replay", "--input", name],
    }.get(name, ["run"])
    # The line of a rules file that is wrong is shown to whoever wrote it: it holds the mistake.
    if name != "rules.yaml":
        hears_nothing(*words)


def test_the_server_says_nothing_of_them(people, hears_nothing, shop, capfd):
    import os

    from naver_sms.invoke import invoke
    from naver_sms.summary import Invocation

    class Once:
        """Time for one run."""

        times = 0

        def now(self):
            return NOW

        def until(self, at):
            self.times += 1
            return self.times > 2

    def run():
        report = invoke(os.environ, invocation=Invocation(), time_s=60.0).report
        if Once.times:
            raise RuntimeError(NAME + PHONE)
        return report

    health = serve.Health(period=serve.timedelta(minutes=20), now=lambda: NOW, started_at=NOW)
    waits = Once()
    serve.loop(run, health, waits, at_once=True)
    Once.times = 1
    waits.times = 0
    serve.loop(run, health, waits, at_once=True)
    looked_through("".join(capfd.readouterr()) + json.dumps(health.answer()))


def test_the_canaries_are_there_to_be_found(people, shop, sens, capfd):
    """A test that looks for what was never planted would find nothing for ever."""
    settings = load()
    assert settings.code_values["*"]["door"] == DOOR
    assert main(["run"]) in (0, 2)
    capfd.readouterr()
    sent = json.dumps(sens.outbox, ensure_ascii=False)
    assert NAME in sent and PHONE in sent and DOOR in sent
    with pytest.raises(AssertionError):
        looked_through(sent)
    sys.stderr.flush()
