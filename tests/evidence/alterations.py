"""Alters bytes of an evidence folder, a file at a time, and puts them back: every single record, and at random.

    python -m tests.evidence.alterations [--folder FOLDER] [--count 10000] [--seed N]

proves every mutant of a single record, and then random alterations of several bytes, to both verifiers; the first one
that either accepts ends it with 1. Without a folder it is a short run made up; `make alterations` takes the folder of a
whole rehearsal.

What one of the first steps refuses is refused, whatever the later ones find, so those are only taken where none has.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.evidence.synthetic import Player, plan_of, verify_it

from bongsu.evidence import steps_chain, verify_evidence
from bongsu.evidence.findings import Findings, Severity
from bongsu.evidence.folder import HEAD, LEDGER, PLAN, VERIFIER, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEN_BY_BOTH = (LEDGER, HEAD, PLAN)
"""The files whose every byte the small verifier answers for too, beside the blobs; it cannot render reports."""


LOOKS = 1
"""How many looks the watch has in the run that is altered: every kind of line is there."""


Whole = Callable[[Path], int]
"""Our verifier's exit code for a folder."""


def made_up(folder: Path) -> int:
    """Return our exit code for the run that is made up here."""
    return verify_it(folder, LOOKS).exit_code


def accepted_by(folder: Path, whole: Whole = made_up) -> list[str]:
    """Return which of the two verifiers accept the folder."""
    codes = {"bongsu verify": _ours(folder, whole), VERIFIER: _theirs(folder)}
    return [name for name, code in codes.items() if code == 0]


def _ours(folder: Path, whole: Whole) -> int:
    """Return the exit code of `bongsu verify`, by its first steps where they are enough."""
    findings = Findings()
    opened = Folder(folder, findings)
    lines = steps_chain.structure(opened)
    run_id, told = steps_chain.chain(lines, findings)
    steps_chain.head(opened, run_id, told)
    if not _refused(findings):
        steps_chain.blobs(opened, told, complete=len(told) == len(lines))
    return 5 if _refused(findings) else whole(folder)


def _refused(findings: Findings) -> bool:
    return any(one.severity is Severity.ERROR for one in findings.items)


def _theirs(folder: Path) -> int:
    """Return the exit code of the folder's own verifier, by its first steps where they are enough."""
    told = verify_evidence.Evidence(folder)
    for step in (verify_evidence.structure, verify_evidence.chain, verify_evidence.head, verify_evidence.blobs):
        try:
            if next(iter(step(told)), None) is not None:
                return 5
        except verify_evidence.Unknown:
            pass
        except verify_evidence.FORGED:
            return 5
    return verify_evidence.verify(folder)[0]


def single_records(folder: Path) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield what was done, to which file, and its bytes then: of every line, every byte of the head, every blob."""
    lines = (folder / LEDGER).read_bytes().splitlines(keepends=True)
    for n, line in enumerate(lines):
        middle = len(line) // 2
        touched = line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :]
        for done, mutant in (
            ("changed", [*lines[:n], touched, *lines[n + 1 :]]),
            ("cut out", [*lines[:n], *lines[n + 1 :]]),
            ("doubled", [*lines[: n + 1], *lines[n:]]),
            ("put in again at the end", [*lines, line]),
            ("put in at the beginning", [line, *lines]),
            ("swapped", [*lines[:n], *reversed(lines[n : n + 2]), *lines[n + 2 :]]),
            ("the rest cut", lines[:n]),
            ("cut in the middle", [*lines[:n], line[:middle]]),
        ):
            if mutant != lines:
                yield f"line {n + 1} {done}", LEDGER, b"".join(mutant)
    head = (folder / HEAD).read_bytes()
    for n in range(len(head)):
        yield f"head byte {n}", HEAD, head[:n] + bytes([head[n] ^ 1]) + head[n + 1 :]
    for path in sorted((folder / "blobs").iterdir()):
        name, file = f"blobs/{path.name}", path.read_bytes()
        yield "blob changed", name, file[:-1] + bytes([file[-1] ^ 1])
        yield "blob cut", name, file[:-1]
        yield "blob gone", name, None
    yield "blob put in", f"blobs/{'0' * 64}", b"0" * 32 + b"\nnobody cites me"
    for name in (*SEEN_BY_BOTH, VERIFIER):
        yield "file gone", name, None


def at_random(folder: Path, random: Random) -> tuple[str, bytes]:
    """Return a file of the folder, and its bytes with one to eight of them altered, put in or taken out."""
    blobs = sorted(path.name for path in (folder / "blobs").iterdir())
    name = random.choice([*SEEN_BY_BOTH, *SEEN_BY_BOTH, f"blobs/{random.choice(blobs)}"])
    before = (folder / name).read_bytes()
    after = bytearray(before)
    while bytes(after) == before:
        for _ in range(random.randint(1, 8)):
            place, what = random.randrange(len(after)), random.random()
            if what < 0.6:
                after[place] = random.randrange(256)
            elif what < 0.8:
                after.insert(place, random.randrange(256))
            elif len(after) > 1:
                del after[place]
    return name, bytes(after)


def altered(folder: Path, name: str, content: bytes | None, whole: Whole = made_up) -> list[str]:
    """Return who accepts the folder with one file altered; the file is put back."""
    path = folder / name
    before = path.read_bytes() if path.exists() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        return accepted_by(folder, whole)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def proved(folder: Path) -> int:
    """Return the exit code of `bongsu verify` for a folder that a run wrote."""
    from bongsu.cli.proving import prove

    return prove(folder).exit_code


def main() -> int:
    """Return 0 when none of the random alterations was accepted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "run"
        if asked.folder is None:
            Player(plan=plan_of(LOOKS)).play().write(folder)
        else:
            shutil.copytree(asked.folder, folder)
        whole = made_up if asked.folder is None else proved
        untouched = accepted_by(folder, whole)
        if untouched != ["bongsu verify", VERIFIER]:
            return _told(f"the folder itself is accepted by {untouched} alone", 1)
        records, random = 0, Random(asked.seed)
        for done, name, content in single_records(folder):
            records += 1
            if accepted := altered(folder, name, content, whole):
                return _told(f"{done}, {name}: accepted by {accepted}", 1)
        _told(f"{records} mutants of a single record, none accepted by either")
        for number in range(asked.count):
            name, content = at_random(folder, random)
            if accepted := altered(folder, name, content, whole):
                return _told(f"seed {asked.seed}, alteration {number}, {name}: accepted by {accepted}", 1)
    return _told(f"seed {asked.seed}: {asked.count} alterations, none accepted by either")


def _told(text: str, code: int = 0) -> int:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
