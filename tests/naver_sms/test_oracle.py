"""The engine beside tables written a second time: thousands of runs, the same texts and the same records.

The runs are drawn with a seed that a failure prints; each one has bookings seen twice, records of every shape, starts
and moments at the edges to the microsecond, and moments told in other zones.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest
from tests.naver_sms import oracle
from tests.naver_sms.world import STORES, booking, open_sqlite, record_for, seed_sqlite

from naver_sms.booking import parse
from naver_sms.decision import Rules
from naver_sms.due import decide
from naver_sms.record import KST, Kind, Record
from naver_sms.state import Key

WORDS = ("네이버", "인스타", "원본")
OPTIONS = ("사은품 (네이버 예약 고객)", "인스타 팔로우", "원본 10장", "주차", "원 본", "")
DEFECTS = {"B16", "B19", "B21", "B22", "B31"}
RUNS, BATCHES = 500, 8


def drawn(random):
    """Return one run's input: now, confirmed and completed bookings as Naver lists them, flags by booking."""
    zone = random.choice((KST, UTC, timezone(timedelta(hours=-5))))
    day = datetime(2025, 10, 22, tzinfo=KST) + timedelta(days=random.randrange(-400, 400))
    clock = timedelta(microseconds=random.randrange(86_400_000_000))
    if random.random() < 0.5:
        clock = timedelta(hours=random.choice((20, 21, 8)), microseconds=random.choice((-1, 0, 1)))
    now = (day + clock).astimezone(zone)
    numbers = [random.randrange(1, 9) for _ in range(random.randrange(0, 12))]
    split = random.randrange(len(numbers) + 1)
    flags = {f"1000001_{n}": "".join(random.choice("TTFFF-") for _ in range(3)) for n in set(numbers[::2])}
    return now, [raw(random, n, now) for n in numbers[:split]], [raw(random, n, now) for n in numbers[split:]], flags


def raw(random, number, now):
    minutes = random.choice((-57_600, -1440, -1, 0, 1, 60, 119, 120, 121, 180, random.randrange(-3000, 3000)))
    # A start holds no seconds, so that the edge is met when the run's moment does not either.
    start = now + timedelta(minutes=minutes, microseconds=random.choice((0, 0, -1, 1, 59_999_999)))
    return {
        "bookingId": number,
        "phone": "01000000001",
        "snapshotJson": {
            "startDateTime": start.astimezone(UTC).isoformat(),
            "bookingOptionJson": [{"name": one} for one in random.sample(OPTIONS, random.randrange(3))],
        },
    }


def bookings(found, status):
    return [parse(one, store_id="1000001", status=status) for one in found]


def by_the_tables(now, confirmed, completed, flags):
    def plain(one):
        inner = one["snapshotJson"]
        options = [option["name"] for option in inner["bookingOptionJson"]]
        return f"1000001_{one['bookingId']}", datetime.fromisoformat(inner["startDateTime"]), options

    lists = {"confirmed": map(plain, confirmed), "completed": map(plain, completed)}
    return oracle.run(**lists, records=flags, now=now, keywords=WORDS)


def by_the_engine(now, confirmed, completed, flags, *, corrected=False):
    """Return sends and written records, and every deviation that the engine names, by booking."""
    records = {
        num: Record(booking_num=num, phone="010-0000-0001", booking_time="", **_named(given))
        for num, given in flags.items()
    }
    decisions = decide(
        confirmed=bookings(confirmed, "RC03"),
        completed=bookings(completed, "RC08"),
        records=records,
        now=now,
        rules=Rules(keywords=WORDS, corrected=corrected),
    )
    sends = [(one.booking.booking_num, kind.value) for one in decisions for kind in one.sends]
    rows = {
        one.booking.booking_num: "".join({True: "T", False: "F", None: "-"}[flag] for flag in one.flags)
        for one in decisions
        if one.flags is not None and (one.create or one.sends)
    }
    named = {(one.booking.booking_num, part): defect for one in decisions for part, defect in one.deviations}
    return sends, rows, named


