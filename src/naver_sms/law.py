"""What Korean law asks of texts, kept whatever the rules say. Pure.

Not legal advice. The act meant is the Network Act (정보통신망법), article 50, and its decree:

    label      an advertising text begins with `(광고)`, exactly so, and the sender's name
    opt-out    it ends with how to refuse free of charge, an 080 number
    night      none leaves between 20:55 and 08:00 Korean time; the law says 21:00, and a retry must not be late
    basis      the recipient's consent, kept with when and how it was given; or a transaction: who got the number in
               one may advertise the same kind of goods for six months after it
    consent    is reminded of every two years
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from naver_sms.record import KST

LABEL = "(광고)"
OPT_OUT = "무료수신거부"
NIGHT_FROM, NIGHT_TO = time(20, 55), time(8, 0)
TRANSACTION, CONSENT = "transaction", "consent"
BASES = (TRANSACTION, CONSENT)
BASIS_MONTHS = 6
CONSENT_MONTHS = 23  # a month is left to remind of it
TELL_WITHIN = timedelta(days=14)
"""How long after a refusal its author must have heard that it is kept."""
AD_WORDS = ("이벤트", "할인", "쿠폰", "무료")
FALSE_LABEL = re.compile(r"^\s*[\[(<{〔【「]?\s*광\s*고\s*[\])>}〕】」:]?")


class Purpose(StrEnum):
    """Why a text is sent; there is no third purpose, and none is assumed."""

    INFORMATION = "information"
    ADVERTISING = "advertising"

    @property
    def content_type(self) -> str:
        """The content type that SENS wants for it."""
        return "AD" if self is Purpose.ADVERTISING else "COMM"


def may_advertise(now: datetime) -> bool:
    """Whether an advertising text may leave at this moment."""
    return NIGHT_TO <= now.astimezone(KST).time() < NIGHT_FROM


def in_quiet(hours: tuple[str, ...], now: datetime) -> bool:
    """Whether a moment lies in an owner's quiet hours, which may go over midnight; none are never."""
    if len(hours) != 2:
        return False
    first, last = (time.fromisoformat(one) for one in hours)
    at = now.astimezone(KST).time()
    return first <= at < last if first <= last else at >= first or at < last


def next_allowed(now: datetime) -> datetime:
    """Return the next moment at which an advertising text may leave: now, or 08:00 Korean time."""
    korean = now.astimezone(KST)
    if may_advertise(now):
        return korean
    day = korean.date() if korean.time() < NIGHT_TO else korean.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_TO, tzinfo=KST)


def basis_holds(basis: str | None, used_at: datetime, now: datetime) -> bool:
    """Whether advertising on this basis is allowed now; a text that needs none has None."""
    if basis in {None, CONSENT}:  # whether there is a consent is a look at the books, and not at the calendar
        return True
    used_on, today = used_at.astimezone(KST).date(), now.astimezone(KST).date()
    return basis == TRANSACTION and used_on <= today <= months_after(used_on, BASIS_MONTHS)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def advertisement(text: str, *, sender_name: str, optout_number: str) -> str:
    """Return a text with its label, the sender's name and the way to refuse, each added where it is missing."""
    body = text.removeprefix(LABEL).lstrip()
    if not body.startswith(sender_name):
        body = f"{sender_name}\n{body}"
    last = f"{OPT_OUT} {optout_number}"
    return f"{LABEL}{body}" if body.rstrip().endswith(last) else f"{LABEL}{body.rstrip()}\n{last}"


def problems_of_advertisement(text: str, *, sender_name: str | None, optout_number: str | None) -> list[str]:
    """Say what keeps an advertising template from being lawful; [] when nothing does."""
    found: list[str] = []
    if not sender_name:
        found.append("advertising names its sender: 'sender_name' is not set")
    if not optout_number:
        found.append("advertising says how to refuse it free of charge: 'optout_number' is not set")
    if not text.startswith(LABEL) and FALSE_LABEL.match(text):
        found.append(f"a label of another shape: it is '{LABEL}', exactly so, and it is put there for you")
    return found


def doubts_of_information(text: str) -> list[str]:
    """Name the words that make advertising of an information text, for a person to look at."""
    return [word for word in AD_WORDS if word in text]
