"""What a published copy says of itself: a name for what it is a copy of, and never more than that it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bongsu.evidence.findings import Place, Severity
from bongsu.evidence.folder import PUBLISHED
from bongsu.ledger.blobs import is_name

if TYPE_CHECKING:
    from bongsu.core.chain import Head
    from bongsu.evidence.folder import Folder


class End(msgspec.Struct, forbid_unknown_fields=True):
    """Where a chain ends."""

    hash: str
    seq: int


class Original(End):
    """Where the original's chain ends, and the link of its first line, from which waits before retries are drawn."""

    first: str


class Published(msgspec.Struct, forbid_unknown_fields=True):
    """published.json."""

    copy: End
    format: int
    lines: list[str]
    original: Original


def copy_of(folder: Folder, head: Head) -> Original | None:
    """Return what the folder is a published copy of, as it says; None when it is none, or says nothing that fits.

    A copy is never more than unknown: it follows from itself, and only who holds the original can show that it is one.
    """
    if PUBLISHED not in folder.names():
        return None
    stored = folder.file(PUBLISHED) or b""
    try:
        told = msgspec.json.decode(stored, type=Published)
    except (msgspec.MsgspecError, ValueError, RecursionError) as exc:
        _wrong(folder, found=exc, instead="the end of the copy, the end of the original, and a commitment to each line")
        return None
    hashes = [told.copy.hash, told.original.hash, told.original.first, *told.lines]
    ends = (told.copy.hash, told.copy.seq, told.original.seq, len(told.lines), told.format)
    if ends != (head.hash, head.seq, head.seq, head.seq, 1) or not all(map(is_name, hashes)):
        _wrong(
            folder, found=f"a copy that ends in {told.copy.hash}", instead=f"{head.seq} lines that end in {head.hash}"
        )
        return None
    folder.findings.add(
        "published_copy",
        Place(file=PUBLISHED),
        found=f"a copy of evidence that ends in {told.original.hash}",
        why="people, numbers and ids in it are pseudonyms and its chain is sealed anew: all of it follows from what it "
        "holds, but that it is a copy of that run, and who signed it, is not shown by the copy itself",
        instead="the same bytes made from the original: `bongsu verify COPY --original FOLDER --key REF`",
        severity=Severity.UNKNOWN,
    )
    return told.original


def _wrong(folder: Folder, *, found: object, instead: str) -> None:
    folder.findings.add(
        "published",
        Place(file=PUBLISHED),
        found=found,
        why="it does not speak of this copy",
        instead=instead,
    )
