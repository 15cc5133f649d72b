"""All goes well for a whole day, and every figure told equals what the world itself wrote down."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import CHANNEL, CHAT, FUNCTION, RULE, SENDS, at, bongsu, count, labelled

PHASES = [
    "baselined", "approved", "announced", "enabled", "observing", "verifying", "succeeded", "drilled", "watching",
]  # fmt: skip
STATE = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem")
TABLE = tuple(f"dynamodb.{name}" for name in STATE)
STORES = 8


@pytest.fixture(scope="module")
def first(happy):
    """The first invocation: the world's line about it, and everything between its firing and its end."""
    return happy.invocations()[0]


@pytest.fixture(scope="module")
def watched(happy):
    """The invocations after the first, up to the last look of the watch."""
    until = at(happy.lines[-1]["at"])
    return [(one, around) for one, around in happy.invocations()[1:] if at(one["at"]) <= until]


@pytest.fixture(params=["ops_chat", "alerts"])
def success(happy, request):
    (intended,) = [line for line in happy.posts("success") if line["body"]["channel"] == request.param]
    return labelled(happy.text(intended))


@pytest.fixture(params=["ops_chat", "alerts"])
def summary(happy, request):
    (intended,) = [line for line in happy.posts("watch_summary") if line["body"]["channel"] == request.param]
    return labelled(happy.text(intended))


def report_ms(invocation):
    """The duration as a REPORT line gives it."""
    return f"{Decimal(invocation['duration_us']) / 1000:.2f}"


def told_ms(invocation):
    """The same figure as messages tell it: without idle zeros."""
    return report_ms(invocation).rstrip("0").rstrip(".")


def test_the_run_passes_and_its_evidence_verifies(happy):
    """Exit code 0, a verdict of pass, all phases in their order, and an offline proof of all of it."""
    assert happy.code == 0, happy.ended.err
    assert happy.phases() == PHASES
    assert happy.closed() == {"verdict": "pass", "why": "watch_over", "exit_code": 0}
    assert happy.report["verdict"] == "pass" and happy.report["exit_code"] == 0
    proof = bongsu("verify", happy.evidence, "--json", cwd=happy.state)
    told = json.loads(proof.out)
    assert (proof.code, told["findings"], told["verdict"]) == (0, [], "pass")
    assert told["head"] == {"seq": len(happy.lines), "hash": happy.lines[-1]["hash"]}
    assert all(step["looked_at"] > 0 for step in told["steps"][:-1])
    assert told["steps"][-1]["looked_at"] == 0, "the last step is for signatures, and this plan names no signers"


def test_an_audit_finds_nothing_in_the_reports_of_a_whole_day(happy):
    assert contradictions(happy.evidence) == []


def korean(moment):
    return f"{moment + timedelta(hours=9):%H:%M:%S} KST"


def test_the_rule_was_switched_once_and_nothing_else_was_changed(happy):
    """The account's record holds one EnableRule by the captain, no disabling, and no other change by bongsu."""
    (enabled,) = happy.recorded("aws", "events.EnableRule")
    assert (enabled["rule"], enabled["caller"], enabled["status"]) == (RULE, "captain", 200)
    assert not happy.recorded("aws", "events.DisableRule")
    changing = [
        one["operation"]
        for one in happy.record
        if one["service"] == "aws"
        and one["caller"] == "captain"
        and not one["operation"].partition(".")[2].startswith(("Describe", "Get", "List", "Filter", "Query"))
    ]
    assert changing == ["events.EnableRule"]
    (switch,) = happy.report["switches"]
    assert (switch["outcome"], switch["exchanges"][0]["request_id"]) == ("accepted", enabled["request_id"])


