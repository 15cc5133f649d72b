"""What the page is told: sections, each again only when it has changed."""

from __future__ import annotations

import threading

from tests.page.table import ALERTS, FUNCTION, MINA, OPS, RULE, TELEGRAM_TOKEN
from tests.patience import PATIENCE_S


def test_it_shows_the_chats_the_people_and_the_world(table):
    table.tell("<b>News</b> of today")
    sections = table.view()["sections"]
    ops = next(chat for chat in sections["telegram"]["chats"] if chat["id"] == OPS)
    assert ops["messages"][-1]["text"] == "News of today"
    assert ops["messages"][-1]["entities"][0]["type"] == "bold"
    assert MINA in ops["members"]
    assert ALERTS in [channel["id"] for channel in sections["slack"]["channels"]]
    mina = next(person for person in sections["seat"]["people"] if person["contact"] == "mina")
    assert (mina["name"], mina["role"], mina["may"], mina["played"]) == (
        "Mina",
        "Release Captain",
        ["answer a page"],
        True,
    )
    rules = {rule["name"]: rule for rule in sections["world"]["rules"]}
    assert (rules[RULE]["state"], rules[RULE]["target"], rules[RULE]["fires_at"]) == ("DISABLED", True, None)
    assert next(one for one in sections["world"]["functions"] if one["target"])["name"] == FUNCTION
    assert set(sections["world"]["alarms"].values()) == {"OK"}
    assert sections["world"]["sms"] == {"accepted": 0, "delivered": 0, "failed": 0, "on_the_way": 0}


def test_no_token_is_told_to_the_page(table):
    told = str(table.view())
    assert TELEGRAM_TOKEN.partition(":")[2] not in told
    assert "xoxb-" not in told
    assert "xapp-" not in told


def test_a_section_that_did_not_change_is_not_told_again(table):
    table.do("idle", idle="still")
    first = table.view()
    table.do("fault", name="slack-loses")
    later = table.view(first["version"])
    assert {"faults", "record"} <= set(later["sections"])
    assert "telegram" not in later["sections"]
    assert later["version"] > first["version"]


def test_whoever_asks_for_news_waits_until_there_is_some(table):
    table.do("idle", idle="still")
    version = table.view()["version"]
    found: list[dict] = []
    waiting = threading.Thread(target=lambda: found.append(news_with(table, version, "telegram")))
    waiting.start()
    table.tell("Something happened")
    waiting.join(timeout=PATIENCE_S)
    ops = next(chat for chat in found[0]["chats"] if chat["id"] == OPS)
    assert ops["messages"][-1]["text"] == "Something happened"


def news_with(table, version, name):
    """Ask on until a section comes."""
    while True:
        answer = table.view(version)
        version = answer["version"]
        if name in answer["sections"]:
            return answer["sections"][name]


def test_the_record_tells_the_loud_lines_from_those_that_only_look(table):
    table.telegram("getMe")
    table.tell("Loud")
    lines = table.section("record")
    assert [line["n"] for line in lines] == sorted(line["n"] for line in lines)
    assert next(line for line in reversed(lines) if line["operation"] == "sendMessage")["quiet"] is False
    assert next(line for line in reversed(lines) if line["operation"] == "getMe")["quiet"] is True
