"""A secret that slipped into a plan is refused, and no error ever repeats it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planfile.reading import EXAMPLE, changed, problems_in, refusal

CANARIES = {
    "a Slack token": "xoxb-" + "1" * 12 + "-" + "a" * 24,
    "a Slack app token": "xapp-" + "1-A" + "0" * 10 + "-" + "f" * 16,
    "a Slack webhook address": "https://hooks.slack.com/" + "services/T00000001/B00000001/" + "x" * 24,
    "a Telegram bot token": "100000001" + ":" + "AA" + "b" * 33,
    "an AWS access key": "AKIA" + "Z" * 16,
}
LINES = EXAMPLE.splitlines()


@pytest.mark.parametrize(("what", "secret"), CANARIES.items())
@pytest.mark.parametrize(
    "place", ["token: env:BONGSU_TELEGRAM_TOKEN", "cutover: Naver SMS Automation Lambda Migration"]
)
def test_a_token_is_refused_wherever_it_stands(what: str, secret: str, place: str) -> None:
    error = refusal(changed((place, f"{place.partition(':')[0]}: {secret}")))
    assert error is not None
    assert any(p.text == f"looks like {what}" for p in error.problems)
    assert secret not in str(error)
    assert secret[-16:] not in str(error)


@pytest.mark.parametrize(("what", "secret"), CANARIES.items())
def test_a_token_in_a_comment_is_refused_too(what: str, secret: str) -> None:
    """The plan travels with the evidence, comments and all."""
    error = refusal(EXAMPLE + f"# {secret}\n")
    assert error is not None
    assert [p.text for p in error.problems] == [f"looks like {what}"]
    assert secret[-16:] not in str(error)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CANARIES.values())), st.integers(0, len(LINES) - 1), st.floats(0, 1))
def test_a_token_dropped_anywhere_into_the_file_is_never_printed(secret: str, line: int, share: float) -> None:
    at = int(len(LINES[line]) * share)
    lines = [*LINES]
    lines[line] = lines[line][:at] + " " + secret + " " + lines[line][at:]
    error = refusal("\n".join(lines))
    assert error is not None
    assert secret[-16:] not in str(error)


@pytest.mark.parametrize(
    "value", ["hunter2", "[hunter2]", "{a: hunter2}", "|\n      hunter2", '"hunter2"', "&x hunter2"]
)
def test_a_plain_password_in_place_of_a_reference_is_hidden(value: str) -> None:
    error = refusal(changed(("token: env:BONGSU_TELEGRAM_TOKEN", f"token: {value}")))
    assert error is not None
    assert "a secret must be a reference" in str(error)
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("key", ["tokn", "secret", "bot_token", "app-token", "anything"])
def test_the_value_of_an_unknown_key_beside_secrets_is_hidden(key: str) -> None:
    error = refusal(changed(("    token: env:BONGSU_TELEGRAM_TOKEN", f"    {key}: hunter2")))
    assert error is not None
    assert f'unknown key "{key}"' in str(error)
    assert "hunter2" not in str(error)


def test_a_secret_is_hidden_in_the_line_of_another_problem() -> None:
    text = changed(("keys:\n  buttons: env:BONGSU_BUTTON_KEY", "keys: {buttons: hunter2hunter2, sigers: {}}\n#"))
    error = refusal(text)
    assert error is not None
    assert 'unknown key "sigers"' in str(error)
    assert "hunter2" not in str(error)


def test_a_secret_is_hidden_when_the_yaml_is_broken() -> None:
    error = refusal("channels:\n  a: {kind: slack, token: hunter2, [\n")
    assert error is not None
    assert "not YAML" in str(error)
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("phone", ["010-0000-1234", "01000001234", "+82-10-0000-1234", '"+821000001234"'])
def test_a_phone_number_is_hidden(phone: str) -> None:
    for edit in (("sms: env:ON_CALL_PHONE", f"sms: {phone}"), ("telegram: 100000002", f"telegram: {phone}")):
        error = refusal(changed(edit))
        assert error is not None
        assert "1234" not in str(error)


def test_names_of_rules_and_functions_stay_readable() -> None:
    found = problems_in(changed(("rule: naver-sms-automation-trigger", "rulee: naver-sms-automation-trigger")))
    assert "naver-sms-automation-trigger" in next(p.source_line for p in found if "unknown key" in p.text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_plan_is_a_plan_error_or_a_plan(data: st.DataObject) -> None:
    """No cut, doubling or stray byte ends in anything but a plan or its problems."""
    raw = EXAMPLE.encode()
    begin = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(begin, min(len(raw), begin + 40)))
    put = data.draw(
        st.sampled_from([b"", b"\n", b": ", b"- ", b"{", b"]", b"*a", b"&a ", b'"', b"\t", b"\xff", b"%", b"? "])
    )
    error = refusal(raw[:begin] + put + raw[end:])
    assert error is None or error.problems
