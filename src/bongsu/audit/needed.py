r"""The words without which a pattern fits nothing, read off its source.

Of `\b(?:no (?:answer|reply)|never)\\b` those are `answer`, `reply` and `never`: every text that fits holds one of them.
The source is read once from left to right, which takes a third of the time of compiling it; what is not understood
needs no word. Tests hold every pattern of the package to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"(?P<run>[^\\\[\](){}|*+?.^$]+(?![*+?{]))|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?!\?)|\(\?(?:P<\w+>|[a-zA-Z]*-?[a-zA-Z]*:|<?[=!]|>))|(?P<other>\(\?[^)]*\))"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<often>(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?)"
    r"|(?P<class>\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]*\}|\d{1,3}|[A-Za-z])|[.^$])|\\?(?P<letter>.)",
    re.DOTALL,
)
DENIED = ("(?!", "(?<!")
DIGITS = frozenset("0123456789")
"""What stands for any digit; of digits that are none of ASCII, `patterns.folded` makes one of them."""
RARE = 3
"""Letters that make a word rare; of longer ones, fewer are better."""


@dataclass(slots=True)
class _Group:
    """What is read of a group, or of the whole."""

    opened: str = ""
    ways: list[frozenset[str]] = field(default_factory=list)
    """The words of each alternative that is read; none where it needs none."""
    best: frozenset[str] = frozenset()
    """The rarest words of the alternative that is being read."""
    last: frozenset[str] = frozenset()
    """The words of the part that a count may follow."""
    word: str = ""
    """Letters that stand side by side, up to here."""

    def settle(self, words: frozenset[str] = frozenset()) -> None:
        """Count what was read before, and go on behind a part with these words."""
        if self.word:
            self._count(frozenset([self.word]))
        if self.last:
            self._count(self.last)
        self.word, self.last = "", words

    def _count(self, words: frozenset[str]) -> None:
        if not self.best or _rarity(words) > _rarity(self.best):
            self.best = words

    def turn(self) -> None:
        """End an alternative."""
        self.settle()
        self.ways.append(self.best)
        self.best = frozenset()

    def optional(self) -> None:
        """Take the last part, or the last letter, for one that may be missing."""
        if self.word[:-1]:
            self._count(frozenset([self.word[:-1]]))
        self.word, self.last = "", frozenset()

    def words(self) -> frozenset[str]:
        """Return what the group as a whole needs."""
        self.turn()
        return frozenset().union(*self.ways) if all(self.ways) and self.opened not in DENIED else frozenset()


def needed(source: str) -> tuple[str, ...]:
    """Return words in lower case of which every text that fits a pattern, in whatever case, holds one; none if it needs none."""
    stack = [_Group()]
    for found in TOKEN.finditer(source):
        kind, text, group = found.lastgroup, found[0], stack[-1]
        if kind in ("run", "letter") and _one_case(letters := found[kind]):
            if group.last:
                group.settle()
            group.word += letters.lower()
        elif kind == "open":
            stack.append(_Group(opened=text))
        elif kind == "close":
            stack.pop()
            stack[-1].settle(group.words())
        elif kind == "bar":
            group.turn()
        elif text.startswith("(?("):
            return ()  # One of two ways, by what was found before.
        elif (kind == "often" and text[0] in "*?") or text[:2] in ("{0", "{,"):
            group.optional()
        else:
            group.settle(_letters(text[1:-1]) if kind == "set" else DIGITS if text == r"\d" else frozenset())
    return _shortest(stack[0].words())


def _letters(inside: str) -> frozenset[str]:
    """Return the letters of a set that names each of its own, or digits alone."""
    if re.fullmatch(r"(?:\d-\d|\\d|\d)+", inside):
        return DIGITS
    plain = re.sub(r"\\([^A-Za-z0-9])", r"\1", inside)
    each = not inside.startswith("^") and not re.search(r"\\[A-Za-z0-9]|(?<!^)-(?!$)", inside)
    return frozenset(plain.lower()) if each and _one_case(plain) else frozenset()


def _one_case(letters: str) -> bool:
    """Return whether each letter is one of ASCII or has no case: of others, `re` and `folded` may think differently."""
    if letters.isascii() or letters.lower() == letters == letters.upper():
        return True
    return all(one.isascii() or one.lower() == one == one.upper() for one in letters)


def _rarity(words: frozenset[str]) -> tuple[int, int]:
    return min(RARE, min((len(one.strip()) for one in words), default=0)), -len(words)


def _shortest(words: frozenset[str]) -> tuple[str, ...]:
    """Return words without those that hold another of them."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(one in word for one in kept):
            kept.append(word)
    return tuple(kept)
