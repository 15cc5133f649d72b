"""Alters bytes of an evidence folder, a file at a time, and puts them back: every single record, and at random.

    python -m tests.evidence.alterations [--folder FOLDER] [--count 10000] [--seed N] [--jobs PROCESSES]

proves every mutant of a single record, and then random alterations of several bytes, to both verifiers; the first one
that either accepts ends it with 1. Without a folder it is a short run made up; `make alterations` takes the folder of a
whole rehearsal.

What one of the first steps refuses is refused, whatever the later ones find, so those are only taken where none has.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.evidence.synthetic import Player, plan_of, verify_it

from bongsu.core.chain import open_line, seal
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
            ("forged anew behind itself", [*lines[: n + 1], _behind(line), *lines[n + 1 :]]),
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


def _behind(line: bytes) -> bytes:
    """Return a line that says the same once more, with the next number and the right links."""
    opened = open_line(line.rstrip(b"\n"))
    assert opened is not None
    payload = json.loads(opened[0])
    again = payload | {"seq": payload["seq"] + 1, "prev": opened[1]}
    sealed, _ = seal(json.dumps(again, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    return sealed + b"\n"


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


def records_of(task: Task) -> tuple[int, str]:
    """Return how many mutants of a single record a process tried, and what was accepted of them."""
    tried = 0
    with task.copy() as folder:
        for number, (done, name, content) in enumerate(single_records(folder)):
            if number % task.processes == task.process:
                tried += 1
                if accepted := altered(folder, name, content, task.whole):
                    return tried, f"{done}, {name}: accepted by {accepted}"
    return tried, ""


def chances_of(task: Task) -> tuple[int, str]:
    """Return how many random alterations a process tried, each with a chance of its own, and what was accepted."""
    tried = 0
    with task.copy() as folder:
        for number in range(task.process, task.count, task.processes):
            tried += 1
            name, content = at_random(folder, Random(f"{task.seed} {number}"))
            if accepted := altered(folder, name, content, task.whole):
                return tried, f"seed {task.seed}, alteration {number}, {name}: accepted by {accepted}"
    return tried, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one of several processes tries: every so manieth mutant, over a copy of its own."""

    folder: Path
    whole: Whole
    seed: int
    count: int
    process: int
    processes: int

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A copy of the folder that may be altered."""
        with tempfile.TemporaryDirectory() as made:
            yield Path(shutil.copytree(self.folder, Path(made) / "run"))


def main() -> int:
    """Return 0 when no mutant of a single record and none of the random alterations was accepted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
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
        same = {"folder": folder, "whole": whole, "seed": asked.seed, "count": asked.count}
        tasks = [Task(**same, process=number, processes=asked.jobs) for number in range(asked.jobs)]
        for trial, what in ((records_of, "mutants of a single record"), (chances_of, "alterations at random")):
            with ProcessPoolExecutor(asked.jobs) as pool:
                found = list(pool.map(trial, tasks))
            if accepted := next((said for _, said in found if said), ""):
                return _told(accepted, 1)
            _told(f"seed {asked.seed}: {sum(tried for tried, _ in found)} {what}, none accepted by either")
    return 0


def _told(text: str, code: int = 0) -> int:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
