"""What programs write beside what people write: references to messages, numbered lists, indexes of places."""

from __future__ import annotations

import json

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit


def rules(said):
    """Names of the rules that find something in a text or an object."""
    return [one.rule for one in audit([log_of(said if isinstance(said, str) else json.dumps(said, indent=1))])]


POSTED = {"at": "2025-11-04T05:00:00Z", "channel": "C09LABELOPS", "ts": "1762232400.482309", "text": "begun"}
LATER = {"at": "2025-11-04T05:20:00Z", "channel": "C09LABELOPS"}


def test_an_edit_names_the_message_that_it_changes():
    assert rules([POSTED, LATER | {"ref": {"ts": POSTED["ts"]}}]) == []


def test_a_second_message_does_not_have_the_first_one_s_ts():
    assert "slack_ts_clock" in rules([POSTED, LATER | {"ts": POSTED["ts"]}])


def test_two_people_press_one_message():
    page = {"at": "2025-11-04T05:00:00Z", "answer": {"message_id": 903, "chat": {"id": -1001844029175}}}
    presses = [
        {"by": name, "message_id": 903, "received": f"2025-11-04T05:0{n}:41Z"}
        for n, name in ((1, "Runa"), (2, "Chidi"))
    ]
    assert rules({"sent": [page], "presses": presses}) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("17 of 20 SMS delivered, 3 failed, 0 refused.", []),
        ("17 of 20 SMS delivered, 2 failed, 0 refused.", ["parts_of_whole"]),
    ],
)
def test_what_went_well_and_what_did_not_are_what_was_tried(said, found):
    assert rules(f"# Drill\n\n{said}\n") == found


def test_entries_in_the_order_of_their_kinds_need_not_go_forwards():
    times = ["05:02:30", "05:02:31", "05:33:00", "05:02:32", "05:02:33", "05:44:00"]
    listed = [{"at": f"2025-11-04T{time}Z", "note": f"look {n}"} for n, time in enumerate(times)]
    assert rules(listed) == ["times_backwards"]
    numbered = [one | {"seq": n} for one, n in zip(listed, (1, 2, 9, 3, 4, 11), strict=True)]
    assert rules(numbered) == []


def test_the_account_of_an_imitation_is_no_made_up_one():
    called = {"Account": "000000000000", "Arn": "arn:aws:sts::000000000000:assumed-role/captain/x"}
    assert rules(called) == []
    typed = {name: value.replace("000000000000", "123456789012") for name, value in called.items()}
    assert "placeholder_ids" in rules(typed)
