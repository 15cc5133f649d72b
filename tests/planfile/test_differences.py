"""Two plans beside each other: what a reader of both would call different, under the names that `--what-if` takes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.tree import ROOT

from bongsu.planfile.differences import differences
from bongsu.planfile.limits import limits_of, with_limits

DATA = (ROOT / "plans" / "naver-sms.yaml").read_bytes()
LIMITS = limits_of(DATA)


@pytest.mark.parametrize("key", LIMITS)
def test_a_changed_limit_is_one_difference_under_its_own_key(key: str) -> None:
    other, _ = with_limits(DATA, [f"{key}=77"])
    assert differences(DATA, other) == [{"key": key, "one": LIMITS[key], "other": "77"}]


def test_comments_quotes_layout_and_the_order_of_keys_are_no_difference() -> None:
    told = yaml.dump(yaml.load(DATA, Loader=yaml.BaseLoader), sort_keys=True).encode()
    assert told != DATA and differences(DATA, told) == []


def test_an_entry_more_in_the_middle_of_a_list_is_that_entry_alone() -> None:
    before = b"verify:\n  - {kind: memory, at_most: 90%}\n  - {kind: parity}\n"
    after = b"verify:\n  - {kind: memory, at_most: 90%}\n  - {kind: duration, at_most: 240s}\n  - {kind: parity}\n"
    assert differences(before, after) == [
        {"key": "verify.duration.kind", "one": None, "other": "duration"},
        {"key": "verify.duration.at_most", "one": None, "other": "240s"},
    ]
    assert [row["one"] for row in differences(after, before)] == ["duration", "240s"]


def test_two_entries_of_one_kind_are_two() -> None:
    both = b"verify: [{kind: alarms, all: OK}, {kind: alarms, all: %b}]"
    assert [row["key"] for row in differences(both % b"OK", both % b"ALARM")] == ["verify.alarms#2.all"]


def test_a_list_of_words_is_one_value_and_an_empty_one_is_told() -> None:
    (row,) = differences(b"to: [ops_chat, alerts]", b"to: []")
    assert row == {"key": "to", "one": "ops_chat, alerts", "other": "[]"}


def test_what_looks_like_a_phone_number_is_not_repeated() -> None:
    (row,) = differences(b"line: call 010-0000-1234", b"line: call nobody")
    assert "0000" not in str(row["one"]) and row["other"] == "call nobody"


def test_where_a_rehearsal_imitated_a_service_is_no_difference_from_another_or_from_a_live_plan() -> None:
    here, there = (f"target: {{endpoint_url: 'http://127.0.0.1:{port}', rule: a}}".encode() for port in (4001, 4002))
    live = b"target: {rule: a}"
    assert differences(here, b"target: {endpoint_url: 'http://[::1]:4001', rule: a}") == []
    assert differences(here, there) == differences(here, live) == differences(live, there) == []
    elsewhere = b"target: {endpoint_url: 'http://[x', rule: a}"
    assert [row["key"] for row in differences(here, elsewhere)] == ["target.endpoint_url"]


TREES = st.recursive(
    st.text("ab:1 ", min_size=1, max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abk"), inner, max_size=3),
    max_leaves=8,
)


@given(one=st.dictionaries(st.sampled_from("xyz"), TREES), other=st.dictionaries(st.sampled_from("xyz"), TREES))
def test_a_plan_never_differs_from_itself_and_two_that_differ_say_so_both_ways(one: object, other: object) -> None:
    here, there = yaml.safe_dump(one).encode(), yaml.safe_dump(other).encode()
    assert differences(here, here) == []
    turned = [{"key": row["key"], "one": row["other"], "other": row["one"]} for row in differences(there, here)]
    assert sorted(map(str, turned)) == sorted(map(str, differences(here, there)))
