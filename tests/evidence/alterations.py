"""Alters bytes of an evidence folder, a file at a time, and puts them back: every single record, and at random.

    python -m tests.evidence.alterations [--count 10000] [--seed N]

proves random alterations of several bytes to both verifiers; the first one that either accepts ends it with 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.evidence.synthetic import Player, plan_of, verify_it

from bongsu.evidence import verify_evidence
from bongsu.evidence.folder import HEAD, LEDGER, PLAN, VERIFIER

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEN_BY_BOTH = (LEDGER, HEAD, PLAN)
"""The files whose every byte the small verifier answers for too, beside the blobs; it cannot render reports."""


LOOKS = 1
"""How many looks the watch has in the run that is altered: every kind of line is there."""


def accepted_by(folder: Path) -> list[str]:
    """Return which of the two verifiers accept the folder."""
    codes = {"bongsu verify": verify_it(folder, LOOKS).exit_code, VERIFIER: verify_evidence.verify(folder)[0]}
    return [name for name, code in codes.items() if code == 0]


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


def altered(folder: Path, name: str, content: bytes | None) -> list[str]:
    """Return who accepts the folder with one file altered; the file is put back."""
    path = folder / name
    before = path.read_bytes() if path.exists() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        return accepted_by(folder)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def main() -> int:
    """Return 0 when none of the random alterations was accepted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    random = Random(asked.seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Player(plan=plan_of(LOOKS)).play().write(Path(made) / "run")
        for number in range(asked.count):
            name, content = at_random(folder, random)
            if accepted := altered(folder, name, content):
                sys.stdout.write(f"seed {asked.seed}, alteration {number}, {name}: accepted by {accepted}\n")
                return 1
    sys.stdout.write(f"seed {asked.seed}: {asked.count} alterations, none accepted by either\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
