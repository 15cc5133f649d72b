"""What came from outside is what its recorded bytes, and the plan, say: no line can tell it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.evidence.forger import Payloads, first, forge, replace_blob
from tests.evidence.synthetic import verify_it

LOOKS = 1


def rules(short: Path) -> set[str]:
    return {finding.rule for finding in verify_it(short, LOOKS).findings}


def _exchange(payloads: Payloads, kind: str) -> dict[str, Any]:
    exchange: dict[str, Any] = first(payloads, kind)["body"]["exchanges"][0]
    return exchange


FORGERIES: list[tuple[str, Any]] = [
    ("opened_otherwise", lambda p: p[0]["body"].update(clock="http://127.0.0.1:8080/clock")),
    ("opened_otherwise", lambda p: p[0]["body"].update(cutover="Another")),
    ("exchange_time", lambda p: _exchange(p, "observed").update(sent_at="2025-10-21T05:00:00.000000Z")),
    ("exchange_time", lambda p: _exchange(p, "switch_ended").update(received_at="2025-10-22T06:00:00.000000Z")),
    ("exchange_address", lambda p: _exchange(p, "observed").update(address="http://127.0.0.1:4566/")),
    ("pressed_otherwise", lambda p: first(p, "button_pressed")["body"].update(service_user="U00000001")),
    (
        "pressed_otherwise",
        lambda p: first(p, "button_pressed")["body"].update(service_at="2025-10-22T05:02:00.000000Z"),
    ),
    ("pressed_otherwise", lambda p: first(p, "button_pressed")["body"].update(button="roll_back")),
    ("pressed_otherwise", lambda p: first(p, "button_pressed")["body"].update(press_id="slack:2")),
    ("pressed_otherwise", lambda p: first(p, "button_pressed").update(actor="alerts:U00000001")),
    ("actor", lambda p: p[0].update(actor="captain:on_call")),
    ("actor", lambda p: first(p, "phase_entered").update(actor="operator:james")),
    ("actor", lambda p: first(p, "send_ended").update(actor="ops_chat")),
    ("answered_otherwise", lambda p: _exchange(p, "send_ended").update(status=500)),
    ("answered_otherwise", lambda p: first(p, "send_ended")["body"].update(outcome="in_doubt", ref={})),
    ("answered_otherwise", lambda p: first(p, "send_ended")["body"].update(service_at=None)),
]


@pytest.mark.parametrize(("rule", "change"), FORGERIES)
def test_a_line_that_tells_it_otherwise_is_found_out_although_the_chain_was_sealed_anew(
    short: Path, rule: str, change: Any
) -> None:
    forge(short, change)
    assert rule in rules(short)


def test_a_press_with_a_code_that_never_left_is_found_out(short: Path) -> None:
    def change(payloads: Payloads) -> None:
        press = first(payloads, "button_pressed")
        received = (short / "blobs" / press["blobs"]["received"]).read_bytes().partition(b"\n")[2]
        replace_blob(short, press, "received", received.replace(b"A" * 22, b"B" * 22))

    forge(short, change)
    assert "pressed_otherwise" in rules(short)
