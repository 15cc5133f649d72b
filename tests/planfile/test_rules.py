"""What must hold between the parts of a plan."""

import pytest
from tests.planfile.reading import EXAMPLE, HERE, changed, problems_in, rehearsal

ALL = "everyone: [on_call, ops_manager]"
ROLLBACK = "  execute: 15m\n"
BROKEN = [
    ("captain: james  ", "captain: jmes  ", 'no contact is called "jmes"', 'did you mean "james"?'),
    ("of: [on_call, ops_manager]", "of: [on_call, opsmanager]", 'no contact is called "opsmanager"', "ops_manager"),
    (ALL, "everyone: [oncall, ops_manager]", 'no contact is called "oncall"', 'did you mean "on_call"?'),
    ("{page: [james]", "{page: [jim]", 'no contact is called "jim"', "known: james"),
    (ALL, "everyone: [on_call, on_call]", '"on_call" stands twice', "once"),
    ("  to: [ops_chat, alerts]", "  to: [ops_chat, alert]", 'no channel is called "alert"', 'did you mean "alerts"?'),
    ("drill: {policy: critical", "drill: {policy: severe", 'no escalation policy is called "severe"', "critical"),
    ("  to: [ops_chat, alerts]", "  to: [ops_chat]", '"ops_manager" must answer, and has no address', "telegram"),
    ("    app_token: env:BONGSU_SLACK_APP_TOKEN\n", "", '"ops_manager" must answer', "telegram"),
    ("slack: U00000003", "slack: U00000002", 'same slack id as "on_call"', "their own"),
    ("end: 2025-10-22T15:00", "end: 2025-10-22T13:00", "the window ends before it starts", "later"),
    ("end: 2025-10-22T15:00", "end: 2025-10-22T14:44", "is 45m, longer than the window of 44m", "lengthen"),
    ("first_run: {within: 25m", "first_run: {within: 41m", "is 1h1m, longer than the window of 1h", "deadlines"),
    ("approvals: 2", "approvals: 3", "3 approvals of 2 people cannot be", "from 1 to 2"),
    ("approvals: 2", "approvals: 0", "0 approvals of 2 people cannot be", "from 1 to 2"),
    (ROLLBACK, "  execute: 16m\n", "take 36m together, the total is 35m", "raise the total"),
    ("      - {page: [on_call], for: 5m}", "      - {page: [on_call], for: 15m}", "level 2 is paged 15m in", "ack_sla"),
    ("every: 20m", "every: 25h", '"watch.every" of 25h is longer than "watch.for"', "shorten"),
    ("every: 20m", "every: 7m", '"watch.every" of 7m does not divide "watch.for" of 24h', "divides 24h"),
    ("report_every: 24h", "report_every: 48h", '"watch.report_every" of 48h is longer', "lengthen for"),
    ("report_every: 24h", "report_every: 90m", "does not divide", "divides"),
    ("checks: [error_rate,", "checks: [throughput,", '"verify" has no check "throughput"', "write it out"),
    ("  rule: naverplace-send-inform-schedule", "  rule: naver-sms-automation-trigger", "the target's own", "replaces"),
    ("  tables: {state: sms}\n", "", '"sms_delivery" reads the state table', "tables: {state"),
    ("from: file:parity.json, ", "", '"parity" as written here reads invocations', "baseline"),
    ("over: 7d, ", "", '"sms_delivery" as written here reads invocations, state_table', "over: 7d"),
    (
        "{kind: sms_delivery, at_least: 100%}",
        "{kind: sms_delivery, over: 1d, at_least: 100%}",
        "that was measured before the run",
        "baseline",
    ),
    (
        "env:BONGSU_BUTTON_KEY ",
        "env:BONGSU_BUTTON_KEY\n  signers: {bob: 'ed25519:" + "A" * 43 + "='}",
        'called "bob"',
        "",
    ),
    (
        "env:BONGSU_BUTTON_KEY ",
        f"env:BONGSU_BUTTON_KEY\n  signers: {{james: 'ed25519:{'A' * 43}=', on_call: 'ed25519:{'A' * 43}='}}",
        '"on_call" has the same key as "james"',
        "a key of their own",
    ),
]


@pytest.mark.parametrize(("old", "new", "text", "hint"), BROKEN)
def test_what_does_not_hold_is_one_problem(old: str, new: str, text: str, hint: str) -> None:
    found = problems_in(changed((old, new)))
    assert [(p.text, p.help) for p in found if text in p.text and hint in p.help], [(p.text, p.help) for p in found]


def test_the_time_to_approve_is_not_part_of_the_window() -> None:
    assert problems_in(changed(("within: 30m}", "within: 12h}"))) == ()


def test_deadlines_may_fill_the_window_to_the_second() -> None:
    assert problems_in(changed(("end: 2025-10-22T15:00", "end: 2025-10-22T14:45"))) == ()


