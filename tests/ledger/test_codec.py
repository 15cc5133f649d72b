"""Lines: canonical bytes, every kind there and back, and nothing that could be misread later."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.chain import START, seal, verify_chain
from bongsu.core.event_kinds import KINDS
from bongsu.core.events import Event, Exchange, Observed, Phase, PhaseEntered, Why
from bongsu.errors import LedgerUnreadable, LedgerWriteFailed
from bongsu.ledger.codec import FORMAT, decode, encode_payload, timestamp

AT = datetime(2025, 10, 22, 5, 0, 0, 5, tzinfo=UTC)
times = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
any_event = st.one_of(
    [
        st.builds(
            cls,
            **{
                field.name: st.dictionaries(words, plain, max_size=3)
                for field in fields(cls)
                if field.name in ("args", "values")
            },
        )
        for cls in get_args(Event)
    ]
)
st.register_type_strategy(datetime, times)
st.register_type_strategy(str, words)
st.register_type_strategy(int, st.integers(-(2**63), 2**63))


def stored(event: Event, **blobs: str) -> bytes:
    return seal(encode_payload(event, START, run_id="run-1", at=AT, actor="bongsu", blobs=blobs))[0]


@given(any_event, times)
def test_every_kind_comes_back_equal(event: Event, at: datetime) -> None:
    payload = encode_payload(event, START, run_id="run-1", at=at, actor="bongsu", blobs={"payload": "0" * 64})
    line, digest = seal(payload)
    recorded = decode(line)
    assert recorded.event == event
    assert type(recorded.event) is type(event)
    assert (recorded.at, recorded.seq, recorded.hash, recorded.blobs) == (at, 1, digest, {"payload": "0" * 64})
    assert verify_chain([line]).seq == 1


@given(any_event)
def test_a_payload_is_what_any_json_library_writes_with_sorted_keys_and_no_spaces(event: Event) -> None:
    payload = encode_payload(event, START, run_id="run-1", at=AT, actor="bongsu", blobs={})
    again = json.dumps(json.loads(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert payload.decode() == again
    assert list(json.loads(payload)) == ["actor", "at", "blobs", "body", "kind", "prev", "run", "seq", "v"]
    assert b"\n" not in payload


def test_times_are_written_in_utc_with_microseconds_even_when_they_are_nought() -> None:
    seoul = timezone(timedelta(hours=9))
    assert timestamp(datetime(2025, 10, 22, 14, 0, tzinfo=seoul)) == "2025-10-22T05:00:00.000000Z"
    event = Observed(
        key="a/b",
        reading="alarms",
        args={},
        values={},
        exchanges=(Exchange(service="s", operation="o", address="a", status=200, sent_at=AT.replace(microsecond=0)),),
    )
    assert b'"sent_at":"2025-10-22T05:00:00.000000Z"' in stored(event)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, r"values\.n is a float"),
        ([{"deep": 1.0}], r"values\.n\[0\]\.deep is a float"),
        (b"bytes", "is a bytes"),
        ({1: "a"}, "key that is not text"),
        (datetime(2025, 1, 1), "no zone"),  # noqa: DTZ001
        ("\ud800", "cannot be written as JSON"),
    ],
)
def test_a_body_that_cannot_be_kept_exactly_is_refused_with_its_place(value: Any, said: str) -> None:
    with pytest.raises(LedgerWriteFailed, match=said):
        stored(Observed(key="a/b", reading="alarms", args={}, values={"n": value}))


LINE = stored(PhaseEntered(phase=Phase.BASELINED, why=Why.BASELINE_PASSED))
SEEN = stored(Observed(key="a/b", reading="alarms", args={}, values={"n": 1}))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LINE.replace(b'"v":1', b'"v":2'), "format 2, this program reads up to 1"),
        (LINE.replace(b"phase_entered", b"phase_left"), 'unknown kind "phase_left"'),
        (LINE.replace(b'"phase":"baselined"', b'"phase":"asleep"'), "asleep"),
        (LINE.replace(b'"actor":"bongsu",', b""), "actor"),
        (LINE.replace(b'"actor"', b'"extra":1,"actor"'), "extra"),
        (LINE.replace(b"000005Z", b"000005"), "timezone"),
        (LINE.replace(b"05:00:00.000005Z", b"14:00:00.000005+09:00"), "not in UTC"),
        (SEEN.replace(b'"n":1', b'"n":1.5'), "1.5 is not an integer"),
        (SEEN.replace(b'"n":1', b'"n":' + b"[" * 5000 + b"]" * 5000), "documented shape|not a ledger line"),
        (LINE.replace(b"bongsu", b"\xff"), "not a ledger line|documented shape"),
        (b"", "not a ledger line"),
        (b"[]", "not a ledger line"),
        (b"null", "not a ledger line"),
        (b"{}", 'unknown kind ""'),
    ],
)
def test_a_line_that_cannot_be_read_says_what_it_is(line: bytes, said: str) -> None:
    with pytest.raises(LedgerUnreadable, match=said):
        decode(line)


def test_a_kind_named_inside_a_body_is_not_taken_for_the_line_s_own() -> None:
    event = Observed(key="k", reading="r", args={"kind": "run_closed", "z": ',"kind":"judged"'}, values={})
    assert decode(stored(event)).event == event


def test_the_documentation_names_every_kind_and_every_field() -> None:
    text = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    assert f"format version {FORMAT}" in text
    for kind, cls in [*KINDS.items(), ("exchange", Exchange)]:
        section = text.partition(f"### `{kind}`")[2].partition("\n### ")[0]
        assert section, f"docs/ledger.md has no section for {kind}"
        assert is_dataclass(cls)
        missing = [field.name for field in fields(cls) if f"`{field.name}`" not in section]
        assert not missing, f"docs/ledger.md does not explain {missing} of {kind}"
