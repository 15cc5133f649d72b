"""Alters bytes of an evidence folder, a file at a time, and puts them back: every single record, and at random.

    python -m tests.evidence.alterations [--folder FOLDER] [--count 10000] [--seed N] [--jobs PROCESSES]

proves every mutant of a single record, and then random alterations of several bytes, to both verifiers; the first one
that either accepts, or for which the two name different first steps, ends it with 1. Both count their steps alike, and
no pair of steps is let off: what is altered here both see in the same step. Without a folder it is a short run made
up; `make alterations` takes the folder of a whole rehearsal.

What one of the first steps refuses is refused there, whatever the later ones find, so those are only taken where none
has.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.evidence.synthetic import Player, plan_of, verify_it

from bongsu.core.chain import open_line, seal
from bongsu.evidence import steps_chain, verify_evidence
from bongsu.evidence.attestation import fingerprint_of, signed_too, statement
from bongsu.evidence.findings import Findings, Report, Severity
from bongsu.evidence.folder import ATTESTATION, HEAD, LEDGER, PLAN, REPORTS, VERIFIER, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REFUSED = 5
"""The exit code of a verifier that refuses."""
SEEN_BY_BOTH = (LEDGER, HEAD, PLAN)
"""The files whose every byte the small verifier answers for too, beside the blobs; it cannot render reports."""


LOOKS = 1
"""How many looks the watch has in the run that is altered: every kind of line is there."""


class Answer(NamedTuple):
    """What a verifier says of a folder."""

    code: int
    """Its exit code."""
    step: int
    """The first step that does not hold; 0 for none."""


Whole = Callable[[Path], Report]
"""What our verifier says of a folder, every step taken."""


def made_up(folder: Path) -> Report:
    """Return our report on the run that is made up here."""
    return verify_it(folder, LOOKS)


def answers(folder: Path, whole: Whole = made_up) -> dict[str, Answer]:
    """Return what each of the two verifiers says of the folder."""
    return {"bongsu verify": _ours(folder, whole), VERIFIER: _theirs(folder)}


def both_accept(told: Mapping[str, Answer]) -> bool:
    """Return whether both say that everything holds."""
    return set(told.values()) == {Answer(0, 0)}


def both_refuse(told: Mapping[str, Answer]) -> bool:
    """Return whether both refuse, and in the same step."""
    one, *others = set(told.values())
    return not others and one.code == REFUSED and one.step > 0


def _ours(folder: Path, whole: Whole) -> Answer:
    """Return the answer of `bongsu verify`, by its first steps where they are enough."""
    findings = Findings()
    opened = Folder(folder, findings)
    lines = steps_chain.structure(opened)
    run_id, told = steps_chain.chain(lines, findings)
    steps_chain.head(opened, run_id, told)
    opened.file(PLAN)
    for name in REPORTS:
        opened.file(name)  # only whether it is there: step 1 wants them all, step 10 reads them
    if not _step(findings):
        steps_chain.plan_bytes(opened, told)
        steps_chain.blobs(opened, told, complete=len(told) == len(lines))
    if step := _step(findings):
        return Answer(REFUSED, step)
    report = whole(folder)
    return Answer(report.exit_code, report.first_step)


def _step(findings: Findings) -> int:
    return min((one.step for one in findings.items if one.severity is Severity.ERROR), default=0)


def _theirs(folder: Path) -> Answer:
    """Return the answer of the folder's own verifier, by its first steps where they are enough."""
    told = verify_evidence.Evidence(folder)
    first = (verify_evidence.structure, verify_evidence.chain, verify_evidence.plan, verify_evidence.blobs)
    for number, step in enumerate(first, start=1):
        try:
            if any(where for where, *_ in step(told)):  # without a place it is no fault, but what cannot be told
                return Answer(REFUSED, number)
        except verify_evidence.FORGED:
            return Answer(REFUSED, number)
    return the_small_one(folder)


def the_small_one(folder: Path) -> Answer:
    """Return the answer of the folder's own verifier, every step taken, by what it prints."""
    code, said = verify_evidence.verify(folder)
    steps = [int(found[1]) for line in said if (found := re.match(r"error: step (\d+)[,:]", line))]
    return Answer(code, min(steps, default=0))


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
    for name in (*SEEN_BY_BOTH, *REPORTS, VERIFIER):
        yield "file gone", name, None
    yield "signed with a key that the plan does not name", ATTESTATION, signed_by_nobody(folder)


def signed_by_nobody(folder: Path) -> bytes:
    """Return signatures over these very files, whole in themselves, with a key of somebody else's."""
    findings = Findings()
    opened = Folder(folder, findings)
    run_id, told = steps_chain.chain(steps_chain.structure(opened), findings)
    payload = statement(opened.signed_files(), run_id, steps_chain.end_of(told))
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return signed_too(None, payload, fingerprint_of(key.public_key().public_bytes_raw()), key.sign)


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


def altered(folder: Path, name: str, content: bytes | None, whole: Whole = made_up) -> dict[str, Answer]:
    """Return what each says of the folder with one file altered; the file is put back."""
    path = folder / name
    before = path.read_bytes() if path.exists() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        return answers(folder, whole)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def proved(folder: Path) -> Report:
    """Return the report of `bongsu verify` on a folder that a run wrote."""
    from bongsu.cli.proving import prove

    return prove(folder)


def records_of(task: Task) -> tuple[int, str]:
    """Return how many mutants of a single record a process tried, and the first not refused alike."""
    tried = 0
    with task.copy() as folder:
        for number, (done, name, content) in enumerate(single_records(folder)):
            if number % task.processes == task.process:
                tried += 1
                if not both_refuse(told := altered(folder, name, content, task.whole)):
                    return tried, f"{done}, {name}: {told}"
    return tried, ""


def chances_of(task: Task) -> tuple[int, str]:
    """Return how many random alterations a process tried, each by itself, and the first not refused alike."""
    tried = 0
    with task.copy() as folder:
        for number in range(task.process, task.count, task.processes):
            tried += 1
            name, content = at_random(folder, Random(f"{task.seed} {number}"))
            if not both_refuse(told := altered(folder, name, content, task.whole)):
                return tried, f"seed {task.seed}, alteration {number}, {name}: {told}"
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
    """Return 0 when every mutant of a single record and every random alteration was refused, in one step by both."""
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
        if not both_accept(untouched := answers(folder, whole)):
            return _told(f"the folder itself: {untouched}", 1)
        same = {"folder": folder, "whole": whole, "seed": asked.seed, "count": asked.count}
        tasks = [Task(**same, process=number, processes=asked.jobs) for number in range(asked.jobs)]
        for trial, what in ((records_of, "mutants of a single record"), (chances_of, "alterations at random")):
            with ProcessPoolExecutor(asked.jobs) as pool:
                found = list(pool.map(trial, tasks))
            if other := next((said for _, said in found if said), ""):
                return _told(other, 1)
            tried = sum(tried for tried, _ in found)
            _told(f"seed {asked.seed}: {tried} {what}, every one refused by both, in the same step")
    return 0


def _told(text: str, code: int = 0) -> int:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
