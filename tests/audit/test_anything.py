"""Whatever is put into a log, an audit ends, and every finding points into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import SEED, log_of

from bongsu.audit import audit
from bongsu.audit.log import Log
from bongsu.audit.reading import Text

PIECES = SEED.read_text("utf-8").splitlines()
LINES = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text("|-#*`>{}[]:/%() 0123456789abAKST", max_size=40)), max_size=40
)


@given(lines=LINES)
def test_any_lines_in_any_order(lines: list[str]) -> None:
    log = Log(text=Text(name="log", lines=tuple(line.replace("\r", "") for line in lines) or ("",)))
    for one in audit([log]):
        for spot in (one.spot, *one.also):
            assert 1 <= spot.line <= len(log.text.lines)
            assert 0 <= spot.column <= len(log.line(spot.line)) + 1
            assert spot.end >= spot.column
        assert one.why and one.instead


def test_a_long_log_takes_seconds_at_most() -> None:
    """Not a measurement: the count of what is found shows that all of it was read."""
    many = "".join(f"- 10:00:{n % 60:02} row {n}: SMS 1/2 (90%)\n\n" for n in range(2_000))
    assert len(audit([log_of(many)], ["percent_of_count"])) == 2_000
