"""The settle pass: after a rollback every open claim is cleared up, and nothing is sent."""

from __future__ import annotations

import io
import json

import pytest
from tests.naver_sms.world import booking, environ

from naver_sms.handler import EventRefused, handler
from naver_sms.invoke import invoke_settle
from naver_sms.summary import Invocation


def settle(folder, naver, sens, **changes):
    """Make one settle pass in the folder of the runs; return its report and everything it printed."""
    out = io.StringIO()
    settled = invoke_settle(environ(folder, naver, sens, **changes), invocation=Invocation(), time_s=60, out=out)
    assert json.loads(out.getvalue().splitlines()[-1]) == settled.report
    return settled.report


@pytest.mark.parametrize(("fault", "reached"), [("accept_then_drop", 1), ("lose", 0)])
def test_a_lost_reply_is_settled_without_sending(go, naver, sens, tmp_path, fault, reached):
    """The gateway's list says which of the two it was; the customer gets nothing from this pass."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: fault}
    assert go()["result"] == "degraded"
    naver.now = "2025-10-22T14:03:00+09:00"
    report = settle(tmp_path, naver, sens)
    assert (report["type"], report["result"], report["exit_code"]) == ("naver_sms.settle_report", "ok", 0)
    assert report["claims"]["open"] == 1
    assert report["claims"]["accepted" if reached else "released"] == 1
    assert report["claims"]["still_unknown"] == 0
    assert len(sens.outbox) == reached
    again = settle(tmp_path, naver, sens)
    assert again["claims"]["open"] == 0


def test_a_claim_too_young_to_tell_stays_unknown(go, naver, sens, tmp_path):
    """The gateway may list it a little later: nothing is guessed, and the result says so."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "lose"}
    go()
    report = settle(tmp_path, naver, sens)
    assert report["result"] == "unsettled"
    assert report["claims"]["still_unknown"] == 1
    assert report["exit_code"] != 0


def test_an_instruction_that_is_not_known_is_refused_before_anything_is_read():
    """Neither a run nor a settle pass: a typing error in an event must not send anything."""
    with pytest.raises(EventRefused, match="settle"):
        handler({"naver_sms": "setle"}, None)
