"""Every error bongsu raises for a person to read, as one tree.

    BongsuError                      exit code, text, hint
    ├── PlanError                    2  the plan file cannot be used; carries every problem found
    ├── UsageError                   2  a command was called with something that cannot be
    │   └── RunNotFound              2
    ├── SecretMissing                2  a reference in the plan leads to nothing
    ├── LedgerError                  3
    │   ├── LedgerWriteFailed        3  the ledger could not be written: the run stops before it acts again
    │   ├── LedgerConflict           3  somebody else appended first
    │   └── LedgerUnreadable         3
    └── EvidenceBroken               5  evidence does not verify

Expected failures of the outside world are return values (`Accepted`, `NotSent`, `Refused`, `InDoubt`), not errors.
"""

from __future__ import annotations


class BongsuError(Exception):
    """The base of every error that ends a command with a message for a person."""

    exit_code = 2
    hint: str | None = None

    def __init__(self, text: str, *, hint: str | None = None, cause: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.cause = cause
        if hint is not None:
            self.hint = hint


class PlanError(BongsuError):
    """The plan file cannot be used."""


class UsageError(BongsuError):
    """A command was called with something that cannot be."""


class RunNotFound(UsageError):
    """No run of that name is in the state folder."""

    hint = "list the runs with `bongsu status`"


class SecretMissing(BongsuError):
    """A reference to a secret leads to nothing."""


class LedgerError(BongsuError):
    """The ledger refused."""

    exit_code = 3


class LedgerWriteFailed(LedgerError):
    """The ledger could not be written, so nothing further may be done."""

    hint = "nothing was done after the last recorded line; free the disk or fix the folder, then see `bongsu status`"


class LedgerConflict(LedgerError):
    """Another process appended to the run first."""


class LedgerUnreadable(LedgerError):
    """The ledger file is not one that this version can read."""


class EvidenceBroken(BongsuError):
    """The evidence does not verify."""

    exit_code = 5
