"""Putting texts in line: what each says, why it is held back, and what rules want beside the three texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from naver_sms.errors import StateError
from naver_sms.intent import Intent, Outcome, Skipped
from naver_sms.law import Purpose
from naver_sms.masking import masked_name, masked_phone
from naver_sms.record import KST, Kind, Record
from naver_sms.rendering import Unrendered, template_key, wording_for
from naver_sms.ruled import Order, record_beside
from naver_sms.tally import Note
from naver_sms.texts import Wording, wording
from sens.limits import MessageType

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.booking import Booking
    from naver_sms.meter import Meter
    from naver_sms.rulebook import Rule
    from naver_sms.sending import Sender
    from naver_sms.settings import Settings, Store
    from naver_sms.state import StatePort
    from naver_sms.tally import StoreTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One store's way to the sender; `sender` is None in a run that only looks."""

    store: Store
    settings: Settings
    sender: Sender | None
    tally: StoreTally
    meter: Meter
    state: StatePort
    run_id: str

    def add(  # noqa: PLR0913  what is known of one text
        self,
        kind: Kind,
        *,
        booking: Booking,
        record: Record,
        created: bool,
        why: str,
        rule: Rule | None,
        listed_at: datetime | None = None,
        skipped: Skipped | None = None,
        contended: bool = False,
    ) -> None:
        """Note one text that is due, and hand it to the sender unless something holds it back."""
        words, missing = self._words(kind, booking, rule)
        intent = Intent(
            kind=kind, booking=booking, record=record, words=words, created=created, why=why, listed_at=listed_at
        )
        if rule is not None:
            intent.rule, intent.extra = rule.name, rule.beside
        if kind is Kind.CONFIRM and not intent.extra:
            intent.quiet = self.store.quiet
        self.tally.intents.append(intent)
        if contended:
            intent.outcome = Outcome.CONTENDED
        elif missing is not None:
            self.tally.problems.append(
                f"booking '{booking.booking_num}' gets no text of rule '{intent.rule}': {missing}"
            )
            intent.skip(Skipped.TEXT)
        elif booking.phone is None:
            intent.skip(Skipped.UNSENDABLE)
        elif self._undecided(intent):
            intent.skip(Skipped.OWNER_DECISION)
        elif skipped is not None or self.sender is None:
            intent.skip(skipped or Skipped.MODE)
        else:
            self.sender.submit(intent)

    def _undecided(self, intent: Intent) -> bool:
        """Whether it is an event text as information, which only the owner may decide."""
        as_information = intent.words.purpose is Purpose.INFORMATION and not intent.extra
        return intent.kind is Kind.EVENT and as_information and self.settings.event_as_information is None

    def _words(self, kind: Kind, booking: Booking, rule: Rule | None) -> tuple[Wording, str | None]:
        book = self.settings.rulebook
        if rule is None or rule.send is None or book is None:
            return wording(self.settings, self.store, kind), None
        try:
            return wording_for(self.settings, book, self.store, send=rule.send, booking=booking), None
        except Unrendered as exc:
            key = template_key(rule.send, self.store)
            return _no_words(key, self.settings.default_from_number, rule.send.purpose), str(exc)

    def obey(self, order: Order) -> None:
        """Do what a rule wants beside the three texts: an extra text, or a line to the owner."""
        record, rule = order.record, order.due.rule
        if self.settings.looks_only:
            self._look(order, record or record_beside(order, run_id=self.run_id))
            return
        if record is None:
            record = record_beside(order, run_id=self.run_id)
            unit = ("create", record.booking_num)
            try:
                created = self.state.create(record)
            except StateError:
                self.meter.wrote(unit, ok=False)
                return
            if not created:
                return  # another run has it
            self.meter.wrote(unit, ok=True)
        if rule.send is None:
            self.tally.notes.append(Note(chats=rule.notify, text=self._note(order), record=record))
        else:
            self._extra(order, record, created=order.record is None)

    def _look(self, order: Order, record: Record) -> None:
        rule = order.due.rule
        if rule.send is None:
            self.tally.notes.append(Note(chats=rule.notify, text=self._note(order), record=record))
        else:
            self._extra(order, record, created=order.record is None, skipped=Skipped.MODE)

    def _extra(self, order: Order, record: Record, *, created: bool, skipped: Skipped | None = None) -> None:
        rule = order.due.rule
        self.add(
            rule.slot, booking=order.booking, record=record, created=created, why="rule", rule=rule, skipped=skipped
        )

    def _note(self, order: Order) -> str:
        booking = order.booking
        start = booking.start_at.astimezone(KST)
        who = f"{masked_name(booking.name)} {masked_phone(booking.phone)}"
        return f"{order.due.rule.name}: {self.store.alias} {booking.booking_num} {start:%Y-%m-%d %H:%M} {who}"


def _no_words(key: str, from_number: str, purpose: Purpose) -> Wording:
    return Wording(
        template=key, from_number=from_number, type=MessageType.LMS, subject=None, content="", purpose=purpose
    )
