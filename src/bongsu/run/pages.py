"""Pages by name: the run of an alarm that has a name of its own, and the run that somebody means."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.core.kinds import RunKind
from bongsu.errors import RunNotFound
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


def page_of(ledger: Ledger, plan: Plan, dedup: str) -> tuple[str, bool]:
    """Return the name of an alarm's newest page, and whether it is open; of a closed one, the name of the next.

    The name follows from the alarm, so that two who raise it at once cannot both make a run of it.
    """
    stem = stem_of(plan, dedup)
    numbers = {
        int(number): info.closed
        for info in ledger.runs()
        for begun, _, number in [info.run_id.rpartition("-")]
        if begun == stem and number.isdecimal()
    }
    newest = max(numbers, default=0)
    if newest and not numbers[newest]:
        return f"{stem}-{newest}", True
    return f"{stem}-{newest + 1}", False


def run_of(ledger: Ledger, reference: str) -> str:
    """Return the run that somebody means: its name, or what its name ends with, as long as that is one open run.

    Raises:
        RunNotFound: there is none, or the text could mean several.
    """
    infos = ledger.runs()
    if any(info.run_id == reference for info in infos):
        return reference
    ending = f"-{reference.strip().lower()}"
    found = [info for info in infos if info.run_id.endswith(ending)]
    meant = [info.run_id for info in found if not info.closed] or [info.run_id for info in found]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise RunNotFound(f"{reference!r} may be {' or '.join(meant[:5])}", hint="give the whole name of the run")
    raise RunNotFound(f"there is no run {reference!r} here")