def test_no_gateway_means_no_delivery_check() -> None:
    begin, end = EXAMPLE.index("sms_gateway:\n"), EXAMPLE.index("# Must pass before anybody")
    (problem,) = problems_in(EXAMPLE[:begin] + EXAMPLE[end:])
    assert '"sms_delivery" reads the SMS gateway\'s own list' in problem.text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("start: ['{baseline.sms_delivery.percent} in 7 days']", None),
        ("start: ['{verify.sms_delivery.percent}']", 'nothing measures "verify.sms_delivery.percent" before'),
        ("drill_result: ['{verify.sms_delivery.accepted} sent']", None),
        ("success: ['{baseline.alarms.lambda-errors}']", None),
        ("success: ['{baseline.alarms.lambda-errrors}']", "nothing measures"),
        ("success: ['{watch.total.accepted}']", "nothing measures"),
        ("watch_summary: ['{watch.total.accepted} of {verify.sms_delivery.accepted}']", None),
        ("watch_summary: ['{watch.worst.used_mb}']", "nothing measures"),
        ("success: ['{Percent}']", '"{Percent}" is not a placeholder'),
        ("success: ['100 % }']", '"}" is not a placeholder'),
    ],
)
def test_a_line_may_only_name_what_is_measured_before_it(line: str, text: str | None) -> None:
    begin, end = EXAMPLE.index("    success:\n"), EXAMPLE.index("links:\n")
    found = problems_in(EXAMPLE[:begin] + f"    {line}\n" + EXAMPLE[end:])
    assert [text in p.text for p in found] == ([True] if text else [])


def test_built_in_figures_are_known_whatever_else_is_wrong() -> None:
    edit = ("{baseline.sms_delivery.delivered} of", "{baseline.identity.account} of")
    assert [p.text for p in problems_in(changed(edit, ("bongsu: 1", "bongsu: 2")))] == [
        '"bongsu": "2" is not a plan version that this program knows'
    ]


@pytest.mark.parametrize(("host", "refused"), [("grafana:3000", True), ("localhost", True), ("10.0.0.7", False)])
def test_a_link_that_telegram_would_refuse_is_refused_here(host: str, refused: bool) -> None:
    """The whole message is refused with it, pages too: better now than in the window."""
    begin, end = EXAMPLE.index("links:\n"), EXAMPLE.index("\n\n", EXAMPLE.index("links:\n"))
    found = problems_in(f"{EXAMPLE[:begin]}links: {{Board: 'http://{host}/d'}}{EXAMPLE[end:]}")
    assert [problem.text.startswith("Telegram refuses every message") for problem in found] == [True] * refused


def test_the_help_lists_what_could_be_named() -> None:
    (problem,) = problems_in(changed(("{baseline.sms_delivery.delivered} of", "{baseline.sms_delivery.deliverd} of")))
    assert problem.help.startswith('did you mean "baseline.sms_delivery.delivered"? known: ')


def test_a_rehearsal_has_every_endpoint_on_this_machine() -> None:
    assert problems_in(rehearsal()) == ()


def test_a_clock_is_only_for_a_rehearsal() -> None:
    found = problems_in(EXAMPLE + f"\nclock: {HERE}/clock\n")
    assert {p.text.split()[0] for p in found} == {
        '"channels.ops_chat"',
        '"channels.alerts"',
        '"target"',
        '"legacy"',
        '"sms_gateway"',
    }
    assert all("a plan with a clock is a rehearsal" in p.text for p in found)


def test_a_clock_elsewhere_is_refused() -> None:
    text = rehearsal().replace(f"clock: {HERE}/clock", "clock: https://clock.example.com")
    assert [p.text for p in problems_in(text)] == ["the clock is not on this machine"]


@pytest.mark.parametrize("part", ["channels.ops_chat", "channels.alerts", "sms_gateway"])
def test_one_real_endpoint_among_imitations_is_refused(part: str) -> None:
    """A rehearsal that pages real people, or a cutover whose gateway is an imitation."""
    text = rehearsal()
    lines = {"channels.ops_chat": "/telegram\n", "channels.alerts": "/slack/\n", "sms_gateway": "/sens\n"}
    key = "endpoint_url" if part == "sms_gateway" else "api_url"
    for indent in ("    ", "  "):
        text = text.replace(f"{indent}{key}: {HERE}{lines[part]}", "")
    (problem,) = problems_in(text)
    assert problem.text.startswith(f'"{part}" leads beyond this machine')


def test_without_a_clock_the_endpoints_must_still_agree() -> None:
    found = problems_in(changed(("  tables: {state: sms}\n", f"  tables: {{state: sms}}\n  endpoint_url: {HERE}\n")))
    assert [p.text.split()[0] for p in found] == ['"channels.ops_chat"', '"channels.alerts"', '"sms_gateway"']
    assert all("leads to the real service" in p.text for p in found)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("http://api.example.com", "must be https"),
        ("http://127.0.0.1.example.com", "must be https"),
        ("https://user:word@example.com", "must not carry a user name"),
        ("https://example.com/?a=b", "no query"),
        ("ftp://example.com", "is not an address"),
        ("https://", "is not an address"),
        ("https://exa mple.com", "is not an address"),
        ("'https://[::1'", "is not an address"),
    ],
)
def test_an_endpoint_is_a_plain_safe_address(address: str, text: str) -> None:
    found = problems_in(
        changed(("    chat_id: -1000000000001\n", f"    chat_id: -1000000000001\n    api_url: {address}\n"))
    )
    assert any(text in p.text for p in found), [p.text for p in found]
    assert not any("user:word" in p.text for p in found)
