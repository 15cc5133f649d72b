"""A line is spelled in one way: what JSON could also say it with, or would not look at, is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bongsu.core.chain import START, open_line, seal
from bongsu.core.events import Exchange, Judged, JudgedFigure, Observed, Outcome, RunOpened, SendEnded
from bongsu.core.guard_events import Heart, HeartbeatsChanged, Safe
from bongsu.core.kinds import Raised
from bongsu.core.verdict import Verdict
from bongsu.ledger.codec import decode, encode_payload
from bongsu.ledger.spelling import respelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.events import Event

AT = datetime(2025, 10, 22, 5, tzinfo=UTC)
EXCHANGE = Exchange(service="slack", operation="x", address="y", status=200, sent_at=AT, received_at=AT, service_at=AT)
EVENTS: dict[str, Event] = {
    "opened": RunOpened(
        plan_sha256="0" * 64,
        cutover="Naïve \x7f\u2028 \U0001f600",
        program="bongsu",
        endpoints={"b": "1", "a": "2", "é": "3"},
        clock="system",
        go_by='"\\/\b\f\n\r\t\x00\x1f',
        raised=Raised(summary="s", policy="p"),
    ),
    "observed": Observed(
        key="k", reading="r", args={}, values={"n": [1, -(2**63), 2**64 - 1, None]}, exchanges=(EXCHANGE,)
    ),
    "judged": Judged(
        key="k",
        check="c",
        verdict=Verdict.PASS,
        why="w",
        figures=(JudgedFigure(name="n", value="1", unit="", seq=1),),
        sources=(1,),
    ),
    "ended": SendEnded(key="k", outcome=Outcome.ACCEPTED, service_at=AT, exchanges=(EXCHANGE,)),
    "beats": HeartbeatsChanged(run="r", state=Heart.ARMED, phase="p", safe=Safe.OFF, last_at=AT),
}


def payload_of(name: str) -> bytes:
    return encode_payload(EVENTS[name], START, run_id="run", at=AT, actor="bongsu", blobs={"b": "1", "a": "2"})


def line_of(name: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a line that `change` has edited, as whoever knows the format writes it."""
    payload = json.loads(payload_of(name))
    change(payload)
    return sealed(json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def sealed(payload: bytes) -> bytes:
    return seal(payload)[0]


@pytest.mark.parametrize("name", EVENTS)
def test_what_a_run_writes_is_spelled_so(name: str) -> None:
    assert respelled(sealed(payload_of(name))) == ""
    assert respelled(line_of(name, lambda _: None)) == "", "by another encoder too"


@pytest.mark.parametrize("name", EVENTS)
def test_a_member_that_was_not_yet_known_may_lack(name: str) -> None:
    def without(line: dict[str, Any]) -> None:
        for member in ("kind", "raised", "exchanges", "figures", "service_at", "last_at"):
            line["body"].pop(member, None)

    assert respelled(line_of(name, without)) == ""


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("judged", lambda line: line["body"].update(more=1), "no member more"),
        ("judged", lambda line: line["body"]["figures"][0].update(more=1), "no member more"),
        ("opened", lambda line: line["body"]["raised"].update(b=1, a=1), "no member a or b"),
        ("ended", lambda line: line["body"]["exchanges"][0].update(at=1), "no member at"),
        ("ended", lambda line: line["body"].update(service_at="2025-10-22T05:00:00Z"), "2025-10-22T…"),
        ("ended", lambda line: line["body"].update(service_at="2025-10-22t05:00:00.000000Z"), "2025-10-22T…"),
        ("ended", lambda line: line["body"].update(service_at="2025-10-22T05:00:00.000000z"), "2025-10-22T…"),
        ("beats", lambda line: line["body"].update(last_at="2025-10-22T05:00:00+00:00"), "2025-10-22T…"),
        ("observed", lambda line: line["body"]["exchanges"][0].update(sent_at="2025-10-22 05:00:00.000000Z"), "T…"),
        ("observed", lambda line: line["body"]["exchanges"][0].update(service_at="2025-10-22T05:00:00.0Z"), "T…"),
        ("judged", lambda line: line.update(at="2025-10-22T05:00:00.0000000Z"), "2025-10-22T…"),
    ],
)
def test_what_no_run_writes_is_named(name: str, change: Callable[[dict[str, Any]], object], told: str) -> None:
    assert told in respelled(line_of(name, change))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"actor"', b'{ "actor"'),
        (b'"actor":', b'"actor":"somebody","actor":'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"kind"', b'"hash":"0","kind"'),
        (b"bongsu", b"b\\u006fngsu"),
        (b'"verdict":"pass","why":"w"', b'"why":"w","verdict":"pass"'),
        (b'"value"', b'"seq":2,"value"'),
    ],
)
def test_a_line_that_reads_the_same_in_other_bytes_is_not_the_line(old: bytes, new: bytes) -> None:
    """The chain does not tell: whoever seals it anew seals these bytes. The codec takes the last of two equal keys."""
    payload = payload_of("judged")
    assert old in payload
    line = sealed(payload.replace(old, new, 1))
    assert open_line(line) is not None
    decode(line)
    assert "each key once" in respelled(line)
