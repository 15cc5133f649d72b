"""Kinds of channels, targets and checks: the folder is the registry, and a kind's `Options` are its keys."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import Field, dataclass, fields
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path as FilePath
from types import ModuleType, NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from bongsu.planfile import scalars
from bongsu.planfile.problems import suggest
from bongsu.planfile.shapes import (
    MISSING,
    REQUIRED,
    Choice,
    Key,
    ListOf,
    MapOf,
    Path,
    Record,
    Shape,
    label,
    refuse_sort,
)
from bongsu.planfile.values import length_text, percent_text
from bongsu.planfile.yamlmap import Node, Scalar, Table

if TYPE_CHECKING:
    from bongsu.planfile.problems import Report

_SECRETS = frozenset({"token", "app_token", "bot_token", "signing_secret", "key", "url"})
"""Options of these names hold references to secrets, whatever the kind."""
_BY_NAME: dict[str, Shape] = {
    "api_url": scalars.ENDPOINT,
    "endpoint_url": scalars.ENDPOINT,
    "from": scalars.FILE,
    "account": scalars.ACCOUNT,
    "region": scalars.REGION,
    "channel": scalars.SLACK_CHANNEL,
    "chat_id": scalars.TELEGRAM_CHAT,
}
"""Options whose values have a form of their own, whatever the kind."""
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = FilePath(__file__).parent.parent
_USUAL = {"api_url": "Another address for the service's API"}


def kinds(folder: str) -> tuple[str, ...]:
    """Return the kinds that the folder holds, by name: its files that define `Options`."""
    files = sorted((_FOLDER / folder).glob("[a-z]*.py"))
    return tuple(file.stem for file in files if re.search(r"(?m)^class Options\b", file.read_text("utf-8")))


def module(folder: str, kind: str) -> ModuleType | None:
    """Return the module of a kind, or None when the folder holds no such kind."""
    if _IDENTIFIER.fullmatch(kind) is None or not (_FOLDER / folder / f"{kind}.py").is_file():
        return None
    found = importlib.import_module(f"bongsu.{folder}.{kind}")
    return found if hasattr(found, "Options") else None


def record(folder: str, kind: str, *, described: bool = False) -> Record:
    """Return the record of a kind's own keys; with their meanings only when asked, since that reads its source."""
    loaded = module(folder, kind)
    if loaded is None:
        raise LookupError(kind)
    options = loaded.Options
    hints = get_type_hints(options, {**_NAMES, **vars(loaded)})
    meanings = _meanings(options) if described else {}
    return Record(
        keys=tuple(_key(field, hints[field.name], meanings.get(field.name, "")) for field in fields(options)),
        also=("kind",),
    )


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

    @property
    def type_text(self) -> str:
        """What it takes."""
        return f"mapping with a `kind` of {self.noun}"

    def read(self, node: Node, path: Path, report: Report) -> Any:
        """Return `kind`, `options`, whether any of it was `refused`, and the extra keys."""
        if not isinstance(node, Table):
            return refuse_sort(node, path, report, f"a mapping with a kind of {self.noun}")
        kind = self._kind(node, path, report)
        if kind is None:
            return MISSING
        own, before = self._record(kind), len(report)
        extra = {key.name for key in self.extra}
        found = Record(keys=(*own.keys, *self.extra), also=("kind",)).read(node, path, report)
        options = {name: value for name, value in found.items() if name not in extra and _whole(value)}
        if not self.part and len(report) == before:
            objection = self._objection(kind, options)
            if objection:
                report.add(node.place, f'"{label(path)}": {objection}', f"look at the {self.noun} in docs/plan.md")
        more = {name: found[name] for name in extra & set(found)}
        return {"kind": kind, "options": options, "refused": len(report) > before, **more}

    def _objection(self, kind: str, options: dict[str, Any]) -> str:
        """Return what the kind itself has against options that are well-formed one by one."""
        loaded = module(self.folder, kind)
        if loaded is not None:
            try:
                loaded.Options(**options)
            except ValueError as error:
                return str(error)
        return ""

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
            return None
        if module(self.folder, kind) is None:
            report.add(entry.node.place, f'unknown {self.noun} kind "{kind}"', suggest(kind, self.kinds))
            return None
        return kind

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that a plan may write here."""
        return tuple(kind for kind in kinds(self.folder) if kind not in self.built_in)

    def _record(self, kind: str, *, described: bool = False) -> Record:
        own = record(self.folder, kind, described=described)
        if not self.part:
            return own
        keys = tuple(
            key if key.name in self.needs else Key(key.name, key.shape, key.meaning, None, option=key.option)
            for key in own.keys
            if key.name in self.part
        )
        return Record(keys=keys, also=own.also)

    def described(self, kind: str) -> Record:
        """Return the full record of one kind, with meanings."""
        return Record(keys=(*self._record(kind, described=True).keys, *self.extra), also=("kind",))

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema: one alternative per kind in the folder."""
        alternatives = []
        for kind in self.kinds:
            one = self.described(kind).schema()
            one["properties"] = {"kind": {"const": kind}, **one["properties"]}
            one["required"] = ["kind", *one.get("required", [])]
            alternatives.append(one)
        return {"oneOf": alternatives} if alternatives else {"type": "object"}


