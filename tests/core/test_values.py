"""The small values of the core: verdicts, figures, codes, windows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.codes import ButtonCodes, CodesOfAll
from bongsu.core.figures import names_in, percent, plain, segment
from bongsu.core.plan import ReadNeed, Window
from bongsu.core.verdict import Verdict, worst

AT = datetime(2025, 10, 22, 5, 2, 31, tzinfo=UTC)


def test_no_verdicts_at_all_are_unknown() -> None:
    """Nothing looked at is not a pass."""
    assert worst([]) is Verdict.UNKNOWN


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1))
def test_only_passes_make_a_pass(verdicts: list[Verdict]) -> None:
    """One fail fails, else one unknown is unknown."""
    expected = (
        Verdict.FAIL if Verdict.FAIL in verdicts else Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.PASS
    )
    assert worst(verdicts) is expected


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(20, 20, "100"), (19, 20, "95"), (99_996, 100_000, "99.99"), (1, 3, "33.33"), (0, 7, "0")],
)
def test_percentages_are_floored(part: int, whole: int, text: str) -> None:
    """99.996 % never reads as 100 %."""
    assert percent(part, whole) == text


def test_the_figures_of_a_line_are_named_in_its_order() -> None:
    assert names_in("memory {verify.memory.used_mb}, {a.b-c}") == ("verify.memory.used_mb", "a.b-c")


def test_of_nothing_there_is_no_percentage() -> None:
    """Zero of zero is not 100 %."""
    assert percent(0, 0) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_never_says_more_than_the_fraction(part: int, whole: int) -> None:
    """What is rendered is at most the exact value and at most a hundredth below it."""
    text = percent(part, whole)
    assert text is not None
    exact = Fraction(100 * part, whole)
    assert Fraction(text) <= exact < Fraction(text) + Fraction(1, 100)


def test_outside_words_become_parts_of_a_name() -> None:
    """An alarm's name may hold anything; a figure's name may not."""
    assert segment("Lambda Errors/v2") == "lambda-errors-v2"


def test_decimals_are_written_plainly() -> None:
    """No exponent, no idle zeros."""
    assert [plain(Decimal(text)) for text in ("80.470", "1E+2", "100", "0.00")] == ["80.47", "100", "100", "0"]


CODES = ButtonCodes(run_id="r", key=b"k" * 32)


def test_a_code_names_its_message_and_button() -> None:
    """What was made can be read back, within Telegram's 64 bytes."""
    code = CODES.make("ops_chat", 57, "roll_back")
    assert CODES.check("ops_chat", code) == (57, "roll_back", "r")
    assert len(code.encode()) <= 64


@pytest.mark.parametrize("code", ["", "57", "57.ack", "57.ack.", "x.ack.abc", "٥٧.ack.abc", "57.ack." + "a" * 60])
def test_what_is_not_a_code_is_not_one(code: str) -> None:
    """A modified client may send anything."""
    assert CODES.check("ops_chat", code) is None


@given(st.sampled_from(["seq", "button", "channel", "run", "key"]))
def test_a_code_cannot_be_moved(part: str) -> None:
    """Another message, button, channel, run or key makes it void."""
    seq, button, run, mac = CODES.make("ops_chat", 57, "ack").split(".")
    code = f"{58 if part == 'seq' else seq}.{'go' if part == 'button' else button}.{run}.{mac}"
    codes = ButtonCodes(run_id="s" if part == "run" else "r", key=b"j" * 32 if part == "key" else b"k" * 32)
    assert codes.check("alerts" if part == "channel" else "ops_chat", code) is None


LONG = "naver-sms-automation-20251022-abcde"


@pytest.mark.parametrize("run", ["page-abcdefghjk-9999", "page-abcdefghjk-99999", "a.b", LONG])
def test_a_way_in_that_runs_share_finds_whose_a_code_is(run: str) -> None:
    """A short name stands in the code; of those that are too long each is tried."""
    shared = CodesOfAll(run_id="", key=b"k" * 32, unnamed=lambda: ("another", LONG, "page-abcdefghjk-99999"))
    code = CODES.of(run).make("ops_chat", 9_999_999_999, "roll_back")
    assert len(code.encode()) <= 64
    assert shared.check("ops_chat", code) == (9_999_999_999, "roll_back", run)
    assert CODES.of(run).check("ops_chat", code) == (9_999_999_999, "roll_back", run)
    assert shared.check("alerts", code) is None
    assert shared.check("ops_chat", "57") is None


def test_a_code_cannot_be_given_to_another_run() -> None:
    """Not even with the name of a run that has the same key."""
    seq, button, _, mac = CODES.make("ops_chat", 57, "ack").split(".")
    for name in ("s", "", "r.r"):
        assert CodesOfAll(run_id="", key=b"k" * 32).check("ops_chat", f"{seq}.{button}.{name}.{mac}") is None
    assert CODES.of("") is CODES


def test_the_key_of_the_codes_is_not_shown() -> None:
    """A traceback may print the object."""
    assert "kkkk" not in repr(CODES)


def test_a_window_must_have_a_length() -> None:
    """The plan cannot end before it starts."""
    with pytest.raises(ValueError, match="ends before"):
        Window(start=AT, end=AT)


def test_readings_with_different_arguments_are_told_apart() -> None:
    """Two checks may ask the gateway for different spans."""
    week, day = (
        ReadNeed(reading="gateway", args={"over_s": 604800}),
        ReadNeed(reading="gateway", args={"over_s": 86400}),
    )
    assert len({ReadNeed(reading="gateway").label, week.label, day.label}) == 3
