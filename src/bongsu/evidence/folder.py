"""The evidence folder: which files it holds, and how each of them follows from the ledger."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from bongsu.core.events import EndedLate, RunClosed, RunOpened
from bongsu.evidence.findings import Place
from bongsu.ledger.blobs import content_of, is_name, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bongsu.core.chain import Head
    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.evidence.findings import Findings

FORMAT = 1
"""The version of the folder's layout, as head.json gives it."""
LEDGER, HEAD, PLAN, BLOBS = "ledger.jsonl", "head.json", "plan.yaml", "blobs"
ATTESTATION = "attestation.json"
"""Signatures over the other files; made later than the rest, by whom the plan names."""
TIMESTAMP, AUTHORITY = "timestamp.tsr", "timestamp.pem"
"""An authority's word for when it saw head.json (RFC 3161), and its root certificate; made later, like signatures."""
PUBLISHED = "published.json"
"""In a copy for publication alone: what it is a copy of."""
WITHHELD = b"[withheld from the published copy]"
"""In a copy for publication, in the place of what came in with a press."""
VERIFIER = "verify_evidence.py"
"""Verifies the folder with nothing installed; the same bytes as in this package."""
REPORTS = ("report.md", "report.json", "report.html")
KEPT_BYTES = 64_000_000
"""How much blob content is kept in memory between the steps; the rest is read again."""
LARGEST = 1 << 30
"""Bytes of the longest file that is read: nothing of a run is near it, and a forged one must not fill the memory."""
_SMALL = 16_384
"""Nearly every blob has fewer bytes than this: one read, and its length need not be asked."""
_HOW = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
NAMES = frozenset({LEDGER, HEAD, PLAN, BLOBS, ATTESTATION, VERIFIER, PUBLISHED, TIMESTAMP, AUTHORITY, *REPORTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A run as its report tells it: the plan, every line, where they led, and what the lines cite."""

    run_id: str
    plan: Plan
    lines: tuple[Recorded, ...]
    state: RunState
    blob: Callable[[str], bytes]
    """Return the content of a blob (without its salt) by its hash; KeyError when it is not there or not whole."""
    original: str = ""
    """Of a published copy: the newest link of the run that it is a copy of."""

    @property
    def head(self) -> Head:
        """The newest link."""
        return self.state.head


def _read(path: str) -> bytes:
    """Return a file's bytes; a third of the cost of a file object, and evidence has thousands of small files."""
    # Not blocking: a pipe in somebody's folder must not hold us up. What is no file is not there, whatever it gives.
    descriptor = os.open(path, _HOW)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        data = os.read(descriptor, _SMALL)
        if len(data) < _SMALL:
            return data
        wanted = about.st_size
        if wanted > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        while len(data) < wanted and (more := os.read(descriptor, wanted - len(data))):
            data += more
    finally:
        os.close(descriptor)
    return data


def verifier() -> bytes:
    """Return the file that verifies a folder with nothing installed, as this package has it."""
    return files("bongsu.evidence").joinpath(VERIFIER).read_bytes()


def head_json(run_id: str, lines: Sequence[Recorded]) -> bytes:
    """Return head.json for these lines: where the run's chain ends, so that a tail cut off later shows."""
    first, last = lines[0].event, lines[-1]
    body = {
        "closed": closing(lines) is not None,
        "format": FORMAT,
        "hash": last.hash,
        "program": first.program if isinstance(first, RunOpened) else "",
        "run": run_id,
        "seq": last.seq,
    }
    return msgspec.json.encode(body, order="sorted") + b"\n"


def closing(lines: Sequence[Recorded]) -> RunClosed | None:
    """Return how the run was closed; None while it is open.

    What calls came to may be learned after that, and stands behind it.
    """
    for line in reversed(lines):
        if not isinstance(line.event, EndedLate):
            return line.event if isinstance(line.event, RunClosed) else None
    return None


@dataclass(slots=True)
class Folder:
    """Reads an evidence folder and notes what is missing, damaged or strange in it."""

    path: Path
    findings: Findings
    _faulty: set[str] = field(default_factory=set)
    _kept: dict[str, bytes] = field(default_factory=dict)
    _kept_bytes: int = 0
    _blobs: str = field(init=False)
    blob_names: frozenset[str] = field(init=False)
    """What lay in `blobs/` at the beginning: a name from there is one of a file in it, and leads nowhere else."""

    def __post_init__(self) -> None:
        self._blobs = f"{self.path}/{BLOBS}/"
        self.blob_names = self._listed(self.path / BLOBS)

    def file(self, name: str) -> bytes | None:
        """Return a file's bytes; None, and a finding, when it cannot be read."""
        try:
            return _read(f"{self.path}/{name}")
        except OSError as exc:
            self.findings.add(
                "file_missing",
                Place(file=name),
                found=exc.strerror or type(exc).__name__,
                why="the folder is not complete without it",
                instead=f"write the evidence again from the ledger; `{name}` belongs in it",
            )
            return None

    def signed_files(self) -> dict[str, bytes]:
        """Return the files of the folder itself that can be read, but not the signatures over them."""
        names = (self.names() & NAMES) - {BLOBS, ATTESTATION}
        told = ((name, self.looked_at(name)) for name in names if (self.path / name).is_file())
        return {name: data for name, data in told if data is not None}

    def looked_at(self, name: str) -> bytes | None:
        """Return a file's bytes; None when it cannot be read, which is no finding here."""
        try:
            return _read(f"{self.path}/{name}")
        except OSError:
            return None

    def names(self) -> frozenset[str]:
        """Return the names of what lies in the folder itself."""
        return self._listed(self.path)

    def blob(self, digest: str, cited_at: int) -> bytes | None:
        """Return a cited blob's content; None, and one finding, when it is not there or is not what it was."""
        kept = self._kept.get(digest)
        if kept is not None or digest in self._faulty:
            return kept
        if digest not in self.blob_names and not is_name(digest):
            self._damaged(digest, cited_at, found=digest, instead="64 lower-case hex digits")
            return None
        try:
            file = _read(self._blobs + digest)
        except OSError as exc:
            self._faulty.add(digest)
            self.findings.add(
                "blob_missing",
                Place(file=LEDGER, line=cited_at),
                found=f"{BLOBS}/{digest}: {exc.strerror or type(exc).__name__}",
                why="the line rests on bytes that are not there",
                instead=f"the blob {digest}",
                also=(Place(file=f"{BLOBS}/{digest}"),),
            )
            return None
        if (name := name_of(file)) != digest:
            self._damaged(digest, cited_at, found=name, instead=digest)
            return None
        try:
            content = content_of(file)
        except ValueError as exc:
            self._damaged(digest, cited_at, found=str(exc), instead="a salt line, then the content")
            return None
        if self._kept_bytes < KEPT_BYTES:
            self._kept[digest] = content
            self._kept_bytes += len(content)
        return content

    def _damaged(self, digest: str, cited_at: int, *, found: str, instead: str) -> None:
        self._faulty.add(digest)
        self.findings.add(
            "blob_hash",
            Place(file=f"{BLOBS}/{digest}"),
            found=found,
            why="the blob is not the one that the line cites",
            instead=instead,
            also=(Place(file=LEDGER, line=cited_at),),
        )

    @staticmethod
    def _listed(path: Path) -> frozenset[str]:
        try:
            return frozenset(os.listdir(path))  # noqa: PTH208 - thousands of names, and no use for a Path of each
        except OSError:
            return frozenset()
