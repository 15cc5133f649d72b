"""A YAML document as a tree in which every node knows its line and column.

Built from the parser's events rather than by `yaml.compose`: composing with the C loader recurses without limit,
so that a file of brackets ends the process; and compose silently keeps both of two equal keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from bongsu.planfile.problems import Report

DEEPEST = 24
MOST_NODES = 5_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SORTS = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "truth",
    "null": "nothing",
    "timestamp": "time",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the file; lines and columns from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def width(self) -> int:
        """How many characters to mark on the first line."""
        return max(1, self.end_column - self.column) if self.end_line == self.line else 1


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: its characters, and what YAML 1.1 makes of them."""

    place: Place
    text: str
    sort: str
    """`text`, `number`, `truth`, `nothing` or `time`."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and what it holds."""

    key: str
    key_place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; keys are text and unique."""

    place: Place
    entries: tuple[Entry, ...]

    def get(self, key: str) -> Entry | None:
        """Return the entry of that key, if any."""
        return next((entry for entry in self.entries if entry.key == key), None)


Node = Scalar | Items | Table


class _Stop(Exception):
    """Reading cannot go on; the problem is already recorded."""


def read_tree(text: str, report: Report) -> Node | None:
    """Return the document's tree, or None when the YAML itself is broken; problems go to the report."""
    loader = _LOADER(text)
    try:
        return _Builder(loader, report).document()
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Place(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2) if mark else _TOP
        context = f" {error.context}" if error.context else ""
        report.add(where, f"not YAML: {error.problem or 'cannot be parsed'}{context}", _help_at(text, where))
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        report.add(Place(line, column, line, column + 1), f"not YAML: {error.reason}", "delete the character")
        return None
    finally:
        loader.dispose()


def _help_at(text: str, where: Place) -> str:
    line = (text.split("\n")[where.line - 1 : where.line] or [""])[0]
    indent = line[: len(line) - len(line.lstrip())]
    return "indent with spaces: YAML takes no tabs there" if "\t" in indent else _SYNTAX_HELP


_TOP = Place(1, 1, 1, 2)
_SYNTAX_HELP = "look at the indentation, the quotes and the brackets before this place"


class _Builder:
    def __init__(self, loader: Any, report: Report) -> None:
        self._loader = loader
        self._report = report
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._count = 0

    def document(self) -> Node | None:
        """Return the one document; None of an empty file."""
        self._loader.get_event()
        if self._loader.check_event(yaml.StreamEndEvent):
            return None
        self._loader.get_event()
        node = self._node(0)
        self._loader.get_event()
        if not self._loader.check_event(yaml.StreamEndEvent):
            self._refuse(_place(self._loader.peek_event()), "a second document begins", "one file holds one plan")
        return node

    def _refuse(self, place: Place, text: str, hint: str) -> None:
        self._report.add(place, text, hint)
        raise _Stop

    def _node(self, depth: int) -> Node:
        event = self._loader.get_event()
        place = _place(event)
        self._spend(1, place)
        if depth > DEEPEST:
            self._refuse(place, f"nested deeper than {DEEPEST} levels", "a plan is never that deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        before = self._count
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._items(place, depth)
        else:
            node = self._table(place, depth)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._count - before + 1)
        return node

    def _spend(self, nodes: int, place: Place) -> None:
        # Aliases of aliases multiply: a few hundred bytes can stand for billions of nodes.
        self._count += nodes
        if self._count > MOST_NODES:
            self._refuse(place, f"holds more than {MOST_NODES} values", "a plan is never that large")

    def _alias(self, event: Any, place: Place) -> Node:
        known = self._anchors.get(event.anchor)
        if known is None:
            self._refuse(
                place,
                f'"*{event.anchor}" names no anchor above',
                f'write "&{event.anchor}" at what it repeats',
            )
            raise AssertionError
        node, size = known
        self._spend(size, place)
        return node

    def _scalar(self, event: Any, place: Place) -> Scalar:
        tag: str = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        sort = _SORTS.get(tag.removeprefix(_TAG))
        if sort is None:
            if event.tag:
                self._report.add(place, f'the tag "{_short(tag)}" has no meaning in a plan', "write the plain value")
            sort = "text"
        return Scalar(place, event.value, sort)

    def _items(self, place: Place, depth: int) -> Items:
        items: list[Node] = []
        while not self._loader.check_event(yaml.SequenceEndEvent):
            items.append(self._node(depth + 1))
        return Items(_until(place, self._loader.get_event()), tuple(items))

    def _table(self, place: Place, depth: int) -> Table:
        entries: dict[str, Entry] = {}
        merged: list[Entry] = []
        while not self._loader.check_event(yaml.MappingEndEvent):
            plain = self._loader.peek_event()
            key = self._node(depth + 1)
            node = self._node(depth + 1)
            if isinstance(key, Scalar) and key.text == "<<" and getattr(plain, "implicit", (False,))[0]:
                merged += self._merged(node)
            elif isinstance(key, Scalar):
                self._enter(entries, key, node)
            else:
                self._report.add(key.place, "a key must be text", 'write it as "name: value"')
        for entry in merged:
            entries.setdefault(entry.key, entry)
        return Table(_until(place, self._loader.get_event()), tuple(entries.values()))

    def _enter(self, entries: dict[str, Entry], key: Scalar, node: Node) -> None:
        if key.sort != "text":
            self._report.add(
                key.place,
                f'the key "{key.text}" is {_READS_AS[key.sort]} to YAML, not text',
                f"write '{key.text}' in quotes",
            )
        if (first := entries.get(key.text)) is not None:
            self._report.add(
                key.place,
                f'the key "{key.text}" stands twice',
                f"the first is on line {first.key_place.line}; keep one",
            )
            return
        entries[key.text] = Entry(key.text, key.place, node)

    def _merged(self, node: Node) -> list[Entry]:
        tables = node.items if isinstance(node, Items) else (node,)
        found: list[Entry] = []
        for table in tables:
            if isinstance(table, Table):
                found += table.entries
            else:
                self._report.add(table.place, '"<<" takes a mapping', "give it an alias of a mapping")
        return found


_READS_AS = {
    "number": "a number",
    "truth": "true or false",
    "nothing": "nothing",
    "time": "a time",
}


def reads_as(scalar: Scalar) -> str:
    """Return what YAML 1.1 takes the characters for, in words."""
    return _READS_AS.get(scalar.sort, "text")


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    return Place(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _until(start: Place, event: Any) -> Place:
    end = event.end_mark
    return Place(start.line, start.column, end.line + 1, end.column + 1)


def _short(tag: str) -> str:
    return "!!" + tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag


def place_of(root: Node, path: tuple[str | int, ...], *, key: bool = False) -> Place:
    """Return where the value of a path stands; of its key with `key`; where the file lacks it, what holds it."""
    node, place = root, root.place
    for depth, step in enumerate(path):
        if isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = node.place
        elif isinstance(node, Table) and isinstance(step, str) and (entry := node.get(step)) is not None:
            node = entry.node
            last = depth == len(path) - 1
            place = entry.key_place if (key and last) or not isinstance(node, Scalar) else node.place
        else:
            break
    return place
