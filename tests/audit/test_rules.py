"""Each rule finds what it is about, lets the like pass that is right, and says where its fact is from."""

from __future__ import annotations

import pytest
from tests.audit.examples import EXAMPLES
from tests.audit.logs import log_of, rules_in
from tests.audit.rules_doc import DOCUMENT, table, written

from bongsu.audit import audit, names, rule_of
from bongsu.audit.findings import Confidence, Severity
from bongsu.audit.sarif import about


def test_every_rule_has_its_examples() -> None:
    assert set(EXAMPLES) == set(names())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_wrong_one_is_found(name: str) -> None:
    wrong, _ = EXAMPLES[name]
    assert name in rules_in(wrong)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_right_one_is_not(name: str) -> None:
    _, right = EXAMPLES[name]
    assert name not in rules_in(right)


@pytest.mark.parametrize("name", names())
def test_each_rule_says_what_it_finds_and_where_that_is_from(name: str) -> None:
    rule, (finds, source) = rule_of(name), about(name)
    assert isinstance(rule.SEVERITY, Severity)
    assert isinstance(rule.CONFIDENCE, Confidence)
    assert finds.endswith((".", "`."))
    assert source.endswith("."), "the docstring's last part is `Source: …`"


def test_the_table_of_rules_in_the_documentation_is_todays() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert written(text) == text, "run `python -m tests.audit.rules_doc`"
    assert table() in text


def test_an_unknown_rule_is_no_module() -> None:
    with pytest.raises(ModuleNotFoundError):
        rule_of("os")


def test_one_thing_told_differently_in_two_files_is_found_in_the_second() -> None:
    one = log_of("Rule: invoices-v2\nRegion: eu-west-1\n", "one.md")
    other = log_of("Rule: invoices-v3\nRegion: eu-west-1\n", "other.md")
    (found,) = audit([one, other])
    assert (found.rule, found.spot.file, found.spot.line) == ("two_names", "other.md", 1)
    assert [(spot.file, spot.line) for spot in found.also] == [("one.md", 1)]


def test_findings_come_in_the_order_of_files_and_lines() -> None:
    logs = [log_of("SMS: 1/2 (90%)\n\nSMS: 1/4 (90%)\n", "b.md"), log_of("SMS: 1/2 (90%)\n", "a.md")]
    assert [(one.spot.file, one.spot.line) for one in audit(logs)] == [("b.md", 1), ("b.md", 3), ("a.md", 1)]