def _named(flags):
    return {kind.value: {"T": True, "F": False, "-": None}[one] for kind, one in zip(Kind, flags, strict=True)}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_strict_is_the_tables(batch):
    """Sends in their order and records as they end; 4,000 runs in all."""
    sent = 0
    for number in range(RUNS):
        seed = f"strict {batch} {number}"
        given = drawn(Random(seed))
        sends, rows, named = by_the_engine(*given)
        assert (sends, rows) == by_the_tables(*given), seed
        assert named == {}, seed
        sent += len(sends)
    # The runs are worth something only when much is due in them.
    assert sent > RUNS


@pytest.mark.parametrize("batch", range(BATCHES))
def test_corrected_differs_by_named_defects_alone(batch):
    met = set()
    for number in range(RUNS):
        seed = f"corrected {batch} {number}"
        given = drawn(Random(seed))
        sends, _, named = by_the_engine(*given, corrected=True)
        expected, _ = by_the_tables(*given)
        # Once more for another start is a difference as any other.
        again = {one for one, count in Counter(sends).items() if count > 1}
        for pair in again | (set(sends) ^ set(expected)):
            assert named.get(pair) in DEFECTS, (seed, pair)
            met.add(named[pair])
    assert met >= {"B16", "B19", "B21", "B22"}


TEXTS = {"예약이 확정되었습니다": "confirm", "이용해 주셔서 감사합니다": "event"}


@pytest.mark.parametrize("seed", range(6))
def test_a_whole_run_sends_and_writes_what_the_tables_say(seed, go, naver, sens, tmp_path):
    """Over HTTP, to the gateway's outbox and the table's rows."""
    random = Random(f"whole {seed}")
    now = datetime(2025, 10, 22, 20 if seed % 2 else 14, random.randrange(60), tzinfo=KST)
    naver.now = now.isoformat()
    rare = [booking(n, minutes=random.choice((-30, 1, 60, 119, 121, 500)), now=now) for n in range(30)]
    used = [booking(n, minutes=-200 - n, now=now, status="RC08", options=OPTIONS[n % 4 :][:1]) for n in range(30, 60)]
    flags = {f"1000001_{n}": "".join(random.choice("TF") for _ in "123") for n in random.sample(range(60), 40)}
    naver.bookings = [*rare, rare[0], *used]
    rows = {f"1000001_{one['bookingId']}": one for one in naver.bookings}
    named = ("confirm", "guide", "event")
    seeds = {num: dict(zip(named, [flag == "T" for flag in given], strict=True)) for num, given in flags.items()}
    seed_sqlite(tmp_path, [record_for(rows[num], **given) for num, given in seeds.items()])
    expected, written = by_the_tables(now, [*rare, rare[0]], used, flags)
    report = go(ids=STORES[:1], event_as_information={"by": "owner", "on": "2025-10-01"})
    phones = {one["phone"]: num for num, one in rows.items()}
    sent = [(phones[one["to"]], TEXTS.get(one["content"], "guide")) for one in sens.outbox]
    assert (report["parity"]["percent"], sorted(sent)) == ("100.00", sorted(expected))
    state = open_sqlite(tmp_path)
    found = state.load([Key(num, "") for num in rows]).records
    state.shut()
    ended = {num: "".join("FT"[one.flag(kind) is True] for kind in Kind) for num, one in found.items()}
    assert ended == flags | written


def test_the_tables_have_one_row_for_every_case():
    """A case without a row, or with two, would make the tables no judge."""
    for guide in "TF-":
        for where in oracle.WITHOUT:
            for confirm in "TF-":
                assert oracle.looked_up(oracle.WITH, (guide, where, confirm)) is not None
    assert [oracle.distance(us, 0) for us in (-1, 0, 1, 7_199_999_999, 7_200_000_000, 7_200_000_001)] == [
        "over",
        "over",
        "near",
        "near",
        "edge",
        "far",
    ]
