"""Runs as people name them: the ledger opened for one, and for a slip of the keyboard the name that was meant."""

from __future__ import annotations

from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.errors import RunNotFound
from bongsu.ledger import holds_ledger, open_ledger, open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.cli.place import State
    from bongsu.ledger._port import Ledger

LOOKED_AT = 500
"""So many of the newest runs a name is compared with: there may be a hundred thousand."""
SLIPS = 3
"""So many letters may be wrong. The names of one plan's runs differ in their last five alone."""
A_PART = 4
"""Letters that are enough of a name to be taken for a part of it."""


@contextmanager
def runs_at(state: State, named: str, *, to_read: bool = False) -> Iterator[Ledger]:
    """Open the ledger in which somebody named a run; where none has that name, say which one is near it.

    With `to_read`, a folder that may not be written will do.

    Raises:
        RunNotFound: there is no such run; the hint has the nearest name.
    """
    must_be_there(state, named)
    ledger = open_to_read(state) if to_read else open_ledger(state)
    try:
        yield ledger
    except RunNotFound as error:
        near = nearest(ledger, named) if error.hint == RunNotFound.hint else None
        if near is None:
            raise
        raise RunNotFound(error.text, hint=f"did you mean {near!r}?") from error
    finally:
        ledger.close()


def must_be_there(state: State, named: str) -> None:
    """Refuse a folder that no run was ever kept in: asking for a run makes none of it.

    Raises:
        RunNotFound: the folder is not there, or holds no ledger.
    """
    if holds_ledger(state):
        return
    cause = "no run was ever kept in that folder" if Path(state).is_dir() else "there is no such folder"
    raise RunNotFound(
        f'there is no run "{named}" in "{state}"',
        cause=cause,
        hint="name the folder that the run was started with, with `--state` or BONGSU_STATE",
    )


def nearest(ledger: Ledger, named: str) -> str | None:
    """Return the run whose name is within a few letters of what was named, else the one run that it is a part of."""
    asked = named.strip().lower()
    names = [info.run_id for info in ledger.runs(most=LOOKED_AT) if info.run_id != named]
    slips = {name: _slips(asked, name) for name in names}
    near = min(names, key=lambda name: slips[name], default=None)
    if near is not None and slips[near] <= min(SLIPS, len(asked) // 3):
        return near
    holding = [name for name in names if asked in name] if len(asked) >= A_PART else []
    return holding[0] if len(holding) == 1 else None


def _slips(asked: str, name: str) -> int:
    """Return about how many letters are wrong, missing or too many."""
    if abs(len(asked) - len(name)) > SLIPS:
        return SLIPS + 1
    changes = SequenceMatcher(None, asked, name, autojunk=False).get_opcodes()
    return sum(max(a_to - a, b_to - b) for kind, a, a_to, b, b_to in changes if kind != "equal")
