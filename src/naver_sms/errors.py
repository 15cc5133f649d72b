"""Every error the workload raises, as one tree.

    NaverSmsError
    ├── ConfigError      the settings cannot be used: nothing was asked, written or sent (exit 4)
    ├── StateError       the state store did not answer; what was asked of it may or may not have happened
    ├── CookiesError     the cookies of the Naver account cannot be read
    ├── EventRefused     the event that started the function holds an instruction that is not known; nothing was done
    └── RunFailed        raised on Lambda after the report, so that the platform counts the run as an error

What Naver and SENS answer is a return value, not an error.
"""

from __future__ import annotations


class NaverSmsError(Exception):
    """The base of every error of the workload; its text holds no token, phone number or name."""


def why_of(error: OSError | UnicodeDecodeError) -> str:
    """Return why a file could not be read, in words."""
    return getattr(error, "strerror", None) or "it is not text"


class ConfigError(NaverSmsError):
    """The settings cannot be used; `problems` holds every one found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.shown = problems
        """The same for a person at a terminal, with more of what it is about."""


class StateError(NaverSmsError):
    """The state store did not answer as it must; the call may or may not have happened."""


class CookiesError(NaverSmsError):
    """The cookies of the Naver account cannot be read from where the settings say they are."""


class EventRefused(NaverSmsError):
    """The event holds an instruction that is not known; nothing was asked, written or sent."""


class RunFailed(NaverSmsError):
    """The run ended in a result that the platform must count as an error."""
