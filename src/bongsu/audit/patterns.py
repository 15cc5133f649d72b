"""Patterns that cost nothing where they cannot be: each knows the words without which it finds nothing.

Some hundred patterns are tried on every line of a log, and hardly any line has what one of them is about. So a pattern
made here looks first for a word of those that every text that fits it holds, in whatever case, which takes about a tenth
of the time; the words are read off the pattern itself, and nobody has to keep them. It is compiled when a text first
has one of them.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from bongsu.audit.needed import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LONG = 4_000
"""Letters of a text that is looked through by the pattern alone: reading it twice would gain little."""
OTHER_DIGIT = re.compile(r"(?![0-9])\d")
ANY = ("",)
"""The words of a pattern of which none are known: every text holds one."""


COUNT = count()


@dataclass(slots=True)
class _Text:
    """A text as patterns look for their words in it."""

    low: str
    lacking: int = 0
    """The bits of patterns none of whose words is in it: lines come again, and one pattern is asked by many rules."""


class Pattern:
    """A pattern as `re` has it, tried on nothing that lacks its words, and compiled when it is first tried."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self.pattern, self.flags, self.bit = source, flags, 1 << next(COUNT)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """Return the pattern of `re`."""
        return re.compile(self.pattern, self.flags)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return words in lower case of which every text that fits holds one."""
        return needed(self.pattern) or ANY

    def may_be_in(self, text: str) -> bool:
        """Return whether a text may hold what fits; without one of the words it cannot."""
        if len(text) > LONG:
            return True
        read = _read(text)
        if read.lacking & self.bit:
            return False
        for word in self.words:
            if word in read.low:
                return True
        read.lacking |= self.bit
        return False

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return what `re.Pattern.search` does."""
        return self.compiled.search(text, start, end) if self.may_be_in(text) else None

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return what `re.Pattern.match` does."""
        return self.compiled.match(text, start, end) if self.may_be_in(text) else None

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return what `re.Pattern.fullmatch` does."""
        return self.compiled.fullmatch(text, start, end) if self.may_be_in(text) else None

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """Return what `re.Pattern.finditer` does."""
        return self.compiled.finditer(text, start, end) if self.may_be_in(text) else iter(())

    def findall(self, text: str, start: int = 0, end: int = sys.maxsize) -> list[Any]:
        """Return what `re.Pattern.findall` does."""
        return self.compiled.findall(text, start, end) if self.may_be_in(text) else []

    def split(self, text: str, maxsplit: int = 0) -> list[str | Any]:
        """Return what `re.Pattern.split` does."""
        return self.compiled.split(text, maxsplit) if self.may_be_in(text) else [text]

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """Return what `re.Pattern.sub` does."""
        return self.compiled.sub(by, text, count) if self.may_be_in(text) else text


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is tried on nothing that lacks its words, to be used as one of `re`."""
    return cast("re.Pattern[str]", Pattern(source, flags))


def either(sources: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that fits what one of some does; its groups have no names."""
    return pattern("|".join(re.sub(r"\(\?P<\w+>", "(", one) for one in sources), flags)


def may_be_in(regex: re.Pattern[str], text: str) -> bool:
    """Return whether a text may hold what a pattern fits; asking so takes less time than trying it."""
    asked: object = regex
    return asked.may_be_in(text) if isinstance(asked, Pattern) else True


@lru_cache(maxsize=20_000)
def _read(text: str) -> _Text:
    return _Text(folded(text))


def folded(text: str) -> str:
    """Return a text in lower case, with the letters that `re.IGNORECASE` takes for `i` and `s` as those.

    Where `re` finds a digit that is none of ASCII, one that is stands at the end.
    """
    if text.isascii():
        return text.lower()
    low = text.replace("İ", "i").lower().replace("ı", "i").replace("ſ", "s")
    return low + "0" if OTHER_DIGIT.search(low) else low
