"""JSON that stands in a log: a fenced block or a whole file, with the line of each of its members."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

Path = tuple[str | int, ...]
LARGEST = 400_000
"""Letters of one piece of JSON; a longer one is a machine's."""


@lru_cache(maxsize=64)
def payloads(log: Log) -> tuple[tuple[int, Any, dict[Path, int]], ...]:
    """Return each JSON text of a log: its first line, its value, and the line of every member by its path."""
    return tuple(_all(log))


def _all(log: Log) -> Iterator[tuple[int, Any, dict[Path, int]]]:
    for block in log.blocks:
        if block.language in ("json", "") and block.end >= block.start:
            yield from _read("\n".join(log.text.lines[block.start - 1 : block.end]), block.start)
    if not log.blocks:
        yield from _read("\n".join(log.text.lines), 1)


def _read(text: str, first: int) -> Iterator[tuple[int, Any, dict[Path, int]]]:
    if not re.match(r"\s*[\[{]", text) or len(text) > LARGEST:
        return
    import json

    import yaml

    try:
        value = json.loads(text)
        # Every JSON text that has no escaped slash or surrogate is YAML, which knows the place of each member.
        node = yaml.compose(re.sub(r"\\u[dD][89a-fA-F]\w\w|\\/", "??????", text), Loader=yaml.SafeLoader)
    except (ValueError, yaml.YAMLError, RecursionError):
        return
    lines: dict[Path, int] = {}
    _places(node, (), first, lines)
    yield first, value, lines


def _places(node: Any, path: Path, first: int, lines: dict[Path, int]) -> None:
    lines[path] = first + node.start_mark.line
    if node.id == "mapping":
        for key, inner in node.value:
            _places(inner, (*path, key.value), first, lines)
    elif node.id == "sequence":
        for number, inner in enumerate(node.value):
            _places(inner, (*path, number), first, lines)


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every member of a JSON value with its path, the value itself first."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))
