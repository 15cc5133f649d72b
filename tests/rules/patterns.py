"""What a pattern could be slow at: text made from its own parts, repeated until nothing comes of it."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
from random import Random
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from bongsu.audit.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
LONG = 15
"""A repeat that may come this often is one without an end: each turn of it may double the work."""
COMMON = "a1 -:.,_|*`/()[]\"'=가"
KINDS = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_WORD: r"\w", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_NOT_WORD: r"\W", op.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip
LETTERS_MOST, TURNS = 8, 40


def patterns_of(package: ModuleType) -> dict[tuple[str, int], str]:
    """Return the patterns that modules keep, also in tuples and tables, with where each stands."""
    found: dict[tuple[str, int], str] = {}
    for where, pattern in _every(package):
        found.setdefault((pattern.pattern, pattern.flags), where)
    return found


def kept_by(package: ModuleType) -> list[re.Pattern[str] | Pattern]:
    """Return the patterns that modules keep, as they keep them."""
    return [pattern for _, pattern in _every(package)]


def _every(package: ModuleType) -> Iterator[tuple[str, re.Pattern[str] | Pattern]]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                yield from ((f"{module.name}.{name}", pattern) for pattern in _kept(value, depth=0))


def _kept(value: object, *, depth: int) -> Iterator[re.Pattern[str] | Pattern]:
    if isinstance(value, re.Pattern | Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict | tuple | list | set | frozenset) and depth < 3:
        for one in itertools.chain(value, value.values()) if isinstance(value, dict) else value:
            yield from _kept(one, depth=depth + 1)


def strains(pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield texts that lead to a repeat around another choice, turn in it forty times, and then do not fit."""
    for before, content in _nested(parser.parse(pattern.pattern, pattern.flags), ""):
        letters = list(dict.fromkeys(_letters(content)))[:LETTERS_MOST]
        pairs = map("".join, itertools.product(letters, repeat=2))
        for word in dict.fromkeys([*letters, *pairs, _sample(content)]):
            yield f"{before}{word * TURNS}\0"


def _nested(tree: Any, before: str) -> Iterator[tuple[str, Any]]:
    for kind, value in tree:
        if kind in REPEATS and value[1] >= LONG and any(one in REPEATS or one is op.BRANCH for one in _kinds(value[2])):
            yield before, value[2]
        for inner in _inside(kind, value):
            yield from _nested(inner, before)
        before += _sample([(kind, value)])


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind in (*REPEATS, op.POSSESSIVE_REPEAT):
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _kinds(tree: Any) -> Iterator[Any]:
    for kind, value in tree:
        yield kind
        for inner in _inside(kind, value):
            yield from _kinds(inner)


def _letters(tree: Any) -> Iterator[str]:
    for kind, value in tree:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind in (op.ANY, op.NOT_LITERAL):
            yield from "a -"
        elif kind is op.IN:
            yield from _members(value)
        for inner in _inside(kind, value):
            yield from _letters(inner)


def _members(value: Any) -> list[str]:
    but, wanted = value[0][0] is op.NEGATE, [one for one in value if one[0] is not op.NEGATE]
    ends = [chr(one[0] if isinstance(one, tuple) else one) for kind, one in wanted if kind is not op.CATEGORY]
    return [one for one in (COMMON if but else [*ends, *COMMON]) if any(map(_fits(one), wanted)) is not but]


def _fits(letter: str) -> Any:
    def fits(member: Any) -> bool:
        kind, value = member
        if kind is op.CATEGORY:
            return re.match(KINDS[value], letter) is not None
        return value[0] <= ord(letter) <= value[1] if kind is op.RANGE else ord(letter) == value

    return fits


def _sample(tree: Any) -> str:
    text = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind in (op.ANY, op.NOT_LITERAL, op.IN):
            text += next(iter(_letters([(kind, value)])), "a")
        elif kind in (*REPEATS, op.POSSESSIVE_REPEAT):
            text += _sample(value[2]) * value[0]
        elif kind not in (op.ASSERT, op.ASSERT_NOT):
            text += next(map(_sample, _inside(kind, value)), "")
    return text


def samples(pattern: re.Pattern[str] | Pattern, count: int = 24) -> Iterator[str]:
    """Yield texts that fit a pattern where no look around forbids it, each another way and in either case."""
    chance = Random(pattern.pattern)
    tree = parser.parse(pattern.pattern, pattern.flags)
    for _ in range(count):
        text = _drawn(tree, chance)
        yield from (text, f" {text} ", chance.choice((text.upper(), text.lower())))


def _drawn(tree: Any, chance: Random) -> str:
    text = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind in (op.ANY, op.NOT_LITERAL, op.IN):
            text += chance.choice((_members(value) if kind is op.IN else "") or COMMON)
        elif kind in (*REPEATS, op.POSSESSIVE_REPEAT):
            often = chance.choice((value[0], min(value[0] + 1, value[1])))
            text += "".join(_drawn(value[2], chance) for _ in range(often))
        elif kind is not op.ASSERT_NOT and (inner := _inside(kind, value)):
            text += _drawn(chance.choice(inner), chance)
    return text
