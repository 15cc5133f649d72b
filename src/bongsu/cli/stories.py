"""Where a command finds the run that it is to tell of: by its id in the ledger, or as an evidence folder."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.cli.naming import must_be_there, nearest
from bongsu.cli.proving import load_signed
from bongsu.errors import RunNotFound
from bongsu.evidence.folder import LEDGER
from bongsu.evidence.source import story_of_folder, story_of_run
from bongsu.ledger import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.cli.place import State
    from bongsu.evidence.folder import Story


def is_folder(name: str) -> bool:
    """Return whether a name leads to an evidence folder."""
    return (Path(name) / LEDGER).is_file()


@contextmanager
def stories(state: State, *names: str) -> Iterator[tuple[Story, ...]]:
    """Give the stories of runs or folders, as long as their blobs may be read; the ledger is opened for runs alone.

    Raises:
        RunNotFound: a name is neither.
        EvidenceUnsound: a folder is not whole.
    """
    runs = [name for name in names if not is_folder(name)]
    if runs:
        must_be_there(state, runs[0])
    ledger = open_to_read(state) if runs else None
    found: list[Story] = []
    try:
        for name in names:
            if is_folder(name):
                found.append(story_of_folder(Path(name), load_signed))
            elif ledger is not None:
                found.append(story_of_run(ledger, name, load_signed))
        yield tuple(found)
    except RunNotFound as exc:
        hint = "name a run, as `bongsu status` lists them, or a folder that holds a ledger.jsonl"
        near = [meant for name in names if ledger is not None and (meant := nearest(ledger, name))]
        raise RunNotFound(exc.text, hint=f"did you mean {near[0]!r}?" if near else hint) from exc
    finally:
        if ledger is not None:
            ledger.close()
