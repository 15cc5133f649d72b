"""One store's way from the partner site to texts in line; stores go side by side and do not wait for another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from naver_sms.booking import Booking, Quarantined, parse
from naver_sms.decision import EVENT_HOUR, LEAD, Decision, Rules
from naver_sms.due import decide
from naver_sms.errors import StateError
from naver_sms.intent import Skipped
from naver_sms.lining import Line
from naver_sms.naver import CLOSED, COMPLETED, CONFIRMED, Ask, Failed, windows
from naver_sms.record import KST, NOT_LISTED, ClaimState, Kind, Record, korean_text
from naver_sms.ruled import by_rules
from naver_sms.state import Change, Key

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime

    from naver_sms.meter import Meter
    from naver_sms.naver import NaverClient, Pacer, Read
    from naver_sms.rulebook import Rule
    from naver_sms.sending import Sender
    from naver_sms.settings import Settings, Store
    from naver_sms.state import StatePort
    from naver_sms.tally import StoreTally

# The legacy closed nothing in years; what it left is cleared away over many runs, not in the first.
CLOSES_MAX = 100


class Pipeline:
    """Loads, decides and puts in line what is due for one store."""

    def __init__(  # noqa: PLR0913  one collaborator each
        self,
        store: Store,
        *,
        settings: Settings,
        naver: NaverClient,
        state: StatePort,
        sender: Sender | None,
        meter: Meter,
        tally: StoreTally,
        run_id: str,
        now: datetime,
    ) -> None:
        self._store = store
        self._settings = settings
        self._naver = naver
        self._state = state
        self._sender = sender
        self._meter = meter
        self._tally = tally
        self._run_id = run_id
        self._now = now
        self._listed_at: datetime | None = None
        self._rules: dict[tuple[str, Kind], Rule] = {}
        self._line = Line(
            store=store,
            settings=settings,
            sender=sender,
            tally=tally,
            meter=meter,
            state=state,
            run_id=run_id,
        )

    def confirmed(self, ask: Ask, read: Read, *, settled: Callable[[], None]) -> Failed | None:
        """Serve the confirmed bookings; `settled` returns when earlier runs' claims have been looked up."""
        self._listed_at = read.listed_at
        raw = self._naver.rest(ask, read)
        if isinstance(raw, Failed):
            return raw
        bookings = self._parsed(raw, CONFIRMED)
        self._tally.confirmed = bookings
        settled()
        records = self._load(bookings)
        self._act(
            decide(
                confirmed=bookings,
                records=records,
                now=self._now,
                rules=rules_of(self._settings),
                unread=frozenset(self._tally.unread),
            ),
            records,
        )
        return None

    def completed(
        self,
        pacer: Pacer,
        *,
        pool: Executor,
        legacy: Callable[[], list[Record]],
        first: Callable[[], object],
    ) -> Failed | None:
        """Serve the completed bookings whose event text is to come; `first` returns when `confirmed` has."""
        if self._settings.mode == "adopt":
            return None
        rows = self._open_rows(legacy())
        starts = [row.start_at for row in rows if row.start_at is not None]
        raw: list[Any] = []
        for window in windows(min(starts), max(starts)) if starts else ():
            statuses = ",".join((COMPLETED, *CLOSED))
            ask = Ask(store_id=self._store.id, status=statuses, pacer=pacer, window=window)
            read = self._naver.read(ask, pool=pool)
            got = read if isinstance(read, Failed) else self._naver.rest(ask, read)
            if isinstance(got, Failed):
                return got
            raw += got
        bookings = self._parsed(self._without_closed(raw, rows), COMPLETED)
        self._tally.completed = bookings
        records: dict[str, Record] = {}
        in_hour = self._now.astimezone(KST).hour == EVENT_HOUR or self._settings.rulebook is not None
        if in_hour and bookings:
            first()
            records = self._load(bookings)
        rules = rules_of(self._settings)
        unread = frozenset(self._tally.unread)
        self._act(decide(completed=bookings, records=records, now=self._now, rules=rules, unread=unread), records)
        return None

    def _open_rows(self, legacy: list[Record]) -> list[Record]:
        """Return the store's open rows, those past their time closed on the way."""
        rows = self._state.pending(self._store.id)
        rows += [row for row in legacy if row.store_id == self._store.id]
        oldest = self._now - timedelta(days=self._settings.close_after_days)
        kept: list[Record] = []
        closes_left = CLOSES_MAX
        for row in rows:
            if row.start_at is None or row.start_at >= oldest:
                kept.append(row)
            elif closes_left and self._settings.mode == "live" and self._state.close(row, "expired"):
                closes_left -= 1
                self._tally.closed += 1
        return kept

    def _without_closed(self, raw: list[Any], rows: list[Record]) -> list[Any]:
        """Close the records of bookings that were cancelled, not used or replaced; return the other bookings."""
        open_rows = {row.booking_num: row for row in rows}
        kept: list[Any] = []
        for one in raw:
            status = one.get("bookingStatusCode") if isinstance(one, dict) else None
            if status not in CLOSED:
                kept.append(one)
                continue
            row = open_rows.get(f"{self._store.id}_{one.get('bookingId')}")
            if row is not None and self._settings.mode == "live" and self._state.close(row, str(status)):
                self._tally.closed += 1
        return kept

    def _parsed(self, raw: list[Any], status: str) -> list[Booking]:
        found: list[Booking] = []
        seen: set[str] = set()
        for one in raw:
            booking = parse(one, store_id=self._store.id, status=status)
            if isinstance(booking, Quarantined):
                self._tally.quarantined.append(booking)
                continue
            self._tally.duplicates += booking.booking_num in seen
            seen.add(booking.booking_num)
            found.append(booking)
        return found

    def _load(self, bookings: list[Booking]) -> dict[str, Record]:
        loaded = self._state.load([Key(one.booking_num, one.phone_key) for one in bookings])
        self._tally.unread |= loaded.unread
        known = {one.booking_num for one in self._tally.confirmed} & self._tally.created
        # What this run created was not there before it: parity compares with the records of before.
        before = {num: record for num, record in loaded.records.items() if num not in known}
        self._tally.records = before | self._tally.records
        return loaded.records

    def _act(self, decisions: list[Decision], records: dict[str, Record]) -> None:
        book = self._settings.rulebook
        if book is None or self._settings.mode == "adopt":
            self._do(decisions, records)
            return
        ruled = by_rules(book, decisions, records=records, now=self._now, load=self._state.load)
        self._rules |= ruled.rules
        self._do(ruled.decisions, records)
        for order in ruled.orders:
            self._line.obey(order)

    def _do(self, decisions: list[Decision], records: dict[str, Record]) -> None:
        self._tally.decisions += decisions
        if self._settings.mode == "adopt":
            for decision in decisions:
                if decision.create:
                    self._adopt(decision.booking)
            return
        if self._settings.looks_only:
            for decision in decisions:
                record = records.get(decision.booking.booking_num) or self._new_record(decision.booking)
                self._line_up(decision, record, created=decision.create, skipped=Skipped.MODE)
            return
        for decision in sorted(decisions, key=lambda one: Kind.GUIDE not in one.sends):
            if decision.create:
                self._create(decision, records)
            elif decision.moved:
                self._move(decision, records)
            elif decision.sends:
                num = decision.booking.booking_num
                self._line_up(decision, records[num], created=num in self._tally.created)

    def _move(self, decision: Decision, records: dict[str, Record]) -> None:
        """Give the record the booking's new start, and what was sent for the old one its chance to go out anew."""
        booking = decision.booking
        record = records[booking.booking_num]
        unit = ("move", record.booking_num)
        reopen = next(iter(decision.reopen), None)
        try:
            # Owed first: a run that ends between the two leaves a text that the next one owes for either start.
            owed = {kind: self._owe_again(record, kind) for kind in decision.again}
            moved = all(owed.values()) and self._state.renew(record, start_at=booking.start_at, reopen=reopen)
        except StateError:
            self._meter.wrote(unit, ok=False)
            self._line_up(decision, record, created=False, skipped=Skipped.STATE)
            return
        if not moved:
            self._line_up(decision, record, created=False, contended=True)
            return
        self._meter.wrote(unit, ok=True)
        self._tally.moved += 1
        changes: dict[str, Any] = {"start_at": booking.start_at, "booking_time": korean_text(booking.start_at)}
        if reopen is not None:
            changes |= {reopen.value: False, "claims": {k: one for k, one in record.claims.items() if k is not reopen}}
        if decision.again:
            released = {kind: replace(record.claims[kind], state=ClaimState.RELEASED) for kind in decision.again}
            changes["claims"] = {**changes.get("claims", record.claims), **released}
            self._tally.owed_again |= {(record.booking_num, kind) for kind in decision.again}
        records[record.booking_num] = replace(record, **changes)
        self._line_up(decision, records[record.booking_num], created=record.booking_num in self._tally.created)

    def _owe_again(self, record: Record, kind: Kind) -> bool:
        """Give a text back that was given up although its booking, as it turns out, is still to come."""
        change = Change(
            run_id=record.claims[kind].run_id,
            states=(ClaimState.ABANDONED,),
            to=ClaimState.RELEASED,
            code=NOT_LISTED,
        )
        return self._state.settle(record, kind, change)

    def _new_record(self, booking: Booking) -> Record:
        return Record(
            booking_num=booking.booking_num,
            phone=booking.phone_key,
            name=booking.name,
            booking_time=korean_text(booking.start_at),
            start_at=booking.start_at,
            created_run=self._run_id,
        )

    def _adopt(self, booking: Booking) -> None:
        """Write the record that the legacy would have left: confirmed, and reminded if its time for that has come."""
        near = timedelta(0) < booking.start_at - self._now <= LEAD
        record = replace(self._new_record(booking), confirm=True, guide=near, adopted=True)
        try:
            created = self._state.create(record)
        except StateError:
            self._meter.wrote(("create", record.booking_num), ok=False)
            return
        if created:
            self._meter.wrote(("create", record.booking_num), ok=True)
            self._tally.adopted += 1

    def _create(self, decision: Decision, records: dict[str, Record]) -> None:
        record = self._new_record(decision.booking)
        unit = ("create", record.booking_num)
        try:
            created = self._state.create(record)
        except StateError:
            self._meter.wrote(unit, ok=False)
            self._line_up(decision, record, created=True, skipped=Skipped.STATE)
            return
        if not created:
            self._line_up(decision, record, created=False, contended=True)
            return
        self._meter.wrote(unit, ok=True)
        self._tally.created.add(record.booking_num)
        records[record.booking_num] = record
        self._line_up(decision, record, created=True)

    def _line_up(
        self,
        decision: Decision,
        record: Record,
        *,
        created: bool,
        skipped: Skipped | None = None,
        contended: bool = False,
    ) -> None:
        for kind in decision.sends:
            self._line.add(
                kind,
                booking=decision.booking,
                record=record,
                created=created,
                why=decision.why.value,
                rule=self._rules.get((decision.booking.booking_num, kind)),
                listed_at=self._listed_at,
                skipped=skipped,
                contended=contended,
            )


def rules_of(settings: Settings) -> Rules:
    """Return the configured part of the decision rules."""
    own = {store.id: store.option_keywords for store in settings.enabled if store.option_keywords}
    return Rules(keywords=settings.option_keywords, store_keywords=own, corrected=settings.corrected)
