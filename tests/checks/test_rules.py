"""What holds for every check, whatever was observed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.observed import gateway, invocation, invocations, metrics, observation, report, table

from bongsu import checks
from bongsu.checks._values import at_least, at_most
from bongsu.core.plan import CheckSpec
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from bongsu.checks._port import CheckResult

HUNDRED = Decimal(100)
SPECS = (
    ("identity", {"account": "000000000000", "region": "ap-northeast-2"}),
    ("legacy_off", {}),
    ("target_off", {}),
    ("parity", {"from": "file:p.json", "at_least": HUNDRED}),
    ("parity", {"at_least": HUNDRED}),
    ("sms_delivery", {"at_least": HUNDRED}),
    ("sms_delivery", {"at_least": HUNDRED, "over": timedelta(days=7)}),
    ("state_writes", {"at_least": HUNDRED}),
    ("duration", {"at_most": timedelta(seconds=240)}),
    ("memory", {"at_most": Decimal(90)}),
    ("error_rate", {"at_most": Decimal(0)}),
    ("alarms", {"named": ("one",)}),
)
FINE: dict[str, dict[str, Any]] = {
    "identity": {"account": "000000000000", "region": "ap-northeast-2"},
    "legacy_rule": {"name": "example", "state": "DISABLED"},
    "target_rule": {"name": "example", "state": "DISABLED"},
    "parity_file": {"compared": 5, "matched": 5, "missing": 0, "extra": 0, "different": 0, "percent": "100"},
    "invocations": invocations(invocation()),
    "gateway": gateway(),
    "workload_metrics": {"accepted": 20, "delivered": 20, "datapoints": 3},
    "state_table": table(),
    "metrics": metrics(),
    "alarms": {"states": {"one": {"state": "OK", "since": "2025-10-22T00:12:00Z"}}},
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["NaN", "Infinity", "-1", "1e9"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def spec(kind: str, options: dict[str, Any]) -> CheckSpec:
    bare = CheckSpec(name=kind, kind=kind, options=options, reads=())
    reads = checks.check_of(kind).reads(checks.options_of(bare))
    return CheckSpec(name=kind, kind=kind, options=options, reads=reads)


def judge(check: CheckSpec, readings: dict[str, dict[str, Any]]) -> CheckResult:
    return checks.judge(check, {name: observation(name, **values) for name, values in readings.items()})


def test_with_everything_fine_every_check_passes() -> None:
    """The starting point of the rules below."""
    for kind, options in SPECS:
        result = judge(spec(kind, options), FINE)
        assert result.verdict is Verdict.PASS, (kind, result.why)


def test_what_is_fine_is_told_in_figures_by_their_names() -> None:
    """The messages look them up by these names."""
    told = {
        (kind, one.name): one.value + one.unit for kind, opts in SPECS for one in judge(spec(kind, opts), FINE).figures
    }
    assert told[("identity", "account")] == "000000000000" and told[("identity", "region")] == "ap-northeast-2"
    assert told[("legacy_off", "state")] == told[("target_off", "state")] == "DISABLED"
    assert told[("state_writes", "attempted")] == told[("state_writes", "succeeded")] == "20"
    assert told[("memory", "used_mb")] == "412MB" and told[("error_rate", "operations")] == "324"


@given(pick=st.sampled_from(SPECS), data=st.data())
@settings(max_examples=200, deadline=None)
def test_never_a_pass_when_any_source_is_missing(pick: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    """Whichever needed reading is taken away, the check knows nothing, and says which it is."""
    check = spec(*pick)
    needed = [need.reading for need in check.reads]
    gone = data.draw(st.sets(st.sampled_from(needed), min_size=1))
    result = judge(check, {name: values for name, values in FINE.items() if name not in gone})
    assert result.verdict is Verdict.UNKNOWN
    assert all(name in result.why for name in gone)


@given(pick=st.sampled_from(SPECS), data=st.data())
@settings(max_examples=500, deadline=None)
def test_junk_in_an_observation_never_raises(pick: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    """Any value may be of any shape: the answer is a verdict with a sentence, and never an exception."""
    check = spec(*pick)
    target = data.draw(st.sampled_from([need.reading for need in check.reads]))
    values = dict(FINE[target])
    key = data.draw(st.sampled_from(sorted(values)))
    values[key] = data.draw(JUNK)
    result = judge(check, {**FINE, target: values})
    assert result.why and not result.why.endswith(".")
    assert all(figure.value and isinstance(figure.value, str) for figure in result.figures)


@given(pick=st.sampled_from(SPECS[4:11]), key=st.sampled_from(sorted(report())), junk=JUNK)
@settings(max_examples=500, deadline=None)
def test_junk_in_a_run_report_never_raises(pick: tuple[str, dict[str, Any]], key: str, junk: object) -> None:
    """The workload's own line is data like any other."""
    broken = invocations(invocation(report=report(**{key: junk})))
    result = judge(spec(*pick), {**FINE, "invocations": broken})
    assert isinstance(result.verdict, Verdict) and result.why


