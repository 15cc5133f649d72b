"""Secrets and customers stay where they are: none of them is in anything that bongsu keeps, says or sends."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "BONGSU_BUTTON_KEY",
    "BONGSU_SLACK_APP_TOKEN",
    "BONGSU_TELEGRAM_TOKEN",
)
RESPONSE_URL = re.compile(rb"T[A-Z0-9]{8,}/\d{13}/[0-9a-f]{24}")


def everything_kept(run):
    """Every place in which bongsu keeps or says something, by its name."""
    places = {"stdout": run.ended.out.encode(), "stderr": run.ended.err.encode()}
    for folder in (run.evidence, run.state):
        places |= {
            path.relative_to(folder.parent).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    database = sqlite3.connect(next(run.state.glob("*.db")))
    try:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            rows = database.execute(f'SELECT * FROM "{name}"').fetchall()
            places[f"table {name}"] = b"\n".join(
                value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
            )
    finally:
        database.close()
    return places


def everything_sent(run):
    """What the two chat services received from bongsu, call by call."""
    return {
        f"{one['service']} {one['operation']} at {one['at']}": json.dumps(one, ensure_ascii=False).encode()
        for one in run.record
        if one["service"] in ("telegram", "slack") and ("parameters" in one or "arguments" in one)
    }


@pytest.fixture(scope="module")
def places(started):
    assert started.run.code == 0, started.run.ended.err
    log = {"the function's log": "\n".join(started.log).encode()}
    return {**everything_kept(started.run), **everything_sent(started.run), **log}


@pytest.fixture(scope="module")
def secrets(started):
    """Every secret of the world, where its reference leads: the environment, and the imitated secrets manager."""
    world = json.loads((started.run.world / "world.json").read_text("utf-8"))
    found = {name: started.variables[name] for name in SECRETS}
    found |= {"slack bot token": world["slack"]["bot_token"], "sens secret key": world["sens"]["secret_key"]}
    found |= {"sens access key": world["sens"]["access_key"], "telegram token": world["telegram"]["bot_token"]}
    found["telegram token without its id"] = world["telegram"]["bot_token"].partition(":")[2]
    assert len(found) >= 9 and all(len(value) >= 10 for value in found.values())
    return found


def holding(places, value):
    needle = value.encode() if isinstance(value, str) else value
    return [name for name, data in places.items() if needle in data]


def test_the_places_are_really_looked_at(places, started):
    """What may be there is found: contacts' names, and the services' ids, in ledger, blobs, database and messages."""
    for allowed in ("On-Call Engineer", "Operations Manager", "C00000001", "-1000000000001", "U00000003"):
        where = holding(places, allowed)
        assert any(name.startswith("evidence/blobs/") for name in where), allowed
        assert "table blob" in where and "evidence/report.md" in where
    assert [name for name in places if name.startswith("slack chat.postMessage")]
    assert started.log and len(started.bookings) > 100


def test_no_secret_is_anywhere(places, secrets):
    """Tokens, keys, the key of the buttons: in no ledger, blob, report, database, output, message or log line."""
    found = {name: where for name, value in secrets.items() if (where := holding(places, value))}
    assert found == {}


def test_no_phone_number_is_anywhere(places, started):
    """No customer's number and not that of the on-call engineer, with or without its hyphens."""
    numbers = {item["phone"]["S"] for item in started.bookings} | {one["to"] for one in started.outbox}
    numbers |= {"010-0000-4711"}
    assert len(numbers) > 100
    leaks = {}
    for number in numbers:
        digits = re.sub(r"\D", "", number)
        for form in (number, digits, f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}", f"82{digits[1:]}"):
            where = [name for name in holding(places, form) if isolated(places[name], form)]
            if where:
                leaks[form[-4:]] = where
    assert leaks == {}


def isolated(data, form):
    """Whether the digits stand by themselves: an id or a hash may hold any eleven digits by chance."""
    return re.search(rb"(?<![0-9a-fA-F.])" + re.escape(form.encode()) + rb"(?![0-9a-fA-F])", data) is not None


def test_no_customers_name_is_anywhere(places, started):
    """The table knows every customer by name; nobody else does."""
    names = {item["name"]["S"] for item in started.bookings if "name" in item}
    assert names and all(len(name) >= 2 for name in names)
    assert {name: where for name in names if (where := holding(places, name))} == {}


def test_no_text_to_a_customer_is_anywhere(places, started):
    """A reminder may tell the way in, or a door's code: no line of any text is kept, said or logged."""
    lines = {line.strip() for one in started.outbox for line in one["content"].splitlines()}
    told = {line for line in lines if len(line) > 8}
    assert len(told) >= 5 and any("입구" in line for line in told)
    assert {line: where for line in told if (where := holding(places, line))} == {}


def test_no_address_for_an_answer_is_kept(places, started):
    """Slack's response_url lets its holder post: it is used, and neither recorded nor shown."""
    presses = started.run.recorded("slack", "press")
    assert len(started.run.recorded("slack", "response_url", answer="ok")) == len(presses) > 0
    assert [name for name, data in places.items() if RESPONSE_URL.search(data)] == []


def test_a_whole_day_leaks_no_more(happy):
    """The day's rehearsal, looked through for the secrets of its own world."""
    world = json.loads((happy.world / "world.json").read_text("utf-8"))
    places = {**everything_kept(happy), **everything_sent(happy)}
    values = [world["telegram"]["bot_token"], world["slack"]["bot_token"], world["slack"]["app_token"]]
    values += [world["sens"]["secret_key"], world["sens"]["access_key"], *world["aws"]["access_keys"]]
    assert {value[:4]: where for value in values if (where := holding(places, value))} == {}
    assert [name for name, data in places.items() if RESPONSE_URL.search(data)] == []
