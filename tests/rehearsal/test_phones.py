"""People are paged by text message as well: a lost answer is looked for in the list of SENS, and no number is kept."""

from __future__ import annotations

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import bongsu, rehearse, short_plan

PHONES = """\
  phones:
    kind: sms
    service: ncp:sms:kr:100000000002:paging
    access_key: secret:example/paging#access_key
    secret_key: secret:example/paging#secret_key
    sender: env:PAGING_SENDER

# What is switched on:"""
NUMBER = "01000004711"
"""The one that a rehearsal gives to the first contact with a phone."""
LOST = {"service": "sens", "operation": "send", "about": NUMBER, "kind": "drop_after"}
WATCH = "{for: 20m, every: 20m, checks: [error_rate, duration, sms_delivery], report_every: 20m}"


@pytest.fixture(scope="module")
def paged(tmp_path_factory):
    """The example plan with phones; the answer to the drill's text is lost."""
    folder = tmp_path_factory.mktemp("phones")
    plan = short_plan(folder, watch=WATCH)
    plan.write_text(plan.read_text("utf-8").replace("# What is switched on:", PHONES), "utf-8")
    return rehearse(folder, plan, changes={"faults": [LOST]})


def test_a_text_whose_answer_was_lost_is_found_in_the_list_and_not_sent_again(paged):
    assert paged.code == 0, paged.ended.err
    (ended,) = paged.told("send_ended", key="drill//on_call@phones")
    assert ended["body"]["outcome"] == "in_doubt"
    (resolved,) = paged.told("resolved", key="drill//on_call@phones")
    assert resolved["body"]["found"] == "accepted" and resolved["seq"] > ended["seq"]
    (entry,) = [one for one in paged.report["notifications"] if one["key"] == "drill//on_call@phones"]
    assert entry["outcome"] == "found_in_the_channel"
    taken = [one for one in paged.recorded("sens", "send") if "fault" in one]
    assert len(taken) == 1 and taken[0]["messages"] == 1


def test_whoever_has_no_phone_gets_no_text_and_the_group_none_either(paged):
    assert [line["body"]["key"] for line in paged.posts() if line["body"]["channel"] == "phones"] == [
        "drill//on_call@phones"
    ]


def test_the_evidence_holds_no_number_and_verifies(paged):
    """What was kept of the request names the reference; numbers stand nowhere, not in the ledger's file either."""
    files = [path for folder in (paged.evidence, paged.state) for path in folder.rglob("*") if path.is_file()]
    numbers = (NUMBER.encode(), b"010-0000-4711", b"0200000001")
    assert not [(path.name, number) for path in files for number in numbers if number in path.read_bytes()]
    (intended,) = paged.told("send_intended", key="drill//on_call@phones")
    assert intended["body"]["to"] == "env:ON_CALL_PHONE"
    assert bongsu("verify", paged.evidence, cwd=paged.state).code == 0
    assert contradictions(paged.evidence) == []
