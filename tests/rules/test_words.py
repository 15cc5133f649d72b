"""One word per meaning, in plan keys and on the command line: docs/architecture.md has the list that is used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.rules.tree import ROOT

from bongsu.cli.main import GROUPS, program

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTEAD = {
    "alert": "page or message",
    "chain": "policy",
    "confirm": "ack",
    "config": "plan",
    "dry": "rehearse",
    "elapsed": "T+",
    "execution": "run",
    "executor": "captain",
    "fetch": "probe",
    "history": "ledger",
    "job": "run or workload",
    "journal": "ledger",
    "migration": "cutover",
    "mock": "sandbox",
    "monitor": "watch",
    "nonce": "key",
    "notifier": "channel",
    "operator": "captain",
    "ping": "page",
    "poll": "probe",
    "revert": "rollback",
    "runbook": "plan",
    "slot": "window",
    "soak": "watch",
    "stage": "phase",
    "step": "level",
    "test": "drill or check",
    "threshold": "limit",
    "tier": "level",
    "timeout": "within",
    "transport": "channel",
    "undo": "rollback",
    "user": "contact",
}


def keys(schema: Any) -> Iterator[str]:
    """Yield every key that a plan may have, at any depth."""
    if isinstance(schema, dict):
        for name, inner in schema.items():
            if name == "properties":
                yield from inner
            yield from keys(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keys(inner)


def words(names: set[str]) -> set[str]:
    """Return the single words that names are made of."""
    return {word for name in names for word in name.strip("-").replace("-", "_").split("_")}


def test_plan_keys_use_the_words_of_the_house() -> None:
    found = set(keys(json.loads((ROOT / "plans" / "schema.json").read_text("utf-8"))))
    assert len(found) > 50, "the schema was not read"
    assert {word: INSTEAD[word] for word in words(found) & set(INSTEAD)} == {}


@pytest.mark.parametrize("name", [name for group in GROUPS.values() for name in group])
def test_commands_and_options_use_the_words_of_the_house(name: str) -> None:
    command = program.get_command(None, name)
    assert command is not None
    said = {name} | {text for parameter in command.params for text in parameter.opts}
    assert {word: INSTEAD[word] for word in words(said) & set(INSTEAD)} == {}
