"""Settings: what is refused, and that every problem is named before anything is asked, written or sent."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.world import STORES, document

from naver_sms.errors import ConfigError
from naver_sms.settings import load

KEYS = {"NAVER_SMS_COOKIES": "file:/nowhere"}


def loaded(env=None, **changes):
    text = json.dumps(document(**changes), ensure_ascii=False)
    return load({"NAVER_SMS_SETTINGS": text} | KEYS | (env or {}))


def problems(env=None, **changes):
    with pytest.raises(ConfigError) as caught:
        loaded(env, **changes)
    return caught.value.problems


def test_the_environment_wins_over_the_document():
    found = loaded({"NAVER_SMS_SENS_RATE": "7", "NAVER_SMS_PAGE_PAUSE_S": "0.25"}, sens_rate="none")
    assert found.sens_rate == 7
    assert found.page_pause_s == pytest.approx(0.25)
    assert loaded(sens_rate="none").sens_rate is None
    assert len(found.enabled) == 8


def test_the_document_may_be_a_yaml_or_json_file(tmp_path):
    import yaml

    for name, dump in (("s.yaml", yaml.safe_dump), ("s.json", json.dumps)):
        path = tmp_path / name
        path.write_text(dump(document()), "utf-8")
        assert load({"NAVER_SMS_SETTINGS": f"file:{path}"} | KEYS).stores[0].id == STORES[0]


def test_what_a_settings_file_names_lies_beside_it_wherever_the_program_was_started(tmp_path, monkeypatch):
    stores = [{"id": "1000001", "name": "a", "alias": "b", "cookies": "file:other.json"}]
    text = json.dumps(document(stores=stores) | {"cookies": "file:own.json", "state": "sqlite:shop.db"})
    (tmp_path / "s.json").write_text(text, "utf-8")
    found = load({"NAVER_SMS_SETTINGS": f"file:{tmp_path}/s.json"})
    assert (found.cookies, found.state) == (f"file:{tmp_path}/own.json", f"sqlite:{tmp_path}/shop.db")
    assert found.stores[0].cookies == f"file:{tmp_path}/other.json"
    assert (
        load({"NAVER_SMS_SETTINGS": f"file:{tmp_path}/s.json", "NAVER_SMS_STATE": "sqlite:a.db"}).state == "sqlite:a.db"
    )
    monkeypatch.chdir(tmp_path)
    assert load({"NAVER_SMS_SETTINGS": "file:s.json"}).state == "sqlite:shop.db"


def test_whoever_names_no_settings_is_told_how_to():
    with pytest.raises(ConfigError) as caught:
        load({})
    assert caught.value.problems == [
        "NAVER_SMS_SETTINGS is not set: let it name the settings, such as 'file:settings.yaml'"
    ]


def test_a_rules_file_that_is_not_there_is_named_with_the_reason_in_words():
    assert problems(rules="file:/nowhere/rules.yaml") == [
        "rules file '/nowhere/rules.yaml' cannot be read (No such file or directory)"
    ]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"surprise": 1}, "'surprise' is not a setting"),
        ({"stores": [{"id": "1", "name": "a", "alias": "b", "colour": "red"}]}, "'stores[0].colour'"),
        ({"stores": [{"id": "one", "name": "a", "alias": "b"}]}, "every store id must be digits"),
        ({"stores": [{"id": "1", "name": "a", "alias": "b", "enabled": False}]}, "no store is enabled"),
        ({"templates": {"confirm": "a", "event": "b"}}, "template 'guide/1000001' is missing"),
        ({"subject": "가" * 21}, "'subject' is 42 bytes"),
        ({"subject": "안내 😀"}, "'subject' holds a character"),
        ({"default_from_number": "02-000-0000"}, "'default_from_number' must be 8 to 12 digits"),
        ({"sends_at_once": 0}, "'sends_at_once' must be a whole number from 1 to 50"),
        ({"sens_rate": "fast"}, "'sens_rate'"),
        ({"page_pause_s": "-1"}, "'page_pause_s'"),
        ({"lambda_raises": "maybe"}, "'lambda_raises' must be true or false"),
        ({"naver_url": "http://example.invalid"}, "'naver_url' must be https"),
        ({"sens_service_id": "a b"}, "'sens_service_id'"),
        ({"sens_key": "plain-text"}, "'sens_key' must be 'env' or 'secret:NAME'"),
        ({"state": "postgres"}, "'state' must be"),
        ({"event_as_information": {"by": "owner"}}, "'event_as_information.on'"),
    ],
)
def test_what_cannot_be_used_is_named(changes, named):
    assert any(named in one for one in problems(**changes)), problems(**changes)


@pytest.mark.parametrize("text", ["문이 ❗", "", "{{ booking.name }}님", "{booking.name}님", "가" * 1001])
def test_a_template_that_sens_would_refuse_or_cut_fails_before_the_run(text):
    templates = document()["templates"] | {"confirm": text}
    assert any(one.startswith("template 'confirm'") for one in problems(templates=templates))


def test_several_problems_are_named_at_once():
    assert len(problems(subject="가" * 21, state="x", sends_at_once=0)) >= 1
    assert len(problems(subject="가" * 21, state="x", sens_key="y")) == 3


LOOPBACK = {
    "NAVER_SMS_NAVER_URL": "http://127.0.0.1:1",
    "NAVER_SMS_SENS_URL": "http://127.0.0.1:2",
    "NAVER_SMS_CLOCK_URL": "http://127.0.0.1:3/now",
}


def test_a_borrowed_clock_is_taken_only_when_nothing_real_can_be_reached():
    assert loaded(LOOPBACK).clock_url
    for name in ("NAVER_SMS_NAVER_URL", "NAVER_SMS_SENS_URL", "NAVER_SMS_CLOCK_URL"):
        assert any("'clock_url'" in one for one in problems(LOOPBACK | {name: "https://example.invalid"}))


def test_a_borrowed_clock_needs_the_tables_on_this_machine_too():
    aws = {"NAVER_SMS_STATE": "dynamodb"}
    assert problems(LOOPBACK | aws)
    assert problems(LOOPBACK | aws | {"AWS_ENDPOINT_URL": "https://dynamodb.example.invalid"})
    assert loaded(LOOPBACK | aws | {"AWS_ENDPOINT_URL": "http://127.0.0.1:4"}).clock_url


@pytest.mark.parametrize("source", ["not json", "file:/nowhere.json", "{", "[]"])
def test_a_document_that_cannot_be_read_is_a_problem_not_a_crash(source):
    with pytest.raises(ConfigError):
        load({"NAVER_SMS_SETTINGS": source})
