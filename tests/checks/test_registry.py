"""The folder is the registry: every file in it has the shape of a check."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules

import pytest
from tests.checks.observed import seen

from bongsu import checks, readings
from bongsu.core.plan import CheckSpec
from bongsu.core.verdict import Verdict
from bongsu.messages.words_en import WORDS

READINGS = {found.name for found in iter_modules(readings.__path__) if not found.name.startswith("_")}
OPTIONS = {
    "identity": {"account": "000000000000", "region": "ap-northeast-2"},
    "legacy_off": {},
    "target_off": {},
    "parity": {"from_": "file:parity.json", "at_least": Decimal(100)},
    "sms_delivery": {"at_least": Decimal(100)},
    "state_writes": {"at_least": Decimal(100)},
    "duration": {"at_most": checks.check_of("duration").timedelta(seconds=240)},
    "memory": {"at_most": Decimal(90)},
    "error_rate": {"at_most": Decimal(0)},
    "alarms": {"named": ("lambda-errors",)},
}


def test_the_kinds_are_the_files_of_the_folder() -> None:
    """And nothing that begins with an underscore."""
    assert checks.kinds() == tuple(sorted(OPTIONS))
    for kind in ("_values", "no_such_check", "../identity"):
        with pytest.raises(ModuleNotFoundError):
            checks.check_of(kind)


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_a_check_has_the_shape_of_the_port(kind: str) -> None:
    """Options is a frozen dataclass with a sentence, figures have names, readings are ones that exist."""
    module = checks.check_of(kind)
    assert is_dataclass(module.Options) and getdoc(module.Options)
    assert module.FIGURES and all(name == name.lower() for name in module.FIGURES)
    options = module.Options(**OPTIONS[kind])
    with pytest.raises((AttributeError, TypeError)):
        setattr(options, next(iter([field.name for field in fields(options)]), "x"), 1)
    needs = module.reads(options)
    assert needs and {need.reading for need in needs} <= READINGS
    assert len({need.reading for need in needs}) == len(needs)
    assert f"check.{kind}" in WORDS and f"figures.{kind}" in WORDS


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_a_check_that_was_given_nothing_knows_nothing(kind: str) -> None:
    """Without any observation every check is unknown and names what is missing."""
    reads = checks.check_of(kind).reads(checks.check_of(kind).Options(**OPTIONS[kind]))
    spec = CheckSpec(name=kind, kind=kind, options=OPTIONS[kind], reads=reads)
    result = checks.judge(spec, {})
    assert result.verdict is Verdict.UNKNOWN
    assert all(need.reading in result.why for need in reads)


def test_plan_keys_become_options() -> None:
    """`from` is a word of the language, so its field is `from_`; a list of names is taken too."""
    spec = CheckSpec(
        name="parity",
        kind="parity",
        options={"from": "file:a/parity.json", "at_least": Decimal("99.5")},
        reads=(),
    )
    options = checks.options_of(spec)
    assert (options.from_, options.at_least) == ("file:a/parity.json", Decimal("99.5"))
    assert checks.check_of("parity").reads(options)[0].args == {"path": "a/parity.json"}
    alarms = CheckSpec(name="alarms", kind="alarms", options={"named": ["one", "two"]}, reads=())
    assert checks.options_of(alarms).named == ("one", "two")


def test_the_history_asks_for_its_length_in_seconds() -> None:
    """Seven days are 604,800 s for both sources."""
    module = import_module("bongsu.checks.sms_delivery")
    options = module.Options(at_least=Decimal(99), over=module.timedelta(days=7))
    assert [(need.reading, need.args) for need in module.reads(options)] == [
        ("gateway", {"over_s": 604_800}),
        ("workload_metrics", {"over_s": 604_800}),
    ]


def test_a_why_is_one_plain_sentence() -> None:
    """Lower case beginning, no full stop: it is quoted in messages and reports."""
    spec = CheckSpec(name="identity", kind="identity", options=OPTIONS["identity"], reads=())
    result = checks.judge(spec, seen(identity={"account": "000000000000", "region": "ap-northeast-2"}))
    assert result.why == "account 000000000000 in ap-northeast-2, as planned"
