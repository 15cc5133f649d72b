"""Each check over a small table of what may be observed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.observed import gateway, invocation, invocations, metrics, report, seen, table

from bongsu import checks
from bongsu.core.plan import CheckSpec
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from bongsu.checks._port import CheckResult

PASS, UNKNOWN, FAIL = Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL


def judged(kind: str, options: dict[str, Any], /, **readings: Any) -> CheckResult:
    spec = CheckSpec(name=kind, kind=kind, options=options, reads=())
    return checks.judge(spec, seen(**readings))


def figures(result: CheckResult) -> dict[str, str]:
    return {figure.name: figure.value + (f" {figure.unit}" if figure.unit else "") for figure in result.figures}


ACCOUNT = {"account": "000000000000", "region": "ap-northeast-2"}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (ACCOUNT, PASS),
        ({**ACCOUNT, "account": "111111111111"}, FAIL),
        ({**ACCOUNT, "region": "us-east-1"}, FAIL),
        ({"account": "000000000000"}, UNKNOWN),
    ],
)
def test_identity(found: dict[str, str], verdict: Verdict) -> None:
    """Another account or another region is a fail; no answer is unknown."""
    assert judged("identity", ACCOUNT, identity=found).verdict is verdict


@pytest.mark.parametrize("kind", ["legacy_off", "target_off"])
@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("DISABLED", PASS),
        ("ENABLED", FAIL),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", FAIL),
        ("CREATING", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_rule_is_off_only_when_it_reads_back_so(kind: str, state: str | None, verdict: Verdict) -> None:
    """Every word for on is a fail, an unknown word is unknown."""
    reading = kind.replace("_off", "_rule")
    result = judged(kind, {}, **{reading: {"name": "example-rule", "state": state}})
    assert result.verdict is verdict
    assert state is None or state in result.why
    assert judged(kind, {}, **{reading: {"name": None, "state": state}}).verdict is UNKNOWN


def part(compared: int, matched: int, percent: str | None = None, **more: int) -> dict[str, Any]:
    counts: dict[str, Any] = {"compared": compared, "matched": matched, "missing": 0, "extra": 0}
    return {**counts, "different": compared - matched, "percent": percent, **more}


@pytest.mark.parametrize(
    ("found", "verdict", "said"),
    [
        (part(362, 362, "100"), PASS, "362 of 362"),
        (part(362, 362, "100.00"), PASS, "362 of 362"),
        (part(20, 19, "95"), FAIL, "19 of 20"),
        (part(100_000, 99_999, "99.99"), FAIL, "99.99 %"),
        (part(20, 20, "100", extra=1), UNKNOWN, "contradict"),
        (part(20, 19, "100"), UNKNOWN, "says 100 %"),
        (part(0, 0), UNKNOWN, "0 decisions"),
        ({"compared": 20, "matched": 20}, UNKNOWN, "not all there"),
    ],
)
def test_parity_from_the_file(found: dict[str, Any], verdict: Verdict, said: str) -> None:
    """The counts decide; a percentage that the counts deny is a contradiction."""
    result = judged("parity", {"from": "file:parity.json", "at_least": Decimal(100)}, parity_file=found)
    assert result.verdict is verdict
    assert said in result.why


def test_parity_of_invocations_adds_up_their_reports() -> None:
    """Two reports are one share; one without a comparison makes the whole unknown."""
    options = {"at_least": Decimal(100)}
    two = invocations(invocation(), invocation(report=report(parity=part(10, 9))))
    result = judged("parity", options, invocations=two)
    assert (result.verdict, figures(result)) == (FAIL, {"compared": "50", "matched": "49", "percent": "98 %"})
    without = invocations(invocation(), invocation(report=report(parity=None)))
    assert judged("parity", options, invocations=without).why == "1 of 2 run reports hold no parity"


def sms(result_of: dict[str, Any], at_least: str = "100") -> CheckResult:
    readings = {"invocations": invocations(invocation()), "gateway": gateway(), "state_table": table()}
    return judged("sms_delivery", {"at_least": Decimal(at_least)}, **{**readings, **result_of})


def with_report(**more: Any) -> dict[str, Any]:
    return invocations(invocation(report=report(**more)))


def test_nineteen_of_twenty_is_a_fail_at_a_hundred_per_cent() -> None:
    """The sentence names both numbers, and the limit."""
    result = sms({"invocations": with_report(delivered=19, failed=1), "gateway": gateway(20, 19, 1)})
    assert result.verdict is FAIL
    assert "19 of 20" in result.why and "at least 100 %" in result.why
    assert figures(result)["percent"] == "95 %"


@pytest.mark.parametrize(
    ("changed", "verdict", "said"),
    [
        ({}, PASS, "20 of 20"),
        ({"gateway": gateway(19, 19)}, UNKNOWN, "the gateway lists 19"),
        ({"state_table": table(19)}, UNKNOWN, "the state table holds 19"),
        ({"gateway": gateway(20, 19, 0, 1)}, UNKNOWN, "19 and 0"),
        ({"invocations": with_report(delivered=19, pending=1)}, PASS, "20 of 20"),
        ({"invocations": with_report(delivered=19, pending=1), "gateway": gateway(20, 19, 0, 1)}, UNKNOWN, "1 pending"),
        ({"invocations": with_report(delivered=18, failed=2)}, UNKNOWN, "2 failed"),
        ({"invocations": with_report(unknown=1)}, UNKNOWN, "1 send had no answer"),
        ({"invocations": with_report(refused=2)}, FAIL, "20 of 22"),
        ({"invocations": with_report(refused=None)}, UNKNOWN, "does not count refused"),
        ({"invocations": with_report(failed=3)}, UNKNOWN, "contradict themselves"),
        ({"gateway": gateway(20, 18, 1, 0)}, UNKNOWN, "contradicts itself"),
        ({"invocations": invocations(invocation(report=None))}, UNKNOWN, "1 of 1 invocation left no run report"),
        ({"invocations": invocations(running=1)}, UNKNOWN, "no complete invocation in the window, 1 incomplete"),
        ({"state_table": {"asked": 20}}, UNKNOWN, "accepted claims"),
    ],
)
def test_sms_of_invocations(changed: dict[str, Any], verdict: Verdict, said: str) -> None:
    """Three sources must agree; only what was pending in the report may have ended since."""
    result = sms(changed)
    assert (result.verdict, said in result.why) == (verdict, True), result.why


def test_pending_deliveries_wait_unless_they_cannot_help() -> None:
    """Two failed of twenty cannot become 95 % by one that is pending; one failed can."""
    late = with_report(delivered=17, failed=2, pending=1)
    assert sms({"invocations": late, "gateway": gateway(20, 17, 2, 1)}, "95").verdict is FAIL
    late = with_report(delivered=18, failed=1, pending=1)
    assert sms({"invocations": late, "gateway": gateway(20, 18, 1, 1)}, "95").verdict is UNKNOWN


def test_other_requests_of_the_same_number_are_no_agreement() -> None:
    """Twenty here and twenty there are not the same twenty when their request ids differ."""
    ids = [f"request-{number}" for number in range(20)]
    listed = {**gateway(), "request_ids": ids}
    stored = {**table(), "request_ids": [*ids[:19], "request-x"]}
    result = sms({"gateway": listed, "state_table": stored})
    assert result.verdict is UNKNOWN and "2 gateway request ids" in result.why
    assert sms({"gateway": listed, "state_table": {**stored, "request_ids": ids}}).verdict is PASS


def test_nothing_due_is_unknown_and_says_so_with_a_figure() -> None:
    """All sources agree on none: there was nothing to judge."""
    none = {"accepted": 0, "delivered": 0}
    result = sms({"invocations": with_report(**none), "gateway": gateway(0, 0), "state_table": table(0, asked=0)})
    assert (result.verdict, figures(result)) == (UNKNOWN, {"items": "0"})


@pytest.mark.parametrize(
    ("listed", "published", "verdict"),
    [
        (gateway(1204, 1202, 2), {"accepted": 1204, "delivered": 1202}, PASS),
        (gateway(1204, 1202, 2), {"accepted": "1204", "delivered": "1202"}, PASS),
        (gateway(1204, 1202, 2), {"accepted": 1204, "delivered": 1204}, UNKNOWN),
        (gateway(1204, 1202, 2), {"accepted": None, "delivered": None}, UNKNOWN),
        (gateway(1204, 1100, 104), {"accepted": 1204, "delivered": 1100}, FAIL),
        (gateway(1204, 1202, 0, 2), {"accepted": 1204, "delivered": 1202}, UNKNOWN),
        (gateway(0, 0), {"accepted": 0, "delivered": 0}, UNKNOWN),
    ],
)
def test_sms_of_a_history(listed: dict[str, Any], published: dict[str, Any], verdict: Verdict) -> None:
    """The gateway's list and the workload's metrics must agree to the last SMS."""
    options = {"over": timedelta(days=7), "at_least": Decimal(99)}
    assert judged("sms_delivery", options, gateway=listed, workload_metrics=published).verdict is verdict


@pytest.mark.parametrize(
    ("changed", "stored", "verdict", "said"),
    [
        ({}, table(), PASS, "20 of 20"),
        ({"writes_succeeded": 19}, table(), FAIL, "19 of 20"),
        ({}, table(missing=1), UNKNOWN, "1 of 20 records"),
        ({}, table(19), UNKNOWN, "the state table holds 19"),
        ({"writes_succeeded": None}, table(), UNKNOWN, "None writes"),
        ({"writes_succeeded": 21}, table(), UNKNOWN, "21 writes succeeded of 20"),
        ({"writes_attempted": 0, "writes_succeeded": 0}, table(), UNKNOWN, "0 attempted"),
        ({}, {"found": 20}, UNKNOWN, "does not give asked"),
    ],
)
def test_state_writes(changed: dict[str, Any], stored: dict[str, Any], verdict: Verdict, said: str) -> None:
    """The reports count, and the table must hold what they say."""
    options = {"at_least": Decimal(100)}
    result = judged("state_writes", options, invocations=with_report(**changed), state_table=stored)
    assert (result.verdict, said in result.why) == (verdict, True), result.why


@pytest.mark.parametrize(
    ("durations", "verdict"),
    [
        (["145003.25"], PASS),
        (["240000"], PASS),
        (["240000.01"], FAIL),
        (["120000", "240001"], FAIL),
        (["120000", None], UNKNOWN),
        (["Infinity"], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_duration(durations: list[str | None], verdict: Verdict) -> None:
    """The longest decides, to the hundredth of a millisecond."""
    complete = [invocation(duration_ms=text) for text in durations]
    result = judged("duration", {"at_most": timedelta(seconds=240)}, invocations=invocations(*complete))
    assert result.verdict is verdict
    if verdict is not UNKNOWN:
        assert figures(result) == {"duration_ms": f"{max(durations, key=lambda text: Decimal(text or 0))} ms"}


@pytest.mark.parametrize(
    ("used", "limit", "verdict"),
    [(412, 512, PASS), (461, 512, FAIL), (460, 512, PASS), (None, 512, UNKNOWN), (412, 0, UNKNOWN)],
)
def test_memory(used: int | None, limit: int, verdict: Verdict) -> None:
    """Ninety per cent of 512 MB are 460.8 MB."""
    done = invocation(memory_used_mb=used, memory_mb=limit)
    assert judged("memory", {"at_most": Decimal(90)}, invocations=invocations(done)).verdict is verdict


def test_one_invocation_is_not_told_as_many() -> None:
    """The first run is alone: nobody reads that it was the longest of one."""
    options = {"duration": {"at_most": timedelta(seconds=240)}, "memory": {"at_most": Decimal(90)}}
    alone, two = invocations(invocation()), invocations(invocation(), invocation())
    assert judged("duration", options["duration"], invocations=alone).why.startswith("the only invocation took ")
    assert judged("duration", options["duration"], invocations=two).why.startswith("the longest of 2 invocations took ")
    assert judged("memory", options["memory"], invocations=alone).why.startswith("412 MB of 512 MB used (80.46 %), ")
    assert " in 2 invocations, " in judged("memory", options["memory"], invocations=two).why


CUT_SHORT = invocation(failed=True, report=None, duration_ms="0", memory_used_mb=15)


@pytest.mark.parametrize(
    ("complete", "verdict", "said"),
    [
        ((CUT_SHORT,), UNKNOWN, "the only invocation failed"),
        ((CUT_SHORT, CUT_SHORT), UNKNOWN, "all 2 invocations failed"),
        ((CUT_SHORT, invocation()), PASS, "2 invocations"),
        ((invocation(failed=True, duration_ms="300000", memory_used_mb=512),), FAIL, "limit"),
    ],
)
def test_what_a_crash_used_is_no_pass(complete: tuple[dict[str, Any], ...], verdict: Verdict, said: str) -> None:
    """A handler that dies at its import is quick and small; one that ran into its limits was over them."""
    options = {"duration": {"at_most": timedelta(seconds=240)}, "memory": {"at_most": Decimal(90)}}
    for kind, limit in options.items():
        result = judged(kind, limit, invocations=invocations(*complete))
        assert (result.verdict, said in result.why) == (verdict, True), result.why


@pytest.mark.parametrize(
    ("done", "counted", "verdict", "said"),
    [
        (invocation(report=None), metrics(), PASS, "0 of 1 invocation failed"),
        (CUT_SHORT, metrics(1, 1), FAIL, "1 of 1 invocation failed"),
        (invocation(report=None), metrics(1, 1), UNKNOWN, "the metrics 1 error"),
    ],
)
def test_errors_of_a_function_that_writes_no_run_report(
    done: dict[str, Any], counted: dict[str, Any], verdict: Verdict, said: str
) -> None:
    """Its invocations are judged alone, and nothing is said of operations."""
    options = {"at_most": Decimal(0), "operations": False}
    result = judged("error_rate", options, invocations=invocations(done), metrics=counted)
    assert (result.verdict, said in result.why) == (verdict, True), result.why
    assert "operations" not in figures(result)


def test_memory_takes_the_largest_share_not_the_largest_number() -> None:
    """After the limit was raised, the smaller number can be the worse one."""
    both = invocations(invocation(memory_used_mb=500, memory_mb=1024), invocation())
    result = judged("memory", {"at_most": Decimal(90)}, invocations=both)
    assert figures(result) == {"used_mb": "412 MB", "limit_mb": "512 MB", "percent": "80.46 %"}


@pytest.mark.parametrize(
    ("done", "counted", "verdict", "said"),
    [
        (invocation(), metrics(), PASS, "0 of 324 operations (0 %) and 0 of 1 invocation"),
        (invocation(report=report(errors=1)), metrics(), FAIL, "1 of 324"),
        (invocation(failed=True), metrics(1, 1), FAIL, "1 of 1 invocation failed"),
        (invocation(failed=True, report=None), metrics(1, 1), FAIL, "1 of 1 invocation failed"),
        (invocation(), metrics(1, 1), UNKNOWN, "the metrics 1 error"),
        (invocation(failed=True), metrics(1, 0), UNKNOWN, "the metrics 0 errors"),
        (invocation(), metrics(None, None), UNKNOWN, "no datapoint yet"),
        (invocation(), metrics(1, None), UNKNOWN, "no datapoint of errors"),
        (invocation(), metrics(2, 0), UNKNOWN, "the metrics 2"),
        (invocation(), metrics(0, 0), UNKNOWN, "the metrics 0"),
        (invocation(failed=None), metrics(), UNKNOWN, "does not say"),
        (invocation(report=report(attempted_ops=None)), metrics(), UNKNOWN, "None operations"),
        (invocation(report=report(attempted_ops=0)), metrics(), UNKNOWN, "0 operations"),
        (invocation(report=report(errors=325)), metrics(), UNKNOWN, "325 errors in 324 operations"),
        (invocation(report=None), metrics(), UNKNOWN, "no run report"),
    ],
)
def test_error_rate(done: dict[str, Any], counted: dict[str, Any], verdict: Verdict, said: str) -> None:
    """Operations and invocations both keep the limit, and logs and metrics agree."""
    options = {"at_most": Decimal(0)}
    result = judged("error_rate", options, invocations=invocations(done), metrics=counted)
    assert (result.verdict, said in result.why) == (verdict, True), result.why


def test_an_invocation_that_began_before_the_window_may_be_missing_in_its_metrics() -> None:
    """Metrics count at the beginning, logs at the end."""
    early = invocation(started_at="2025-10-22T05:00:30Z")
    options = {"at_most": Decimal(0)}
    straddling = invocations(early, invocation())
    assert judged("error_rate", options, invocations=straddling, metrics=metrics(1, 0)).verdict is PASS
    running = invocations(invocation(), running=1)
    assert judged("error_rate", options, invocations=running, metrics=metrics(2, 0)).verdict is PASS


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("parity", {"at_least": Decimal(100)}),
        ("sms_delivery", {"at_least": Decimal(100)}),
        ("state_writes", {"at_least": Decimal(100)}),
        ("duration", {"at_most": timedelta(seconds=240)}),
        ("memory", {"at_most": Decimal(90)}),
        ("error_rate", {"at_most": Decimal(0)}),
    ],
)
def test_a_settle_pass_is_no_run_and_is_left_out(kind: str, options: dict[str, Any]) -> None:
    """It leaves no run report, and its time and memory say nothing about a run; only the metrics count it too."""
    settling = invocation(report=None, settle={"result": "ok"}, duration_ms="299000", memory_used_mb=512)
    both = invocations(invocation(), settling)
    others = {"gateway": gateway(), "state_table": table(), "metrics": metrics(2, 0)}
    assert judged(kind, options, invocations=both, **others).verdict is PASS
    alone = judged(kind, options, invocations=invocations(settling), **others)
    assert (alone.verdict, "no complete invocation" in alone.why) == (UNKNOWN, True)


def test_the_metrics_count_a_failed_settle_pass_among_the_errors() -> None:
    """Logs and metrics agree, and the runs themselves did not fail."""
    settling = invocation(report=None, settle={"result": "failed"}, failed=True)
    options = {"at_most": Decimal(0)}
    result = judged("error_rate", options, invocations=invocations(invocation(), settling), metrics=metrics(2, 1))
    assert (result.verdict, figures(result)["failed_invocations"]) == (PASS, "0")


def test_a_small_error_rate_never_reads_as_none() -> None:
    """One of a million is rounded up to 0.01 %."""
    done = invocation(report=report(errors=1, attempted_ops=1_000_000))
    result = judged("error_rate", {"at_most": Decimal(1), "metrics": False}, invocations=invocations(done))
    assert (result.verdict, figures(result)["percent"]) == (PASS, "0.01 %")


def alarm(**states: str) -> dict[str, Any]:
    return {"states": {name: {"state": state, "since": "2025-10-22T00:12:00Z"} for name, state in states.items()}}


@pytest.mark.parametrize(
    ("found", "verdict", "said"),
    [
        (alarm(one="OK", two="OK"), PASS, "2 of 2 alarms are OK"),
        (alarm(one="OK", two="ALARM"), FAIL, "two is ALARM"),
        (alarm(one="OK", two="INSUFFICIENT_DATA"), UNKNOWN, "two is INSUFFICIENT_DATA"),
        (alarm(one="INSUFFICIENT_DATA", two="ALARM"), FAIL, "two is ALARM"),
        (alarm(one="OK"), UNKNOWN, "1 of 2 alarms do not exist"),
        (alarm(one="ALARM"), FAIL, "one is ALARM"),
        ({}, UNKNOWN, "2 of 2 alarms do not exist or show no state: one, two"),
        ({"states": {"one": {"state": ""}, "two": {"state": None}}}, UNKNOWN, "show no state: one, two"),
    ],
)
def test_alarms(found: dict[str, Any], verdict: Verdict, said: str) -> None:
    """Every named alarm must exist and be OK; too little data is unknown."""
    result = judged("alarms", {"named": ("one", "two")}, alarms=found)
    assert (result.verdict, said in result.why) == (verdict, True), result.why


def test_alarms_carry_a_figure_for_each() -> None:
    """Named states with their times, in place of a word for all of them."""
    result = judged("alarms", {"named": ("Lambda errors",)}, alarms=alarm(**{"Lambda errors": "OK"}))
    assert figures(result) == {
        "ok": "1",
        "total": "1",
        "lambda-errors": "OK",
        "lambda-errors.since": "2025-10-22T00:12:00Z",
    }
    assert judged("alarms", {"named": ()}, alarms=alarm()).verdict is UNKNOWN