def test_t_zero_is_the_read_back_that_shows_the_rule_enabled(happy):
    """T+0 lies after the world enabled the rule, and rests on an answer that the account gave after that."""
    state = happy.recorded("events", "rule_state", rule=RULE, state="ENABLED")[0]
    (entered,) = happy.told("phase_entered", phase="enabled")
    read_back = happy.told("observed", key="enable/target_rule")[-1]
    assert read_back["body"]["values"]["state"] == "ENABLED"
    assert at(state["at"]) < at(read_back["body"]["exchanges"][0]["received_at"]) <= at(entered["at"])
    assert at(happy.report["opened"]["enabled_at"]) == at(entered["at"])
    answered = {one["request_id"]: one for one in happy.recorded("aws", "events.DescribeRule", rule=RULE)}
    assert at(answered[read_back["body"]["exchanges"][0]["request_id"]]["at"]) > at(state["at"])


def test_the_first_invocation_is_the_one_that_the_schedule_fired(happy, first, success):
    """Request id, beginning, duration and memory limit in the success message are those of the world's first run."""
    invocation, around = first
    assert invocation["function"] == FUNCTION and invocation["ended"] == "response"
    request_id, clock = success["First invocation"].split(", began ")
    assert request_id == invocation["request_id"]
    # Between the firing and the beginning a new process starts, which takes as long as this machine takes.
    assert korean(at(around[0]["at"])) <= clock <= korean(at(invocation["at"]))
    assert success["Longest invocation"] == f"{told_ms(invocation)} ms"
    # A second or more after the window opens: what is under way takes its time on the rehearsal's clock, too.
    assert re.match(r"ENABLED, read back 14:0\d:\d\d KST", success["Rule"])


def test_twenty_texts_were_accepted_and_delivered(happy, first, success):
    """The gateway took 20 texts from the first run, all fated to be delivered: 8 confirmations, 12 reminders."""
    _, around = first
    sends = [one for one in around if (one["service"], one["operation"]) == ("sens", "send")]
    accepted = sum(one["messages"] for one in sends if one["status"] == 202)
    delivered = sum(one["fates"].count("0") for one in sends)
    new = count(around, "aws", "dynamodb.PutItem", caller="function-role", status=200)
    assert (accepted, delivered, new) == (20, 20, 8)
    assert success["SMS delivery"] == f"{accepted} accepted, {delivered} confirmed by the gateway (100 %)"
    assert success["SMS accepted in total"] == str(accepted)
    assert (success["New bookings"], success["Confirmations accepted"]) == (str(new), str(new))
    assert success["Reminders accepted"] == str(accepted - new) == "12"
    assert success["Event messages accepted"] == "0"
    assert set(happy.values("verify/gateway")["request_ids"]) == {one["request_id"] for one in sends}


def test_state_writes_operations_and_latencies_are_the_ones_that_the_services_counted(first, success):
    """n of each latency is the number of requests that the service itself recorded; their sum is the operations."""
    _, around = first
    counted = {
        "naver": count(around, "naver", "list", "count"),
        "sens_send": count(around, "sens", "send"),
        "sens_result": count(around, "sens", "list"),
        "store": count(around, "aws", *TABLE, caller="function-role"),
    }
    for upstream, calls in counted.items():
        assert success[f"Latency {upstream}"].endswith(f"n={calls}"), upstream
    assert success["Errors"] == f"0 of {sum(counted.values())} operations (0 %), 0 of 1 invocation"
    # Each text is claimed, marked as accepted and settled; one more update takes the lease of the run.
    updates = count(around, "aws", "dynamodb.UpdateItem", caller="function-role", status=200)
    assert updates == 3 * 20 + 1
    assert success["State writes"] == "20/20 (100 %)"


def test_the_baseline_says_what_the_parity_file_says(happy):
    """The start message quotes the file that the workload itself had written before."""
    document = json.loads((happy.world / "parity.json").read_text("utf-8"))
    seen = next(
        line["body"]["values"]
        for line in happy.told("observed", reading="parity_file")
        if line["body"]["key"].startswith("baseline/")
    )
    assert (seen["compared"], seen["matched"]) == (document["compared"], document["matched"])
    for text in happy.texts("start"):
        said = labelled(text)["Parity with the legacy"]
        told = rf"{document['matched']}/{document['compared']} decisions equal \(100 %\), read 13:5\d:\d\d KST"
        assert re.match(told, said)


