"""`naver-sms optout` and `naver-sms consent`: who refuses advertising, who agreed to it, and until when that holds.

Numbers are shown masked. Refusals are kept here and at SENS, each side learning from the other by `optout sync`; a run
looks at both before every advertising text. A consent is kept with when and how it was given, and which text was shown.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from naver_sms.booking import normal_phone
from naver_sms.credentials import sens_key
from naver_sms.errors import ConfigError, NaverSmsError
from naver_sms.gateways import open_optouts
from naver_sms.law import CONSENT_MONTHS, TELL_WITHIN, months_after
from naver_sms.masking import masked_phone
from naver_sms.meter import Meter
from naver_sms.record import KST
from naver_sms.refusals import CONSENTED, OPTED_OUT
from naver_sms.state import open_state
from naver_sms.words import said
from sens import OptedOut, OptOutList, ReadFailed
from sens.client import new_pool

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime

    from naver_sms.clock import Clock
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort

BY_HAND, BY_CALL = "by hand", "by call"
TEXT_MAX = 200


class SensFailed(NaverSmsError):
    """SENS did not do what was asked of its list."""


def obey(arguments: argparse.Namespace, settings: Settings, *, clock: Clock) -> list[str]:
    """Do what one of the two commands asks and return the lines to print. Raises ConfigError or NaverSmsError."""
    state = open_state(settings, Meter())
    books = Books(state, now=clock.now(), language=settings.language)
    try:
        if arguments.command == "consent":
            return _consent(arguments, settings, books, clock)
        return _optout(arguments, settings, books, clock)
    finally:
        state.shut()


def _optout(arguments: argparse.Namespace, settings: Settings, books: Books, clock: Clock) -> list[str]:
    if arguments.verb == "list":
        return list(books.refusals())
    if arguments.verb == "sync":
        with _listed(settings, clock) as listed:
            return books.sync(listed)
    number = _number(arguments.number)
    if arguments.verb == "add":
        # Kept here first: whatever becomes of the call, no advertising goes out any more.
        books.refuse(number, BY_HAND)
        _tell_sens(number, settings, clock)
        return [said(settings.language, "refuses", number=masked_phone(number))]
    with _listed(settings, clock) as listed:
        _did(listed.remove([number]), "nothing was changed")
    books.allow(number)
    return [said(settings.language, "off", number=masked_phone(number))]


@contextmanager
def _listed(settings: Settings, clock: Clock) -> Iterator[OptOutList]:
    with new_pool(connections=1, answer_s=settings.answer_wait_s) as pool:
        yield open_optouts(settings, sens_key(settings), pool=pool, epoch_ms=clock.epoch_ms)


def _tell_sens(number: str, settings: Settings, clock: Clock) -> None:
    """Have SENS keep a refusal that is kept here; whatever goes wrong, say that it is."""
    kept = "it is kept here; try `naver-sms optout sync` later"
    try:
        with _listed(settings, clock) as listed:
            _did(listed.add([number]), kept)
    except ConfigError as error:
        raise ConfigError([f"SENS was not told ({problem}): {kept}" for problem in error.problems]) from None


def _consent(arguments: argparse.Namespace, settings: Settings, books: Books, clock: Clock) -> list[str]:
    if arguments.verb == "list":
        return list(books.consents(due_only=arguments.due))
    number = _number(arguments.number)
    if arguments.verb == "withdraw":
        books.withdraw(number)
        _tell_sens(number, settings, clock)
        return [said(settings.language, "withdrawn", number=masked_phone(number))]
    if not (arguments.how and arguments.text):
        raise ConfigError(["say how it was given and which text was agreed to: '--how' and '--text'"])
    given_on = books.today if arguments.on is None else _day(arguments.on)
    if given_on > books.today:
        raise ConfigError(["'--on' is a day to come"])
    if max(len(arguments.how), len(arguments.text)) > TEXT_MAX:
        raise ConfigError([f"'--how' and '--text' take at most {TEXT_MAX} characters"])
    books.agree(number, {"on": given_on.isoformat(), "how": arguments.how, "text": arguments.text})
    return [said(settings.language, "agreed", number=masked_phone(number), on=given_on)]


def _number(text: str | None) -> str:
    number = normal_phone(text)
    if number is None:
        raise ConfigError(["that is no Korean mobile number, it is 010 and eight digits, with or without hyphens"])
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(["'--on' is no date, write it as 2025-10-22"]) from None


def _did(failed: ReadFailed | None, rest: str) -> None:
    if failed is not None:
        raise SensFailed(f"SENS did not change its list ({failed.reason}): {rest}")


class Books:
    """The refusals and consents that this program keeps."""

    def __init__(self, state: StatePort, *, now: datetime, language: str) -> None:
        self._state = state
        self._now = now
        self._language = language
        self.today = now.astimezone(KST).date()

    def refuse(self, number: str, how: str) -> None:
        """Keep a refusal; one that is there keeps its day."""
        if OPTED_OUT + number not in self._state.notes([OPTED_OUT + number]):
            self._put(OPTED_OUT + number, {"on": self.today.isoformat(), "how": how})

    def allow(self, number: str) -> None:
        """Forget a refusal."""
        self._state.note(OPTED_OUT + number, None, at=self._now)

    def agree(self, number: str, consent: dict[str, str]) -> None:
        """Keep a consent. Raises ConfigError for a number that refuses advertising."""
        if OPTED_OUT + number in self._state.notes([OPTED_OUT + number]):
            raise ConfigError(["this number refuses advertising; who has changed their mind: naver-sms optout remove"])
        self._put(CONSENTED + number, consent)

    def withdraw(self, number: str) -> None:
        """Forget a consent and keep a refusal in its place."""
        self.refuse(number, BY_HAND)
        self._state.note(CONSENTED + number, None, at=self._now)

    def refusals(self) -> Iterator[str]:
        """Return a line for each refusal, the oldest first."""
        found = self._all(OPTED_OUT)
        for number, one in found:
            tell_by = date.fromisoformat(one["on"]) + TELL_WITHIN
            left = self._said("tell_by", day=tell_by) if tell_by >= self.today else self._said("told")
            yield f"{masked_phone(number)}  {one['on']}  {self._said(one['how'])}  {left}"
        yield self._said("refusal" if len(found) == 1 else "refusals", count=len(found))

    def consents(self, *, due_only: bool) -> Iterator[str]:
        """Return a line for each consent, the oldest first."""
        found = self._all(CONSENTED)
        due = {number for number, one in found if self._renew_on(one) <= self.today}
        for number, one in found:
            if number in due or not due_only:
                left = self._said("remind") if number in due else self._said("remind_from", day=self._renew_on(one))
                yield self._said("consent", number=masked_phone(number), left=left, **one)
        yield self._said("consented" if len(found) == 1 else "consents", count=len(found), due=len(due))

    @staticmethod
    def _renew_on(one: dict[str, str]) -> date:
        return months_after(date.fromisoformat(one["on"]), CONSENT_MONTHS)

    def sync(self, listed: OptOutList) -> list[str]:
        """Tell SENS of what only this program knows, and keep what only SENS does. Raises SensFailed."""
        found = listed.read()
        if isinstance(found, ReadFailed):
            raise SensFailed(f"SENS did not show its list ({found.reason}): nothing was changed")
        theirs: dict[str, OptedOut] = {one.number: one for one in found}
        ours = [number for number, _ in self._all(OPTED_OUT)]
        missing = [number for number in ours if number not in theirs]
        for number in sorted(theirs.keys() - set(ours)):
            self.refuse(number, BY_CALL if theirs[number].by_call else BY_HAND)
        _did(listed.add(missing), "what SENS had is kept here; try again")
        new = len(theirs.keys() - set(ours))
        return [self._said("synced", missing=len(missing), new=new, all=len(theirs.keys() | set(ours)))]

    def _said(self, name: str, **values: object) -> str:
        return said(self._language, name, **values)

    def _put(self, name: str, what: dict[str, str]) -> None:
        self._state.note(name, json.dumps(what, ensure_ascii=False), at=self._now)

    def _all(self, prefix: str) -> list[tuple[str, dict[str, Any]]]:
        notes = self._state.notes_like(prefix)
        return sorted(
            ((name.removeprefix(prefix), json.loads(text)) for name, text in notes.items()),
            key=lambda one: (one[1]["on"], one[0]),
        )