def _whole(value: Any) -> bool:
    return value is not MISSING and not (isinstance(value, tuple) and MISSING in value)


_NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "timedelta": timedelta,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Literal": Literal,
    "Any": Any,
}
"""Names that a driver may import for its annotations only."""


def _key(field: Field[Any], hint: Any, meaning: str) -> Key:
    default = field.default
    if default is NO_DEFAULT and field.default_factory is not NO_DEFAULT:
        default = field.default_factory()
    return Key(
        field.name.rstrip("_"),
        _shape(field, _without_none(hint)),
        field.metadata.get("meaning", meaning or _USUAL.get(field.name, "")),
        REQUIRED if default is NO_DEFAULT else default,
        shown="" if default is NO_DEFAULT else _show(default),
        option=field.name,
    )


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        rest = [arm for arm in get_args(hint) if arm is not NoneType]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - built from parts
    return hint


def _shape(field: Field[Any], hint: Any) -> Shape:
    name = field.name.rstrip("_")
    if field.metadata.get("secret", name in _SECRETS):
        return scalars.REFERENCE
    return _BY_NAME.get(name) or _shape_of(hint)


def _shape_of(hint: Any) -> Shape:
    simple: dict[Any, Shape] = {
        str: scalars.TEXT,
        int: scalars.WHOLE,
        bool: scalars.TRUTH,
        Decimal: scalars.PERCENT,
        timedelta: scalars.DURATION,
        str | int: scalars.ADDRESS,
        int | str: scalars.ADDRESS,
    }
    if hint in simple:
        return simple[hint]
    origin, arms = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Choice(words=tuple(str(arm) for arm in arms))
    if origin in {tuple, list, Sequence}:
        return ListOf(of=_shape_of(arms[0]), unique=True)
    if origin in {dict, Mapping}:
        return MapOf(key=str, of=_shape_of(arms[1]), key_text="a name", at_least=0)
    raise TypeError(f"no plan key can hold {hint!r}")


def _show(default: Any) -> str:
    if isinstance(default, timedelta):
        return length_text(default)
    if isinstance(default, Decimal):
        return percent_text(default)
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, tuple | list):
        return f"[{', '.join(str(item) for item in default)}]"
    return "" if default is None or default == {} else str(default)


def _meanings(options: type[Any]) -> dict[str, str]:
    """Return the string that follows each field in the class's source."""
    source = inspect.getsource(sys.modules[options.__module__])
    body = next(
        item.body for item in ast.parse(source).body if isinstance(item, ast.ClassDef) and item.name == "Options"
    )
    found: dict[str, str] = {}
    for before, after in pairwise(body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found[before.target.id] = " ".join(after.value.value.split()).rstrip(".")
    return found