def test_the_watch_saw_all_72_invocations(happy, watched, summary):
    """72 looks, one real invocation in each; what they sent and found adds up to what the world wrote down."""
    assert len(watched) == 72 == len({one["request_id"] for one, _ in watched})
    looks = [line for line in happy.told("judged") if line["body"]["key"].endswith("/error_rate")]
    assert len({line["body"]["key"] for line in looks if line["body"]["key"].startswith("watch/")}) == 72
    entries = [entry for _, around in watched for entry in around]
    sent = [one for one in entries if (one["service"], one["operation"]) == ("sens", "send")]
    accepted = sum(one["messages"] for one in sent if one["status"] == 202)
    delivered = sum(one["fates"].count("0") for one in sent)
    with_texts = sum(count(around, "sens", "send") > 0 for _, around in watched)
    part = "" if with_texts == 72 else f", in {with_texts} of 72 looks with SMS due"
    assert summary["Looks"] == summary["Invocations"] == "72"
    assert summary["Failed invocations"] == "0"
    assert summary["SMS"] == f"{accepted} accepted, {delivered} confirmed by the gateway{part}"
    new = count(entries, "aws", "dynamodb.PutItem", caller="function-role", status=200)
    assert summary["New bookings"] == str(new)
    others = int(summary["Reminders accepted"]) + int(summary["Event messages accepted"])
    assert others == accepted - new
    longest = max((one for one, _ in watched), key=lambda one: one["duration_us"])
    assert summary["Longest invocation"] == f"{told_ms(longest)} ms"


def test_each_look_tells_its_own_invocation(happy, watched):
    """Look by look: the invocation, its duration, and the texts of it, against the world's own line."""
    for number, (invocation, around) in enumerate(watched, start=1):
        scope = f"watch/{number:04d}"
        (complete,) = happy.values(f"{scope}/invocations")["complete"]
        assert complete["request_id"] == invocation["request_id"]
        assert Decimal(complete["duration_ms"]) == Decimal(report_ms(invocation))
        assert (complete["init_ms"] is not None) == invocation["cold"]
        assert complete["report"]["accepted"] == count(around, "sens", "send", status=202), scope
        assert complete["report"]["stores_ok"] == STORES


def test_report_json_tells_the_same_figures(happy, first):
    """The figures of the report's checks are the world's, and each names the ledger line that holds it."""
    invocation, around = first
    figures = {
        f"{check['key']}.{figure['name']}": figure for check in happy.report["checks"] for figure in check["figures"]
    }
    operations = count(around, "naver", "list", "count") + count(around, "sens", "send", "list")
    operations += count(around, "aws", *TABLE, caller="function-role")
    wanted = {
        "verify/sms_delivery.accepted": "20",
        "verify/sms_delivery.delivered": "20",
        "verify/state_writes.attempted": "20",
        "verify/state_writes.succeeded": "20",
        "verify/duration.duration_ms": told_ms(invocation),
        "verify/error_rate.errors": "0",
        "verify/error_rate.operations": str(operations),
        "verify/memory.limit_mb": "512",
    }
    assert {name: figures[name]["value"] for name in wanted} == wanted
    measured = [figure["seq"] for name, figure in figures.items() if not name.startswith("drill")]
    assert {happy.line(seq)["kind"] for seq in measured} == {"observed"}


def test_the_alarms_were_really_quiet(happy):
    """All three alarms that the plan names were OK in the world, before the start and to the end."""
    states = {(one["alarm"], one["state"]) for one in happy.recorded("cloudwatch", "alarm_state")}
    assert states == {("lambda-errors", "OK"), ("lambda-duration", "OK"), ("ddb-throttles", "OK")}
    for text in happy.texts("start"):
        assert labelled(text)["Alarms"].startswith("3 of 3 OK")


