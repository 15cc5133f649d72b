"""An owner's quiet hours: confirms wait for the morning and go out once; door codes do not wait."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from tests.naver_sms.world import STORES, booking, document

from naver_sms.errors import ConfigError
from naver_sms.law import in_quiet
from naver_sms.settings import load


@pytest.fixture
def night(go, naver):
    stores = [document(STORES[:1])["stores"][0] | {"quiet": ["22:00", "08:00"]}]

    def run(moment, **changes):
        naver.now = moment
        return go(ids=STORES[:1], stores=stores, **changes)

    return run


@pytest.mark.parametrize("parity_mode", ["strict", "corrected"])
def test_a_confirm_of_the_night_goes_out_in_the_morning_once(night, naver, sens, parity_mode):
    now = datetime.fromisoformat("2025-10-22T23:00:00+09:00")
    naver.bookings = [booking(1, minutes=60, now=now), booking(2, minutes=900, now=now)]
    first = night(now.isoformat(), parity_mode=parity_mode)
    assert (first["result"], first["intents"]["guide"]["accepted"], first["intents"]["confirm"]["skipped"]) == (
        "ok",
        1,
        2,
    )
    assert night("2025-10-23T07:59:00+09:00", parity_mode=parity_mode)["sms"]["attempted"] == 0
    morning = night("2025-10-23T08:00:30+09:00", parity_mode=parity_mode)
    # The other visit is over by then.
    assert morning["intents"]["confirm"]["accepted"] == 1
    assert night("2025-10-23T08:20:30+09:00", parity_mode=parity_mode)["sms"]["attempted"] == 0
    assert len(sens.outbox) == 2


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        (("22:00", "08:00"), "22:00:00", True),
        (("22:00", "08:00"), "08:00:00", False),
        (("12:00", "13:00"), "12:59:59.999999", True),
        (("12:00", "13:00"), "11:59:59.999999", False),
        ((), "00:00:00", False),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(hours, at, quiet):
    assert in_quiet(hours, datetime.fromisoformat(f"2025-10-22T{at}+09:00")) is quiet


def test_hours_that_are_none_are_refused():
    for quiet in (["22:00"], ["22", "8"], ["25:00", "08:00"]):
        stores = [document(STORES[:1])["stores"][0] | {"quiet": quiet}]
        with pytest.raises(ConfigError, match="'quiet' of store 1000001"):
            load({"NAVER_SMS_SETTINGS": json.dumps(document(STORES[:1], stores=stores, cookies="file:x"))})
