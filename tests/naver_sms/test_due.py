"""The decision rules: the vectors of the legacy's tables, and the engine against an independent model of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naver_sms.booking import Booking
from naver_sms.decision import Rules, Why
from naver_sms.due import decide
from naver_sms.legacy_table import Legacy
from naver_sms.parity import compare
from naver_sms.record import KST, Claim, ClaimState, Kind, Record
from naver_sms.recorded import replay

NOW = datetime(2025, 10, 22, 14, 0, tzinfo=KST)
RULES = Rules(keywords=("네이버", "인스타", "원본"))
KINDS = {Kind.CONFIRM: "confirm", Kind.GUIDE: "guide", Kind.EVENT: "event"}


def make_booking(minutes, *, num="1000001_1", options=(), now=NOW, us=0):
    return Booking(
        booking_num=num,
        store_id=num.partition("_")[0],
        start_at=now + timedelta(minutes=minutes, microseconds=us),
        phone="01000000001",
        phone_key="010-0000-0001",
        options=options,
    )


def make_record(flags, *, num="1000001_1", claims=None, closed=None, created_run=None):
    confirm, guide, event = ({"T": True, "F": False, "-": None}[one] for one in flags)
    return Record(
        booking_num=num,
        phone="010-0000-0001",
        booking_time="",
        confirm=confirm,
        guide=guide,
        event=event,
        claims=claims or {},
        closed=closed,
        created_run=created_run,
    )


def make_claim(state, attempt=1):
    return Claim(state=state, run_id="r", at=NOW, hash="h", attempt=attempt)


def outcome(flags, minutes, *, now=NOW, us=0, **record):
    """Return (row, created, texts) for one confirmed booking."""
    records = {} if flags is None else {"1000001_1": make_record(flags, **record)}
    (found,) = decide(confirmed=[make_booking(minutes, now=now, us=us)], records=records, now=now, rules=RULES)
    return found.why.value, found.create, "+".join(kind.value for kind in found.sends)


@pytest.mark.parametrize(
    ("vector", "flags", "minutes", "expected"),
    [
        ("V01", None, 180, ("N2", True, "confirm")),
        ("V02", None, 120, ("N1", True, "confirm+guide")),
        ("V03", None, 1, ("N1", True, "confirm+guide")),
        ("V04", None, 0, ("N3", True, "confirm")),
        ("V05", None, -1440, ("N3", True, "confirm")),
        ("V06", "TFF", 119, ("E1", False, "guide")),
        ("V07", "TFF", 120, ("E3", False, "")),
        ("V08", "TFF", 0, ("E3", False, "")),
        ("V09", "FFF", 60, ("E2", False, "confirm+guide")),
        ("V10", "FFF", 180, ("E3", False, "")),
        ("V11", "FTF", 60, ("E4", False, "")),
        ("V12", "TTF", 60, ("E4", False, "")),
    ],
)
def test_confirmed_vectors(vector, flags, minutes, expected):
    assert outcome(flags, minutes) == expected, vector


def test_v13_a_booking_seen_twice_meets_its_own_record():
    twice = [make_booking(60), make_booking(60)]
    first, second = decide(confirmed=twice, records={}, now=NOW, rules=RULES)
    assert (first.why, first.sends) == (Why.N1, (Kind.CONFIRM, Kind.GUIDE))
    assert (second.why, second.sends) == (Why.E4, ())


def test_v14_the_legacy_loses_the_guide_when_its_confirm_fails_and_the_engine_keeps_it():
    run = recorded(confirmed=[redacted(60)])
    legacy = Legacy(run, send_raises=frozenset({("1000001_1", "confirm")}))
    assert legacy.effects == [("put", "1000001_1", True, True, False)]
    held = {Kind.CONFIRM: make_claim(ClaimState.RELEASED)}
    assert outcome("FTF", 60, claims=held) == ("retry", False, "confirm")


def test_v15_a_refused_guide_is_tried_again_where_the_legacy_forgets_it():
    run = recorded(confirmed=[redacted(60)])
    legacy = Legacy(run, send_raises=frozenset({("1000001_1", "guide")}))
    assert legacy.effects[:1] == [("put", "1000001_1", True, True, False)]
    assert [one[2] for one in legacy.effects if one[0] == "send"] == ["confirm"]
    held = {Kind.GUIDE: make_claim(ClaimState.RELEASED)}
    assert outcome("TFF", 60, claims=held) == ("retry", False, "guide")


def test_v16_an_unread_record_means_nothing_where_the_legacy_starts_over():
    run = recorded(confirmed=[redacted(60) | {"read_failed": True}], records=[row("TTT")])
    assert [one[0] for one in Legacy(run).effects] == ["put", "send", "send"]
    (found,) = replay(run)
    assert (found.why, found.sends, found.failed) == (Why.UNREAD, (), True)
    result = compare(run, [found])
    assert result.missing == 3 and {one["id"] for one in result.intended} == {"B03"}


@pytest.mark.parametrize(
    ("vector", "clock", "flags", "options", "expected"),
    [
        ("V17", "19:59:59.999999", "TTF", ("네이버 사은품",), "not_now"),
        ("V17", "20:00:00", "TTF", ("네이버 사은품",), "O1"),
        ("V17", "20:59:59.999999", "TTF", ("네이버 사은품",), "O1"),
        ("V17", "21:00:00", "TTF", ("네이버 사은품",), "not_now"),
        ("V18", "20:00:00", None, ("네이버 사은품",), "O4"),
        ("V19", "20:00:00", "TTF", ("주차",), "O2"),
        ("V20", "20:00:00", "TTF", ("원본",), "O1"),
        ("O3", "20:00:00", "TTT", ("원본",), "O3"),
    ],
)
def test_completed_vectors(vector, clock, flags, options, expected):
    now = datetime.fromisoformat(f"2025-10-22T{clock}+09:00")
    records = {} if flags is None else {"1000001_1": make_record(flags)}
    days = 40 if vector == "V20" else 0
    used = make_booking(-60 - days * 1440, options=options, now=now)
    (found,) = decide(completed=[used], records=records, now=now, rules=RULES)
    assert found.why.value == expected, vector
    assert found.sends == ((Kind.EVENT,) if expected == "O1" else ())


@pytest.mark.parametrize(
    ("us", "new", "known"),
    [
        (7_200_000_001, "N2", "E3"),
        (7_200_000_000, "N1", "E3"),
        (7_199_999_999, "N1", "E1"),
        (1, "N1", "E1"),
        (0, "N3", "E3"),
    ],
)
def test_boundaries_to_the_microsecond(us, new, known):
    assert outcome(None, 0, us=us)[0] == new
    assert outcome("TFF", 0, us=us)[0] == known


def test_the_zone_of_the_clock_does_not_move_the_rules():
    for zone in ("+00:00", "+09:00", "-08:00"):
        now = NOW.astimezone(datetime.fromisoformat(f"2025-01-01T00:00:00{zone}").tzinfo)
        assert outcome("TFF", 60, now=now)[0] == "E1"


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="zone"):
        decide(records={}, now=NOW.replace(tzinfo=None), rules=RULES)
    with pytest.raises(ValueError, match="zone"):
        make_booking(0, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(("flags", "minutes"), [("T-F", 60), ("-FF", 60), ("T-F", 600)])
def test_a_missing_flag_fails_that_booking_only(flags, minutes):
    assert outcome(flags, minutes)[0] == "flag_missing"


def test_a_text_in_doubt_is_not_due_and_one_tried_three_times_neither():
    for state, attempt in [(ClaimState.UNKNOWN, 1), (ClaimState.CLAIMED, 1), (ClaimState.RELEASED, 3)]:
        held = {Kind.GUIDE: make_claim(state, attempt)}
        assert outcome("TFF", 60, claims=held) == ("E4", False, "")


def test_a_record_created_without_its_confirm_owes_it_until_the_start():
    """A run that ended between creating the record and claiming its confirm loses nothing."""
    assert outcome("FFF", 180, created_run="r") == ("retry", False, "confirm")
    assert outcome("FFF", 60, created_run="r") == ("E1", False, "guide+confirm")
    assert outcome("FFF", 0, created_run="r") == ("E3", False, "")
    run = recorded(confirmed=[redacted(180)], records=[row("FFF") | {"created": True}])
    result = compare(run, replay(run))
    assert (result.extra, {one["id"] for one in result.intended}) == (2, {"B01"})


def test_a_closed_record_gets_no_event_text():
    now = datetime(2025, 10, 22, 20, 0, tzinfo=KST)
    used = make_booking(-60, options=("원본",), now=now)
    records = {"1000001_1": make_record("TTF", closed="expired")}
    (found,) = decide(completed=[used], records=records, now=now, rules=RULES)
    assert (found.why, found.sends) == (Why.CLOSED, ())


def test_a_store_may_have_keywords_of_its_own():
    rules = Rules(keywords=("네이버",), store_keywords={"1000001": ("리뷰",)})
    assert rules.has_keyword(make_booking(0, options=("리뷰 약속",)))
    assert not rules.has_keyword(make_booking(0, options=("네이버",)))


# The engine against the tables, on inputs nobody thought of.

MINUTES = st.one_of(st.integers(-3000, 3000), st.sampled_from([-1, 0, 1, 119, 120, 121]))
OPTIONS = st.lists(st.sampled_from(["네이버 사은품", "인스타", "주차", "원본 10장"]), max_size=2)
CLOCKS = st.sampled_from(["14:00:00", "19:59:59.999999", "20:00:00", "20:30:00", "20:59:59.999999", "21:00:00"])


def redacted(minutes, *, num=1, options=(), now=NOW):
    return {
        "booking_num": f"1000001_{num}",
        "store_id": "1000001",
        "start_at": (now + timedelta(minutes=minutes)).isoformat(),
        "phone": f"hash{num}",
        "name": "hash",
        "sendable": True,
        "options": list(options),
        "read_failed": False,
    }


def row(flags, *, num=1, claims=None):
    values = [{"T": True, "F": False, "-": None}[one] for one in flags]
    return {
        "booking_num": f"1000001_{num}",
        "phone": f"hash{num}",
        **dict(zip(KINDS.values(), values, strict=True)),
        "claims": claims or {},
        "closed": None,
    }


def recorded(*, confirmed=(), completed=(), records=(), now=NOW, decided=True):
    return {
        "now": now.isoformat(),
        "configuration": {
            "option_keywords": ["네이버", "인스타", "원본"],
            "store_keywords": {},
            "default_from": "f0",
            "store_from": {"1000001": "f1"},
            "texts": {"confirm": "c", "event": "e", "guide/1000001": "g"},
            "event_as_information": decided,
        },
        "confirmed": list(confirmed),
        "completed": list(completed),
        "records": list(records),
    }


NOWS = st.one_of(
    CLOCKS.map(lambda clock: datetime.fromisoformat(f"2025-10-22T{clock}+09:00")),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(KST)),  # noqa: DTZ001
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
"""Any instant, told in Korean time or not; those at the edges of the event hour more often."""
OFFSETS_US = st.one_of(st.just(0), st.sampled_from([-1, 1]), st.integers(-60_000_000, 60_000_000))


@st.composite
def runs(draw):
    now = draw(NOWS)
    nums = st.integers(1, 6)

    def moment():
        return now + timedelta(microseconds=draw(OFFSETS_US))

    confirmed = [redacted(draw(MINUTES), num=draw(nums), now=moment()) for _ in range(draw(st.integers(0, 6)))]
    completed = [
        redacted(draw(MINUTES), num=draw(nums), options=draw(OPTIONS), now=moment())
        for _ in range(draw(st.integers(0, 5)))
    ]
    flags = st.text("TF-", min_size=3, max_size=3)
    records = [row(draw(flags), num=num) for num in sorted(draw(st.sets(nums)))]
    return recorded(confirmed=confirmed, completed=completed, records=records, now=now)


@settings(max_examples=300, deadline=None)
@given(runs())
def test_the_engine_equals_the_tables_on_any_input_without_faults(run):
    result = compare(run, replay(run))
    assert (result.missing, result.extra, result.different) == (0, 0, 0)
    assert result.percent in {"100.00", None}


@settings(max_examples=150, deadline=None)
@given(runs())
def test_the_legacy_model_sets_no_flag_back(run):
    legacy = Legacy(run)
    before = {one["booking_num"]: one for one in run["records"]}
    for (num, _), flags in legacy.table.items():
        for kind, flag in flags.items():
            assert not (num in before and before[num][kind] is True) or flag is True


def test_the_comparison_finds_a_planted_difference():
    run = recorded(confirmed=[redacted(60, num=n) for n in range(1, 5)])
    decisions = replay(run)[:3]
    result = compare(run, decisions)
    assert (result.matched, result.missing, result.percent) == (9, 3, "75.00")


def test_the_differences_of_several_runs_add_up():
    """Two runs, and in each one booking too many, one too few, and one whose flags were written otherwise."""
    run = recorded(confirmed=[redacted(180, num=n) for n in (1, 2, 3)])
    extra, other, _ = replay(run)
    run["records"] = [row("TTF", num=1)]
    one = compare(run, [extra, replace(other, flags=(False, False, False))])
    assert (one.matched, one.missing, one.extra, one.different) == (1, 2, 2, 1)
    both = one.plus(one)
    assert (both.matched, both.missing, both.extra, both.different) == (2, 4, 4, 2)
    assert both.compared == 12 and both.percent == "16.66"


def test_a_retry_is_an_intended_difference_not_a_match():
    claims = {"guide": {"state": "released", "attempt": 1}}
    run = recorded(confirmed=[redacted(60)], records=[row("TFF", claims=claims)])
    result = compare(run, replay(run))
    assert (result.matched, result.extra, result.percent) == (0, 2, "0.00")
    assert {one["id"] for one in result.intended} == {"B01"}


def test_event_texts_without_the_owners_decision_are_intended_differences():
    now = datetime(2025, 10, 22, 20, 0, tzinfo=KST)
    used = redacted(-60, options=["원본"], now=now)
    run = recorded(completed=[used], records=[row("TTF")], now=now, decided=False)
    result = compare(run, replay(run))
    assert result.missing == 2 and {one["id"] for one in result.intended} == {"B23"}
