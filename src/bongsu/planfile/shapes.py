"""The shapes that a plan is made of: each reads a node, and says of itself what schema and reference need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bongsu.planfile.problems import nearest, suggest
from bongsu.planfile.values import Unfit
from bongsu.planfile.yamlmap import Entry, Items, Node, Scalar, Table, reads_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.planfile.problems import Report

Path = tuple[str | int, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()
"""What a shape returns for a node that it refused; the problem is in the report."""
REQUIRED: Any = _Missing()


class Shape(Protocol):
    """How a part of the plan is read and described."""

    @property
    def type_text(self) -> str:
        """What it takes, in a few words."""
        ...

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the value, or MISSING with the problem in the report."""
        ...

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        ...


def label(path: Path) -> str:
    """Return a path as a person writes it: `baseline[0].at_least`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the plan"


def refuse_sort(node: Node, path: Path, report: Report, wanted: str) -> Any:
    """Record that a list, mapping or nothing stands where something else is wanted."""
    found = {Items: "a list", Table: "a mapping"}.get(type(node), "a single value")
    if isinstance(node, Scalar) and node.sort == "nothing":
        found = "nothing"
    report.add(node.place, f'"{label(path)}" takes {wanted}, and holds {found}', "")
    return MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A single value, parsed from its characters."""

    parse: Callable[[str], Any]
    type_text: str
    json: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    sorts: frozenset[str] = frozenset({"text"})
    secret: bool = False

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the parsed value."""
        if self.secret:
            return self._read_secret(node, path, report)
        if not isinstance(node, Scalar) or node.sort == "nothing":
            return refuse_sort(node, path, report, self.type_text)
        if node.sort not in self.sorts:
            return self._refuse_yaml(node, path, report)
        try:
            return self.parse(node.text)
        except Unfit as unfit:
            report.add(node.place, f'"{label(path)}": {unfit.text}', unfit.hint)
            return MISSING

    def _read_secret(self, node: Node, path: Path, report: Report) -> Any:
        try:
            return self.parse(node.text if isinstance(node, Scalar) else "")
        except Unfit as unfit:
            report.hide(node.place)
            report.add(node.place, f'"{label(path)}": {unfit.text}', unfit.hint)
            return MISSING

    def _refuse_yaml(self, node: Scalar, path: Path, report: Report) -> Any:
        if "text" in self.sorts:
            report.add(
                node.place,
                f'"{label(path)}" takes {self.type_text}, and {node.text} without quotes is {reads_as(node)} to YAML',
                f'write "{node.text}" in quotes if that text is meant',
            )
        else:
            report.add(
                node.place,
                f'"{label(path)}" takes {self.type_text}, not text',
                f"write {node.text} without quotes",
            )
        return MISSING

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return dict(self.json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def type_text(self) -> str:
        """What it takes."""
        return " or ".join(f"`{word}`" for word in self.words)

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the word."""
        if not isinstance(node, Scalar):
            return refuse_sort(node, path, report, " or ".join(self.words))
        if node.text not in self.words:
            report.add(node.place, f'"{label(path)}": unknown word "{node.text}"', suggest(node.text, self.words))
            return MISSING
        if node.sort != "text":
            report.add(
                node.place,
                f"{node.text} without quotes is {reads_as(node)} to YAML",
                f'write "{node.text}" in quotes',
            )
            return MISSING
        return node.text

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list of one shape."""

    of: Shape
    at_least: int = 1
    unique: bool = False

    @property
    def type_text(self) -> str:
        """What it takes."""
        return f"list of {self.of.type_text}"

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the items that could be read, as a tuple; refused ones leave their place MISSING."""
        if not isinstance(node, Items):
            return refuse_sort(node, path, report, f"a {self.type_text}")
        if len(node.items) < self.at_least:
            report.add(node.place, f'"{label(path)}" is empty', f"name at least {self.at_least}")
            return MISSING
        values = tuple(self.of.read(item, (*path, i), report) for i, item in enumerate(node.items))
        if self.unique:
            for i, value in enumerate(values):
                if value is not MISSING and value in values[:i]:
                    report.add(node.items[i].place, f'"{value}" stands twice in "{label(path)}"', "name it once")
        return values

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        found: dict[str, Any] = {"type": "array", "items": self.of.schema()}
        if self.at_least:
            found["minItems"] = self.at_least
        if self.unique:
            found["uniqueItems"] = True
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """A mapping with keys of the plan's own choice."""

    key: Callable[[str], str]
    of: Shape
    key_text: str
    at_least: int = 1
    pattern: str = ""
    words: tuple[str, ...] = ()

    @property
    def type_text(self) -> str:
        """What it takes."""
        return f"mapping of {self.key_text} to {self.of.type_text}"

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the mapping; entries with a refused key are left out."""
        if not isinstance(node, Table):
            return refuse_sort(node, path, report, f"a {self.type_text}")
        if len(node.entries) < self.at_least:
            report.add(node.place, f'"{label(path)}" is empty', f"name at least {self.at_least}")
        found: dict[str, Any] = {}
        for entry in node.entries:
            value = self.of.read(entry.node, (*path, entry.key), report)
            try:
                found[self.key(entry.key)] = value
            except Unfit as unfit:
                report.add(entry.key_place, unfit.text, unfit.hint)
        return found

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        found: dict[str, Any] = {"type": "object", "additionalProperties": self.of.schema()}
        if self.pattern:
            found["propertyNames"] = {"pattern": self.pattern}
        if self.words:
            found["propertyNames"] = {"enum": list(self.words)}
        if self.at_least:
            found["minProperties"] = self.at_least
        return found


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record: what it takes, what it means, and what stands for it when it is left out."""

    name: str
    shape: Shape
    meaning: str = ""
    default: Any = REQUIRED
    shown: str = field(default="", kw_only=True)
    """The default as the plan would write it; empty when there is nothing to write."""
    option: str = field(default="", kw_only=True)
    """The driver's name for it, where that differs (`from_`)."""

    @property
    def kept_as(self) -> str:
        """Return the name under which the value is kept."""
        return self.option or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with known keys; any other is refused."""

    keys: tuple[Key, ...]
    type_text: str = "mapping"
    also: tuple[str, ...] = ()
    """Keys that somebody else has read already."""

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return the values by name; refused ones are left out, so that later rules can skip them."""
        if not isinstance(node, Table):
            return refuse_sort(node, path, report, f"a {self.type_text}")
        known = {key.name: key for key in self.keys}
        found: dict[str, Any] = {}
        for entry in node.entries:
            key = known.get(entry.key)
            if key is not None:
                value = key.shape.read(entry.node, (*path, entry.key), report)
                if value is not MISSING:
                    found[key.kept_as] = value
            elif entry.key not in self.also:
                self._refuse(entry, path, report)
        self._complete(node, path, report, found)
        return found

    def _refuse(self, entry: Entry, path: Path, report: Report) -> None:
        where = f' in "{label(path)}"' if path else ""
        names = [*(key.name for key in self.keys), *self.also]
        report.add(entry.key_place, f'unknown key "{entry.key}"{where}', suggest(entry.key, names))
        meant = nearest(entry.key, names)
        secrets = {key.name for key in self.keys if isinstance(key.shape, Value) and key.shape.secret}
        if meant in secrets or (secrets and meant is None):
            report.hide(entry.node.place)

    def _complete(self, node: Table, path: Path, report: Report, found: dict[str, Any]) -> None:
        for key in self.keys:
            if node.get(key.name) is not None:
                continue
            if key.default is not REQUIRED:
                found[key.kept_as] = key.default
                continue
            where = f'"{label(path)}"' if path else "the plan"
            hint = f"{key.name}: {key.meaning or key.shape.type_text}"
            report.add_at(path, f'{where} lacks the key "{key.name}"', hint, key=True)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        properties = {key.name: _described(key) for key in self.keys}
        required = [key.name for key in self.keys if key.default is REQUIRED]
        found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
        if required:
            found["required"] = required
        return found


def _described(key: Key) -> dict[str, Any]:
    found = key.shape.schema()
    if key.meaning:
        found["description"] = key.meaning
    if key.default is not REQUIRED and key.shown:
        found["default"] = key.shown
    return found
