"""The living world of bookings: a fixture for the first run, then arrivals, changes, cancellations and visits."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.record import Record, iso

if TYPE_CHECKING:
    from bongsu.sandbox.clock import SandboxClock

KST = timezone(timedelta(hours=9), "KST")
STORES = tuple(str(number) for number in range(1000001, 1000009))
REQUESTED, CONFIRMED, CANCELLED, NO_SHOW, REPLACED, COMPLETED = "RC02", "RC03", "RC04", "RC05", "RC06", "RC08"
# What may become of a booking; whatever is not named here stays what it is.
MOVES = {REQUESTED: {CONFIRMED, CANCELLED}, CONFIRMED: {COMPLETED, CANCELLED, NO_SHOW, REPLACED}}
# A visit is marked as completed this long after its end.
COMPLETED_AFTER = timedelta(minutes=10)
OPENS_AT_HOUR, LAST_START_HOUR = 10, 21
KEYWORD_OPTION = "사은품 (네이버 예약 고객)"
PLAIN_OPTION = "주차 1대"


@dataclass(slots=True, kw_only=True)
class Booking:
    """One booking as the site keeps it; `given` is its JSON where a test loaded or changed it, malformed or not."""

    store: str
    booking_id: int
    status: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    start_at: datetime
    duration: timedelta
    registered_at: datetime
    options: tuple[str, ...] = ()
    item: str = "기본 60분"
    given: dict[str, Any] | None = field(default=None, repr=False)

    @classmethod
    def from_json(cls, given: dict[str, Any], *, now: datetime) -> Booking:
        """Return a booking that is answered as given; KeyError or ValueError without ids and a status.

        Where its times cannot be read, it starts now.
        """
        snapshot = given.get("snapshotJson")
        snapshot = snapshot if isinstance(snapshot, dict) else {}
        start_at = _instant(snapshot.get("startDateTime"), now)
        return cls(
            store=str(given["businessId"]),
            booking_id=int(given["bookingId"]),
            status=str(given["bookingStatusCode"]),
            name=str(given.get("name")),
            phone=str(given.get("phone")),
            start_at=start_at,
            duration=max(_instant(snapshot.get("endDateTime"), start_at) - start_at, timedelta(0)),
            registered_at=_instant(given.get("regDateTime"), now),
            given=given,
        )

    @property
    def number(self) -> str:
        """The booking's key in the workload's table."""
        return f"{self.store}_{self.booking_id}"

    @property
    def end_at(self) -> datetime:
        """When the visit ends."""
        return self.start_at + self.duration

    def to_json(self) -> dict[str, Any]:
        """Return the booking in the site's shape: Korean dates outside, UTC instants in the snapshot."""
        if self.given is not None:
            return {**self.given, "bookingStatusCode": self.status}
        options = [
            {"optionId": 700001 + index, "name": name, "price": 0, "bookingCount": 1, "categoryTypeCode": "CUSTOM"}
            for index, name in enumerate(self.options)
        ]
        return {
            "bookingId": self.booking_id,
            "businessId": int(self.store),
            "bookingStatusCode": self.status,
            "name": self.name,
            "phone": self.phone,
            "bizItemId": 500001,
            "bizItemName": self.item,
            "startDate": f"{self.start_at.astimezone(KST):%Y-%m-%d}",
            "endDate": f"{self.end_at.astimezone(KST):%Y-%m-%d}",
            "regDateTime": self.registered_at.astimezone(KST).isoformat(timespec="seconds"),
            "confirmedDateTime": (self.registered_at + timedelta(seconds=90))
            .astimezone(KST)
            .isoformat(timespec="seconds"),
            "bookingCount": 1,
            "totalPrice": 30000,
            "isCompleted": self.status == COMPLETED,
            "isNonmember": False,
            "isForcedPrivacyMasking": False,
            "snapshotJson": {
                "bookingId": self.booking_id,
                "businessId": int(self.store),
                "startDateTime": f"{self.start_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "endDateTime": f"{self.end_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "globalTimezone": "Asia/Seoul",
                "bookingTimeUnitCode": "RT00",
                "bookingOptionJson": options,
                "couponJson": [],
            },
        }


def _instant(text: object, otherwise: datetime) -> datetime:
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return when.astimezone(UTC) if when.tzinfo is not None else otherwise


class BookingMaker:
    """Makes bookings with people and numbers that do not exist, the same ones for the same seed."""

    FAMILY = "김이박최정강조윤장임"
    GIVEN = ("가온", "나루", "다솜", "라온", "마루", "바다", "사랑", "아라", "예시", "하늘")

    def __init__(self, seed: int) -> None:
        self.random = Random(f"bookings {seed}")
        self._phones = [f"0100000{number:04d}" for number in range(1, 10_000)]
        self.random.shuffle(self._phones)
        self._id = 1_012_000_000 + self.random.randrange(1_000_000)

    def make(
        self,
        *,
        store: str,
        start_at: datetime,
        registered_at: datetime,
        status: str = CONFIRMED,
        keyword: bool = False,
        duration: timedelta = timedelta(minutes=60),
    ) -> Booking:
        """Return a new booking; `keyword` gives it an option that earns the evening text."""
        self._id += self.random.randrange(1, 60)
        return Booking(
            store=store,
            booking_id=self._id,
            status=status,
            name=self.random.choice(self.FAMILY) + self.random.choice(self.GIVEN),
            phone=self._phones.pop(),
            start_at=start_at,
            duration=duration,
            registered_at=registered_at,
            options=(KEYWORD_OPTION,) if keyword else self.random.choice(((), (), (PLAIN_OPTION,))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSpec:
    """How many things happen in the hours after the first run."""

    arrivals: int = 14
    cancellations: int = 6
    moves: int = 3
    replacements: int = 2
    no_shows: int = 2
    hours: int = 25


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    at: datetime
    kind: str


class Bookings:
    """All bookings of a world; what is due to happen by the clock has happened whenever somebody looks."""

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        *,
        fixture: list[Booking],
        maker: BookingMaker,
        live_from: datetime,
        life: LifeSpec,
    ) -> None:
        """Begin with `fixture`; nothing changes before `live_from`."""
        self._clock = clock
        self._record = record
        self._maker = maker
        self._lock = threading.Lock()
        self._bookings = {booking.booking_id: booking for booking in fixture}
        self._changes = _plan_changes(maker.random, live_from=live_from, life=life)
        self._stands_still = False
        self.stores = frozenset(STORES)

    def load(self, given: list[dict[str, Any]]) -> None:
        """Replace every booking; from now on nothing happens by itself. KeyError or ValueError changes nothing."""
        now = self._clock.now()
        made = [Booking.from_json(one, now=now) for one in given]
        with self._lock:
            self._stands_still = True
            self._changes.clear()
            self._bookings = {one.booking_id: one for one in made}
            self.stores = self.stores | {one.store for one in made}

    def put(self, given: dict[str, Any]) -> None:
        """Add one booking in the site's shape, or put it in place of the one of its id."""
        one = Booking.from_json(given, now=self._clock.now())
        with self._lock:
            self._settle()
            self._bookings[one.booking_id] = one

    def remove(self, booking_id: int) -> None:
        """Take a booking out altogether; KeyError when there is none."""
        with self._lock:
            self._settle()
            del self._bookings[booking_id]

    def change(self, booking_id: int, changes: dict[str, Any]) -> dict[str, Any]:
        """Lay changes over a booking, its snapshot key by key; return it.

        KeyError when there is none of that id, ValueError when its status cannot become the one that is asked for.
        """
        with self._lock:
            self._settle()
            before = self._bookings[booking_id]
            status = changes.get("bookingStatusCode", before.status)
            if status != before.status and status not in MOVES.get(before.status, ()):
                raise ValueError(f"a booking of status {before.status} does not become {status}")
            given = {**before.to_json(), **changes}
            given["snapshotJson"] = {**before.to_json()["snapshotJson"], **changes.get("snapshotJson", {})}
            self._bookings[booking_id] = Booking.from_json(given, now=self._clock.now())
            return self._bookings[booking_id].to_json()

    def of_store(self, store: str) -> list[Booking]:
        """Return a store's bookings of every status."""
        with self._lock:
            self._settle()
            return [one for one in self._bookings.values() if one.store == store]

    def one(self, store: str, booking_id: int) -> Booking | None:
        """Return one booking, None if the store has none of that id."""
        with self._lock:
            self._settle()
            found = self._bookings.get(booking_id)
            return found if found is not None and found.store == store else None

    def all(self) -> list[Booking]:
        """Return every booking."""
        with self._lock:
            self._settle()
            return list(self._bookings.values())

    def _settle(self) -> None:
        """Let everything happen that is due, in the order of time, so that the seed alone decides what it is."""
        if self._stands_still:
            return
        now = self._clock.now()
        while self._changes and self._changes[0].at <= now:
            change = self._changes.pop(0)
            self._complete_until(change.at)
            self._happen(change)
        self._complete_until(now)

    def _complete_until(self, now: datetime) -> None:
        due = [
            one for one in self._bookings.values()
            if one.status == CONFIRMED and one.end_at + COMPLETED_AFTER <= now
        ]  # fmt: skip
        for one in sorted(due, key=lambda booking: (booking.end_at, booking.booking_id)):
            one.status = COMPLETED
            self._note("completed", one, at=one.end_at + COMPLETED_AFTER)

    def _happen(self, change: _Change) -> None:
        match change.kind:
            case "arrive":
                self._arrive(change.at)
            case "no_show":
                begun = [one for one in self._confirmed() if one.start_at <= change.at < one.end_at]
                if begun:
                    one = self._maker.random.choice(begun)
                    one.status = NO_SHOW
                    self._note("no_show", one, at=change.at)
            case _:
                later = [one for one in self._confirmed() if one.start_at > change.at + timedelta(hours=1)]
                if later:
                    self._alter(change, self._maker.random.choice(later))

    def _alter(self, change: _Change, one: Booking) -> None:
        if change.kind == "cancel":
            one.status = CANCELLED
            self._note("cancelled", one, at=change.at)
            return
        start_at = self._free_start(change.at)
        if change.kind == "move":
            one.start_at = start_at
            self._note("moved", one, at=change.at)
            return
        one.status = REPLACED
        self._note("replaced", one, at=change.at)
        self._add(store=one.store, start_at=start_at, at=change.at)

    def _arrive(self, at: datetime) -> None:
        self._add(store=self._maker.random.choice(STORES), start_at=self._free_start(at), at=at)

    def _add(self, *, store: str, start_at: datetime, at: datetime) -> None:
        keyword = self._maker.random.random() < 0.25
        one = self._maker.make(store=store, start_at=start_at, registered_at=at, keyword=keyword)
        self._bookings[one.booking_id] = one
        self._note("arrived", one, at=at)

    def _confirmed(self) -> list[Booking]:
        return sorted(
            (one for one in self._bookings.values() if one.status == CONFIRMED),
            key=lambda booking: booking.booking_id,
        )

    def _free_start(self, at: datetime) -> datetime:
        """Return a start in opening hours: soon for some, days ahead for most."""
        soon = self._maker.random.random() < 0.3
        ahead = timedelta(minutes=self._maker.random.randrange(80, 240))
        if not soon:
            ahead += timedelta(days=self._maker.random.randrange(1, 10))
        return in_opening_hours(at + ahead)

    def _note(self, what: str, one: Booking, *, at: datetime) -> None:
        self._record.write("bookings", what, booking=one.number, happened_at=iso(at), start_at=iso(one.start_at))


def in_opening_hours(when: datetime) -> datetime:
    """Return the next quarter of an hour at which a visit may begin."""
    local = when.astimezone(KST).replace(second=0, microsecond=0)
    local += timedelta(minutes=-local.minute % 15)
    if local.hour > LAST_START_HOUR:
        local = (local + timedelta(days=1)).replace(hour=OPENS_AT_HOUR, minute=0)
    elif local.hour < OPENS_AT_HOUR:
        local = local.replace(hour=OPENS_AT_HOUR, minute=0)
    return local.astimezone(UTC)


def _plan_changes(random: Random, *, live_from: datetime, life: LifeSpec) -> list[_Change]:
    counts = {
        "arrive": life.arrivals,
        "cancel": life.cancellations,
        "move": life.moves,
        "replace": life.replacements,
        "no_show": life.no_shows,
    }
    span_s = life.hours * 3600
    changes: list[_Change] = []
    for kind, count in counts.items():
        drawn: list[_Change] = []
        while len(drawn) < count:
            at = live_from + timedelta(seconds=random.randrange(span_s))
            hour = at.astimezone(KST).hour
            # Few book at night: those moments are drawn again, most of the time.
            if 1 <= hour < 8 and (kind == "no_show" or random.random() < 0.8):
                continue
            if kind == "no_show" and not OPENS_AT_HOUR <= hour <= LAST_START_HOUR:
                continue
            drawn.append(_Change(at, kind))
        changes += drawn
    return sorted(changes)
