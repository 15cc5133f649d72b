"""Every error bongsu raises for a person to read, as one tree.

    BongsuError                      exit code, text, cause, hint
    ├── PlanError                    2  the plan file cannot be used
    │   └── PlanProblems             2  everything that is wrong with it, each at its place (planfile)
    ├── UsageError                   2  a command was called with something that cannot be
    │   ├── RunNotFound              2  no run of that name is in the state folder
    │   ├── WindowPassed             2  the plan's window is over (run)
    │   ├── ServicesRefuse           2  a channel, a contact or the target is not as the plan has it (run)
    │   ├── NoGuardInPlan            2  the plan has no guard (run)
    │   ├── OfAGuard                 2  the ledger is a guard's own; nobody drives it by hand (run)
    │   ├── RunOver                  2  the run is closed (run)
    │   ├── NotOfACutover            2  an order for a cutover was given to a drill or a page (run)
    │   ├── AlreadyTaken             2  somebody has acknowledged it before (cli)
    │   ├── NotAsked                 2  the person is not one whose answer counts here (cli)
    │   ├── NotServed                2  a plan that a worker cannot serve (run)
    │   ├── AddressTaken             2  the address cannot be listened at (cli)
    │   ├── CannotListen             2  the guard's address cannot be had (run)
    │   ├── Driven                   3  another process drives the run (run)
    │   └── TargetTaken              3  another run has the target (run)
    ├── UnknownCommand               2  the first word is not a command (cli)
    ├── SecretMissing                2  a reference in the plan leads to nothing
    ├── FigureMissing                3  a message names a figure that nothing has measured (messages)
    ├── LeftAtOnce                   3  whoever stopped a worker did not wait for its calls (cli)
    ├── ClockUnreachable             3  the clock of a rehearsal does not answer (run)
    ├── WorldNotReady                3  the imitated services did not start (cli)
    ├── AuthorityRefused             3  an authority gave no timestamp that holds (cli)
    ├── NotPublishable               5  a copy that would not verify, or would still name somebody (cli)
    ├── EvidenceUnsound              5  a folder whose chain is not whole is read no further (evidence)
    └── LedgerError                  3  the ledger refused
        ├── LedgerWriteFailed        3  the ledger could not be written: the run stops before it acts again
        ├── LedgerConflict           3  somebody else appended first
        ├── LeaseLost                3  another process has taken the run or the target over
        ├── AlreadyReceived          3  what was received is in the ledger already
        └── LedgerUnreadable         3  the ledger file is not one that this version can read

Those with a place in parentheses stand beside the code that raises them. Evidence that does not verify is no error but
the answer to a question: `verify` leaves with 5. docs/errors.md says of each when it comes
and what to do.

Expected failures of the outside world are return values (`Accepted`, `NotSent`, `Refused`, `InDoubt`), not errors.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class BongsuError(Exception):
    """The base of every error that ends a command with a message for a person."""

    exit_code = 2
    hint: str | None = None
    run_id = ""
    """The run that it is about, where that is known: what it advises then has the run's name in place of `RUN`."""

    def __init__(self, text: str, *, hint: str | None = None, cause: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.cause = cause
        if hint is not None:
            self.hint = hint

    def told(self, tell: Callable[[str], str]) -> str:
        """Return the text as `tell` says it in the reader's language."""
        return tell(self.text)


@contextmanager
def concerning(run_id: str) -> Iterator[None]:
    """Have an error that leaves the block be about that run, unless it is about one already."""
    try:
        yield
    except BongsuError as error:
        error.run_id = error.run_id or run_id
        raise


class PlanError(BongsuError):
    """The plan file cannot be used."""


class UsageError(BongsuError):
    """A command was called with something that cannot be."""


class RunNotFound(UsageError):
    """No run of that name is in the state folder."""

    hint = "list the runs with `bongsu status`"


class SecretMissing(BongsuError):
    """A reference to a secret leads to nothing, or several do."""

    each: tuple[SecretMissing, ...] = ()
    """One for each reference, when there are several."""
    reference = ""
    """The one that leads to nothing; empty for what is none, since it may be the secret itself."""


class LedgerError(BongsuError):
    """The ledger refused."""

    exit_code = 3


class LedgerWriteFailed(LedgerError):
    """The ledger could not be written, so nothing further may be done."""

    hint = "nothing was begun after the last recorded line; free the disk or fix the folder, then `bongsu resume RUN`"


class LedgerConflict(LedgerError):
    """Another process appended to the run first."""

    hint = "`bongsu status RUN` shows where it stands; whoever appended drives it"


class LeaseLost(LedgerError):
    """Another process has taken over what this one had the right to drive."""

    hint = "this process has stopped; `bongsu status RUN` shows where the run stands, the other process drives it"


class AlreadyReceived(LedgerError):
    """What a service delivered a second time is in the ledger already."""

    hint = "nothing is left to do: the first time counts"


class LedgerUnreadable(LedgerError):
    """The ledger file is not one that this version can read."""

    hint = "use the program version that wrote it, or another copy of the state folder; nothing was changed"
