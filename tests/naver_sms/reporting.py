"""What must hold in every run report."""

from __future__ import annotations

from naver_sms.summary import report_sha256


def invariants(report):
    """Check what must hold in every report, whatever happened."""
    intents, sms, writes, errors = (report[name] for name in ("intents", "sms", "writes", "errors"))
    assert sms["accepted"] == sum(one["accepted"] for one in intents.values())
    assert sms["accepted"] == sms["delivered"] + sms["failed"] + sms["pending"]
    for one in intents.values():
        assert one["due"] == sum(one[name] for name in one if name != "due")
    assert errors["attempted_ops"] == sum(one["n"] for one in report["latency_ms"].values())
    assert errors["count"] == sum(errors["by_class"].values())
    assert writes["attempted"] == writes["succeeded"] + writes["failed"]
    if report["result"] == "ok":
        assert not report["stores"]["failed"] and not writes["failed"]
        assert not any(one["refused"] or one["unknown"] for one in intents.values())
    assert report["evidence"]["report_sha256"] == report_sha256(report)
    assert not any(isinstance(leaf, float) for leaf in leaves(report))


def leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def counts(report, kind):
    return {name: number for name, number in report["intents"][kind].items() if number}