def test_every_message_was_accepted_once_under_the_id_that_the_ledger_names(happy):
    """The world's own list of accepted messages, service by service, is the ledger's list of accepted sends."""
    sent = happy.recorded("telegram", "sendMessage")
    telegram = {(str(one["parameters"]["chat_id"]), str(one["message"])) for one in sent}
    slack = {(one["channel"], one["ts"]) for one in happy.recorded("slack", "chat.postMessage")}
    refs = [happy.ending_of(line)["body"] for line in happy.posts()]
    assert all(ended["outcome"] == "accepted" for ended in refs)
    told = [tuple(ended["ref"][name] for name in ("chat_id", "message_id") if name in ended["ref"]) for ended in refs]
    assert {one for one in told if one} == telegram
    told = [tuple(ended["ref"][name] for name in ("channel", "ts") if name in ended["ref"]) for ended in refs]
    assert {one for one in told if one} == slack
    assert happy.report["summary"]["accepted"] == len(refs) == len(telegram) + len(slack)
    assert len(happy.recorded("telegram", SENDS["telegram"])) == len(telegram)
    assert len(happy.recorded("slack", SENDS["slack"])) == len(slack)


def test_what_arrived_is_what_was_rendered(happy):
    """The text that each service received is the text in the ledger's blob, letter by letter."""
    arrived = {str(one["message"]): one["parameters"] for one in happy.recorded("telegram", "sendMessage")}
    arrived |= {one["ts"]: one["arguments"] for one in happy.recorded("slack", "chat.postMessage")}
    for intended in happy.posts():
        ref = happy.ending_of(intended)["body"]["ref"]
        got = arrived[ref.get("message_id") or ref["ts"]]
        payload = json.loads(happy.blob(intended["blobs"]["payload"]))
        assert got["text"] == payload["text"]
        assert str(got.get("chat_id") or got.get("channel")) == intended["body"]["to"]
    announced = [line["body"]["to"] for line in happy.posts("success")]
    assert sorted(announced) == sorted([CHAT, CHANNEL])


def test_slack_stamps_lie_within_five_seconds_of_our_receipt(happy):
    """The service's own clock, in the ts of each message, agrees with the ledger's time of the acceptance."""
    stamped = 0
    for ended in happy.told("send_ended"):
        ts = ended["body"]["ref"].get("ts")
        if ts and ended["body"]["service_at"] and not ended["body"]["key"].startswith(("close//", "answer//")):
            ours = Decimal(str(at(ended["at"]).timestamp()))
            assert abs(ours - Decimal(ts)) < 5
            stamped += 1
    assert stamped == len(happy.recorded("slack", "chat.postMessage"))


def test_no_acknowledgement_precedes_its_message(happy):
    """Each press was received after the acceptance of the message under which its button stands."""
    presses = happy.told("button_pressed")
    assert len(presses) == 4
    for press in presses:
        intended = next(line for line in happy.posts() if line["body"]["key"] == press["body"]["message_key"])
        ended = happy.ending_of(intended)
        assert ended["seq"] < press["seq"] and at(ended["at"]) <= at(press["at"])


def test_the_drill_took_what_the_people_took(happy):
    """15 and 22 seconds, as the world's people waited; what we say is that, and the wall time of the way: seconds."""
    pressed = {one["person"]: one for one in happy.recorded("people", "press", button="Acknowledge", outcome="pressed")}
    by_contact = {one["contact"]: one for one in happy.report["drill"]["times"]}
    assert set(pressed) == set(by_contact) == {"on_call", "ops_manager"}
    for contact, wanted_s in (("on_call", 15), ("ops_manager", 22)):
        one = by_contact[contact]
        assert timedelta(0) <= at(one["acked_at"]) - at(pressed[contact]["at"]) < timedelta(seconds=5)
        elapsed = at(one["acked_at"]) - at(one["asked_at"])
        assert abs(elapsed - timedelta(seconds=wanted_s)) < timedelta(seconds=5)
        assert timedelta(0) <= timedelta(seconds=one["within_s"]) - elapsed < timedelta(seconds=1)
    for text in happy.texts("drill_result"):
        rows = labelled(text)
        assert rows["On-Call Engineer (Technical Lead)"].startswith(f"within {by_contact['on_call']['within_s']} s on")
        assert rows["Slowest"] == f"Operations Manager (Ops Lead), {by_contact['ops_manager']['within_s']} s"
