"""Kinds of channels, targets and checks: the folder is the registry, and a kind's `Options` are its keys."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from bongsu.planfile.options import record_of
from bongsu.planfile.problems import suggest
from bongsu.planfile.shapes import MISSING, Key, Path, Record, label, refuse_sort
from bongsu.planfile.yamlmap import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from bongsu.planfile.problems import Report

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = FilePath(__file__).parent.parent


def kinds(folder: str) -> tuple[str, ...]:
    """Return the kinds that the folder holds, by name: its files that define `Options`."""
    files = sorted((_FOLDER / folder).glob("[a-z]*.py"))
    return tuple(file.stem for file in files if re.search(r"(?m)^class Options\b", file.read_text("utf-8")))


def module(folder: str, kind: str) -> ModuleType | None:
    """Return the driver of a kind, or None when the folder holds no such kind."""
    if _IDENTIFIER.fullmatch(kind) is None or not (_FOLDER / folder / f"{kind}.py").is_file():
        return None
    found = importlib.import_module(f"bongsu.{folder}.{kind}")
    return found if hasattr(found, "Options") else None


def check_module(kind: str) -> ModuleType:
    """Return the module of a kind of check that is known to exist; LookupError when it does not."""
    found = module("checks", kind)
    if found is None:
        raise LookupError(kind)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """A mapping whose `kind` says which file of a folder knows its other keys."""

    folder: str
    noun: str
    extra: tuple[Key, ...] = ()
    """Keys that every kind has here."""
    part: tuple[str, ...] = ()
    """The only keys of the kind that are taken here, where that is not all of them."""
    needs: tuple[str, ...] = ()
    """With `part`: the keys that must be written; another part of the plan says the others."""
    built_in: tuple[str, ...] = ()
    """Kinds that are not the plan's to write."""
    find: Callable[[str, str], ModuleType | None] = module

    @property
    def type_text(self) -> str:
        """What it takes."""
        return f"mapping with a `kind` of {self.noun}"

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return `kind`, `options`, whether any of it was `refused`, and the extra keys."""
        if not isinstance(node, Table):
            return refuse_sort(node, path, report, f"a mapping with a kind of {self.noun}")
        before = len(report)
        kind = self._kind(node, path, report)
        driver = None if kind is None else self.find(self.folder, kind)
        if driver is None:
            return MISSING
        extra = {key.name for key in self.extra}
        found = Record(keys=(*self._record(driver).keys, *self.extra), also=("kind",)).read(node, path, report)
        options = {name: value for name, value in found.items() if name not in extra and _whole(value)}
        if not self.part and len(report) == before:
            try:
                driver.Options(**options)
            except ValueError as error:
                report.add(node.place, f'"{label(path)}": {error}', f"look at this kind of {self.noun} in docs/plan.md")
        more = {name: found[name] for name in extra & set(found)}
        return {"kind": kind, "options": options, "refused": len(report) > before, **more}

    def _kind(self, node: Table, path: Path, report: Report) -> str | None:
        entry = node.get("kind")
        if entry is None:
            hint = f"known: {', '.join(self.kinds)}"
            report.add_at(path, f'"{label(path)}" lacks the key "kind"', hint, key=True)
            return None
        if not isinstance(entry.node, Scalar):
            refuse_sort(entry.node, (*path, "kind"), report, "a word")
            return None
        kind = entry.node.text
        if kind in self.built_in:
            report.add(entry.node.place, f'"{kind}" is built in', "leave it out; every baseline begins with it")
        elif self.find(self.folder, kind) is None:
            report.add(entry.node.place, f'unknown {self.noun} kind "{kind}"', suggest(kind, self.kinds))
        else:
            return kind
        return None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that a plan may write here."""
        return tuple(kind for kind in kinds(self.folder) if kind not in self.built_in)

    def _record(self, driver: ModuleType, *, described: bool = False) -> Record:
        own = record_of(driver, described=described)
        if not self.part:
            return own
        keys = tuple(
            key if key.name in self.needs else Key(key.name, key.shape, key.meaning, None, option=key.option)
            for key in own.keys
            if key.name in self.part
        )
        return Record(keys=keys, also=own.also)

    def described(self, kind: str) -> Record:
        """Return the full record of one kind, with meanings; LookupError when there is no such kind."""
        driver = self.find(self.folder, kind)
        if driver is None:
            raise LookupError(kind)
        return Record(keys=(*self._record(driver, described=True).keys, *self.extra), also=("kind",))

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema: one alternative per kind in the folder."""
        alternatives = []
        for kind in self.kinds:
            one = self.described(kind).schema()
            one["properties"] = {"kind": {"const": kind}, **one["properties"]}
            one["required"] = ["kind", *one.get("required", [])]
            alternatives.append(one)
        return {"oneOf": alternatives}


def _whole(value: Any) -> bool:
    return value is not MISSING and not (isinstance(value, tuple) and MISSING in value)
