"""The command at the foot of the live page: as it is typed, where there is but one page to answer."""

from __future__ import annotations

from tests.serve.test_door import OPEN, SHOWN, words

from bongsu.intake._page import page_of


def test_the_command_names_the_page_where_only_one_waits():
    """Whoever reads it in the night copies the line as it stands."""
    one = {**SHOWN, "open": [OPEN], "more": 0}
    assert f"bongsu ack {OPEN['run']} --by NAME" in words(page_of(one, named="en"))
    taken = {**OPEN, "run": "page-taken", "taken_by": "James", "taken_at": "2025-10-22T05:09:00Z", "taken_on": "alerts"}
    with_taken = {**one, "open": [OPEN, taken]}
    assert f"bongsu ack {OPEN['run']} --by NAME" in words(page_of(with_taken, named="en"))
    for several in ({**one, "open": [OPEN, OPEN]}, {**one, "more": 1}, {**one, "at_least": True}, {**one, "open": []}):
        assert "bongsu ack RUN --by NAME" in words(page_of(several, named="en"))
