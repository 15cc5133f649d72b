"""One promise, three drivers: every test here runs against memory, SQLite and DynamoDB."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.naver_sms.conftest import dynamo_pair
from tests.naver_sms.world import NOW

from naver_sms.meter import Meter
from naver_sms.record import NOT_LISTED, Claim, ClaimState, Kind, Record, korean_text
from naver_sms.state import Change, Key
from naver_sms.state.memory import MemoryState
from naver_sms.state.sqlite import SqliteState


def make(number=1, *, store="1000001", minutes=60, phone="010-0000-0001", run="run-1"):
    start_at = NOW + timedelta(minutes=minutes)
    return Record(
        booking_num=f"{store}_{number}",
        phone=phone,
        name="김예시",
        booking_time=korean_text(start_at),
        start_at=start_at,
        created_run=run,
    )


def a_claim(run="run-1", attempt=1):
    return Claim(state=ClaimState.CLAIMED, run_id=run, at=NOW, hash="h", attempt=attempt)


def key(record):
    return Key(record.booking_num, record.phone)


def read(state, record):
    return state.load([key(record)]).records.get(record.booking_num)


def accept(run="run-1", **more):
    return Change(
        run_id=run, states=(ClaimState.CLAIMED,), to=ClaimState.ACCEPTED, set_flag=True, request_id="R1", **more
    )


def move(to, *, states, run="run-1", **more):
    return Change(run_id=run, states=states, to=to, **more)


def test_what_was_created_is_read_back_whole(state):
    record = make()
    assert state.create(record)
    found = read(state, record)
    assert found == record
    assert state.load([Key("1000001_9", "010-0000-0009")]).records == {}


def test_a_record_is_created_once(two):
    first, second = two
    assert first.create(make(run="run-1"))
    assert not second.create(make(run="run-2"))
    assert read(second, make()).created_run == "run-1"


def test_a_record_is_found_under_another_phone(state):
    state.create(make(phone="011-0000-001"))
    found = state.load([Key("1000001_1", "011-000-0001")]).records["1000001_1"]
    assert found.phone == "011-0000-001"


def test_many_records_load_at_once(state):
    records = [make(n, phone=f"010-0000-{n:04d}") for n in range(120)]
    for one in records:
        state.create(one)
    loaded = state.load([key(one) for one in records + records[:3]])
    assert len(loaded.records) == 120 and loaded.unread == frozenset()


def test_a_text_is_claimed_once_and_accepted_by_its_claimant_only(two):
    first, second = two
    record = make()
    first.create(record)
    assert first.claim(record, Kind.GUIDE, a_claim())
    assert not second.claim(record, Kind.GUIDE, a_claim("run-2"))
    assert not second.settle(record, Kind.GUIDE, accept("run-2"))
    assert first.settle(record, Kind.GUIDE, accept())
    found = read(second, record)
    assert (found.guide, found.confirm, found.event) == (True, False, False)
    assert found.claims[Kind.GUIDE].request_id == "R1"
    assert not second.claim(found, Kind.GUIDE, a_claim("run-2"))


def test_no_claim_without_a_record_and_none_when_the_flag_is_set(state):
    assert not state.claim(make(), Kind.GUIDE, a_claim())


def test_a_released_text_may_be_claimed_again_with_a_clean_slate(two):
    first, second = two
    record = make()
    first.create(record)
    first.claim(record, Kind.CONFIRM, a_claim())
    release = move(ClaimState.RELEASED, states=(ClaimState.CLAIMED,), code="http 429")
    assert first.settle(record, Kind.CONFIRM, release)
    assert read(first, record).claims[Kind.CONFIRM].code == "http 429"
    assert second.claim(record, Kind.CONFIRM, a_claim("run-2", attempt=2))
    held = read(first, record).claims[Kind.CONFIRM]
    assert (held.run_id, held.attempt, held.code) == ("run-2", 2, None)


@pytest.mark.parametrize("to", [ClaimState.UNKNOWN, ClaimState.ACCEPTED])
def test_open_claims_are_listed_until_they_end(state, to):
    record = make()
    state.create(record)
    assert state.open_claims() == []
    state.claim(record, Kind.GUIDE, a_claim())
    assert [one.booking_num for one in state.open_claims()] == ["1000001_1"]
    state.settle(record, Kind.GUIDE, move(to, states=(ClaimState.CLAIMED,)))
    assert len(state.open_claims()) == 1
    end = move(ClaimState.FAILED, states=(to,), message_id="M1", code="3001")
    assert state.settle(record, Kind.GUIDE, end)
    assert state.open_claims() == []
    held = read(state, record).claims[Kind.GUIDE]
    assert (held.state, held.message_id, held.code) == (ClaimState.FAILED, "M1", "3001")


def test_a_record_stays_open_while_its_other_text_is(state):
    record = make()
    state.create(record)
    for kind in (Kind.CONFIRM, Kind.GUIDE):
        state.claim(record, kind, a_claim())
        state.settle(record, kind, accept())
    done = move(ClaimState.DELIVERED, states=(ClaimState.ACCEPTED,))
    assert state.settle(record, Kind.CONFIRM, done)
    assert len(state.open_claims()) == 1
    assert state.settle(record, Kind.GUIDE, done)
    assert state.open_claims() == []


def test_a_step_out_of_order_is_refused(state):
    record = make()
    state.create(record)
    done = move(ClaimState.DELIVERED, states=(ClaimState.ACCEPTED,))
    assert not state.settle(record, Kind.GUIDE, done)
    state.claim(record, Kind.GUIDE, a_claim())
    assert not state.settle(record, Kind.GUIDE, done)
    assert read(state, record).claims[Kind.GUIDE].state is ClaimState.CLAIMED


def test_pending_is_by_the_whole_store_id_and_ends_with_the_event_text_or_a_close(state):
    mine, event, closed = make(1), make(2), make(3)
    other = make(1, store="10000012")
    for one in (mine, event, closed, other):
        state.create(one)
    state.claim(event, Kind.EVENT, a_claim())
    state.settle(event, Kind.EVENT, accept())
    assert state.close(closed, "expired")
    assert not state.close(closed, "expired")
    assert [one.booking_num for one in state.pending("1000001")] == ["1000001_1"]
    assert [one.booking_num for one in state.pending("10000012")] == ["10000012_1"]
    assert read(state, closed).closed == "expired"


def test_one_lease_at_a_time_and_a_dead_one_ends(two):
    first, second = two
    until = NOW + timedelta(seconds=330)
    assert first.take_lease(holder="run-1", now=NOW, until=until)
    assert first.take_lease(holder="run-1", now=NOW, until=until), "a lost reply is asked again"
    assert not second.take_lease(holder="run-2", now=NOW, until=until)
    second.free_lease("run-2")
    assert not second.take_lease(holder="run-2", now=until, until=until)
    assert second.take_lease(holder="run-2", now=until + timedelta(seconds=1), until=until)
    second.free_lease("run-2")
    assert first.take_lease(holder="run-3", now=NOW, until=until)


def test_ten_threads_claim_and_one_gets_it(two):
    record = make()
    two[0].create(record)
    got = []
    barrier = threading.Barrier(10)

    def take(n):
        barrier.wait()
        if two[n % 2].claim(record, Kind.CONFIRM, a_claim(f"run-{n}")):
            got.append(n)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(got) == 1
    assert read(two[0], record).claims[Kind.CONFIRM].run_id == f"run-{got[0]}"


def test_the_session_row_is_read_with_its_age_and_none_is_none(state):
    assert state.session_cookies("1") is None
    match state:
        case MemoryState():
            state.cells.sessions["1"] = ("[]", NOW)
        case SqliteState():
            state._db.execute("INSERT INTO session VALUES ('1', '[]', ?)", (NOW.isoformat(),))
        case _:
            item = {"id": {"S": "1"}, "cookies": {"S": "[]"}, "fetched_at": {"S": NOW.isoformat()}}
            state._client.put_item(TableName=state._tables.session, Item=item)
    assert state.session_cookies("1") == ("[]", NOW)


def test_notes_are_kept_under_their_names_and_found_by_how_they_begin(two):
    here, there = two
    for name, text in (("optout#1", "first"), ("optout#1", "second"), ("consent#1", "other")):
        here.note(name, text, at=NOW)
    assert there.notes(["optout#1", "optout#2"]) == {"optout#1": "second"}
    assert there.notes_like("optout#") == {"optout#1": "second"}
    for _ in "12":
        there.note("optout#1", None, at=NOW)
    assert (here.notes(["optout#1", "consent#1"]), here.notes_like("optout#")) == ({"consent#1": "other"}, {})


class TestLegacyRows:
    """Rows that the legacy wrote, in DynamoDB only."""

    @pytest.fixture
    def dynamo(self, aws_env):
        return dynamo_pair()[0]

    def put(self, state, **changes):
        item = {
            "booking_num": {"S": "1000001_5"},
            "phone": {"S": "010-0000-0005"},
            "name": {"S": "김예시"},
            "booking_time": {"S": "2025-10-22 18:00:00"},
            "confirm_sms": {"BOOL": True},
            "remind_sms": {"N": "0"},
            "option_sms": {"BOOL": False},
            "option_time": {"S": ""},
        }
        item |= changes
        state._client.put_item(TableName=state._tables.sms, Item=item)

    def test_they_are_read_with_their_number_flags_and_korean_times(self, dynamo):
        self.put(dynamo)
        (found,) = dynamo.legacy_pending()
        assert (found.confirm, found.guide, found.event) == (True, False, False)
        assert found.start_at == NOW.replace(hour=18)
        assert dynamo.pending("1000001") == []

    def test_a_missing_flag_is_neither_true_nor_false(self, dynamo):
        self.put(dynamo, remind_sms={"BOOL": True})
        key_ = {"booking_num": {"S": "1000001_5"}, "phone": {"S": "010-0000-0005"}}
        dynamo._client.update_item(TableName=dynamo._tables.sms, Key=key_, UpdateExpression="REMOVE remind_sms")
        assert dynamo.load([Key("1000001_5", "010-0000-0005")]).records["1000001_5"].guide is None

    def test_a_claim_brings_them_into_the_indexes(self, dynamo):
        self.put(dynamo)
        (found,) = dynamo.legacy_pending()
        assert dynamo.claim(found, Kind.GUIDE, a_claim())
        assert dynamo.legacy_pending() == []
        assert [one.booking_num for one in dynamo.pending("1000001")] == ["1000001_5"]

    def test_a_repeated_write_whose_reply_was_lost_counts_as_done(self, dynamo):
        record = make()
        assert dynamo.create(record) and dynamo.create(record)
        claim = a_claim()
        assert dynamo.claim(record, Kind.GUIDE, claim) and dynamo.claim(record, Kind.GUIDE, claim)
        assert dynamo.settle(record, Kind.GUIDE, accept()) and dynamo.settle(record, Kind.GUIDE, accept())
        assert not dynamo.settle(record, Kind.GUIDE, replace(accept(), request_id="R2"))

    def test_a_reader_sees_what_a_run_wrote_without_seeing_people(self, dynamo):
        record = make()
        dynamo.create(record)
        dynamo.claim(record, Kind.GUIDE, a_claim())
        dynamo.settle(record, Kind.GUIDE, accept())
        answer = dynamo._client.query(
            TableName=dynamo._tables.sms,
            KeyConditionExpression="booking_num = :b",
            ExpressionAttributeValues={":b": {"S": "1000001_1"}},
            ProjectionExpression="created_run, remind_sms, remind_claim.run_id, remind_claim.request_id",
        )
        assert answer["Items"] == [
            {
                "created_run": {"S": "run-1"},
                "remind_sms": {"BOOL": True},
                "remind_claim": {"M": {"run_id": {"S": "run-1"}, "request_id": {"S": "R1"}}},
            }
        ]

    def test_a_table_that_is_not_there_is_a_state_error_and_unread_not_absent(self, dynamo):
        from naver_sms.errors import StateError
        from naver_sms.state.dynamodb import DynamoState, Tables

        lost = DynamoState(dynamo._client, tables=Tables(sms="absent"), meter=Meter())
        assert lost.load([Key("1000001_1", "x")]).unread == {"1000001_1"}
        with pytest.raises(StateError, match="ResourceNotFoundException"):
            lost.pending("1000001")


def test_a_record_may_be_created_with_flags_and_as_adopted(state):
    record = replace(make(), confirm=True, guide=True, adopted=True)
    state.create(record)
    state.create(replace(make(2), confirm=True, event=True))
    assert read(state, record) == record
    assert [one.booking_num for one in state.pending("1000001")] == ["1000001_1"]
    assert not state.claim(read(state, record), Kind.CONFIRM, a_claim())


def test_a_moved_booking_gets_its_new_start_and_its_reminder_anew(state):
    state.create(make())
    claimed = read(state, make())
    state.claim(claimed, Kind.GUIDE, a_claim())
    state.settle(claimed, Kind.GUIDE, accept())
    start_at = NOW + timedelta(days=3)
    assert state.renew(read(state, make()), start_at=start_at, reopen=Kind.GUIDE)
    moved = read(state, make())
    assert (moved.start_at, moved.booking_time) == (start_at, korean_text(start_at))
    assert (moved.guide, moved.claims) == (False, {})
    assert [one.booking_num for one in state.pending("1000001")] == ["1000001_1"]
    assert state.claim(moved, Kind.GUIDE, a_claim("run-2"))
    assert state.settle(moved, Kind.GUIDE, accept("run-2"))
    assert state.renew(read(state, make()), start_at=None, reopen=Kind.GUIDE)
    assert read(state, make()).start_at == start_at


def test_a_text_that_was_given_up_may_be_owed_again(state):
    """Its booking moved: what nobody ever got is of use for the new start, and counts as the same text."""
    state.create(make())
    record = read(state, make())
    assert state.claim(record, Kind.GUIDE, a_claim())
    given_up = Change(run_id="run-1", states=(ClaimState.CLAIMED,), to=ClaimState.ABANDONED, code=NOT_LISTED)
    assert state.settle(record, Kind.GUIDE, given_up)
    assert not state.claim(read(state, make()), Kind.GUIDE, a_claim("run-2"))
    owed = Change(run_id="run-1", states=(ClaimState.ABANDONED,), to=ClaimState.RELEASED, code=NOT_LISTED)
    assert state.settle(read(state, make()), Kind.GUIDE, owed)
    found = read(state, make()).claims[Kind.GUIDE]
    assert (found.state, found.code) == (ClaimState.RELEASED, NOT_LISTED)
    assert state.claim(read(state, make()), Kind.GUIDE, replace(a_claim("run-2"), attempt=2))


def test_a_start_alone_may_change(state):
    state.create(make())
    record = read(state, make())
    state.claim(record, Kind.CONFIRM, a_claim())
    assert state.renew(record, start_at=NOW + timedelta(hours=9), reopen=None)
    found = read(state, make())
    assert found.start_at == NOW + timedelta(hours=9) and found.claims[Kind.CONFIRM].state is ClaimState.CLAIMED
    assert not state.renew(make(9), start_at=NOW, reopen=None)


def test_a_text_under_way_or_changed_meanwhile_is_not_sent_anew(two):
    first, second = two
    first.create(make())
    before = read(first, make())
    first.claim(before, Kind.GUIDE, a_claim())
    claimed = read(second, make())
    assert not second.renew(before, start_at=None, reopen=Kind.GUIDE)
    assert not second.renew(claimed, start_at=None, reopen=Kind.GUIDE)
    first.settle(claimed, Kind.GUIDE, accept())
    accepted = read(first, make())
    assert first.renew(accepted, start_at=None, reopen=Kind.GUIDE)
    assert not second.renew(accepted, start_at=None, reopen=Kind.GUIDE)


def test_an_event_text_sent_anew_is_waited_for_again(state):
    state.create(make())
    record = read(state, make())
    state.claim(record, Kind.EVENT, a_claim())
    state.settle(record, Kind.EVENT, accept())
    assert state.pending("1000001") == []
    assert state.renew(read(state, make()), start_at=None, reopen=Kind.EVENT)
    assert [one.event for one in state.pending("1000001")] == [False]


def test_new_cookies_take_the_place_of_the_old(state):
    for number in (1, 2):
        state.store_cookies("1", f"[{number}]", NOW + timedelta(hours=number))
    text, fetched_at = state.session_cookies("1")
    assert (text, fetched_at) == ("[2]", NOW + timedelta(hours=2))
