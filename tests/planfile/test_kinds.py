"""A file in a folder is a kind: its `Options` are the keys, and nobody else needs to know of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Literal

import pytest

from bongsu.planfile.kinds import Driven, check_module, kinds, module
from bongsu.planfile.options import record_of
from bongsu.planfile.problems import PlanProblems, Report
from bongsu.planfile.yamlmap import read_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keys of an invented kind of channel."""

    room: str
    """Where it
    goes."""
    handshake: str = field(repr=False)
    """The secret of it."""
    tries: int = 3
    wait: timedelta = timedelta(minutes=90)
    share: Decimal = Decimal("99.50")
    loud: bool = False
    tone: Literal["high", "low"] = "low"
    rooms: tuple[str, ...] = ("a", "b")
    names: Mapping[str, str] = field(default_factory=dict)
    within: timedelta | None = None

    def __post_init__(self) -> None:
        if self.tries > 9:
            raise ValueError(f"{self.tries} tries are more than the service takes")


PIGEON = ModuleType("pigeon")
PIGEON.Options = Options  # type: ignore[attr-defined]
PIGEON.SECRETS = ("handshake",)  # type: ignore[attr-defined]
CHANNEL = Driven(folder="channels", noun="channel", find=lambda _, kind: PIGEON if kind == "pigeon" else None)


def read(text: str) -> dict[str, object]:
    report = Report("a.yaml", text)
    root = report.root = read_tree(text, report)
    assert root is not None
    found = CHANNEL.read(root, (), report)
    report.raise_if_any()
    return dict(found)


def test_options_come_out_typed_as_the_driver_wants_them() -> None:
    text = "{kind: pigeon, room: loft, handshake: env:A, tries: 4, share: 12%, loud: true, tone: high, within: 5m}"
    found = read(text)
    assert found["kind"] == "pigeon"
    assert Options(**found["options"]) == Options(  # type: ignore[arg-type]
        room="loft",
        handshake="env:A",
        tries=4,
        share=Decimal(12),
        loud=True,
        tone="high",
        within=timedelta(minutes=5),
    )


def test_a_drivers_own_objection_is_a_problem_of_the_plan() -> None:
    with pytest.raises(PlanProblems, match="10 tries are more than the service takes"):
        read("{kind: pigeon, room: loft, handshake: env:A, tries: 10}")


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ("loud: yes", '"loud": "yes" is not true or false'),
        ("loud: 'true'", "takes true or false, not text"),
        ("tone: middle", 'unknown word "middle"'),
        ("rooms: [a, a]", '"a" stands twice'),
        ("rooms: []", "is empty"),
        ("names: [a]", "takes a mapping of a name to text, and holds a list"),
        ("tries: 'four'", "not text"),
        ("handshake: open-sesame", "a secret must be a reference"),
    ],
)
def test_wrong_options_are_problems(edit: str, text: str) -> None:
    with pytest.raises(PlanProblems, match=re.escape(text)) as caught:
        read(f"kind: pigeon\nroom: loft\n{'' if edit.startswith('handshake') else 'handshake: env:A'}\n{edit}\n")
    assert "open-sesame" not in str(caught.value)


def test_defaults_are_shown_as_a_plan_writes_them() -> None:
    shown = {key.name: key.shown for key in record_of(PIGEON).keys}
    assert (shown["tries"], shown["wait"], shown["share"], shown["loud"]) == ("3", "1h30m", "99.5%", "false")
    assert (shown["tone"], shown["rooms"], shown["names"], shown["within"]) == ("low", "[a, b]", "", "")


def test_the_string_below_a_field_is_its_meaning() -> None:
    described = {key.name: key.meaning for key in record_of(check_module("duration"), described=True).keys}
    assert described["at_most"].startswith("The longest")


def test_an_option_that_no_plan_key_can_hold_is_a_programming_error() -> None:
    @dataclass(frozen=True)
    class Odd:
        what: complex

    odd = ModuleType("odd")
    odd.Options = Odd  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="no plan key can hold"):
        record_of(odd)


def test_the_folder_is_the_registry() -> None:
    assert {"telegram", "slack"} <= set(kinds("channels"))
    assert "eventbridge_lambda" in kinds("targets")
    assert not any(name.startswith("_") for folder in ("channels", "checks", "targets") for name in kinds(folder))


@pytest.mark.parametrize("kind", ["_port", "_http", "", "..", "telegram.py", "no_such"])
def test_what_is_no_kind_is_not_imported(kind: str) -> None:
    assert module("channels", kind) is None


def test_a_kind_of_check_that_is_not_there_is_a_programming_error() -> None:
    with pytest.raises(LookupError):
        check_module("no_such")
    with pytest.raises(LookupError):
        CHANNEL.described("no_such")


@pytest.mark.parametrize("folder", ["channels", "checks", "targets"])
def test_every_kind_in_the_folders_can_be_read_from_a_plan(folder: str) -> None:
    for kind in kinds(folder):
        loaded = module(folder, kind)
        assert loaded is not None
        assert {key.kept_as for key in record_of(loaded).keys} == set(loaded.Options.__dataclass_fields__)
