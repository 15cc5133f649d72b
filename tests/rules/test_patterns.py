"""No text that a stranger hands in keeps a pattern busy for ever."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
from tests.rules.patterns import patterns_of, strains

import bongsu
import naver_sms
from bongsu import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

CPU_S = 0.5
"""What fits takes microseconds, and what doubles with each of forty turns takes days."""


@pytest.fixture
def bounded() -> Iterator[None]:
    def over(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, over)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def endless(pattern: re.Pattern[str]) -> str | None:
    """Return a text that the pattern does not come to an end with."""
    for text in strains(pattern):
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S)
        try:
            pattern.fullmatch(text)
        except TimeoutError:
            return text
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


@pytest.mark.parametrize("source", [r"(a+)+b", r"x(\w+_?)*:", r"(?:\d[\d-]*\d|-)*[A-Z]", r"(?:ab|[a-b]{2})*z"])
def test_one_that_has_no_end_is_seen(source: str, bounded: None) -> None:
    assert endless(re.compile(source))


@pytest.mark.parametrize("source", [r"(a++)+b", r"x(?>(\w+_)*):", r"(?>(?:(?>\d[\d-]*\d)|-)*)[A-Z]", r"[a-c]*z"])
def test_one_that_ends_is_not(source: str, bounded: None) -> None:
    assert endless(re.compile(source)) is None


@pytest.mark.parametrize("package", [bongsu, naver_sms], ids=lambda package: package.__name__)
def test_every_pattern_comes_to_an_end(package: object, bounded: None) -> None:
    kept = patterns_of(package)
    found = {where: endless(re.compile(*pattern)) for pattern, where in kept.items()}
    assert len(kept) > 10
    assert {where: text for where, text in found.items() if text} == {}


GROUP_KEPT = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+")


@pytest.mark.parametrize("package", [bongsu, naver_sms], ids=lambda package: package.__name__)
def test_no_group_is_repeated_possessively(package: object) -> None:
    """Python before 3.11.5 keeps half a turn of `(?:-a)*+` (gh-106052); `(?>(?:-a)*)` is right in every one."""
    assert {where for (source, _), where in patterns_of(package).items() if GROUP_KEPT.search(source)} == set()


def test_what_is_redacted_is_looked_for_without_such_a_group() -> None:
    """Its patterns are of bytes, and what they miss would be told."""
    kept = [value.pattern for value in vars(redact).values() if isinstance(value, re.Pattern)]
    sources = [one for one in kept if isinstance(one, bytes)]
    assert sources and [one for one in sources if GROUP_KEPT.search(one.decode("ascii"))] == []
