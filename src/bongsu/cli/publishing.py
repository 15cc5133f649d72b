"""`bongsu evidence RUN --publish DIR --key REF`: a copy without people, numbers and ids at services."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.proving import load_signed, prove
from bongsu.cli.speech import say
from bongsu.cli.stories import is_folder
from bongsu.errors import BongsuError, UsageError
from bongsu.evidence.findings import Severity
from bongsu.evidence.folder import BLOBS, HEAD
from bongsu.evidence.pseudonyms import Pseudonyms
from bongsu.evidence.published import published
from bongsu.evidence.report import reports
from bongsu.secrets import SecretStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.cli.place import State

MAKE_ONE = "make one with `openssl rand -hex 32 > publish.key` and name it: --key file:publish.key"


class NotPublishable(BongsuError):
    """A copy that does not verify, or that still names somebody, is not written."""

    exit_code = 5
    hint = "nothing was written; the evidence itself is as it was"


def publish(run: str, state: State, copy: Path, key: str | None) -> int:
    """Write the copy of a run or of an evidence folder, and return 0; nothing is written unless it verifies."""
    if copy.exists() and (not copy.is_dir() or any(copy.iterdir())):
        raise UsageError(f'"{copy}" is there already and is not empty', hint="name another folder for the copy")
    names = names_of(key)
    with tempfile.TemporaryDirectory() as made:
        original = Path(run) if is_folder(run) else _written(run, state, Path(made) / "original")
        files = copied(original, names)
        trial = Path(made) / "copy"
        write(trial, files)
        wrong = [one for one in prove(trial).findings if one.severity is Severity.ERROR]
    if wrong:
        raise NotPublishable(
            "the copy would not verify, so it was not written",
            cause=f"{wrong[0].file}:{wrong[0].line}: {wrong[0].why}",
            hint="a name or id of the plan may be a word that messages use too: such a run cannot be published",
        )
    for name, content in files.items():
        if left := names.left_in(content) or names.left_in(name.encode()):
            raise NotPublishable(f'"{left}" would still stand in {name}, so nothing was written')
    write(copy, files)
    told = say("{} people, rooms, numbers and ids have pseudonyms", len(names.texts))
    click.echo(f"{copy}/report.html   {told}")
    return 0


def names_of(key: str | None) -> Pseudonyms:
    """Return the pseudonyms of a key that is found by reference."""
    if key is None:
        raise UsageError("--publish and --original need --key", hint=MAKE_ONE)
    return Pseudonyms(SecretStore(Path.cwd()).resolve(key, key="--key"))


def copied(original: Path, names: Pseudonyms) -> Mapping[str, bytes]:
    """Return the files of the copy of an evidence folder; refuses one that does not verify."""
    report = prove(original)
    if any(one.severity is Severity.ERROR for one in report.findings):
        raise NotPublishable(f'the evidence in "{original}" does not verify', hint="`bongsu verify` shows each place")
    files = {path.relative_to(original).as_posix(): path.read_bytes() for path in original.rglob("*") if path.is_file()}
    return published(files, names, load_plan=load_signed, render=reports)


def same_copy(copy: Path, original: Path, key: str | None) -> str:
    """Return the name of the first file in which a copy differs from the one made of the original; empty for none."""
    wanted = copied(original, names_of(key))
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    if there != wanted.keys():
        return min(there ^ wanted.keys())
    return next((name for name in sorted(wanted) if (copy / name).read_bytes() != wanted[name]), "")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a copy, its head last."""
    try:
        (folder / BLOBS).mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda one: one == HEAD):
            (folder / name).write_bytes(files[name])
    except OSError as exc:
        raise UsageError(f'"{folder}" cannot be written', cause=exc.strerror) from exc


def _written(run: str, state: State, folder: Path) -> Path:
    from bongsu.cli.naming import runs_at
    from bongsu.cli.proving import write as write_evidence

    with runs_at(state, run, to_read=True) as ledger:
        write_evidence(ledger, run, folder)
    return folder
