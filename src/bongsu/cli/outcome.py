"""What a command comes to: a sentence for a person, or with `--json` where its run stands, for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from bongsu.cli.lines import last, put
from bongsu.cli.naming import runs_at
from bongsu.cli.place import asked_for_json
from bongsu.cli.speech import say

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State
    from bongsu.ledger._port import Ledger


def tell(ledger: Ledger, run_id: str, said: str, *, code: int, evidence: Path | None = None) -> int:
    """Print what a command came to and return its exit code: `said`, or what `status RUN --json` has, and more.

    With `said` empty a person has been told already, and a program has not.
    """
    if not asked_for_json():
        if said:
            put(said, hang=2)
        return code
    from bongsu.cli.status_command import describe

    found = {**describe(ledger, run_id), "exit_code": code, "evidence": str(evidence) if evidence else None}
    last.away()
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    return code


def tell_at(state: State, run_id: str, said: str, *, code: int) -> int:
    """Do as `tell` of a run whose ledger is not open here."""
    with runs_at(state, run_id) as ledger:
        return tell(ledger, run_id, said, code=code)


def handed(state: State, run_id: str, *, code: int) -> int:
    """Say that another process does what was asked, and return the exit code for that."""
    said = say("handed to the process that drives {}; `bongsu status {}` shows what it does", run_id, run_id)
    return tell_at(state, run_id, said, code=code)
