"""Pages by name: the run of an alarm that has a name of its own, and the run that somebody means."""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.core.events import RunOpened
from bongsu.core.kinds import RunKind
from bongsu.errors import RunNotFound
from bongsu.ledger.codec import decode
from bongsu.redact import Redactor
from bongsu.run.wiring import ALPHABET, SHORT

if TYPE_CHECKING:
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger

LONGEST_SUMMARY = 1000
"""Characters of a page's summary: it is read in the night on a phone."""
CUT = "…"


def summary_of(text: str) -> str:
    """Return a summary as it is kept: no control characters, no idle lines, and what is too long cut with a mark."""
    lines = ("".join(c if c.isprintable() else " " for c in line).strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    return kept if len(kept) <= LONGEST_SUMMARY else kept[: LONGEST_SUMMARY - len(CUT)].rstrip() + CUT


def stem_of(plan: Plan, dedup: str) -> str:
    """Return what the names of all pages of one alarm begin with; the number of the page follows."""
    number = int.from_bytes(sha256(f"{plan.cutover}\x1f{dedup}".encode()).digest()[:8])
    letters = []
    for _ in range(SHORT):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return f"{RunKind.PAGE}-{''.join(letters)}"


class Standing(Enum):
    """How it stands with an alarm's page."""

    OPEN = "open"
    EMPTY = "empty"
    """There is room for it and no first line: whoever made it is just writing that, or has died."""
    NEXT = "next"
    """There is none; the name is the one to open it under."""


def found_page(ledger: Ledger, plan: Plan, *, stem: str, kept: str, known: int = 0) -> tuple[str, Standing]:
    """Return the name of an alarm's page, and how it stands with it.

    Two alarms may have one stem, as seldom as that is: only a page whose first line bears this alarm's own name is its
    page, and another's neither hides it nor is taken for it.

    Args:
        ledger: where the pages are.
        plan: whose alarm it is.
        stem: what the names of its pages begin with.
        kept: the alarm's name as it stands in a first line.
        known: a number that such a page has, to spare a search.
    """
    newest = _newest_number(ledger, stem, known)
    name, standing = f"{stem}-{newest + 1}", Standing.NEXT
    for number in range(newest, 0, -1):
        info = ledger.run(f"{stem}-{number}")
        if info.head.seq == 0:
            if number == newest:
                name, standing = info.run_id, Standing.EMPTY
        elif _is_of(ledger, info.run_id, plan, kept):
            return (name, standing) if info.closed else (info.run_id, Standing.OPEN)
    return name, standing


def _is_of(ledger: Ledger, run_id: str, plan: Plan, kept: str) -> bool:
    opened = decode(next(iter(ledger.rows(run_id))).line).event
    if not isinstance(opened, RunOpened) or opened.raised is None:
        return False
    return (opened.cutover, opened.raised.dedup) == (plan.cutover, kept)


def _newest_number(ledger: Ledger, stem: str, known: int) -> int:
    """Return the number of the newest page with this stem; they are numbered without gaps."""
    number, step = known, 1
    while _exists(ledger, f"{stem}-{number + step}"):
        number, step = number + step, step * 2
    while step > 1:
        step //= 2
        if _exists(ledger, f"{stem}-{number + step}"):
            number += step
    return number


def _exists(ledger: Ledger, run_id: str) -> bool:
    try:
        ledger.head(run_id)
    except RunNotFound:
        return False
    return True


def page_of(ledger: Ledger, plan: Plan, dedup: str) -> tuple[str, bool]:
    """Return the name of an alarm's page and that it is open, or the name of the next one.

    The name follows from the alarm, so that two who raise it at once cannot both make a run of it.
    """
    kept = Redactor().clean_text(dedup)
    name, standing = found_page(ledger, plan, stem=stem_of(plan, dedup), kept=kept)
    return name, standing is not Standing.NEXT


def run_of(ledger: Ledger, reference: str) -> str:
    """Return the run that somebody means: its name, or what its name ends with, as long as that is one open run.

    Raises:
        RunNotFound: there is none, or the text could mean several.
    """
    if _exists(ledger, reference):
        return reference
    found = ledger.runs(ending=f"-{reference.strip().lower()}")
    meant = [info.run_id for info in found if not info.closed] or [info.run_id for info in found]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise RunNotFound(f"{reference!r} may be {' or '.join(meant[:5])}", hint="give the whole name of the run")
    raise RunNotFound(f'there is no run "{reference}" in "{ledger.place}"')
