"""docs/naver-sms.md: every example of it is used as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from tests.naver_sms.world import booking

from naver_sms.cli import main
from naver_sms.rendering import PLACES
from naver_sms.rules_check import shipped, using
from naver_sms.rules_file import CONDITIONS, read_rules
from naver_sms.settings import load

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "naver-sms.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The files of the guide in a folder of their own, and the environment that it tells to set."""
    (tmp_path / "settings.yaml").write_text(BLOCKS["settings"], "utf-8")
    (tmp_path / "rules.yaml").write_text(BLOCKS["rules"], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NAVER_SMS_SETTINGS", "file:settings.yaml")
    return tmp_path


def test_the_guide_has_its_examples():
    assert set(BLOCKS) == {"settings", "rules", "store", "chats", "check", "check-error", "preview"}


def test_the_rules_of_the_guide_are_those_that_are_shipped():
    assert read_rules(BLOCKS["rules"])[0].of("1") != ()
    assert yaml.safe_load(BLOCKS["rules"])["rules"] == yaml.safe_load(shipped("default"))["rules"]


def test_check_prints_what_the_guide_shows(shop, capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out == BLOCKS["check"]


def test_a_mistake_is_shown_as_in_the_guide(shop, capsys):
    rules = BLOCKS["rules"].replace("when: {status: [RC03], open: confirm", "when: {statuss: [RC03], open: confirm", 1)
    (shop / "rules.yaml").write_text(rules, "utf-8")
    assert main(["check"]) == 4
    assert capsys.readouterr().err == BLOCKS["check-error"]


def test_preview_prints_what_the_guide_shows(shop, capsys):
    saved = shop / "bookings.json"
    saved.write_text(json.dumps([booking(900001, minutes=240, bizItemName="기본 60분")]))
    assert main(["preview", "--bookings", str(saved), "--at", "2025-10-22T14:00:00+09:00"]) == 0
    assert capsys.readouterr().out == BLOCKS["preview"]


def test_a_store_has_its_own_as_the_guide_says(shop):
    book = using(load(), BLOCKS["rules"] + BLOCKS["store"]).rulebook
    assert [rule.name for rule in book.of("1000001")] == ["confirm", "guide", "confirm-day", "guide-day"]
    assert book.of("1000001")[1].when.before_start.total_seconds() == 3600


def test_the_chats_of_the_guide_can_be_used(shop):
    (shop / "settings.yaml").write_text(BLOCKS["settings"] + BLOCKS["chats"], "utf-8")
    settings = load()
    assert (settings.telegram.place, settings.slack.place, settings.language) == ("1000", "C0000000000", "ko")


def test_every_condition_and_every_place_is_in_the_guide():
    assert [name for name in CONDITIONS if f"`{name}" not in GUIDE] == []
    assert [name for name in PLACES if f"`{name}`" not in GUIDE] == []
