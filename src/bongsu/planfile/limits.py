"""The limits of a plan by name, and the same plan with some of them changed: its text, edited at those places alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from bongsu.errors import UsageError
from bongsu.planfile.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SECTIONS = ("baseline", "go", "first_run", "verify", "escalation", "drill", "rollback", "watch")
_LIMIT = re.compile(r"\d+(?:\.\d+)?(?:%|ms|s|m|h|d)?|page|roll_back|hold")
_TEXTS = frozenset({"kind", "name", "from", "policy", "over"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One limit of a plan, before and after."""

    key: str
    before: str
    after: str


def limits_of(data: bytes) -> dict[str, str]:
    """Return every limit that a plan states: its key from the top, with dots between, to its text."""
    return {key: node.value for key, node in _limits(data.decode("utf-8")).items()}


def with_limits(data: bytes, wanted: Sequence[str]) -> tuple[bytes, tuple[Changed, ...]]:
    """Return a plan with limits changed as `KEY=VALUE` says; a key without its path stands for all of that name.

    Raises:
        UsageError: the plan states no such limit, or the same one is given twice.
    """
    text = data.decode("utf-8")
    limits = _limits(text)
    changes: dict[str, Changed] = {}
    for one in wanted:
        name, sign, value = one.partition("=")
        if not sign or not value:
            raise UsageError(f'"{one}" changes no limit', hint='write KEY=VALUE, like "ack_sla=3m"')
        for key in _named(name, limits):
            if key in changes:
                raise UsageError(f'the limit "{key}" is given twice')
            changes[key] = Changed(key=key, before=limits[key].value, after=value)
    for change in sorted(changes.values(), key=lambda one: limits[one.key].start_mark.index, reverse=True):
        node = limits[change.key]
        text = text[: node.start_mark.index] + change.after + text[node.end_mark.index :]
    return text.encode("utf-8"), tuple(changes.values())


def _named(name: str, limits: Mapping[str, yaml.ScalarNode]) -> list[str]:
    found = [key for key in limits if key == name or key.endswith(f".{name}")]
    if found:
        return found
    near = nearest(name, [*limits, *(key.rpartition(".")[2] for key in limits)])
    listed = f"this plan's limits are {', '.join(sorted(limits))}"
    raise UsageError(
        f'the plan states no limit "{name}"',
        hint=f'did you mean "{near}"?\n{listed}' if near else listed,
    )


def _limits(text: str) -> dict[str, yaml.ScalarNode]:
    top = yaml.compose(text, Loader=yaml.SafeLoader)
    return {
        key: node
        for name, part in _pairs(top)
        if name in SECTIONS
        for key, node in _inside(name, part)
        if _fits(key, node)
    }


def _fits(key: str, node: yaml.ScalarNode) -> bool:
    return key.rpartition(".")[2] not in _TEXTS and _LIMIT.fullmatch(node.value) is not None


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), value


def _inside(path: str, node: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for name, value in _pairs(node):
            yield from _inside(f"{path}.{name}", value)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value, start=1):
            # A check is called by its name, or its kind; a level of an escalation has its number alone.
            own = {name: part.value for name, part in _pairs(value) if isinstance(part, yaml.ScalarNode)}
            if isinstance(value, yaml.MappingNode):
                yield from _inside(f"{path}.{own.get('name') or own.get('kind') or number}", value)
