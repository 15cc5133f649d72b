"""A YAML document as nodes that know their line and column, and the problems found in it, all at once."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from naver_sms.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE_MAX = 256 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, where (from 1), and what to do about it."""

    line: int
    column: int
    text: str
    hint: str = ""


class RulesError(ConfigError):
    """The rules file cannot be used; `problems` is one line each, `shown` has the lines of the file as well."""

    def __init__(self, name: str, found: Iterable[Problem], source: str) -> None:
        every = sorted(set(found))
        super().__init__([f"{name}:{one.line}:{one.column}: {one.text}{_tail(one)}" for one in every])
        lines = source.splitlines()
        self.shown = [_shown(name, one, lines) for one in every]


def _tail(problem: Problem) -> str:
    return f" ({problem.hint})" if problem.hint else ""


def _shown(name: str, problem: Problem, lines: list[str]) -> str:
    text = f"{name}:{problem.line}:{problem.column}: {problem.text}"
    if 1 <= problem.line <= len(lines):
        source = lines[problem.line - 1]
        # A Korean character is two columns wide in a terminal; the caret must stand under its place.
        wide = sum(1 + (ord(one) > 0x10FF) for one in source[: problem.column - 1])
        text += f"\n  {problem.line} | {source}\n  {' ' * len(str(problem.line))} | {' ' * wide}^"
    return text + (f"\nhelp: {problem.hint}" if problem.hint else "")


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse what repeats a part of the file: a page of it could stand for gigabytes."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias ('*name') is not taken here", problem_mark=mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


class Tree:
    """One document; every reading of a part notes what is wrong with it and returns something to go on with."""

    def __init__(self, text: str, *, name: str) -> None:
        self.name = name
        self._lines = text.splitlines()
        self._text = text
        self.templates: dict[tuple[str, str], yaml.Node] = {}
        """Where each template stands: by store (empty for those of all stores) and name."""
        self.problems: list[Problem] = []
        self.root: yaml.Node | None = None
        if len(text.encode()) > SIZE_MAX:
            self.problems.append(Problem(1, 1, f"the file is larger than {SIZE_MAX // 1024} KB"))
            return
        try:
            self.root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as exc:
            mark = exc.problem_mark or exc.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.problems.append(Problem(line, column, f"not valid YAML: {exc.problem or exc.context}"))
        except (yaml.YAMLError, ValueError):
            self.problems.append(Problem(1, 1, "not valid YAML: a character that no text file holds"))
        except RecursionError:
            self.problems.append(Problem(1, 1, "not a rules file: it is nested too deeply"))

    def wrong(self, node: yaml.Node, text: str, hint: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(node.start_mark.line + 1, node.start_mark.column + 1, text, hint))

    def place(self, node: yaml.Node, part: str = "") -> tuple[int, int]:
        """Return line and column of a text, or of the first place in it where `part` stands."""
        first, last = node.start_mark.line, node.end_mark.line
        for number in range(first, min(last + 1, len(self._lines))) if part else ():
            start = node.start_mark.column if number == first else 0
            column = self._lines[number].find(part, start)
            if column >= 0:
                return number + 1, column + 1
        return first + 1, node.start_mark.column + 1

    def end(self) -> None:
        """Raise RulesError when anything was wrong."""
        if self.problems:
            raise RulesError(self.name, self.problems, self._text)

    def mapping(self, node: yaml.Node | None, what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return (key node, value node) by key; a key given twice is a problem."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be keys and values")
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.wrong(key, f"a key of {what} must be a word")
            elif name in found:
                self.wrong(key, f"'{name}' is given twice", f"its first place is line {_line(found[name][0])}")
            else:
                found[name] = (key, value)
        return found

    def known(
        self, node: yaml.Node | None, what: str, *, keys: Iterable[str], needed: Iterable[str] = ()
    ) -> dict[str, yaml.Node]:
        """Return values by key; unknown keys and missing ones are problems."""
        found = self.mapping(node, what)
        names = list(keys)
        for name, (key, _) in found.items():
            if name not in names:
                self.wrong(key, f"unknown key '{name}' in {what}", nearest(name, names))
        for name in needed:
            if name not in found and node is not None and isinstance(node, yaml.MappingNode):
                self.wrong(node, f"{what} needs '{name}'", f"add '{name}:'")
        return {name: value for name, (_, value) in found.items() if name in names}

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """Return the entries of a list."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} must be a list")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str) -> str:
        """Return a text that is not empty, as it is written."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.wrong(node, f"{what} must be a text")
            return ""
        return str(node.value)

    def one_of(self, node: yaml.Node | None, what: str, *, words: Iterable[str]) -> str | None:
        """Return one of the known words, or None."""
        if node is None:
            return None
        known, value = list(words), self.text(node, what)
        if value and value not in known:
            self.wrong(node, f"{what} is '{value}', which is not known", nearest(value, known))
            return None
        return value or None

    def words(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        """Return a list of texts, or the one text that stands for such a list."""
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode):
            return (self.text(node, what),)
        return tuple(self.text(one, f"each of {what}") for one in self.items(node, what))

    def whole(self, node: yaml.Node | None, what: str, *, low: int, high: int) -> int | None:
        """Return a whole number within its bounds, or None."""
        if node is None:
            return None
        value = node.value if isinstance(node, yaml.ScalarNode) else ""
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            self.wrong(node, f"{what} must be a whole number from {low} to {high}")
            return None
        return int(value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def nearest(word: str, known: Iterable[str]) -> str:
    """Return advice for a word that is not known."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known: {', '.join(names)}"
