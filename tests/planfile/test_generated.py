"""The schema and the reference are made from the program, and the files in the repository are what it makes."""

import json
from pathlib import Path

import pytest
import yaml
from tests.planfile.reading import EXAMPLE, PLANS

from bongsu.planfile.model import CHANNEL, CHECK, PLAN, TARGET
from bongsu.planfile.reference import reference_text
from bongsu.planfile.schema import schema, schema_text

DOCS = Path(__file__).parents[2] / "docs"


def test_the_schema_in_the_repository_is_current() -> None:
    """Else: `python -m bongsu.planfile.schema > plans/schema.json`."""
    assert (PLANS / "schema.json").read_text("utf-8") == schema_text()


def test_the_reference_in_the_repository_is_current() -> None:
    """Else: `python -m bongsu.planfile.reference > docs/plan.md`."""
    assert (DOCS / "plan.md").read_text("utf-8") == reference_text()


@pytest.mark.parametrize("driven", [CHANNEL, CHECK, TARGET], ids=lambda driven: driven.noun)
def test_every_kind_and_every_key_has_its_line_and_its_meaning(driven: object) -> None:
    text = reference_text()
    for kind in driven.kinds:  # type: ignore[attr-defined]
        assert f"of kind `{kind}`" in text
        for key in driven.described(kind).keys:  # type: ignore[attr-defined]
            assert key.meaning, f"{kind}.{key.name} says nowhere what it means"


def test_every_key_of_the_plan_says_what_it_means() -> None:
    for key in PLAN.keys:
        assert f"| `{key.name}` |" in reference_text()
        assert key.meaning


def test_the_example_fits_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema())
    document = json.loads(json.dumps(yaml.safe_load(EXAMPLE)))
    errors = [error.message for error in jsonschema.Draft202012Validator(schema()).iter_errors(document)]
    assert errors == []


def test_the_schema_refuses_unknown_keys_too() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = {**yaml.safe_load(EXAMPLE), "captian": "james"}
    assert not jsonschema.Draft202012Validator(schema()).is_valid(document)
