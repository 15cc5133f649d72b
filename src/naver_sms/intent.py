"""One text that is due to one customer, and what became of it in this run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from naver_sms.record import ATTEMPTS_MAX, COSTS_NO_TRY, NOT_LISTED, ClaimState, Kind
from naver_sms.texts import intent_hash

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.booking import Booking
    from naver_sms.record import Record
    from naver_sms.texts import Wording


class Outcome(StrEnum):
    """How the sending of one text ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CONTENDED = "contended"


class Skipped(StrEnum):
    """Why a text that was due was not tried."""

    UNSENDABLE = "unsendable"  # no mobile number to send to
    OWNER_DECISION = "owner_decision"  # event text without the owner's recorded decision
    DEADLINE = "deadline"
    STATE = "state"  # the record or the claim could not be written
    MODE = "mode"  # the run only looks
    CANCELLED = "cancelled"  # looked up once more: the booking stands no longer
    QUIET = "quiet"  # the owner wants none at this hour; it goes out after it
    NIGHT = "night"  # advertising: moved to the next hour at which the law allows it
    OPTED_OUT = "opted_out"  # advertising: the customer refuses it
    NO_CONSENT = "no_consent"  # advertising on consent, and there is none
    OPTOUT_UNKNOWN = "optout_unknown"  # advertising: SENS did not say who refuses it
    CALLER_ID = "caller_id"  # a carrier refused the sender's number a short while ago
    QUOTA = "quota"  # SENS said a short while ago that nothing more may be sent
    TEXT = "text"  # the text cannot be made of this booking's values
    HALTED = "halted"  # SENS refused this account's key or service: every other text would be refused too


# Guide first: a door code that comes late is of no use.
PRIORITY = {Kind.GUIDE: 0, Kind.CONFIRM: 1, Kind.EVENT: 2}


@dataclass(slots=True, kw_only=True)
class Intent:
    """A text to send; the fields below `outcome` are filled in as the run goes on, by one thread at a time."""

    kind: Kind
    booking: Booking
    record: Record
    words: Wording
    created: bool
    outcome: Outcome | None = None
    skipped: Skipped | None = None
    request_id: str | None = None
    message_id: str | None = None
    delivery: str = "pending"
    way: str = "sms"
    quiet: tuple[str, ...] = ()
    """The hours at which its store wants none of its kind."""
    rule: str | None = None
    """The owner's rule by which it is due, if there is a rules file."""
    extra: bool = False
    """Whether it is none of the three texts; its record is then the rule's own, beside the booking's."""
    why: str = ""
    """The row of the rules by which it is due."""
    listed_at: datetime | None = None
    """When the store's list showed the booking."""
    code: str | None = None
    attempt: int = 0
    """Which of its tries this was; 0 when it came to none."""
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        self.hash = intent_hash(to=self.booking.phone or "", words=self.words)

    @property
    def unit(self) -> tuple[str, ...]:
        """The state write that this text's flag belongs to: its record's creation, or one of its own."""
        num = self.record.booking_num
        return ("create", num) if self.created else ("flag", num, self.kind.value)

    @property
    def repeats(self) -> bool:
        """Whether it may have gone out before all the same: SENS gave no answer then, and its list denied it."""
        held = self.record.claims.get(self.kind)
        return held is not None and held.state is ClaimState.RELEASED and held.code == NOT_LISTED

    @property
    def given_up(self) -> bool:
        """Whether no later run tries it again: it was refused as often as it may be."""
        counts = self.outcome is Outcome.REFUSED and self.code not in COSTS_NO_TRY
        return counts and self.attempt >= ATTEMPTS_MAX

    def skip(self, why: Skipped) -> None:
        """Note that the text is not tried."""
        self.outcome, self.skipped = Outcome.SKIPPED, why
