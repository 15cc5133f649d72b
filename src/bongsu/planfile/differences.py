"""What two plan files say differently, key by key: for a reader of two runs, not for the run of either."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import yaml

from bongsu.addresses import is_here
from bongsu.planfile.masking import mask

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Leaves each scalar as the characters that the file has: `09:00`, `no` and `1e3` are compared as they were written."""
_AT = re.compile(r"https?://(\[[^\]]*\]|[^/:?#]*)")
_NAMES = ("name", "kind")


def differences(one: bytes, other: bytes) -> list[dict[str, str | None]]:
    """Return the keys at which two plans differ, each with both values as written, None where a plan has no such key.

    Both must have been accepted as plans. A key is its path with dots, as `--what-if` takes it: an entry of a list
    goes by its `name` or `kind`, so that one more entry in the middle is one difference, else by its number from 1.
    Comments, quotes, layout and the order of keys are none, nor is where on this machine a service is imitated: each
    rehearsal has other ports. What looks like a secret or a phone number is masked.
    """
    here, there = dict(_flat("", _loaded(one))), dict(_flat("", _loaded(other)))
    keys = [*here, *(key for key in there if key not in here)]
    return [
        {"key": key, "one": _shown(here.get(key)), "other": _shown(there.get(key))}
        for key in keys
        if here.get(key) != there.get(key) and not (_local(here.get(key)) and _local(there.get(key)))
    ]


def _local(value: str | None) -> bool:
    """Return whether nothing stands there, or the address of a service on this machine."""
    found = None if value is None else _AT.match(value)
    return value is None or (found is not None and is_here(found[1].strip("[]")))


def _loaded(content: bytes) -> Any:
    return yaml.load(content, Loader=_LOADER)  # noqa: S506 - the base loader makes text, lists and mappings alone


def _shown(value: str | None) -> str | None:
    return None if value is None else mask(value)


def _flat(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _flat(f"{path}.{key}" if path else str(key), value)
    elif isinstance(node, list) and any(isinstance(entry, dict | list) for entry in node):
        for key, value in _named(node):
            yield from _flat(f"{path}.{key}", value)
    elif isinstance(node, list):
        yield path, ", ".join(map(str, node)) or "[]"
    else:
        yield path, "{}" if node == {} else str(node)


def _named(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    seen: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        own = next((str(entry[key]) for key in _NAMES if isinstance(entry, dict) and key in entry), str(number))
        seen[own] += 1
        yield own if seen[own] == 1 else f"{own}#{seen[own]}", entry
