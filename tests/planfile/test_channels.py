"""Channels in a plan: ways in that are whole, addresses that belong together, and people who can answer."""

import re
from pathlib import Path

import pytest
from tests.planfile.reading import EXAMPLE, HERE, changed, problems_in, rehearsal

from bongsu.core.plan import Plan
from bongsu.planfile import load_bytes, warnings
from bongsu.planfile.kinds import kinds

APP_TOKEN = "    app_token: env:BONGSU_SLACK_APP_TOKEN\n"
TELEGRAM = "    token: env:BONGSU_TELEGRAM_TOKEN\n"
SIGNED = "    signing_secret: env:SIGNING\n    listen: 127.0.0.1:8081/slack\n"
WEBHOOK = "    webhook_url: https://hooks.example.com/t\n    webhook_secret: env:HOOK\n    listen: 127.0.0.1:8082/t\n"
TO = "  to: [ops_chat, alerts]"
MORE = """\
  fallback: {kind: slack_webhook, url: env:URL}
  terminal: {kind: stdout}
  pager: {kind: apprise, url: env:A}
"""


DOCUMENT = Path(__file__).parents[2] / "docs" / "channels.md"
EXAMPLES = re.findall(r"<!-- channels -->\n```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)


def loaded(text: str) -> Plan:
    return load_bytes(text.encode(), Path("a.yaml"))


def with_more(text: str = EXAMPLE) -> str:
    return text.replace(APP_TOKEN, APP_TOKEN + MORE).replace(TO, "  to: [ops_chat, alerts, fallback, terminal, pager]")


def without(text: str, *keys: str) -> str:
    """Return a plan without some of its parts."""
    for key in keys:
        begin = text.index(f"\n{key}:") + 1
        end = next(at for at in range(begin + 1, len(text)) if text[at - 1] == "\n" and text[at] not in " \n")
        text = text[:begin] + text[end:]
    return text


def only_terminal(text: str = EXAMPLE) -> str:
    begin, end = text.index("channels:\n"), text.index("# What is switched on")
    return (text[:begin] + "channels:\n  terminal: {kind: stdout}\n" + text[end:]).replace(TO, "  to: [terminal]")


def test_a_plan_may_announce_by_every_kind() -> None:
    plan = loaded(with_more())
    assert {name: one.presses for name, one in plan.channels.items()} == {
        "ops_chat": True,
        "alerts": True,
        "fallback": False,
        "terminal": False,
        "pager": False,
    }


@pytest.mark.parametrize(
    ("old", "new", "presses"),
    [(APP_TOKEN, SIGNED, True), (APP_TOKEN, "", False), (TELEGRAM, TELEGRAM + WEBHOOK, True)],
)
def test_each_way_in_is_told_by_its_keys(old: str, new: str, *, presses: bool) -> None:
    text = changed((old, new))
    if not presses:
        text = text.replace("slack: U00000003", "telegram: 100000003")
    plan = loaded(text)
    name = "alerts" if old == APP_TOKEN else "ops_chat"
    assert plan.channels[name].presses is presses


@pytest.mark.parametrize(
    ("old", "new", "text", "hint"),
    [
        (APP_TOKEN, APP_TOKEN + SIGNED, "Slack uses only one: choose one", "docs/plan.md"),
        (APP_TOKEN, SIGNED.partition("    listen")[0], "signing_secret and listen belong together", "docs/plan.md"),
        (APP_TOKEN, "    listen: 8081\n", "signing_secret and listen belong together", "docs/plan.md"),
        (TELEGRAM, TELEGRAM + WEBHOOK.partition("    listen")[0], "a webhook needs all three", "docs/plan.md"),
        (TELEGRAM, TELEGRAM + "    webhook_url: https://x.example\n", "a webhook needs all three", "docs/plan.md"),
        (APP_TOKEN, SIGNED.replace("127.0.0.1:8081/slack", "x"), '"x" is no address to listen at', "127.0.0.1:8081"),
        (APP_TOKEN, SIGNED.replace("env:SIGNING", "5d0c5d0c"), "must be a reference, never the value", "env:NAME"),
        (
            TELEGRAM,
            TELEGRAM + WEBHOOK.replace(".com/", ".com:8081/"),
            "80, 88 and 8443, and not to 8081",
            "docs/plan.md",
        ),
        (TELEGRAM, TELEGRAM + WEBHOOK.replace("https:", "http:"), "beyond this machine must be https", "https://"),
        (APP_TOKEN, APP_TOKEN + "  more: {kind: slack_webhook}\n", 'lacks the key "url"', ""),
        (APP_TOKEN, APP_TOKEN + "  more: {kind: stdout, stream: file}\n", '"file"', "stderr"),
    ],
)
def test_half_a_way_in_and_two_of_them_are_refused(old: str, new: str, text: str, hint: str) -> None:
    found = problems_in(changed((old, new)))
    assert [one for one in found if text in one.text and hint in one.help], [(one.text, one.help) for one in found]


def test_two_channels_do_not_listen_at_one_port() -> None:
    text = changed((APP_TOKEN, SIGNED), (TELEGRAM, TELEGRAM + WEBHOOK.replace("8082", "8081")))
    (problem,) = problems_in(text)
    assert (problem.text, problem.help) == (
        '"alerts" listens at the port of "ops_chat"',
        "give each channel a port of its own",
    )


@pytest.mark.parametrize(
    "text",
    [
        only_terminal(),
        with_more().replace("  to: [ops_chat, alerts, fallback, terminal, pager]", "  to: [fallback, terminal, pager]"),
    ],
)
def test_people_who_must_answer_need_a_channel_that_can_carry_it(text: str) -> None:
    """One problem, and not one for each of them: it is the announcement that is wrong."""
    (problem,) = [one for one in problems_in(text) if "answer" in one.text]
    assert problem.text == "people must answer (go, drill, escalation), and no announced channel can carry an answer"
    assert "telegram" in problem.help
    assert "ask nobody" in problem.help


def test_a_plan_that_asks_nobody_needs_no_chat_at_all() -> None:
    plan = loaded(without(only_terminal(), "go", "escalation", "drill"))
    assert (plan.go, plan.drill, dict(plan.escalation)) == (None, None, {})
    assert [one for one in warnings(plan, plan.window.start) if "nobody is paged" in one]


def test_a_drill_without_an_escalation_is_refused() -> None:
    (problem,) = problems_in(without(EXAMPLE, "escalation"))
    assert problem.text == 'no escalation policy is called "critical"'


def test_whoever_listens_beyond_this_machine_is_warned() -> None:
    here, open_ = (loaded(changed((APP_TOKEN, SIGNED.replace("127.0.0.1", at)))) for at in ("127.0.0.1", "0.0.0.0"))
    told = "can reach in plain HTTP"
    assert not [one for one in warnings(here, here.window.start) if told in one]
    assert [one for one in warnings(open_, open_.window.start) if told in one and '"alerts" listens at 0.0.0.0' in one]


def test_a_rehearsal_keeps_every_address_on_this_machine() -> None:
    """A webhook's address is a secret, so that only `api_url` can show that it stays here."""
    text = rehearsal(with_more())
    (problem,) = problems_in(text)
    assert '"channels.fallback" leads beyond this machine' in problem.text
    fixed = text.replace("url: env:URL}", f"url: env:URL, api_url: {HERE}}}")
    assert problems_in(fixed) == ()
    assert '"channels.ops_chat" leads beyond' in problems_in(fixed.replace(TELEGRAM, TELEGRAM + WEBHOOK))[0].text
    assert problems_in(fixed.replace(TELEGRAM, TELEGRAM + WEBHOOK.replace("https://hooks.example.com", HERE))) == ()


@pytest.mark.parametrize("channels", EXAMPLES)
def test_every_example_of_the_document_is_one_that_a_plan_takes(channels: str) -> None:
    begin, end = EXAMPLE.index("channels:\n"), EXAMPLE.index("# What is switched on")
    plan = loaded(EXAMPLE[:begin] + channels + EXAMPLE[end:])
    assert {"ops_chat", "alerts"} <= {name for name, channel in plan.channels.items() if channel.presses}


def test_the_document_names_every_kind_and_what_takes_answers() -> None:
    text = DOCUMENT.read_text("utf-8")
    told = {kind: answers != "no" for kind, answers in re.findall(r"(?m)^\| `(\w+)` \| [^|]+ \| (\w+)", text)}
    assert told == {kind: kind in ("slack", "telegram") for kind in kinds("channels")}
    assert len(EXAMPLES) == 3


PHONES = """\
  phones:
    kind: sms
    service: {service}
    access_key: env:A
    secret_key: env:B
    sender: env:C
"""


def with_phones(service: str, text: str = EXAMPLE) -> str:
    return text.replace(APP_TOKEN, APP_TOKEN + PHONES.format(service=service))


def test_phones_reach_people_and_nothing_is_announced_to_them() -> None:
    """A contact's number is a reference, and a channel of phones has no group."""
    plan = loaded(with_phones("ncp:sms:kr:1:paging"))
    assert plan.channels["phones"].personal and not plan.channels["phones"].presses
    assert plan.contacts["on_call"].addresses["sms"] == "env:ON_CALL_PHONE"
    announced = with_phones("ncp:sms:kr:1:paging").replace(TO, "  to: [ops_chat, alerts, phones]")
    (problem,) = problems_in(announced)
    assert "reaches people one by one" in problem.text and "leave it out here" in str(problem.help)


def test_paging_through_the_service_that_the_checks_count_is_worth_a_word() -> None:
    """A page between two texts of the workload makes the counts disagree."""
    now = loaded(EXAMPLE).window.start
    said = [one for one in warnings(loaded(with_phones("ncp:sms:kr:100000000001:example")), now) if "phones" in one]
    assert len(said) == 1 and "give it a service of its own" in said[0]
    assert not [one for one in warnings(loaded(with_phones("ncp:sms:kr:2:paging")), now) if "phones" in one]
