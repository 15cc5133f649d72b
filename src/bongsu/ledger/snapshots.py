"""The state of a run, kept beside its ledger: a long run is then read from there, not from its first line.

A snapshot is never evidence, and nothing rests on it: one that cannot be used, for whatever reason, is passed over, and
the whole ledger is read. It is data of declared types and nothing else; to read one runs no code of whoever wrote it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bongsu import __version__
from bongsu.core.chain import ChainFault, verify_chain
from bongsu.core.figures import Figure
from bongsu.core.fold import folded
from bongsu.core.measured import Measured
from bongsu.core.state import RunState
from bongsu.errors import LedgerError
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.core.chain import Head
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger, Row

WORTH = 100
"""A run of fewer lines has no snapshot: to fold them takes less than to keep and find one."""
FOLDED_BY = ("core", "planfile", "ledger")
"""The packages of this program that make a state of lines: another source of theirs may make another."""
_DIGEST = 32
_LOG = logging.getLogger(__name__)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[RunState, bytes])
_FIGURES = msgspec.msgpack.Decoder(tuple[Figure, ...])


def encode(state: RunState) -> bytes | None:
    """Return the state as bytes, its SHA-256 in front; None when it holds what cannot be written so."""
    try:
        # Apart from the rest, and read when a message asks for one: they are many, and most loads need none.
        figures = _ENCODER.encode(tuple(state.figures.values()))
        data = _ENCODER.encode((replace(state, figures={}), figures))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as why:
        _LOG.debug("snapshot_not_made seq=%d why=%s", state.head.seq, why)
        return None
    return sha256(data).digest() + data


def decode_state(kept: bytes, at: Head) -> RunState | None:
    """Return the state that was kept of a run at that line; None when the bytes are not that."""
    data = kept[_DIGEST:]
    if sha256(data).digest() != kept[:_DIGEST]:
        return None
    try:
        state, figures = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    return replace(state, figures=Measured().after(figures, _FIGURES.decode)) if state.head == at else None


@cache
def version() -> str:
    """Return what tells this program's snapshots from another's: its version, and a hash of the code that folds.

    Empty where the code is not at hand as files, and no snapshot is made or taken. Whoever drives a run asks before its
    first line: the files may be another version's by the time of a snapshot.
    """
    return version_of(__version__, sources_in(Path(__file__).parents[1]))


def sources_in(program: Path) -> dict[str, bytes]:
    """Return the code that makes a state of lines, by name; nothing where one of its packages has no such files."""
    found: dict[str, bytes] = {}
    for package in FOLDED_BY:
        try:
            here = {f"{package}/{path.name}": path.read_bytes() for path in (program / package).glob("*.py")}
        except OSError:
            here = {}
        if not here:
            return {}
        found |= here
    return found


def version_of(release: str, sources: Mapping[str, bytes]) -> str:
    """Return the name of a release with these sources, by name; empty without any."""
    if not sources:
        return ""
    digest = sha256()
    for name, source in sorted(sources.items()):
        digest.update(f"{name} {len(source)}\n".encode() + source)
    return f"bongsu {release} {digest.hexdigest()[:16]}"


def keep(ledger: Ledger, run_id: str, at: Head, kept: bytes) -> None:
    """Store a state in place of an older one; nothing happens where that fails."""
    if not version():
        return
    try:
        ledger.snapshot(run_id, at, kept, program=version())
    except LedgerError as why:
        _LOG.debug("snapshot_not_kept run=%s seq=%d why=%s", run_id, at.seq, why.text)


def begin(ledger: Ledger, run_id: str, *, worth: int = WORTH) -> tuple[RunState | None, Iterable[Row]]:
    """Return the state to go on from, None for the beginning, and the lines behind it.

    Nothing is looked for in a run of fewer than `worth` lines. The lines behind a snapshot continue its hash, each from
    its stored bytes; otherwise it is passed over.

    Raises:
        RunNotFound: there is no such run.
    """
    begun = _found(ledger, run_id) if version() and ledger.head(run_id).seq >= worth else None
    if begun is not None:
        rows = tuple(ledger.rows(run_id, begun.head.seq))
        fault = verify_chain((row.line for row in rows), begun.head)
        if not isinstance(fault, ChainFault):
            return begun, rows
        _LOG.debug("snapshot_passed_over run=%s seq=%d why=%s at %d", run_id, begun.head.seq, fault.rule, fault.seq)
    return None, ledger.rows(run_id)


def _found(ledger: Ledger, run_id: str) -> RunState | None:
    try:
        found = ledger.latest_snapshot(run_id, program=version())
    except LedgerError as why:
        _LOG.debug("snapshot_not_read run=%s why=%s", run_id, why.text)
        return None
    if found is None:
        _LOG.debug("snapshot_none run=%s program=%s", run_id, version())
        return None
    begun = decode_state(found[1], found[0])
    if begun is None:
        _LOG.debug("snapshot_passed_over run=%s seq=%d why=not a state", run_id, found[0].seq)
    return begun


def state_of(ledger: Ledger, run_id: str, plan: Plan) -> RunState:
    """Return the state of a run after its newest line; RunNotFound when there is no such run."""
    begun, rows = begin(ledger, run_id)
    return folded(plan, (decode(row.line) for row in rows), begun)