COUNTS = ("compared", "matched", "missing", "extra", "different")
WITHOUT: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (3, "parity_file", COUNTS),
    (4, "parity", COUNTS),
    (5, "report", ("accepted", "delivered", "failed", "pending", "refused", "unknown")),
    (5, "gateway", ("accepted", "delivered", "failed", "pending")),
    (5, "state_table", ("accepted",)),
    (6, "workload_metrics", ("accepted", "delivered")),
    (7, "report", ("writes_attempted", "writes_succeeded")),
    (10, "report", ("errors", "attempted_ops")),
    (10, "metrics", ("invocations", "errors")),
)
"""Which check of `SPECS` rests on which counts of which source."""


@pytest.mark.parametrize(("which", "source", "names"), WITHOUT)
def test_a_count_that_is_not_there_leaves_the_verdict_unknown(which: int, source: str, names: tuple[str, ...]) -> None:
    """Nothing, or what is no number of things: a share of it would be invented."""
    for name in names:
        for junk in (None, "Infinity", -1, "many"):
            readings = dict(FINE)
            if source == "report":
                readings["invocations"] = invocations(invocation(report=report(**{name: junk})))
            elif source == "parity":
                broken = {**report()["parity"], name: junk}
                readings["invocations"] = invocations(invocation(report=report(parity=broken)))
            else:
                readings[source] = {**FINE[source], name: junk}
            assert judge(spec(*SPECS[which]), readings).verdict is Verdict.UNKNOWN, (name, junk)


def test_nothing_invoked_is_told_from_nothing_to_judge() -> None:
    """No invocation at all may well be trouble: its figure is not the one by which an idle look passes."""
    for which in (4, 8, 9, 10):
        result = judge(spec(*SPECS[which]), {**FINE, "invocations": invocations()})
        assert (result.verdict, [(f.name, f.value) for f in result.figures]) == (
            Verdict.UNKNOWN,
            [("invocations", "0")],
        )


def test_a_contradiction_names_the_invocations_that_may_explain_it() -> None:
    ends_by = {0: "", 1: "; 1 invocation has not ended", 2: "; 2 invocations have not ended"}
    for running, ends in ((number, f"the metrics 9{said}") for number, said in ends_by.items()):
        seen = {"invocations": invocations(invocation(), running=running), "metrics": metrics(9)}
        result = judge(spec(*SPECS[10]), seen)
        assert result.verdict is Verdict.UNKNOWN and result.why.endswith(ends)


counts = st.integers(min_value=0, max_value=30)


@given(
    ends=st.tuples(counts, counts, counts),
    arrived=st.integers(0, 3),
    off=st.sampled_from([(0, 0, 0, 0)] * 4 + [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)]),
    refused=st.integers(0, 3),
    limit=st.decimals(0, 100, places=2),
)
@settings(max_examples=600, deadline=None)
def test_a_pass_means_that_all_three_agree_and_nothing_is_pending(
    *,
    ends: tuple[int, int, int],
    arrived: int,
    off: tuple[int, int, int, int],
    refused: int,
    limit: Decimal,
) -> None:
    """A verdict other than unknown needs agreement; a pass is exactly at or above the limit.

    The gateway shows what has arrived since, and in every other example one number of the three sources is off by one.
    """
    delivered, failed, pending = ends
    since = min(arrived, pending)
    listed = (delivered + since + off[0], failed + off[1], pending - since + off[2])
    accepted = delivered + failed + pending
    stored = accepted + off[3]
    said = report(accepted=accepted, delivered=delivered, failed=failed, pending=pending, refused=refused)
    theirs = gateway(sum(listed), *listed)
    result = judge(
        spec("sms_delivery", {"at_least": limit}),
        {"invocations": invocations(invocation(report=said)), "gateway": theirs, "state_table": table(stored)},
    )
    if result.verdict is Verdict.UNKNOWN:
        assert any(off) or listed[2] or accepted + refused == 0
        return
    assert accepted == sum(listed) == stored
    assert listed[0] >= delivered and listed[1] >= failed
    due = accepted + refused
    enough = Decimal(listed[0]) * 100 >= limit * due
    if result.verdict is Verdict.PASS:
        assert enough and listed[2] == 0
    else:
        assert Decimal(listed[0] + listed[2]) * 100 < limit * due


@given(whole=st.integers(1, 10**9), missing=st.integers(1, 10**9))
def test_a_hundred_per_cent_is_all_of_them(whole: int, missing: int) -> None:
    """One of a thousand million below is below: shares are compared exactly, never as they are shown."""
    assert at_least(whole, whole, HUNDRED)
    assert not at_least(whole - min(whole, missing), whole, HUNDRED)
    assert at_most(0, whole, Decimal(0)) and not at_most(1, whole, Decimal(0))


@given(ms=st.integers(0, 10**8), limit_s=st.integers(1, 900))
def test_duration_is_compared_to_the_hundredth(ms: int, limit_s: int) -> None:
    """The limit itself passes, a hundredth of a millisecond more does not."""
    text = str(Decimal(ms) / 100)
    done = invocations(invocation(duration_ms=text))
    result = judge(spec("duration", {"at_most": timedelta(seconds=limit_s)}), {"invocations": done})
    assert (result.verdict is Verdict.PASS) == (ms <= limit_s * 100_000)
